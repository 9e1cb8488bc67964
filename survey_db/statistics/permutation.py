"""Shuffling listeners' guesses: the joint distribution of all statistics under the null hypothesis.

Every listener's guesses are shuffled among the samples that this listener
heard, for all samples at once, so that the statistics keep their dependence: a
guess that moves to one sample leaves another.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from survey_db.statistics.blind import Guesses
from survey_db.statistics.intervals import SEED, Codes, Floats

PERMUTATIONS = 20_000
"""How often the guesses are shuffled."""

MOST_SHUFFLED = 2_000
"""Answers up to which guesses are shuffled; with more, the normal limit of the same covariance is drawn."""

_AT_ONCE = 4_000_000


def null_p_values(guesses: Guesses, exact: Floats, permutations: int) -> tuple[Floats, Floats]:
    """Return the observed p-values and joint draws of them under the null hypothesis.

    Parameters
    ----------
    guesses : Guesses
        The guesses of a study.
    exact : ndarray, shape (n_samples + n_genres,)
        The exact p-value of each sample and each genre.
    permutations : int
        How often the guesses are shuffled.

    Returns
    -------
    observed : ndarray, shape (n_samples + n_genres,)
        By rank among the permutations, or ``exact`` where there are too many answers.
    null : ndarray, shape (n_permutations, n_samples + n_genres)
        The same for each permutation.
    """
    rng = np.random.default_rng(SEED)
    weights, expected = _statistics(guesses)
    if len(guesses.guess) > MOST_SHUFFLED:
        return exact, _limit(guesses, weights, permutations, rng)
    shuffled = _shuffled(guesses, weights, permutations, rng)
    p_values = ranked(np.vstack([guesses.right @ weights, shuffled]) - expected)
    return p_values[0], p_values[1:]


def _statistics(guesses: Guesses) -> tuple[Floats, Floats]:
    """Return the statistics as sums over right answers: weights, and what is taken off.

    A sample's statistic is its number right less the number expected from the
    same listeners' guesses of its genre elsewhere. A guess of the genre that
    lands on another sample of it counts neither here nor there: its share in
    the expected number, one over the pool, is added back. A genre's statistic
    is its number right less its expected number.

    Returns
    -------
    weights : ndarray, shape (n_answers, n_samples + n_genres)
        What a right answer adds to each statistic.
    expected : ndarray, shape (n_samples + n_genres,)
        What is taken off.
    """
    samples, genres = len(guesses.samples), len(guesses.genres)
    answers = np.arange(len(guesses.guess))
    # One over the pool for each listener and sample that they heard, 0 for those that they did not.
    share = np.zeros((len(guesses.answers), samples))
    share[guesses.listener, guesses.sample] = 1 / guesses.pool
    siblings = guesses.genre[:, None] == guesses.intended[None, :]
    weights = np.zeros((len(answers), samples + genres))
    weights[:, :samples] = siblings * share[guesses.listener]
    weights[answers, guesses.sample] = 1.0
    weights[answers, samples + guesses.genre] = 1.0
    of_samples = (share * guesses.named[:, guesses.intended]).sum(axis=0)
    of_genres = (guesses.heard * guesses.named / guesses.answers[:, None]).sum(axis=0)
    return weights, np.concatenate([of_samples, of_genres])


def _shuffled(guesses: Guesses, weights: Floats, permutations: int, rng: np.random.Generator) -> Floats:
    """Shuffle each listener's guesses and sum the statistics, shape (n_permutations, n_columns)."""
    sums = np.zeros((permutations, weights.shape[1]))
    for rows in _by_number_of_answers(guesses):
        named, genre = (codes[rows].astype(np.int16) for codes in (guesses.guess, guesses.genre))
        step = max(1, _AT_ONCE // rows.size)
        for first in range(0, permutations, step):
            count = min(step, permutations - first)
            moved = rng.permuted(np.tile(named, (count, 1)), axis=1).reshape(count, rows.size)
            sums[first : first + count] += (moved == genre.ravel()).astype(np.float64) @ weights[rows.ravel()]
    return sums


def ranked(statistics: Floats) -> Floats:
    """Turn statistics into p-values: the share of draws, in each column, that are at least as far from 0."""
    from scipy.stats import rankdata

    # Rounded, for sums of the same terms may differ by the order in which they were added.
    ranks = rankdata(-np.abs(np.round(statistics, 9)), method="max", axis=0)
    return np.asarray(ranks / len(statistics), dtype=np.float64)


def _limit(guesses: Guesses, weights: Floats, permutations: int, rng: np.random.Generator) -> Floats:
    """Draw the p-values of the permutations' normal limit, shape (n_permutations, n_columns)."""
    from scipy.special import ndtr

    covariance = _covariance(guesses, weights)
    sds = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    drawn = rng.multivariate_normal(np.zeros(len(sds)), covariance, permutations, method="eigh")
    scores = np.divide(drawn, sds, out=np.zeros_like(drawn), where=sds > 1e-9)
    return np.asarray(2 * ndtr(-np.abs(scores)), dtype=np.float64)


def _covariance(guesses: Guesses, weights: Floats) -> Floats:
    """Return the covariance of the statistics over all permutations, shape (n_columns, n_columns).

    Of a listener's k answers, one to a sample of genre g is right with
    probability ``m_g / k``, and one to g and one to h are both right with
    probability ``m_g (m_h - [g = h]) / (k (k - 1))``, m being their guesses.
    """
    total = np.zeros((weights.shape[1], weights.shape[1]))
    for rows in _by_number_of_answers(guesses):
        size = rows.shape[1]
        genre = guesses.genre[rows]
        named = np.take_along_axis(guesses.named[guesses.listener[rows[:, 0]]], genre, axis=1)
        means = named / size
        same = genre[:, :, None] == genre[:, None, :]
        both = named[:, :, None] * (named[:, None, :] - same) / max(1, size * (size - 1))
        diagonal = np.arange(size)
        both[:, diagonal, diagonal] = means
        covariances = both - means[:, :, None] * means[:, None, :]
        block = weights[rows]
        total += np.einsum("nac,nab,nbd->cd", block, covariances, block, optimize=True)
    return total


def _by_number_of_answers(guesses: Guesses) -> Iterator[Codes]:
    """Yield the answers of listeners with equally many, shape (n_listeners, n_answers_each).

    Listeners come in the order of what they heard and named, so that the same
    answers give the same draws in whatever order they are stored.
    """
    order = np.lexsort((guesses.sample, guesses.listener))
    size = guesses.answers[guesses.listener[order]]
    for answers in np.unique(guesses.answers):
        rows = order[size == answers].reshape(-1, answers)
        content = np.hstack([guesses.sample[rows], guesses.guess[rows]])
        yield rows[np.lexsort(content.T)]
