"""How often the sequential test is wrong on simulated studies, beside a fixed test done at each look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from survey_db.statistics.blind import right_moments
from survey_db.statistics.intervals import SEED, Floats, wilson
from survey_db.statistics.printing import decimal, percent
from survey_db.statistics.sequential import confidence_sequence, log_evidence
from survey_db.statistics.simulation import (
    BLIND_POOLS,
    Design,
    Pool,
    even_pool,
    normal_p_values,
    simulated_guesses,
)

LEVEL = 0.05
LEAST = 12
"""Listeners before whom no study is stopped."""

DESIGN = Design(60)
"""Studies of at most 60 listeners, who hear six samples of six genres."""

HEARING = (0.0, 0.03, 0.05, 0.08, 0.12, 0.2)
MEAN_SHARES = (0.1, 0.33, 0.6)


@dataclass(frozen=True)
class Stops:
    """What became of simulated studies.

    Parameters
    ----------
    sequential : float
        Share of studies that the sequential test ever stops.
    peeking : float
        Share in which the fixed test, done again after each listener, is ever significant.
    fixed : float
        Share in which the fixed test is significant after the last listener.
    listeners : float
        Mean number of listeners at which the sequential test stops, or the most.
    studies : int
        Studies drawn.
    """

    sequential: float
    peeking: float
    fixed: float
    listeners: float
    studies: int


def stops(pool: Pool, hearing: float, studies: int, design: Design = DESIGN) -> Stops:
    """Draw studies and look at each after every listener; parameters as `simulated_guesses` has them."""
    guess = simulated_guesses(pool, design, studies, hearing, np.random.default_rng(SEED))
    named = np.stack([(guess == genre).sum(axis=-1) for genre in range(design.offered)], axis=-1)
    right = (guess == design.intended).sum(axis=-1)
    looked_at = np.arange(design.listeners) >= LEAST - 1
    shown = (log_evidence(design.heard, named, right) >= -np.log(LEVEL)) & looked_at
    mean, variance = right_moments(design.heard, named)
    p_values = np.stack(
        [
            normal_p_values(mean[:, :seen], variance[:, :seen], right[:, :seen].sum(axis=1))
            for seen in range(1, design.listeners + 1)
        ],
        axis=1,
    )
    stopped_at = np.where(shown.any(axis=1), shown.argmax(axis=1) + 1, design.listeners)
    return Stops(
        sequential=float(shown.any(axis=1).mean()),
        peeking=float(((p_values <= LEVEL) & looked_at).any(axis=1).mean()),
        fixed=float((p_values[:, -1] <= LEVEL).mean()),
        listeners=float(stopped_at.mean()),
        studies=studies,
    )


def misses(mean: float, studies: int, listeners: int = DESIGN.listeners) -> float:
    """Return in what share of studies the confidence sequence ever misses the mean of the listeners' shares.

    Listeners differ: each is right with a probability of their own, from a beta
    distribution with this mean, at each of six samples.
    """
    rng = np.random.default_rng(SEED)
    ability = rng.beta(6 * mean, 6 * (1 - mean), (studies, listeners))
    shares: Floats = rng.binomial(6, ability) / 6
    missed = 0
    for study in shares:
        low, high = confidence_sequence(study, LEVEL)
        missed += bool((low > mean).any() or (high < mean).any())
    return missed / studies


def report(studies: int) -> Iterator[str]:
    """Yield the lines of the calibration, as Markdown, each part as soon as it is known."""
    yield from (
        f"Share of {studies:,} simulated studies in which blind listeners are ever taken for hearing ones,",
        f"looked at after each of {DESIGN.listeners} listeners from the {LEAST}th on, at a level of 5% (in",
        "brackets its 95% interval). Peeking is the test for a fixed number, done again at each look.",
        "",
        "| blind guesses | sequential test | peeking |",
        "|---|---|---|",
    )
    for name, pool in BLIND_POOLS.items():
        found = stops(pool, 0.0, studies)
        yield f"| {name} | {_bounded(found.sequential, studies)} | {percent(found.peeking)} |"
    yield from (
        "",
        "Power and length, by how often a listener hears the genre of a sample; the fixed test is done",
        f"once, after {DESIGN.listeners} listeners.",
        "",
        "| heard | sequential test | its listeners, on average | fixed test |",
        "|---|---|---|---|",
    )
    for hearing in HEARING:
        found = stops(even_pool, hearing, studies)
        listeners = decimal(found.listeners, 1)
        yield (
            f"| {percent(hearing, 0)} | {percent(found.sequential)} | {listeners} | {percent(found.fixed)} |"
        )
    yield from (
        "",
        "Share of studies whose confidence sequence ever misses the mean share right of the listeners:",
        "",
        "| mean share right | missed |",
        "|---|---|",
    )
    fewer = max(1, studies // 5)
    for mean in MEAN_SHARES:
        yield f"| {percent(mean, 0)} | {_bounded(misses(mean, fewer), fewer)} |"


def _bounded(share: float, studies: int) -> str:
    interval = wilson(round(share * studies), studies)
    return f"{percent(share)} [{100 * interval.low:.1f}, {100 * interval.high:.1f}]"
