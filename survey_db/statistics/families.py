"""Tests of each sample and of each genre, corrected for their number by the maximum statistic.

The hypothesis of one sample is that a listener names its genre for it as often
as for the samples of other genres that they heard. Its own p-value is exact, and
stays right when other samples are recognised: only guesses of this one genre
enter, and those at other samples of the genre are left out. The hypothesis of a
genre pools its samples.

The tests of a family depend on one another. Westfall and Young (1993,
"Resampling-based multiple testing") correct for just the dependence that there
is: an observed p-value is compared with the smallest of the family in each
permutation of `survey_db.statistics.permutation`. The correction holds whichever of the
hypotheses are true.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from survey_db.statistics.blind import Guesses
from survey_db.statistics.intervals import Floats
from survey_db.statistics.matching import bernoulli_kinds, hypergeometric_kinds, two_sided
from survey_db.statistics.permutation import PERMUTATIONS, null_p_values


@dataclass(frozen=True, eq=False)
class FamilyTests:
    """The tests of all samples, or of all genres; each array has shape (n_groups,).

    Parameters
    ----------
    expected : ndarray
        Share of right guesses if the genre were named as often as for samples of
        other genres.
    unbiased : ndarray
        Wagner's unbiased hit rate, ``right²`` over the group's answers times the
        guesses of its genre (Wagner, 1993, "On measuring performance in category
        judgment studies of nonverbal behavior", Journal of Nonverbal Behavior
        17:3-28). Guesses at other samples of the genre are left out.
    p_values : ndarray
        Exact, two-sided.
    adjusted : ndarray
        The same, corrected for their number.
    """

    expected: Floats
    unbiased: Floats
    p_values: Floats
    adjusted: Floats


def family_tests(guesses: Guesses, permutations: int = PERMUTATIONS) -> tuple[FamilyTests, FamilyTests]:
    """Return the tests of the samples, and of the genres, from one and the same permutations.

    Where a genre has no sample, its expected share and hit rate are 0 and its
    p-values 1.
    """
    samples = len(guesses.samples)
    exact = np.concatenate([sample_p_values(guesses), genre_p_values(guesses)])
    observed, null = null_p_values(guesses, exact, permutations)
    of_samples, of_genres = (
        np.maximum(adjusted(observed[family], null[:, family]), exact[family])
        for family in (slice(0, samples), slice(samples, None))
    )
    answers = np.bincount(guesses.sample, minlength=samples)
    right = np.bincount(guesses.sample, guesses.right, minlength=samples)
    elsewhere = (guesses.named - guesses.hits).sum(axis=0)[guesses.intended]
    heard, hits = guesses.heard.sum(axis=0), guesses.hits.sum(axis=0)
    return (
        FamilyTests(
            expected=_ratio(np.bincount(guesses.sample, guesses.chance, minlength=samples), answers),
            unbiased=_ratio(right**2, answers * (right + elsewhere)),
            p_values=exact[:samples],
            adjusted=of_samples,
        ),
        FamilyTests(
            expected=_ratio((guesses.heard * guesses.named / guesses.answers[:, None]).sum(axis=0), heard),
            unbiased=_ratio(hits**2, heard * guesses.named.sum(axis=0)),
            p_values=exact[samples:],
            adjusted=of_genres,
        ),
    )


def sample_p_values(guesses: Guesses) -> Floats:
    """Return the exact two-sided p-value of each sample, shape (n_samples,)."""
    found = []
    for sample in range(len(guesses.samples)):
        answered = guesses.sample == sample
        pmfs, kind = bernoulli_kinds(guesses.chance[answered])
        found.append(two_sided(pmfs, np.bincount(kind), int(guesses.right[answered].sum())))
    return np.array(found)


def genre_p_values(guesses: Guesses) -> Floats:
    """Return the exact two-sided p-value of each genre, shape (n_genres,); 1 where it has no sample."""
    found = []
    for genre in range(len(guesses.genres)):
        heard, named = guesses.heard[:, genre], guesses.named[:, genre]
        pmfs, kind = hypergeometric_kinds(guesses.answers, heard, named)
        found.append(two_sided(pmfs, np.bincount(kind), int(guesses.hits[:, genre].sum())))
    return np.array(found)


def adjusted(found: Floats, null: Floats) -> Floats:
    """Correct p-values for their number by the step-down minimum of Westfall and Young.

    Parameters
    ----------
    found : ndarray, shape (n_tests,)
        The observed p-values.
    null : ndarray, shape (n_permutations, n_tests)
        P-values of the same tests under joint draws of the null hypothesis.

    Returns
    -------
    ndarray, shape (n_tests,)
        ``(b + 1) / (B + 1)``: the observed arrangement counts as one of those
        that could have been drawn, so that no p-value is 0 (Phipson and Smyth,
        2010, "Permutation p-values should never be zero",
        https://doi.org/10.2202/1544-6115.1585). Box 3 of Ge, Dudoit and Speed
        (2003, "Resampling-based multiple testing for microarray data analysis",
        https://doi.org/10.1007/BF02595811).
    """
    order = np.argsort(found, kind="stable")
    smallest = np.minimum.accumulate(null[:, order[::-1]], axis=1)[:, ::-1]
    exceeded = (smallest <= found[order] + 1e-12).sum(axis=0)
    stepped = np.maximum.accumulate((exceeded + 1) / (len(null) + 1))
    corrected = np.empty_like(found)
    corrected[order] = np.minimum(stepped, 1.0)
    return corrected


def _ratio(numerators: npt.ArrayLike, denominators: npt.ArrayLike) -> Floats:
    """Divide, giving 0 where there is nothing to divide by."""
    above, below = np.asarray(numerators, dtype=np.float64), np.asarray(denominators, dtype=np.float64)
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)
