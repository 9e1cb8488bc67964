"""How often guesses name the genre of the training data: in all, per sample and per genre."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_db.genres import CANNOT_TELL
from survey_db.statistics.blind import BlindTest, Guesses, blind_test
from survey_db.statistics.families import FamilyTests, family_tests
from survey_db.statistics.intervals import Interval, Missing, clustered_interval, wilson

_NEEDED = ["sample", "intended_genre", "listener", "right"]


@dataclass(frozen=True)
class RightShare:
    """The share of guesses that name the intended genre, in one group of answers.

    Parameters
    ----------
    group : str
        Label of the sample, or the genre where samples of a genre are pooled.
    genre : str
        The intended genre.
    right, answers : int
        Guesses that name it, and all guesses.
    share : float
        ``right / answers``.
    interval : Interval
        Of the share: Wilson's, or `clustered_interval` where samples are pooled.
    """

    group: str
    genre: str
    right: int
    answers: int
    share: float
    interval: Interval


@dataclass(frozen=True)
class Recognition(RightShare):
    """A share of right guesses beside what the same listeners would get right blind.

    Parameters
    ----------
    expected : float
        Share of right guesses if these listeners named the genre as often as
        they name it for samples of other genres.
    unbiased : float
        Wagner's unbiased hit rate: 1 only where the genre is named for all of
        its own samples and for no others.
    p_value : float
        Exact test of naming the genre as often as for samples of other genres.
    p_adjusted : float
        The same corrected for the number of samples, or of genres.
    """

    expected: float
    unbiased: float
    p_value: float
    p_adjusted: float


@dataclass(frozen=True)
class StudyRecognition:
    """The recognition of a study: all guesses together, each sample, each genre."""

    overall: BlindTest | Missing
    by_sample: tuple[Recognition, ...]
    by_genre: tuple[Recognition, ...]


@dataclass(frozen=True)
class Confusion:
    """Intended genre against guessed genre.

    Parameters
    ----------
    intended : tuple of str
        Genres of the samples, in the order of those offered: the rows.
    offered : tuple of str
        Genres that listeners could choose: the columns; after them `CANNOT_TELL`
        where some said so.
    counts : tuple of tuple of int
        Number of guesses.
    shares : tuple of tuple of float
        Each row divided by its sum.
    """

    intended: tuple[str, ...]
    offered: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    shares: tuple[tuple[float, ...], ...]


def recognition(answers: pd.DataFrame, offered: Sequence[str]) -> StudyRecognition:
    """Compare the guesses of a study with those of blind listeners.

    Parameters
    ----------
    answers : DataFrame
        As `survey_db.statistics.selection.study_answers` gives them.
    offered : sequence of str
        Genres that listeners could choose, in the order in which they are listed.
    """
    if answers.empty:
        return StudyRecognition(Missing("Nobody has answered yet."), (), ())
    guesses = Guesses.of(answers)
    of_samples, of_genres = family_tests(guesses)
    by_genre = shares_by_genre(answers, offered)
    return StudyRecognition(
        overall=blind_test(guesses),
        by_sample=_tested(shares_by_sample(answers), of_samples, range(len(guesses.samples))),
        by_genre=_tested(by_genre, of_genres, [guesses.genres.index(share.genre) for share in by_genre]),
    )


def shares_by_sample(answers: pd.DataFrame) -> tuple[RightShare, ...]:
    """Return the share of right guesses of each sample, in the order of their labels."""
    return tuple(
        _share(str(label), group)
        for label, group in answers[_NEEDED].groupby("sample", observed=True, sort=True)
    )


def shares_by_genre(answers: pd.DataFrame, offered: Sequence[str]) -> tuple[RightShare, ...]:
    """Return the share of right guesses of each intended genre, its samples pooled, in the order offered.

    Where a genre has several samples, a listener's guesses among them are not
    independent: the interval is then that of `clustered_interval`.
    """
    by_genre = {str(genre): group for genre, group in answers[_NEEDED].groupby("intended_genre")}
    order = [*offered, *sorted(set(by_genre) - set(offered))]
    return tuple(_share(genre, by_genre[genre]) for genre in order if genre in by_genre)


def confusion(answers: pd.DataFrame, offered: Sequence[str]) -> Confusion:
    """Return the confusion matrix; parameters are those of `recognition`."""
    present = set(answers["intended_genre"])
    intended = [*(genre for genre in offered if genre in present), *sorted(present - set(offered))]
    table = answers.groupby(["intended_genre", "guess"]).size().unstack(fill_value=0)
    columns = [*offered, *([CANNOT_TELL] if CANNOT_TELL in table.columns else [])]
    counts = table.reindex(index=intended, columns=columns, fill_value=0).to_numpy()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return Confusion(
        tuple(intended),
        tuple(columns),
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


def _share(name: str, group: pd.DataFrame) -> RightShare:
    right, answers = int(group["right"].sum()), len(group)
    if group["listener"].duplicated().any():
        effect = design_effect(group["right"], group["listener"])
        interval = clustered_interval(right, answers, effect, group["listener"].nunique())
    else:
        interval = wilson(right, answers)
    return RightShare(
        group=name,
        genre=str(group["intended_genre"].iloc[0]),
        right=right,
        answers=answers,
        share=right / answers,
        interval=interval,
    )


def _tested(
    shares: Sequence[RightShare], tests: FamilyTests, places: Iterable[int]
) -> tuple[Recognition, ...]:
    return tuple(
        Recognition(
            **vars(share),
            expected=float(tests.expected[place]),
            unbiased=float(tests.unbiased[place]),
            p_value=float(tests.p_values[place]),
            p_adjusted=float(tests.adjusted[place]),
        )
        for share, place in zip(shares, places, strict=True)
    )
