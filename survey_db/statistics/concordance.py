"""Whether listeners and a classifier hear the same in a sample, or only the same genre.

Both tend to name the genre that a sample was made as, and so agree for that
reason alone. Under the null hypothesis that they share nothing more, it does not
matter which of the samples of one genre a classifier's verdict belongs to: the
verdicts are exchanged among the samples of each genre, in every way or, where
there are too many, in 20,000 drawn at random. What counts is the probability
that the classifier gives to the genre a listener names, on average over answers.

The sample is the unit of the test, since every listener hears the same few; the
interval is over listeners, and speaks of these samples. With one sample of each
genre nothing can be exchanged, and the question has no answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import permutations as all_permutations

import numpy as np
import pandas as pd

from survey_db.statistics.families import adjusted
from survey_db.statistics.intervals import LEVEL, SEED, Codes, Floats, Interval, Missing, listener_bootstrap
from survey_db.statistics.permutation import PERMUTATIONS, ranked
from survey_db.statistics.printing import decimal, model_name, p_text, percent

_MOST_ENUMERATED = 7  # samples of one genre: 5,040 ways


@dataclass(frozen=True)
class BeyondGenre:
    """Agreement on the samples themselves, over genres that have several.

    Parameters
    ----------
    given : float
        Mean probability that the classifier gives to the genre a listener names.
    expected : float
        The same with its verdicts exchanged among the samples of each genre.
    excess : float
        ``given - expected``.
    interval : Interval or Missing
        Of the excess, by bootstrap over listeners.
    p_value, p_adjusted : float
        Two-sided permutation test, and corrected for the number of classifiers.
    samples, arrangements : int
        Samples that could be exchanged, and ways of exchanging them that were tried.
    """

    given: float
    expected: float
    excess: float
    interval: Interval | Missing
    p_value: float
    p_adjusted: float
    samples: int
    arrangements: int


@dataclass(frozen=True)
class Concordance:
    """Agreement of listeners with one classifier on the same samples.

    Parameters
    ----------
    model : str
        The classifier.
    same : float
        Share of guesses that name the classifier's choice.
    interval : Interval or Missing
        Of that share, by bootstrap over listeners.
    both_right : float
        Share of guesses where both name the intended genre.
    beyond : BeyondGenre or Missing
        Whether they agree on more than the intended genre.
    """

    model: str
    same: float
    interval: Interval | Missing
    both_right: float
    beyond: BeyondGenre | Missing


def concordance(answers: pd.DataFrame, verdicts: Floats, models: Sequence[str]) -> tuple[Concordance, ...]:
    """Compare listeners' guesses with the verdicts of classifiers.

    Parameters
    ----------
    answers : DataFrame
        ``listener``, and as codes ``sample``, ``guess`` and ``genre`` (the intended
        one), the last two in the order of the verdicts' genres; -1 for a genre that
        has no verdict.
    verdicts : ndarray, shape (n_models, n_samples, n_genres)
        Probabilities.
    models : sequence of str
        Names of the classifiers.
    """
    listener = pd.factorize(answers["listener"])[0]
    sample, guess, genre = (answers[name].to_numpy(dtype=np.intp) for name in ("sample", "guess", "genre"))
    choice = verdicts.argmax(axis=2)[:, sample]
    same = choice == guess
    beyond = _beyond_genre(verdicts, listener, sample, guess, genre)
    return tuple(
        Concordance(
            model=model,
            same=float(same[place].mean()),
            interval=_over_listeners(listener, same[place]),
            both_right=float((same[place] & (guess == genre)).mean()),
            beyond=beyond if isinstance(beyond, Missing) else beyond[place],
        )
        for place, model in enumerate(models)
    )


def concordance_sentence(found: Concordance) -> str:
    """Return the agreement of listeners with a classifier in words."""
    name = model_name(found.model)
    ends = _ends(found.interval)
    text = (
        f"{percent(found.same)} of the guesses name the genre that the {name} chooses"
        f"{f' (95% interval {ends})' if ends else ''}; in {percent(found.both_right)} both name the "
        "intended genre."
    )
    beyond = found.beyond
    if isinstance(beyond, Missing):
        return text
    shown = beyond.p_adjusted < 1 - LEVEL
    verdict = (
        "nothing is shown that they share beyond the intended genre"
        if not shown
        else "they hear the same in the samples themselves, not in their genre alone"
        if beyond.excess > 0
        else "within a genre, they hear different things in the same sample"
    )
    points = decimal(100 * abs(beyond.excess), 1)
    more = f"{points} points {'more' if beyond.excess >= 0 else 'less'} than"
    ends = _ends(beyond.interval, points=True)
    interval = f"95% interval of the difference {ends}, " if ends else ""
    return (
        f"{text} To the genre that a listener names, the {name} gives a probability of "
        f"{percent(beyond.given)} on average, {more} with its verdicts exchanged among samples of one genre "
        f"({interval}{p_text(beyond.p_adjusted)}): {verdict}."
    )


def _beyond_genre(
    verdicts: Floats, listener: Codes, sample: Codes, guess: Codes, genre: Codes
) -> list[BeyondGenre] | Missing:
    strata = _strata(sample, genre)
    if not strata:
        return Missing(
            "Each genre has one sample, so hearing the same in a sample cannot be separated from hearing "
            "the same genre; that takes two samples of a genre."
        )
    members = np.concatenate(strata)
    counted = np.isin(sample, members) & (guess >= 0)
    if not counted.any():
        return Missing("No listener has named a genre that the classifiers know.")
    listener, sample, guess = listener[counted], sample[counted], guess[counted]
    # How often each sample was heard as each genre; what each verdict would give to these guesses.
    heard = np.zeros(verdicts.shape[1:])
    np.add.at(heard, (sample, guess), 1.0)
    given = np.einsum("jg,mlg->mjl", heard, verdicts) / len(sample)
    arranged = _arranged(given, strata)
    observed = arranged[0]
    expected = sum(given[:, stratum][:, :, stratum].sum(axis=(1, 2)) / len(stratum) for stratum in strata)
    null = ranked(arranged - expected)
    corrected = adjusted(null[0], null[1:])
    mean_verdict = verdicts.copy()
    for stratum in strata:
        mean_verdict[:, stratum] = verdicts[:, stratum].mean(axis=1, keepdims=True)
    found = []
    for place in range(len(verdicts)):
        excess = verdicts[place, sample, guess] - mean_verdict[place, sample, guess]
        found.append(
            BeyondGenre(
                given=float(observed[place]),
                expected=float(expected[place]),
                excess=float(observed[place] - expected[place]),
                interval=_over_listeners(listener, excess),
                p_value=float(null[0, place]),
                p_adjusted=float(max(corrected[place], null[0, place])),
                samples=len(members),
                arrangements=len(arranged),
            )
        )
    return found


def _strata(sample: Codes, genre: Codes) -> list[Codes]:
    """Return the samples of each genre that has several."""
    pairs = np.unique(np.column_stack([genre, sample]), axis=0)
    by_genre = [pairs[pairs[:, 0] == code, 1] for code in np.unique(pairs[:, 0])]
    return [samples for samples in by_genre if len(samples) > 1]


def _arranged(given: Floats, strata: Sequence[Codes]) -> Floats:
    """Return the statistic of each way of exchanging verdicts, shape (n_arrangements, n_models).

    The first is that of the verdicts where they belong.
    """
    rng = np.random.default_rng(SEED)
    ways = math.prod(math.factorial(len(stratum)) for stratum in strata)
    sums = []
    for stratum in strata:
        size = len(stratum)
        block = given[:, stratum][:, :, stratum]
        if size <= _MOST_ENUMERATED:
            orders = np.array(list(all_permutations(range(size))))
        else:
            orders = rng.permuted(np.tile(np.arange(size), (PERMUTATIONS, 1)), axis=1)
        orders[0] = np.arange(size)
        each = block[:, np.arange(size), orders].sum(axis=2).T
        drawn = rng.integers(len(each), size=PERMUTATIONS)
        drawn[0] = 0
        sums.append(each if ways <= PERMUTATIONS else each[drawn])
    if ways <= PERMUTATIONS:
        models = given.shape[0]
        return reduce(lambda left, right: (left[:, None] + right[None]).reshape(-1, models), sums)
    return np.asarray(sum(sums), dtype=np.float64)


def _over_listeners(listener: Codes, values: Floats) -> Interval | Missing:
    _, place, counts = np.unique(listener, return_inverse=True, return_counts=True)
    totals = np.bincount(place, weights=values).astype(np.float64)
    (interval,) = listener_bootstrap(totals[:, None], counts.astype(np.float64))
    return interval


def _ends(interval: Interval | Missing, *, points: bool = False) -> str:
    if isinstance(interval, Missing):
        return ""
    low, high = (decimal(100 * end, 1) if points else percent(end) for end in (interval.low, interval.high))
    return f"{low} to {high}"
