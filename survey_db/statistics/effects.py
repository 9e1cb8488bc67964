"""What ratings and guesses depend on: listener, sample, position and musical training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from survey_db.statistics import mixed
from survey_db.statistics.intervals import Codes, Floats, Interval, Missing, holm, t_quantile
from survey_db.statistics.mixed import MixedModel

OutcomeColumn = Literal["rating", "right"]

SCORE = "msi_training"
"""The column of a score of musical training, one per listener."""

SCORE_STEP = 10
"""Over how many points of that score an effect is told."""


@dataclass(frozen=True)
class Effect:
    """A difference that goes with one step of something.

    Parameters
    ----------
    name : str
        What it is the effect of: ``position``, `SCORE`, or a level of musical
        training against the level of reference.
    outcome : {"rating", "right"}
        Points of rating, or share of right guesses.
    estimate : float
        The difference: per place later in the order, per `SCORE_STEP` points of
        the score, or between the levels.
    interval : Interval
        Its interval.
    p_value, p_holm : float
        Two-sided p-value, and the same corrected over the levels.
    """

    name: str
    outcome: OutcomeColumn
    estimate: float
    interval: Interval
    p_value: float
    p_holm: float


@dataclass(frozen=True)
class TrainingGroup:
    """The answers of listeners of one level of musical training."""

    level: str
    listeners: int
    answers: int
    mean_rating: float
    share_right: float


@dataclass(frozen=True)
class Effects:
    """All effects.

    Parameters
    ----------
    model : MixedModel or Missing
        Rating with random effects of listener and sample, and no fixed effect
        but the mean: where the spread of ratings comes from.
    position : tuple of Effect, or Missing
        Of each place later in the order, on both outcomes.
    training : tuple of Effect, or Missing
        Of each level of musical training against ``reference``, on both outcomes.
    reference : str
        The level of training that the others are compared with, empty if none.
    groups : tuple of TrainingGroup
        The levels themselves.
    score : tuple of Effect, Missing or None
        Of `SCORE_STEP` points of the score of musical training, on both outcomes;
        None where no listener has one.
    """

    model: MixedModel | Missing
    position: tuple[Effect, ...] | Missing
    training: tuple[Effect, ...] | Missing
    reference: str
    groups: tuple[TrainingGroup, ...]
    score: tuple[Effect, ...] | Missing | None = None


def effects(answers: pd.DataFrame, training_levels: Sequence[str]) -> Effects:
    """Return what ratings and guesses depend on.

    Effects on ratings come from the mixed model, those on guesses from
    `clustered_least_squares`; both compare answers to the same samples.

    Parameters
    ----------
    answers : DataFrame
        As `survey_db.statistics.selection.study_answers` gives them.
    training_levels : sequence of str
        Levels of musical training, from none upwards.
    """
    stated = answers[answers["musical_training"].isin(training_levels)]
    listeners = stated.groupby("musical_training")["listener"].nunique()
    # With a single listener, a level's effect cannot be separated from the listener's.
    levels = [level for level in training_levels if listeners.get(level, 0) >= 2]
    return Effects(
        model=rating_model(answers, pd.DataFrame(index=answers.index)),
        position=_position(answers),
        training=_training(stated[stated["musical_training"].isin(levels)], levels),
        reference=levels[0] if levels else "",
        groups=_groups(stated, training_levels),
        score=_score(answers),
    )


def rating_model(answers: pd.DataFrame, covariates: pd.DataFrame) -> MixedModel | Missing:
    """Fit ratings on covariates with listener and sample as crossed random effects.

    Parameters
    ----------
    answers : DataFrame
        As `survey_db.statistics.selection.study_answers` gives them.
    covariates : DataFrame
        Numeric columns beside the intercept, on the index of ``answers``.
    """
    listener = pd.factorize(answers["listener"])[0]
    sample = pd.factorize(answers["sample"])[0]
    listeners, samples = listener.max(initial=-1) + 1, sample.max(initial=-1) + 1
    if listeners < 3 or samples < 2 or len(answers) < listeners + samples + covariates.shape[1]:
        return Missing(
            "The mixed model needs at least three listeners and two samples, "
            "and listeners who answered more than one."
        )
    outcome = answers["rating"].to_numpy(dtype=np.float64)
    design = np.column_stack([np.ones(len(answers)), covariates.to_numpy(dtype=np.float64)])
    try:
        with np.errstate(divide="raise", invalid="raise"):
            return mixed.fit(outcome, design, ["mean", *covariates.columns], listener, sample)
    except (np.linalg.LinAlgError, FloatingPointError, ValueError):
        return Missing("The ratings vary too little for a mixed model to be fitted.")


def clustered_least_squares(
    outcome: Floats, covariates: Floats, sample: Codes, listener: Codes
) -> tuple[Floats, Floats, int]:
    """Regress an outcome on covariates within samples, errors clustered by listener.

    For a 0/1 outcome this is the linear probability model with an intercept per
    sample. The sandwich estimate of the covariance carries the usual factor
    ``G / (G - 1) · (n - 1) / (n - k)`` (Cameron and Miller, 2015, "A
    practitioner's guide to cluster-robust inference",
    https://doi.org/10.3368/jhr.50.2.317).

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        The answers.
    covariates : ndarray, shape (n, p)
        What they are regressed on.
    sample, listener : ndarray of int, shape (n,)
        Codes from 0 without gaps.

    Returns
    -------
    estimates, errors : ndarray, shape (p,)
        Coefficients and their standard errors.
    clusters : int
        Number of listeners, one more than the degrees of freedom.
    """
    # Regression on the samples' indicators beside the rest (Frisch, Waugh and Lovell).
    centred = within(covariates, sample)
    centred_outcome = within(outcome[:, None], sample)[:, 0]
    bread = np.linalg.inv(centred.T @ centred)
    estimates = bread @ centred.T @ centred_outcome
    scores = centred * (centred_outcome - centred @ estimates)[:, None]
    by_listener = np.column_stack([np.bincount(listener, weights=column) for column in scores.T])
    clusters, answers = len(by_listener), len(outcome)
    columns = covariates.shape[1] + int(sample.max()) + 1
    factor = clusters / (clusters - 1) * (answers - 1) / (answers - columns)
    covariance = factor * bread @ (by_listener.T @ by_listener) @ bread
    return estimates, np.sqrt(np.diag(covariance)), clusters


def _position(answers: pd.DataFrame) -> tuple[Effect, ...] | Missing:
    if answers["position"].nunique() < 2:
        return Missing("The effect of position needs answers at more than one place of the order.")
    return _both_outcomes(answers, answers[["position"]])


def _training(stated: pd.DataFrame, levels: Sequence[str]) -> tuple[Effect, ...] | Missing:
    if len(levels) < 2:
        return Missing(
            "The effect of musical training needs two levels of it with at least two listeners each."
        )
    covariates = pd.DataFrame({level: stated["musical_training"] == level for level in levels[1:]})
    return _both_outcomes(stated, covariates)


def _score(answers: pd.DataFrame) -> tuple[Effect, ...] | Missing | None:
    if SCORE not in answers or answers[SCORE].isna().all():
        return None
    scored = answers[answers[SCORE].notna()]
    scores = scored[SCORE].astype("float64")
    if scores.nunique() < 2:
        return Missing("The effect of the training score needs listeners with different scores.")
    return _both_outcomes(scored, pd.DataFrame({SCORE: scores / SCORE_STEP}))


def _both_outcomes(answers: pd.DataFrame, covariates: pd.DataFrame) -> tuple[Effect, ...] | Missing:
    centred = within(covariates.to_numpy(dtype=np.float64), pd.factorize(answers["sample"])[0])
    if np.linalg.matrix_rank(centred) < centred.shape[1]:
        return Missing(
            "The effect cannot be separated from that of the samples, since it does not vary within them."
        )
    model = rating_model(answers, covariates)
    if isinstance(model, Missing):
        return model
    terms = model.terms[1:]
    on_rating = [Effect(t.name, "rating", t.estimate, t.interval, t.p_value, t.p_value) for t in terms]
    on_guesses = _effects_on_guesses(answers, covariates)
    return (*_corrected(on_rating), *_corrected(on_guesses))


def _effects_on_guesses(answers: pd.DataFrame, covariates: pd.DataFrame) -> list[Effect]:
    from scipy.special import stdtr

    estimates, errors, clusters = clustered_least_squares(
        answers["right"].to_numpy(dtype=np.float64),
        covariates.to_numpy(dtype=np.float64),
        pd.factorize(answers["sample"])[0],
        pd.factorize(answers["listener"])[0],
    )
    found = []
    for name, estimate, error in zip(covariates.columns, estimates.tolist(), errors.tolist(), strict=True):
        if not math.isfinite(error) or error == 0:
            continue
        half = t_quantile(clusters - 1) * error
        p_value = 2 * float(stdtr(clusters - 1, -abs(estimate) / error))
        found.append(
            Effect(name, "right", estimate, Interval(estimate - half, estimate + half), p_value, p_value)
        )
    return found


def within(columns: Floats, group: Codes) -> Floats:
    """Subtract from each column, shape (n, p), its mean over the answers of the same group."""
    answers = np.bincount(group)
    means = np.column_stack([np.bincount(group, weights=column) / answers for column in columns.T])
    centred: Floats = columns - means[group]
    return centred


def _corrected(found: Sequence[Effect]) -> list[Effect]:
    p_values = holm([effect.p_value for effect in found])
    return [
        Effect(e.name, e.outcome, e.estimate, e.interval, e.p_value, p_holm)
        for e, p_holm in zip(found, p_values, strict=True)
    ]


def _groups(stated: pd.DataFrame, levels: Sequence[str]) -> tuple[TrainingGroup, ...]:
    by_level = dict(list(stated.groupby("musical_training")))
    return tuple(
        TrainingGroup(
            level=level,
            listeners=int(by_level[level]["listener"].nunique()),
            answers=len(by_level[level]),
            mean_rating=float(by_level[level]["rating"].mean()),
            share_right=float(by_level[level]["right"].mean()),
        )
        for level in levels
        if level in by_level
    )
