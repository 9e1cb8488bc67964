"""How often guesses match the genre of the training data, per sample and per genre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from survey_db.statistics.intervals import Interval, exact_binomial, holm, wilson

_NEEDED = ["sample", "intended_genre", "listener", "right"]


@dataclass(frozen=True)
class Agreement:
    """The share of guesses that match the intended genre, in one group of answers.

    Parameters
    ----------
    group : str
        Label of the sample, or the genre where samples of a genre are pooled.
    genre : str
        The intended genre.
    right, answers : int
        Guesses that match, and all guesses.
    share : float
        ``right / answers``.
    interval : Interval
        Wilson score interval of the share.
    p_value : float
        Exact binomial test of guessing blindly among the genres offered.
    p_holm : float
        The same after Holm's correction over the groups of the table.
    """

    group: str
    genre: str
    right: int
    answers: int
    share: float
    interval: Interval
    p_value: float
    p_holm: float


@dataclass(frozen=True)
class Confusion:
    """Intended genre against guessed genre.

    Parameters
    ----------
    intended : tuple of str
        Genres of the samples, in the order of those offered: the rows.
    offered : tuple of str
        Genres that listeners could choose: the columns.
    counts : tuple of tuple of int
        Number of guesses.
    shares : tuple of tuple of float
        Each row divided by its sum.
    """

    intended: tuple[str, ...]
    offered: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    shares: tuple[tuple[float, ...], ...]


def agreement_by_sample(answers: pd.DataFrame, offered: Sequence[str]) -> tuple[Agreement, ...]:
    """Return the agreement of each sample, in the order of their labels.

    Parameters
    ----------
    answers : DataFrame
        As `survey_db.statistics.selection.study_answers` gives them.
    offered : sequence of str
        Genres that listeners could choose; blind guessing is right once in so many.
    """
    groups = [
        _agreement(str(label), group, offered)
        for label, group in answers[_NEEDED].groupby("sample", observed=True, sort=True)
    ]
    return _corrected(groups)


def agreement_by_genre(answers: pd.DataFrame, offered: Sequence[str]) -> tuple[Agreement, ...]:
    """Return the agreement of each intended genre, its samples pooled, in the order offered.

    Where a genre has several samples, a listener's guesses among them are not
    independent: the interval then counts ``answers / design effect`` answers.
    The test needs no such discount, for blind guesses are independent.
    """
    by_genre = {str(genre): group for genre, group in answers[_NEEDED].groupby("intended_genre")}
    order = [*offered, *sorted(set(by_genre) - set(offered))]
    return _corrected([_agreement(genre, by_genre[genre], offered) for genre in order if genre in by_genre])


def confusion(answers: pd.DataFrame, offered: Sequence[str]) -> Confusion:
    """Return the confusion matrix; parameters are those of `agreement_by_sample`."""
    present = set(answers["intended_genre"])
    intended = [*(genre for genre in offered if genre in present), *sorted(present - set(offered))]
    table = answers.groupby(["intended_genre", "guess"]).size().unstack(fill_value=0)
    counts = table.reindex(index=intended, columns=list(offered), fill_value=0).to_numpy()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return Confusion(
        tuple(intended),
        tuple(offered),
        tuple(tuple(row) for row in counts.tolist()),
        tuple(tuple(row) for row in shares.tolist()),
    )


def design_effect(right: pd.Series, listener: pd.Series) -> float:
    """Return how many times larger clustering by listener makes the variance of a share.

    The variance of the ratio estimate over listeners, ``n/(n-1) Σ (r_i - p m_i)² / m²``,
    over that of independent answers, ``p (1 - p) / m``; never below 1, so that
    nothing is claimed from guesses that happen to differ within listeners
    (Kish, 1965, "Survey Sampling", chapter 8).
    """
    share = float(right.mean())
    listeners = right.groupby(listener, observed=True).agg(["sum", "count"])
    if share in (0.0, 1.0) or len(listeners) < 2:
        return 1.0
    residuals = listeners["sum"] - share * listeners["count"]
    clustered = len(listeners) / (len(listeners) - 1) * float((residuals**2).sum()) / len(right) ** 2
    return max(1.0, clustered * len(right) / (share * (1 - share)))


def _agreement(name: str, group: pd.DataFrame, offered: Sequence[str]) -> Agreement:
    right, answers = int(group["right"].sum()), len(group)
    discount = 1.0
    if group["listener"].duplicated().any():
        discount = design_effect(group["right"], group["listener"])
    p_value = exact_binomial(right, answers, 1 / len(offered))
    return Agreement(
        group=name,
        genre=str(group["intended_genre"].iloc[0]),
        right=right,
        answers=answers,
        share=right / answers,
        interval=wilson(right / discount, answers / discount),
        p_value=p_value,
        p_holm=p_value,
    )


def _corrected(groups: Sequence[Agreement]) -> tuple[Agreement, ...]:
    p_values = holm([group.p_value for group in groups])
    return tuple(replace(group, p_holm=p_value) for group, p_value in zip(groups, p_values, strict=True))
