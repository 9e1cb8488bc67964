from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from survey_db.statistics.concordance import BeyondGenre, Concordance, concordance, concordance_sentence
from survey_db.statistics.intervals import Interval, Missing

GENRES = 4


def simulated(
    rng: np.random.Generator, genre: np.ndarray, *, listeners: int = 30, shared: float = 0.0
) -> tuple[pd.DataFrame, np.ndarray]:
    """Guesses and verdicts of samples, whose ambiguity both parties see alike to the degree ``shared``.

    Every sample sounds a little like other genres; what listeners hear of that is
    their own, common to all of them, but for the shared part.
    """

    def heard(common: np.ndarray) -> np.ndarray:
        own = rng.normal(0, 1, (len(genre), GENRES))
        strength = 1.5 * np.eye(GENRES)[genre] + shared * common + np.sqrt(1 - shared**2) * own
        weights = np.exp(1.5 * strength)
        return weights / weights.sum(axis=1, keepdims=True)

    common = rng.normal(0, 1, (len(genre), GENRES))
    human, machine = heard(common), heard(common)
    sample = np.tile(np.arange(len(genre)), listeners)
    guess = (rng.random((len(sample), 1)) > human[sample].cumsum(axis=1)).sum(axis=1)
    answers = pd.DataFrame(
        {
            "listener": np.repeat(np.arange(listeners), len(genre)),
            "sample": sample,
            "guess": guess,
            "genre": genre[sample],
        }
    )
    return answers, machine[None]


def beyond(answers: pd.DataFrame, verdicts: np.ndarray) -> BeyondGenre:
    (found,) = concordance(answers, verdicts, ["cnn"])
    assert isinstance(found.beyond, BeyondGenre)
    return found.beyond


def test_p_value_is_that_of_every_way_of_exchanging_verdicts() -> None:
    genre = np.array([0, 0, 1, 1, 1, 2])
    answers, verdicts = simulated(np.random.default_rng(0), genre, listeners=9)
    found = beyond(answers, verdicts)
    totals = []
    for first, second in product(permutations([0, 1]), permutations([2, 3, 4])):
        moved = verdicts[0][[*first, *second]]
        counted = answers[answers["genre"] < 2]
        totals.append(moved[counted["sample"], counted["guess"]].mean())
    expected = np.mean(totals)
    far = np.abs(np.array(totals) - expected)
    assert found.given == pytest.approx(totals[0])
    assert found.expected == pytest.approx(expected)
    assert found.p_value == pytest.approx((far >= far[0] - 1e-12).mean())
    assert (found.samples, found.arrangements) == (5, 12)


def test_parties_that_share_the_genre_alone_are_not_taken_to_share_more() -> None:
    """Listeners who all hear the same odd things in a sample do not agree with the classifier for that."""
    rng = np.random.default_rng(1)
    genre = np.repeat(np.arange(4), 4)
    p_values = [beyond(*simulated(rng, genre, listeners=12)).p_value for _ in range(200)]
    rejected = np.count_nonzero(np.array(p_values) <= 0.05)
    assert stats.binom.ppf(0.001, 200, 0.03) <= rejected <= stats.binom.ppf(0.999, 200, 0.06)


def test_hearing_the_same_in_the_samples_is_shown() -> None:
    found = beyond(*simulated(np.random.default_rng(2), np.repeat(np.arange(4), 6), shared=1.0))
    assert found.p_value < 0.001
    assert isinstance(found.interval, Interval)
    assert 0 < found.interval.low < found.excess < found.interval.high


def test_many_samples_of_a_genre_are_drawn_at_random() -> None:
    answers, verdicts = simulated(np.random.default_rng(3), np.repeat([0, 1], 9), listeners=10, shared=0.5)
    found = beyond(answers, verdicts)
    assert found.arrangements == 20_000
    assert found.p_value >= 1 / 20_000


def test_one_sample_of_each_genre_cannot_answer_the_question() -> None:
    answers, verdicts = simulated(np.random.default_rng(4), np.arange(4))
    (found,) = concordance(answers, verdicts, ["cnn"])
    assert isinstance(found.beyond, Missing)
    assert "Each genre has one sample" in found.beyond.reason


def test_shares_of_agreement() -> None:
    answers = pd.DataFrame(
        {"listener": [0, 0, 1, 1], "sample": [0, 1, 0, 1], "guess": [0, 1, 0, 0], "genre": [0, 0, 0, 0]}
    )
    verdicts = np.array([[[0.9, 0.1], [0.2, 0.8]]])
    (found,) = concordance(answers, verdicts, ["cnn"])
    assert (found.same, found.both_right) == (0.75, 0.5)


def test_several_classifiers_are_corrected_for_their_number() -> None:
    answers, verdicts = simulated(np.random.default_rng(5), np.repeat(np.arange(4), 4), shared=0.6)
    noise = np.random.default_rng(6).dirichlet(np.ones(4), (3, 16))
    found = concordance(answers, np.concatenate([verdicts, noise]), list("abcd"))
    for item in found:
        assert isinstance(item.beyond, BeyondGenre)
        assert item.beyond.p_adjusted >= item.beyond.p_value


@pytest.mark.parametrize(
    ("excess", "p_value", "verdict"),
    [
        (0.05, 0.01, "they hear the same in the samples themselves"),
        (0.05, 0.3, "nothing is shown that they share beyond the intended genre"),
        (-0.05, 0.01, "they hear different things in the same sample"),
    ],
)
def test_sentence_turns_with_the_figures(excess: float, p_value: float, verdict: str) -> None:
    beyond = BeyondGenre(0.4 + excess, 0.4, excess, Interval(0.01, 0.09), p_value, p_value, 8, 256)
    text = concordance_sentence(Concordance("cnn", 0.5, Interval(0.4, 0.6), 0.3, beyond))
    assert verdict in text
    assert ("5.0 points less than" if excess < 0 else "5.0 points more than") in text
    assert text.endswith(".")
    short = concordance_sentence(Concordance("cnn", 0.5, Missing("Too few."), 0.3, Missing("One sample.")))
    assert short.endswith("both name the intended genre.")
