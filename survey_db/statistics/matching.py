"""Exact distributions of numbers right where each listener's guesses are shuffled.

The number right of one listener has the distribution of a matching problem
with multiplicities; that of a study is the convolution over its listeners, done
by kinds of listeners, so that 100,000 answers cost no more than a moment.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from survey_db.statistics.intervals import Codes, Floats

SMALLEST_P = 1e-12
"""P-values of convolutions are no smaller; below it are rounding errors."""


def kinds(heard: Codes, named: Codes) -> tuple[list[Floats], Codes]:
    """Sort listeners into kinds whose number right has one and the same distribution.

    Parameters
    ----------
    heard, named : ndarray of int, shape (..., n_genres)
        Samples of each genre that a listener heard, and how often they named it;
        the two are broadcast against each other.

    Returns
    -------
    pmfs : list of ndarray
        The distribution of each kind, as `matching` gives it.
    kind : ndarray of int, shape (...)
        The kind of each listener.
    """
    heard, named = np.broadcast_arrays(heard, named)
    answers = named.sum(axis=-1)
    # Genres that a listener heard but never named, or named but never heard, match nothing.
    matched = np.where((heard > 0) & (named > 0), heard * (int(answers.max(initial=0)) + 1) + named, 0)
    pairs, code = np.unique(matched, return_inverse=True)
    rows = np.sort(code.reshape(-1, heard.shape[-1]), axis=-1)
    key = _single_key(np.column_stack([rows, answers.ravel()]))
    _, first, kind = np.unique(key, return_index=True, return_inverse=True)
    base = int(answers.max(initial=0)) + 1
    pmfs = [
        np.array(
            matching(
                tuple(divmod(int(pair), base) for pair in pairs[rows[row]] if pair),
                int(answers.ravel()[row]),
            )
        )
        for row in first
    ]
    return pmfs, kind.reshape(answers.shape)


@lru_cache(maxsize=65_536)
def matching(pairs: tuple[tuple[int, int], ...], answers: int) -> tuple[float, ...]:
    """Return the distribution of one listener's number right when their guesses are shuffled.

    Parameters
    ----------
    pairs : tuple of (int, int)
        For each genre that the listener both heard and named: samples, guesses.
    answers : int
        All answers of the listener.

    Returns
    -------
    tuple of float
        Probabilities of 0, 1, 2 … right. With ``r_j`` the coefficients of the
        rook polynomial ``Π_g Σ_j C(a_g, j) C(m_g, j) j! x^j``, the binomial
        moments are ``r_j (k - j)! / k!``, from which inclusion and exclusion
        give the probabilities, in integers and so without cancellation
        (Riordan, 1958, "An introduction to combinatorial analysis", chapter 7).
    """
    rooks = [1]
    for samples, guesses in pairs:
        board = [
            math.comb(samples, j) * math.comb(guesses, j) * math.factorial(j)
            for j in range(min(samples, guesses) + 1)
        ]
        product = [0] * (len(rooks) + len(board) - 1)
        for i, left in enumerate(rooks):
            for j, right in enumerate(board):
                product[i + j] += left * right
        rooks = product
    moments = [rook * math.factorial(answers - j) for j, rook in enumerate(rooks)]
    ways = math.factorial(answers)
    return tuple(
        sum((-1) ** (j - t) * math.comb(j, t) * moments[j] for j in range(t, len(moments))) / ways
        for t in range(len(moments))
    )


def bernoulli_kinds(chances: Floats) -> tuple[list[Floats], Codes]:
    """Sort independent events into kinds of equal probability; returns what `kinds` does."""
    levels, kind = np.unique(chances, return_inverse=True)
    return [np.array([1 - level, level]) for level in levels], kind


def hypergeometric_kinds(answers: Codes, heard: Codes, named: Codes) -> tuple[list[Floats], Codes]:
    """Sort listeners into kinds by how many guesses of one genre land on the samples of it.

    Parameters
    ----------
    answers, heard, named : ndarray of int, shape (n_listeners,)
        All answers of a listener, those to samples of the genre, and how often they named it.
    """
    key = np.column_stack([answers, heard, named])
    distinct, kind = np.unique(key, axis=0, return_inverse=True)
    # One genre is a matching problem of its own.
    pmfs = [np.array(matching(((a, m),) if a and m else (), k)) for k, a, m in distinct.tolist()]
    return pmfs, kind.ravel()


def two_sided(pmfs: Sequence[Floats], counts: Codes, observed: int) -> float:
    """Return the two-sided p-value of a sum of independent numbers; parameters as `sum_distribution`."""
    return float(two_sided_all(pmfs, counts[None], np.array([observed]))[0])


def two_sided_all(pmfs: Sequence[Floats], counts: Codes, observed: Codes) -> Floats:
    """Return the two-sided p-values of many sums, shape (n_sums,).

    Parameters
    ----------
    pmfs, counts
        As `sum_distribution` takes them.
    observed : ndarray of int, shape (n_sums,)
        What each sum was observed to be.
    """
    probabilities, values = sum_distribution(pmfs, counts)
    expected = counts @ np.array([pmf @ np.arange(len(pmf)) for pmf in pmfs])
    far = np.abs(observed - expected)[:, None]
    # Values that are equally far must count as such despite rounding.
    at_least = np.abs(values - expected[:, None]) >= far - 1e-7
    p_values: Floats = np.clip((probabilities * at_least).sum(axis=1), SMALLEST_P, 1.0)
    return p_values


def sum_distribution(pmfs: Sequence[Floats], counts: Codes) -> tuple[Floats, Codes]:
    """Return the distributions of sums of independent numbers.

    Parameters
    ----------
    pmfs : sequence of ndarray
        Probabilities of 0, 1, 2 … for each kind of number.
    counts : ndarray of int, shape (n_sums, n_kinds)
        How many numbers of each kind each sum has.

    Returns
    -------
    probabilities : ndarray, shape (n_sums, n_values)
        By the product of the discrete Fourier transforms.
    values : ndarray of int, shape (n_values,)
        The values: all that there are, or where they are many, those within 12
        standard deviations of a mean, beyond which nothing is left but rounding.
    """
    from scipy.fft import next_fast_len

    means = counts @ np.array([pmf @ np.arange(len(pmf)) for pmf in pmfs])
    sds = np.sqrt(counts @ np.array([_variance(pmf) for pmf in pmfs]))
    largest = int((counts @ np.array([len(pmf) - 1 for pmf in pmfs])).max())
    low, high = 0, largest
    if largest > 2_000:
        low = max(0, math.floor((means - 12 * sds).min()) - 12)
        high = min(largest, math.ceil((means + 12 * sds).max()) + 12)
    length = next_fast_len(max(high - low + 1, *(len(pmf) for pmf in pmfs)), real=True)
    transforms = np.stack([np.fft.rfft(pmf, length) for pmf in pmfs])
    logs = np.log(np.where(np.abs(transforms) < 1e-300, 1e-300, transforms))
    folded = np.fft.irfft(np.exp(counts @ logs), length, axis=1)
    values = np.arange(low, low + length)
    return np.maximum(folded[:, values % length], 0.0), values


def _variance(pmf: Floats) -> float:
    values = np.arange(len(pmf))
    return max(0.0, float(pmf @ values**2 - (pmf @ values) ** 2))


def _single_key(rows: Codes) -> Codes:
    """Return one number per row, equal where the rows are."""
    base = int(rows.max(initial=0)) + 1
    if base ** rows.shape[1] < 2**62:
        return rows @ np.array([base**power for power in range(rows.shape[1])], dtype=np.intp)
    return np.asarray(np.unique(rows, axis=0, return_inverse=True)[1], dtype=np.intp).ravel()
