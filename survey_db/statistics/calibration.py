"""How the tests of guesses behave on simulated studies, beside the binomial test that is often used.

The *size* of a test is the share of studies with blind listeners in which it
shows hearing all the same; at a level of 5% it ought to be 5%. The binomial
test takes every guess as right with one and the same probability, one over the
genres offered, and so calls hearing what is only preference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from survey_db.statistics.families import family_tests
from survey_db.statistics.intervals import SEED, Floats, Interval, holm, wilson
from survey_db.statistics.printing import percent
from survey_db.statistics.simulation import (
    BLIND_POOLS,
    Design,
    Pool,
    as_guesses,
    even_pool,
    overall_p_values,
    present_pool,
    simulated_guesses,
)

LEVEL = 0.05
"""Level of every test here."""

PERMUTATIONS = 999
"""Permutations of a simulated study: fewer than the results use, which costs some power but no size."""

DESIGNS = {
    "32 listeners, 6 samples of 6 genres": Design(32),
    "12 listeners, 6 samples of 6 genres": Design(12),
    "32 listeners, 12 samples of 6 genres": Design(32, samples=12, present=6),
}

HEARING = (0.0, 0.02, 0.05, 0.08, 0.12, 0.16, 0.2)


@dataclass(frozen=True)
class Rejections:
    """In how many simulated studies each test shows hearing, at a level of 5%.

    Parameters
    ----------
    overall, family : float
        Shares for the permutation tests: of all guesses, and of any sample.
    old_overall, old_family : float
        Shares for the binomial test, and for that of each sample with Holm's correction.
    studies : int
        Studies drawn.
    """

    overall: float
    family: float
    old_overall: float
    old_family: float
    studies: int

    def interval(self, share: float) -> Interval:
        """Return the Wilson interval of one of the shares."""
        return wilson(round(share * self.studies), self.studies)


def rejections(
    pool: Pool, design: Design, hearing: float, studies: int, permutations: int = PERMUTATIONS
) -> Rejections:
    """Draw studies and count in how many each test shows hearing.

    Parameters are those of `simulated_guesses`; without ``permutations`` the
    test of each sample is left out.
    """
    guess = simulated_guesses(pool, design, studies, hearing, np.random.default_rng(SEED))
    right = guess == design.intended
    answers = design.listeners * design.samples
    by_sample = binomial_p_values(design.listeners, design.offered)[right.sum(axis=1)]
    family = [
        family_tests(as_guesses(study, design), permutations)[0].adjusted.min() <= LEVEL
        for study in guess
        if permutations
    ]
    return Rejections(
        overall=float((overall_p_values(guess, design) <= LEVEL).mean()),
        family=float(np.mean(family or [0.0])),
        old_overall=float(
            (binomial_p_values(answers, design.offered)[right.sum(axis=(1, 2))] <= LEVEL).mean()
        ),
        old_family=float(np.mean([min(holm(row)) <= LEVEL for row in by_sample.tolist()])),
        studies=studies,
    )


@lru_cache
def binomial_p_values(answers: int, offered: int) -> Floats:
    """Return the binomial test's two-sided p-values of 0, 1, … right, shape (answers + 1,)."""
    from scipy.stats import binomtest

    return np.array([binomtest(right, answers, 1 / offered).pvalue for right in range(answers + 1)])


@dataclass(frozen=True)
class PowerOfTests:
    """In how many simulated studies each test shows hearing, where it is there.

    Parameters
    ----------
    hearing : float
        Probability that a listener hears a sample's genre.
    offered, present : Rejections
        Where the other guesses are spread evenly among the genres offered, and
        among those present; without the test of each sample for these.
    """

    hearing: float
    offered: Rejections
    present: Rejections


@lru_cache(maxsize=1)
def powers(studies: int, permutations: int = PERMUTATIONS) -> tuple[PowerOfTests, ...]:
    """Return the power of each test at every probability of `HEARING`, for 32 listeners and 6 samples."""
    return tuple(
        PowerOfTests(
            hearing,
            rejections(even_pool, Design(32), hearing, studies, permutations),
            rejections(present_pool, Design(32), hearing, studies, permutations=0),
        )
        for hearing in HEARING
    )


def report(studies: int, permutations: int = PERMUTATIONS) -> Iterator[str]:
    """Yield the lines of the calibration, as Markdown, each part as soon as it is known."""
    yield from (
        f"Share of {studies:,} simulated studies in which blind listeners are taken for hearing ones, at a",
        "level of 5% (in brackets its 95% interval). “Any sample” is the corrected test of each sample.",
    )
    for name, design in DESIGNS.items():
        yield from ("", f"{name}, {design.offered} genres offered:", "")
        yield from _table(
            (
                "blind guesses",
                "permutation, all guesses",
                "permutation, any sample",
                "binomial, all guesses",
                "binomial and Holm, any sample",
            ),
            (
                (
                    pool_name,
                    *(_with_interval(found, share) for share in (found.overall, found.family)),
                    percent(found.old_overall),
                    percent(found.old_family),
                )
                for pool_name, pool in BLIND_POOLS.items()
                for found in [rejections(pool, design, 0.0, studies, permutations)]
            ),
        )
    yield from (
        "",
        f"Power: share of {studies:,} studies that show hearing, by how often a listener hears the genre of",
        "a sample (32 listeners, 6 samples, 10 genres offered). The other guesses are spread evenly among",
        "the genres offered, as the binomial test assumes, or among those present.",
        "",
    )
    yield from _table(
        (
            "heard",
            "permutation, offered",
            "binomial, offered",
            "permutation, present",
            "binomial, present",
            "any sample: permutation, offered",
            "binomial and Holm, offered",
        ),
        (
            (
                percent(at.hearing, 0),
                percent(at.offered.overall),
                percent(at.offered.old_overall),
                percent(at.present.overall),
                percent(at.present.old_overall),
                percent(at.offered.family),
                percent(at.offered.old_family),
            )
            for at in powers(studies, permutations)
        ),
    )


def _with_interval(found: Rejections, share: float) -> str:
    interval = found.interval(share)
    return f"{percent(share)} [{100 * interval.low:.1f}, {100 * interval.high:.1f}]"


def _table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    columns = tuple(heading)
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
