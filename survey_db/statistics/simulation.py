"""Simulated studies: pools of listeners who hear nothing, or now and then, and what the tests say of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from survey_db.statistics.blind import Guesses, right_moments
from survey_db.statistics.intervals import Codes, Floats
from survey_db.statistics.matching import bernoulli_kinds, kinds, two_sided_all

_CONCENTRATION = 4.0
"""How alike listeners hear: the sum of the parameters of the beta distribution of hearing."""

_MOST_EXACT = 400


@dataclass(frozen=True)
class Design:
    """A study to simulate: every listener answers every sample.

    Parameters
    ----------
    listeners, samples : int
        How many there are.
    offered : int
        Genres to choose from.
    present : int
        Genres of the samples, which are spread evenly over them: as many as
        there are samples, and no more than are offered, where it is 0.
    """

    listeners: int
    samples: int = 6
    offered: int = 10
    present: int = 0

    @cached_property
    def intended(self) -> Codes:
        """Intended genre of each sample, shape (n_samples,): each genre in turn."""
        return np.arange(self.samples) % (self.present or self.offered)

    @cached_property
    def heard(self) -> Codes:
        """Samples of each genre, shape (n_offered,)."""
        return np.bincount(self.intended, minlength=self.offered)


Pool = Callable[[np.random.Generator, int, Design], Floats]
"""Draws the preferences of blind listeners, shape (n_studies, n_listeners, n_offered)."""


def even_pool(rng: np.random.Generator, studies: int, design: Design) -> Floats:
    """Every genre offered is as likely as any other."""
    return np.full((studies, design.listeners, design.offered), 1 / design.offered)


def present_pool(rng: np.random.Generator, studies: int, design: Design) -> Floats:
    """Listeners know which genres the samples have, and guess among them."""
    present = (design.heard > 0) / np.count_nonzero(design.heard)
    return np.broadcast_to(present, (studies, design.listeners, design.offered))


def favourites_pool(rng: np.random.Generator, studies: int, design: Design, *, share: float = 0.5) -> Floats:
    """Each listener has a favourite of their own, with this share of their guesses."""
    favourite = rng.integers(design.offered, size=(studies, design.listeners, 1))
    rest = (1 - share) / (design.offered - 1)
    return np.where(np.arange(design.offered) == favourite, share, rest)


def common_pool(rng: np.random.Generator, studies: int, design: Design, *, share: float) -> Floats:
    """All listeners have one favourite, a genre that is present, with this share of their guesses."""
    preference = np.full(design.offered, (1 - share) / (design.offered - 1))
    preference[0] = share
    return np.broadcast_to(preference, (studies, design.listeners, design.offered))


def varied_pool(rng: np.random.Generator, studies: int, design: Design) -> Floats:
    """Each listener has preferences of their own, all that there can be being equally likely."""
    return rng.dirichlet(np.ones(design.offered), size=(studies, design.listeners))


BLIND_POOLS: Mapping[str, Pool] = {
    "evenly among the genres offered": even_pool,
    "evenly among the genres present": present_pool,
    "each with a favourite of their own (50%)": favourites_pool,
    "a common favourite (25%)": partial(common_pool, share=0.25),
    "a common favourite (40%)": partial(common_pool, share=0.40),
}
"""Blind listeners that a test must not take for hearing ones."""


def simulated_guesses(
    pool: Pool, design: Design, studies: int, hearing: float, rng: np.random.Generator
) -> Codes:
    """Draw the guesses of simulated studies.

    Parameters
    ----------
    pool : callable
        Preferences of the listeners where they do not hear the genre.
    design : Design
        The study.
    studies : int
        How many to draw.
    hearing : float
        Probability of hearing a sample's genre, on average over listeners, who
        differ in it by a beta distribution.
    rng : Generator
        Source of randomness.

    Returns
    -------
    ndarray of int, shape (n_studies, n_listeners, n_samples)
        The genre named by each listener for each sample.
    """
    shape = (studies, design.listeners, design.samples)
    bounds = pool(rng, studies, design).cumsum(axis=-1)
    guess = np.zeros(shape, dtype=np.intp)
    draws = rng.random(shape)
    for genre in range(design.offered - 1):
        guess += draws > bounds[..., genre, None]
    if hearing > 0:
        ability = rng.beta(_CONCENTRATION * hearing, _CONCENTRATION * (1 - hearing), (*shape[:2], 1))
        guess = np.where(rng.random(shape) < ability, design.intended, guess)
    return guess


def overall_p_values(guess: Codes, design: Design) -> Floats:
    """Return the p-value of `survey_db.statistics.blind.blind_test` for each simulated study.

    Studies of more than 400 answers are tested by the normal limit.
    """
    right = (guess == design.intended).sum(axis=(1, 2))
    named = np.stack([(guess == genre).sum(axis=-1) for genre in range(design.offered)], axis=-1)
    if design.listeners * design.samples > _MOST_EXACT:
        return normal_p_values(*right_moments(design.heard, named), right)
    pmfs, kind = kinds(design.heard, named)
    return two_sided_all(pmfs, _counts(kind, len(pmfs)), right)


def normal_p_values(expected: Floats, variance: Floats, right: Codes) -> Floats:
    """Return two-sided p-values of numbers right, shape (n_studies,), by the normal limit.

    Parameters
    ----------
    expected, variance : ndarray, shape (n_studies, n_listeners)
        As `right_moments` gives them.
    right : ndarray of int, shape (n_studies,)
        Guesses that name the intended genre.
    """
    from scipy.special import ndtr

    mean, sd = expected.sum(axis=1), np.maximum(np.sqrt(variance.sum(axis=1)), 1e-9)
    far = np.abs(right - mean) - 1e-7
    # The number right moves in whole steps: each tail starts half a step before its first number.
    above = (np.ceil(mean + far) - 0.5 - mean) / sd
    below = (np.floor(mean - far) + 0.5 - mean) / sd
    return np.asarray(np.minimum(ndtr(-above) + ndtr(below), 1.0), dtype=np.float64)


def sample_p_values(guess: Codes, design: Design, sample: int = 0) -> Floats:
    """Return the exact p-value of one sample, uncorrected, for each simulated study."""
    genre = design.intended[sample]
    compared = design.intended != genre
    compared[sample] = True
    named = (guess[..., compared] == genre).sum(axis=-1)
    pmfs, kind = bernoulli_kinds(named / np.count_nonzero(compared))
    counts = _counts(kind.reshape(named.shape), len(pmfs))
    return two_sided_all(pmfs, counts, (guess[..., sample] == genre).sum(axis=-1))


def as_guesses(guess: Codes, design: Design) -> Guesses:
    """Return one simulated study, shape (n_listeners, n_samples), as the tests of responses take it."""
    listener, sample = (codes.ravel() for codes in np.indices(guess.shape))
    return Guesses(
        listener=listener,
        sample=sample,
        guess=guess.ravel(),
        intended=design.intended,
        samples=tuple(f"Sample {number + 1}" for number in range(design.samples)),
        genres=tuple(f"genre {number + 1}" for number in range(design.offered)),
    )


def _counts(kind: Codes, kinds_: int) -> Codes:
    """Count the listeners of each kind in each study, shape (n_studies, n_kinds)."""
    studies = len(kind)
    cells = np.arange(studies)[:, None] * kinds_ + kind
    return np.bincount(cells.ravel(), minlength=studies * kinds_).reshape(studies, kinds_)
