"""Systems compared: how musical each is, how often its genres are recognised, and which differences hold.

Two questions are told apart. Do systems differ *for other listeners and other
compositions*? The mixed model of `survey_db.statistics.system_model` says so. Do
*these clips* differ for other listeners? That is the difference within
listeners, who are each their own control.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from survey_db.statistics.effects import within
from survey_db.statistics.intervals import (
    LEVEL,
    MIN_LISTENERS,
    SEED,
    Codes,
    Floats,
    Interval,
    Missing,
    t_quantile,
)
from survey_db.statistics.system_model import SystemModel, fit

Outcome = Literal["rating", "right"]

DRAWS = 200_000
"""Draws of the largest of several correlated differences."""


@dataclass(frozen=True)
class SystemMean:
    """One system's figure.

    Parameters
    ----------
    system : str
        Its name.
    samples, answers, listeners : int
        What it rests on.
    observed : float
        Plain mean of its answers.
    estimate : float
        Mean for listeners and compositions like these: the model's, or the
        plain one where there is none.
    interval : Interval or Missing
        Of the estimate, for other listeners and compositions.
    """

    system: str
    samples: int
    answers: int
    listeners: int
    observed: float
    estimate: float
    interval: Interval | Missing


@dataclass(frozen=True)
class SystemDifference:
    """Two systems compared, with an interval that holds for all pairs at once.

    Parameters
    ----------
    first, second : str
        Their names.
    estimate : float
        The first one's mean less the second one's.
    interval : Interval
        Simultaneous with those of the other pairs.
    p_value : float
        Adjusted for all pairs.
    """

    first: str
    second: str
    estimate: float
    interval: Interval
    p_value: float

    @property
    def shown(self) -> bool:
        """Whether the interval leaves out zero."""
        return 0 not in self.interval


@dataclass(frozen=True)
class OutcomeComparison:
    """All systems compared on one outcome.

    Parameters
    ----------
    outcome : {"rating", "right"}
        Points of rating, or share of genres recognised.
    means : tuple of SystemMean
        Highest first.
    differences : tuple of SystemDifference, or Missing
        For other listeners and other compositions, from the mixed model.
    within_listeners : tuple of SystemDifference, or Missing
        For other listeners, of these very clips.
    sds : dict of str to float
        Standard deviations of the model's effects; empty where there is none.
    """

    outcome: Outcome
    means: tuple[SystemMean, ...]
    differences: tuple[SystemDifference, ...] | Missing
    within_listeners: tuple[SystemDifference, ...] | Missing
    sds: dict[str, float]


@dataclass(frozen=True)
class SystemComparison:
    """The systems of a study compared.

    Parameters
    ----------
    ratings, recognition : OutcomeComparison
        By rating, and by the share of guesses that name the intended genre.
    compositions : int
        How many compositions have more than one rendering.
    same_genres : bool
        Whether each system's samples have the same genres, equally often.
    left_out : int
        Answers to samples that name no system.
    """

    ratings: OutcomeComparison
    recognition: OutcomeComparison
    compositions: int
    same_genres: bool
    left_out: int


def compare_systems(answers: pd.DataFrame) -> SystemComparison | None:
    """Compare the systems of a study; None where it has fewer than two.

    Parameters
    ----------
    answers : DataFrame
        As `survey_db.statistics.selection.study_answers` gives them.
    """
    named = answers[answers["system"].notna()]
    if named["system"].nunique() < 2:
        return None
    data = _Answers.of(named)
    samples = named.drop_duplicates("sample")
    genres = pd.crosstab(samples["system"], samples["intended_genre"])
    return SystemComparison(
        ratings=_compare(data, named["rating"].to_numpy(dtype=np.float64), "rating"),
        recognition=_compare(data, named["right"].to_numpy(dtype=np.float64), "right"),
        compositions=int((np.bincount(data.composition) > 1).sum()),
        same_genres=bool((genres == genres.iloc[0]).all(axis=None)),
        left_out=len(answers) - len(named),
    )


def simultaneous(
    estimates: Floats, covariance: Floats, freedoms: Floats
) -> tuple[tuple[Interval, ...], tuple[float, ...]]:
    """Return intervals and p-values of correlated estimates that hold for all of them at once.

    Parameters
    ----------
    estimates : ndarray, shape (n,)
        The estimates.
    covariance : ndarray, shape (n, n)
        Their covariances; it may be singular, as that of all pairs is.
    freedoms : ndarray, shape (n,)
        Degrees of freedom of each standard error.

    Returns
    -------
    intervals : tuple of Interval
        Each estimate's own t interval at the level that the smallest p-value of
        all has with probability 0.05, by the distribution of the largest of
        correlated normal variables (max-t: Hothorn, Bretz and Westfall, 2008,
        "Simultaneous inference in general parametric models",
        https://doi.org/10.1002/bimj.200810425). For balanced systems that is
        Tukey's method.
    p_values : tuple of float
        Adjusted likewise, in a single step.
    """
    from scipy.special import ndtr, stdtr, stdtrit

    errors = np.sqrt(np.diag(covariance))
    plain = 2 * stdtr(freedoms, -np.abs(estimates) / errors)
    level = 1 - LEVEL
    adjusted = plain
    if len(estimates) > 1:
        values, vectors = np.linalg.eigh(covariance / np.outer(errors, errors))
        root = vectors * np.sqrt(np.clip(values, 0, None))
        normal = np.random.default_rng(SEED).standard_normal((DRAWS, len(values)))
        smallest = np.sort(2 * ndtr(-np.abs(normal @ root.T).max(axis=1)))
        level = float(np.quantile(smallest, 1 - LEVEL))
        # Counted as in a permutation test, so that no p-value is zero.
        adjusted = np.maximum((np.searchsorted(smallest, plain, side="right") + 1) / (DRAWS + 1), plain)
    half = stdtrit(freedoms, 1 - level / 2) * errors
    intervals = tuple(
        Interval(low, high)
        for low, high in zip((estimates - half).tolist(), (estimates + half).tolist(), strict=True)
    )
    return intervals, tuple(np.minimum(adjusted, 1.0).tolist())


@dataclass(frozen=True, eq=False)
class _Answers:
    """Answers as codes: who answered, what, and for each sample its system and composition."""

    names: tuple[str, ...]
    listener: Codes
    sample: Codes
    system: Codes
    composition: Codes

    @classmethod
    def of(cls, named: pd.DataFrame) -> _Answers:
        samples = named.drop_duplicates("sample").sort_values("sample")
        label = samples["sample"].astype(str)
        own = samples["composition"].where(samples["composition"].notna(), "\0" + label)
        system, names = pd.factorize(samples["system"], sort=True)
        place = pd.Series(np.arange(len(samples)), index=label)
        return cls(
            names=tuple(names),
            listener=pd.factorize(named["listener"])[0],
            sample=place[named["sample"].astype(str)].to_numpy(),
            system=system,
            composition=pd.factorize(own)[0],
        )

    @property
    def system_of_answer(self) -> Codes:
        """System of each answer."""
        return self.system[self.sample]


def _compare(data: _Answers, outcome: Floats, kind: Outcome) -> OutcomeComparison:
    model = _model(data, outcome)
    means = _means(data, outcome, model)
    order = [data.names.index(mean.system) for mean in means]
    return OutcomeComparison(
        outcome=kind,
        means=means,
        differences=model if isinstance(model, Missing) else _model_differences(data, model, order),
        within_listeners=_within_listeners(data, outcome, order),
        sds={} if isinstance(model, Missing) else model.sds,
    )


def _model(data: _Answers, outcome: Floats) -> SystemModel | Missing:
    if np.bincount(data.system).min() < 2:
        return Missing(
            "What holds for other compositions too cannot be said before each system has two samples or more."
        )
    listeners, samples = int(data.listener.max()) + 1, len(data.system)
    if listeners < 3 or len(outcome) < listeners + samples + len(data.names):
        return Missing(
            "The mixed model needs three listeners or more, and several answers from each of them."
        )
    try:
        with np.errstate(divide="raise", invalid="raise"):
            return fit(outcome, data.listener, data.sample, data.system, data.composition)
    except (np.linalg.LinAlgError, FloatingPointError, ValueError):
        return Missing("The answers vary too little for a mixed model to be fitted.")


def _means(data: _Answers, outcome: Floats, model: SystemModel | Missing) -> tuple[SystemMean, ...]:
    answers = np.bincount(data.system_of_answer)
    observed = np.bincount(data.system_of_answer, weights=outcome) / answers
    if isinstance(model, Missing):
        estimates: Floats = observed
        intervals: list[Interval | Missing] = [model] * len(observed)
    else:
        estimates, errors = model.means, np.sqrt(np.diag(model.covariance))
        half = np.array([t_quantile(freedom) for freedom in model.freedom(np.eye(len(errors)))]) * errors
        intervals = [
            Interval(mean - by, mean + by) for mean, by in zip(estimates.tolist(), half.tolist(), strict=True)
        ]
    found = [
        SystemMean(
            system=name,
            samples=int((data.system == code).sum()),
            answers=int(answers[code]),
            listeners=len(np.unique(data.listener[data.system_of_answer == code])),
            observed=float(observed[code]),
            estimate=float(estimates[code]),
            interval=intervals[code],
        )
        for code, name in enumerate(data.names)
    ]
    return tuple(sorted(found, key=lambda mean: -mean.estimate))


def _model_differences(
    data: _Answers, model: SystemModel, order: Sequence[int]
) -> tuple[SystemDifference, ...]:
    contrasts = _pairs(order)
    return _differences(
        data,
        order,
        contrasts @ model.means,
        contrasts @ model.covariance @ contrasts.T,
        model.freedom(contrasts),
    )


def _within_listeners(
    data: _Answers, outcome: Floats, order: Sequence[int]
) -> tuple[SystemDifference, ...] | Missing:
    """Compare within listeners, and within compositions where systems share them.

    Least squares with an intercept for each listener and composition; the
    sandwich estimate of the covariance takes each listener as a cluster
    (Cameron and Miller, 2015, https://doi.org/10.3368/jhr.50.2.317), on one
    degree of freedom less than there are listeners.
    """
    clusters = int(data.listener.max()) + 1
    if clusters < MIN_LISTENERS:
        return Missing(
            f"Differences within listeners need at least {MIN_LISTENERS} listeners, not {clusters}."
        )
    systems = np.eye(len(data.names))[data.system_of_answer][:, 1:]
    compositions = np.eye(int(data.composition.max()) + 1)[data.composition[data.sample]][:, 1:]
    for columns in (np.column_stack([systems, compositions]), systems):
        design = within(columns, data.listener)
        if np.linalg.matrix_rank(design) == design.shape[1]:
            break
    else:
        return Missing("Too few listeners have heard more than one system for a difference within listeners.")
    estimates, covariance = _clustered(within(outcome[:, None], data.listener)[:, 0], design, data.listener)
    free = len(data.names) - 1
    # The first system is the one that the others are compared with.
    means = np.concatenate([[0.0], estimates[:free]])
    spread = np.zeros((free + 1, free + 1))
    spread[1:, 1:] = covariance[:free, :free]
    contrasts = _pairs(order)
    of_pairs = contrasts @ spread @ contrasts.T
    if not np.diag(of_pairs).min() > 1e-12:
        return Missing("The listeners differ too little for a difference within them to be judged.")
    return _differences(
        data, order, contrasts @ means, of_pairs, np.full(len(contrasts), float(clusters - 1))
    )


def _clustered(outcome: Floats, design: Floats, listener: Codes) -> tuple[Floats, Floats]:
    """Return least squares estimates and their covariance, shape (n_columns, n_columns), by listener."""
    bread = np.linalg.inv(design.T @ design)
    estimates = bread @ design.T @ outcome
    scores = design * (outcome - design @ estimates)[:, None]
    by_listener = np.column_stack([np.bincount(listener, weights=column) for column in scores.T])
    clusters, answers = len(by_listener), len(outcome)
    factor = clusters / (clusters - 1) * (answers - 1) / (answers - design.shape[1])
    return estimates, factor * bread @ (by_listener.T @ by_listener) @ bread


def _pairs(order: Sequence[int]) -> Floats:
    """Return the contrasts of all pairs, shape (n_pairs, n_systems), the earlier in ``order`` first."""
    unit = np.eye(len(order))
    return np.stack([unit[one] - unit[other] for one, other in combinations(order, 2)])


def _differences(
    data: _Answers, order: Sequence[int], estimates: Floats, covariance: Floats, freedoms: Floats
) -> tuple[SystemDifference, ...]:
    intervals, p_values = simultaneous(estimates, covariance, freedoms)
    return tuple(
        SystemDifference(data.names[one], data.names[other], estimate, interval, p_value)
        for (one, other), estimate, interval, p_value in zip(
            combinations(order, 2), estimates.tolist(), intervals, p_values, strict=True
        )
    )
