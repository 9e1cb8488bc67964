from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, recall_score, top_k_accuracy_score

from gmn_core.classification.evaluation.metrics import evaluate, mcnemar_test, proportion
from gmn_core.genres import GENRES


def rows(*tops: tuple[int, float]) -> np.ndarray:
    """Shares with the given top place and value, the rest spread evenly."""
    shares = np.array([[(1 - value) / 9] * 10 for _, value in tops])
    for row, (place, value) in zip(shares, tops, strict=True):
        row[place] = value
    return shares


# Two blues (one right), one rock (right), three jazz (all named classical).
LABELS = np.array([0, 0, 9, 5, 5, 5])
SHARES = rows((0, 0.95), (2, 0.55), (9, 0.85), (1, 0.65), (1, 0.65), (1, 0.45))


def test_hand_made_example() -> None:
    figures = evaluate(LABELS, SHARES)
    assert (figures.accuracy.n_right, figures.accuracy.n) == (2, 6)
    assert figures.recall["blues"].value == 0.5
    assert figures.recall["rock"].value == 1
    assert figures.recall["jazz"].value == 0
    assert figures.recall["metal"].n == 0
    assert figures.macro_recall == pytest.approx((0.5 + 1 + 0) / 3)
    assert figures.confusion[5][1] == 3
    # Bins by hand: .95 right, .85 right, .65 twice wrong, .55 wrong, .45 wrong.
    assert figures.calibration_error == pytest.approx((0.05 + 0.15 + 2 * 0.65 + 0.55 + 0.45) / 6)


@pytest.mark.parametrize("seed", range(3))
def test_agrees_with_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, 80)
    shares = rng.dirichlet(np.full(10, 0.3), 80)
    verdicts = shares.argmax(axis=1)
    figures = evaluate(labels, shares)
    assert figures.accuracy.value == accuracy_score(labels, verdicts)
    assert figures.macro_recall == pytest.approx(recall_score(labels, verdicts, average="macro"))
    assert figures.confusion == confusion_matrix(labels, verdicts, labels=range(10)).tolist()
    assert figures.top2_accuracy.value == top_k_accuracy_score(labels, shares, k=2, labels=range(10))
    clipped = np.clip(shares, 1e-6, None)
    expected = log_loss(labels, clipped / clipped.sum(1, keepdims=True), labels=range(10))
    assert figures.log_loss == pytest.approx(expected)
    each = recall_score(labels, verdicts, average=None, labels=range(10))
    assert [figures.recall[genre].value for genre in GENRES] == pytest.approx(each)


def test_wilson_interval_by_its_formula() -> None:
    n, share, z = 290, 240 / 290, 1.959964
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    found = proportion(240, 290)
    assert (found.low, found.high) == pytest.approx((centre - half, centre + half), abs=1e-6)


def test_mcnemar_is_the_binomial_of_the_clips_on_which_they_differ() -> None:
    labels = np.zeros(12, dtype=int)
    first = rows(*[(0, 0.9)] * 10, *[(1, 0.9)] * 2)
    second = rows(*[(0, 0.9)] * 2, *[(1, 0.9)] * 8, (0, 0.9), (1, 0.9))
    found = mcnemar_test(labels, first, second)
    assert (found.only_first, found.only_second) == (8, 1)
    assert found.p_value == pytest.approx(2 * (1 + 9) / 2**9)
    assert mcnemar_test(labels, first, first).p_value == 1


def test_record_is_json() -> None:
    record = json.loads(json.dumps(evaluate(LABELS, SHARES).record()))
    assert record["accuracy"]["n"] == 6


def test_a_certain_and_wrong_answer_costs_a_finite_loss() -> None:
    assert evaluate(np.array([3]), np.eye(10)[[4]]).log_loss == pytest.approx(-np.log(1e-6), rel=1e-3)


@pytest.mark.parametrize(
    ("labels", "shares"),
    [
        (np.array([], dtype=int), np.zeros((0, 10))),
        (np.array([1]), np.eye(9)[[1]]),
        (np.array([1]), np.full((1, 10), 0.2)),
    ],
    ids=["no clips", "nine genres", "shares above one"],
)
def test_what_does_not_fit_is_refused(labels: np.ndarray, shares: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"clips|shares"):
        evaluate(labels, shares)
