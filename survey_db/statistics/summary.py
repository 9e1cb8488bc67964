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
from survey_db.statistics.intervals import Missing
from survey_db.statistics.machine import HumanMachine, human_machine
from survey_db.statistics.power import Plan, plans
from survey_db.statistics.published import PUBLISHED, PublishedFigures
from survey_db.statistics.recognition import Confusion, StudyRecognition, confusion, recognition
from survey_db.statistics.reliability import Reliability, reliability
from survey_db.statistics.selection import Filters, select, study_answers

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True)
class StudyStatistics:
    """All statistics of one study under one choice of filters."""

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
    plans: tuple[Plan, ...] | Missing
    progress: tuple[Day, ...]
    published: PublishedFigures = PUBLISHED


def summarise(
    study: str,
    responses: pd.DataFrame,
    offered: Sequence[str],
    *,
    predictions: pd.DataFrame | None = None,
    training_levels: Sequence[str] = (),
    filters: Filters | None = None,
) -> StudyStatistics:
    """Compute every statistic of a study.

    Parameters
    ----------
    study : str
        Its name.
    responses : DataFrame
        Its responses, with the columns of `survey_db.statistics.selection.COLUMNS`.
    offered : sequence of str
        Genres that listeners could choose, in the order shown.
    predictions : DataFrame, optional
        What classifiers say of its samples, as `human_machine` wants them.
    training_levels : sequence of str
        Levels of musical training, from none upwards.
    filters : Filters, optional
        Which responses count.
    """
    from threadpoolctl import threadpool_limits

    filters = filters or Filters()
    selected = select(responses, filters)
    # The matrices are small: more threads would only wait for one another, long on a busy server.
    with threadpool_limits(limits=1, user_api="blas"):
        return _summarise(study, selected, offered, predictions, training_levels, filters)


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
        plans=found.model if isinstance(found.model, Missing) else plans(found.model, samples, len(offered)),
        progress=progress(answers),
    )


def _human_machine(
    answers: pd.DataFrame, predictions: pd.DataFrame | None, offered: Sequence[str]
) -> HumanMachine | Missing:
    if predictions is None or predictions.empty:
        return Missing("No classifier has judged the samples of this study.")
    return human_machine(answers, predictions, offered)
