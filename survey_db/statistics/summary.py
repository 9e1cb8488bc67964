"""Every statistic of one study."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from survey_db.statistics.controls import Controls, controls
from survey_db.statistics.effects import Effects, effects
from survey_db.statistics.headline import (
    Day,
    Headline,
    SampleRatings,
    headline,
    progress,
    ratings_by_sample,
)
from survey_db.statistics.intake import completed, genres_of
from survey_db.statistics.intervals import Missing
from survey_db.statistics.machine import HumanMachine, human_machine
from survey_db.statistics.power import SampleSize, plans
from survey_db.statistics.published import PUBLISHED, PublishedFigures
from survey_db.statistics.recognition import Confusion, StudyRecognition, confusion, recognition
from survey_db.statistics.reliability import Reliability, reliability
from survey_db.statistics.selection import Filters, select, study_answers
from survey_db.statistics.systems import SystemComparison, compare_systems

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True)
class StudyStatistics:
    """All statistics of one study under one choice of filters.

    Parameters
    ----------
    study : str
        Its name.
    filters : Filters
        Which responses count.
    offered : tuple of str
        Genres that listeners could choose.
    headline : Headline or Missing
        Mean rating, share right, best and worst sample.
    recognition : StudyRecognition
        The guesses compared with those of blind listeners: in all, per sample,
        per genre.
    ratings : tuple of SampleRatings
        The ratings of each sample.
    confusion : Confusion
        Intended against guessed genre.
    guess_reliability, rating_reliability : Reliability or Missing
        Agreement among listeners.
    effects : Effects
        What answers depend on: listener, sample, position, musical training.
    controls : Controls
        Anchors and repeated samples.
    human_machine : HumanMachine or Missing
        Listeners beside classifiers.
    plans : tuple of SampleSize, or Missing
        Listeners that the next study needs.
    progress : tuple of Day
        Answers by day.
    published : PublishedFigures
        The figures of the published study, for reference.

    See Also
    --------
    summarise : Compute them.

    Examples
    --------
    >>> study = survey_db.read_study(survey_db.open_store("sqlite:///survey.db"), "published")
    >>> summary = study.summarise(survey_db.Filters())
    >>> best = summary.headline.best[0]
    >>> best.genre, best.right, best.answers
    ('hiphop', 25, 32)
    >>> summary.conclusions()[0][:39]
    'Listeners rate it 6.17 ± 2.30 out of 10'
    """

    study: str
    filters: Filters
    offered: tuple[str, ...]
    headline: Headline | Missing
    recognition: StudyRecognition
    ratings: tuple[SampleRatings, ...]
    confusion: Confusion
    guess_reliability: Reliability | Missing
    rating_reliability: Reliability | Missing
    effects: Effects
    controls: Controls
    human_machine: HumanMachine | Missing
    systems: SystemComparison | None
    plans: tuple[SampleSize, ...] | Missing
    progress: tuple[Day, ...]
    published: PublishedFigures = PUBLISHED

    def conclusions(self) -> tuple[str, ...]:
        """Return in words whether it is musical, whether listeners hear its genre, and in which samples."""
        from survey_db.statistics.conclusions import genre_conclusion, musical_conclusion, sample_conclusion

        return musical_conclusion(self), genre_conclusion(self), sample_conclusion(self.recognition.by_sample)


def summarise(
    responses: pd.DataFrame,
    offered: Sequence[str] | None = None,
    *,
    study: str = "Study",
    predictions: pd.DataFrame | None = None,
    training_levels: Sequence[str] = (),
    filters: Filters | None = None,
) -> StudyStatistics:
    """Compute every statistic of a listening study, of this project or of anybody.

    Parameters
    ----------
    responses : DataFrame
        One row per response. It needs ``listener`` and ``sample`` (who answered,
        and what), ``intended_genre`` (what the sample was made as), ``guess``
        (the genre named) and ``rating`` (a whole number from 1 to 10). It may
        have the other columns of a study's export, such as ``system``, ``position``,
        ``musical_training``, ``msi_training``, ``control`` and ``answered_at``; the statistics
        that need them say so where they are missing.
    offered : sequence of str, optional
        Genres that listeners could choose, in the order shown. Without it, all
        that were named or intended, in alphabetical order.
    study : str
        The study's name.
    predictions : DataFrame, optional
        What classifiers say of the samples: one row per sample and classifier
        with ``sample``, ``model``, and for each genre a column of probabilities.
    training_levels : sequence of str
        Values of ``musical_training``, from none upwards.
    filters : Filters, optional
        Which responses count.

    Returns
    -------
    StudyStatistics
        Figures with their intervals and tests. What too few responses
        leave open is a `Missing`, whose ``reason`` is a sentence.

    Raises
    ------
    SurveyError
        If the responses cannot be read as such; the message says which.

    See Also
    --------
    html_report : The results as a page to attach to a paper.
    read_study : A study from a database.

    Examples
    --------
    Three listeners, who all hear which piece is jazz and which is metal:

    >>> import pandas as pd
    >>> responses = pd.DataFrame(
    ...     [(who, genre, genre, genre, 7) for who in "abc" for genre in ("jazz", "metal", "pop")],
    ...     columns=["listener", "sample", "intended_genre", "guess", "rating"],
    ... )
    >>> blind = survey_db.summarise(responses).recognition.overall
    >>> blind.right, blind.answers, round(blind.expected, 3), round(blind.p_value, 4)
    (9, 9, 0.333, 0.0046)
    """
    from threadpoolctl import threadpool_limits

    filters = filters or Filters()
    every = completed(responses)
    genres = genres_of(every, offered)
    selected = select(every, filters)
    # The matrices are small: more threads would only wait for one another, long on a busy server.
    with threadpool_limits(limits=1, user_api="blas"):
        return _summarise(study, selected, genres, predictions, training_levels, filters)


def to_plain(value: object) -> Plain:
    """Return results as what JSON knows: objects, lists, numbers, texts and nulls.

    A figure that is missing becomes ``{"missing": reason}``.
    """
    if isinstance(value, Missing):
        return {"missing": value.reason}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"{type(value).__name__} has no plain form")


def _summarise(
    study: str,
    selected: pd.DataFrame,
    offered: Sequence[str],
    predictions: pd.DataFrame | None,
    training_levels: Sequence[str],
    filters: Filters,
) -> StudyStatistics:
    answers = study_answers(selected)
    found = effects(answers, training_levels)
    samples = answers["sample"].nunique()
    return StudyStatistics(
        study=study,
        filters=filters,
        offered=tuple(offered),
        headline=headline(answers, offered),
        recognition=recognition(answers, offered),
        ratings=ratings_by_sample(answers),
        confusion=confusion(answers, offered),
        guess_reliability=reliability(answers, "guess", "nominal"),
        rating_reliability=reliability(answers, "rating", "ordinal"),
        effects=found,
        controls=controls(selected),
        human_machine=_human_machine(answers, predictions, offered),
        systems=compare_systems(answers),
        plans=found.model if isinstance(found.model, Missing) else plans(found.model, samples, len(offered)),
        progress=progress(answers),
    )


def _human_machine(
    answers: pd.DataFrame, predictions: pd.DataFrame | None, offered: Sequence[str]
) -> HumanMachine | Missing:
    if predictions is None or predictions.empty:
        return Missing("No classifier has judged the samples of this study.")
    return human_machine(answers, predictions, offered)
