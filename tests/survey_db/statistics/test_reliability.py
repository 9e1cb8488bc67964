"""Alpha against the worked examples of its inventor and against its definition, pair by pair."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from survey_db.statistics.intervals import Interval, Missing
from survey_db.statistics.reliability import Metric, Reliability, krippendorff_alpha, reliability

# Krippendorff, 2011, "Computing Krippendorff's alpha-reliability", section C: four observers,
# twelve units, missing data; nominal alpha 0.743 (also the example of R's irr::kripp.alpha,
# whose ordinal alpha is 0.815).
FOUR_OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
# Krippendorff, 2004, "Content Analysis", as the krippendorff package's sample quotes it: three
# coders, fifteen units; nominal alpha 0.691.
THREE_CODERS = (
    ". . . . . 3 4 1 2 1 1 3 3 . 3",
    "1 . 2 1 3 3 4 3 . . . . . . .",
    ". . 2 1 3 4 4 . 2 1 1 3 3 . 4",
)


def as_answers(rows: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"listener": f"coder {coder}", "sample": f"unit {unit}", "rating": int(value)}
            for coder, row in enumerate(rows)
            for unit, value in enumerate(row.split())
            if value != "."
        ]
    )


def by_definition(answers: pd.DataFrame, metric: Metric) -> float:
    """Alpha from all pairs of answers, as the definition has it, without a coincidence matrix."""
    units = [group["rating"].tolist() for _, group in answers.groupby("sample") if len(group) > 1]
    values = [value for unit in units for value in unit]

    def distance(one: int, other: int) -> float:
        if metric == "nominal":
            return float(one != other)
        low, high = min(one, other), max(one, other)
        between = sum(low <= value <= high for value in values)
        return (between - (values.count(low) + values.count(high)) / 2) ** 2

    observed = sum(
        distance(one, other) / (len(unit) - 1) for unit in units for one, other in permutations(unit, 2)
    ) / len(values)
    expected = sum(distance(one, other) for one, other in permutations(values, 2)) / (
        len(values) * (len(values) - 1)
    )
    return 1 - observed / expected


@pytest.mark.parametrize(
    ("rows", "metric", "published"),
    [
        (FOUR_OBSERVERS, "nominal", 0.743),
        (FOUR_OBSERVERS, "ordinal", 0.815),
        (THREE_CODERS, "nominal", 0.691),
    ],
)
def test_published_examples(rows: tuple[str, ...], metric: Metric, published: float) -> None:
    found = reliability(as_answers(rows), "rating", metric)
    assert isinstance(found, Reliability)
    assert round(found.alpha, 3) == published


@pytest.mark.parametrize("metric", ["nominal", "ordinal"])
def test_alpha_is_its_definition_on_listeners(published_answers: pd.DataFrame, metric: Metric) -> None:
    answers = published_answers[["listener", "sample", "rating"]].sample(frac=0.6, random_state=1)
    found = reliability(answers, "rating", metric)
    assert isinstance(found, Reliability)
    assert found.alpha == pytest.approx(by_definition(answers.astype({"sample": str}), metric))


def test_full_agreement_is_one_and_random_answers_are_near_none() -> None:
    rng = np.random.default_rng(0)
    sample, listener = np.tile(np.arange(6), 200), np.repeat(np.arange(200), 6)
    agreed = pd.DataFrame({"sample": sample, "listener": listener, "rating": sample})
    random = agreed.assign(rating=rng.integers(1, 11, len(sample)))
    for metric in ("nominal", "ordinal"):
        one, none = reliability(agreed, "rating", metric), reliability(random, "rating", metric)
        assert isinstance(one, Reliability)
        assert isinstance(none, Reliability)
        assert one.alpha == pytest.approx(1)
        assert none.alpha == pytest.approx(0, abs=0.02)


def test_interval_leaves_out_each_listener_in_turn(published_answers: pd.DataFrame) -> None:
    found = reliability(published_answers, "guess", "nominal")
    assert isinstance(found, Reliability)
    assert isinstance(found.interval, Interval)
    left_out = []
    for listener in published_answers["listener"].unique():
        rest = reliability(published_answers[published_answers["listener"] != listener], "guess", "nominal")
        assert isinstance(rest, Reliability)
        left_out.append(rest.alpha)
    error = np.sqrt(31 / 32 * np.sum((np.array(left_out) - np.mean(left_out)) ** 2))
    assert found.interval.high - found.interval.low == pytest.approx(2 * 2.0395 * error, rel=1e-3)


def test_interval_covers_the_alpha_of_many_listeners() -> None:
    rng = np.random.default_rng(3)
    centres = np.array([3.5, 5, 6, 6.5, 7.5, 8.5])

    def ratings(listeners: int) -> np.ndarray:
        strictness = rng.normal(0, 1.2, (listeners, 1))
        return np.clip(np.rint(centres + strictness + rng.normal(0, 1.8, (listeners, 6))), 1, 10).astype(int)

    def frame(values: np.ndarray) -> pd.DataFrame:
        listener, sample = np.indices(values.shape)
        return pd.DataFrame(
            {"listener": listener.ravel(), "sample": sample.ravel(), "rating": values.ravel()}
        )

    many = ratings(100_000)
    counts = np.stack([np.bincount(column, minlength=11)[1:] for column in many.T]).astype(float)
    truth = krippendorff_alpha(counts[None], "ordinal")[0]
    covered = 0
    for _ in range(300):
        found = reliability(frame(ratings(32)), "rating", "ordinal")
        assert isinstance(found, Reliability)
        assert isinstance(found.interval, Interval)
        covered += truth in found.interval
    assert 0.91 <= covered / 300 <= 0.98


def test_too_little_to_compare() -> None:
    alone = pd.DataFrame({"listener": ["a", "a"], "sample": ["x", "y"], "rating": [3, 4]})
    same = pd.DataFrame({"listener": ["a", "b"], "sample": ["x", "x"], "rating": [3, 3]})
    two = pd.DataFrame({"listener": ["a", "b"], "sample": ["x", "x"], "rating": [3, 4]})
    assert isinstance(reliability(alone, "rating", "nominal"), Missing)
    assert isinstance(reliability(alone[:0], "rating", "nominal"), Missing)
    assert isinstance(reliability(same, "rating", "nominal"), Missing)
    found = reliability(two, "rating", "nominal")
    assert isinstance(found, Reliability)
    assert isinstance(found.interval, Missing)
