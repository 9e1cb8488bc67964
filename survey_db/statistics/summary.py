"""Every statistic of one study, and the answers to its two questions in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from survey_db.genres import genre_name
from survey_db.statistics.agreement import (
    Agreement,
    Confusion,
    agreement_by_genre,
    agreement_by_sample,
    confusion,
)
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
from survey_db.statistics.intervals import LEVEL, Missing
from survey_db.statistics.machine import HumanMachine, human_machine, machine_sentence
from survey_db.statistics.power import Plan, plans
from survey_db.statistics.printing import listed, p_text, percent
from survey_db.statistics.published import PUBLISHED, PublishedFigures
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
    by_sample: tuple[Agreement, ...]
    by_genre: tuple[Agreement, ...]
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


def musical_answer(summary: StudyStatistics) -> str:
    """Return the answer to "Is it musical?", computed from the ratings."""
    head = summary.headline
    if isinstance(head, Missing):
        return head.reason
    spread = "" if isinstance(head.rating_sd, Missing) else f" ± {head.rating_sd:.2f}"
    text = f"Listeners rate it {head.mean_rating:.2f}{spread} out of 10"
    if isinstance(head.mean_interval, Missing):
        return f"{text}. {head.mean_interval.reason}"
    low, high = head.mean_interval.low, head.mean_interval.high
    text += f" ({percent(LEVEL, 0)} interval of the mean {low:.2f} to {high:.2f})"
    if low > MUSICALLY_PLAUSIBLE:
        return f"{text}, above the scale's {MUSICALLY_PLAUSIBLE}, “musically plausible”."
    if high < MUSICALLY_PLAUSIBLE:
        return f"{text}, below the scale's {MUSICALLY_PLAUSIBLE}, “musically plausible”."
    return f"{text}, which cannot be told from the scale's {MUSICALLY_PLAUSIBLE}, “musically plausible”."


MUSICALLY_PLAUSIBLE = 5
"""The step of the scale whose wording is "musically plausible"."""


def genre_answer(summary: StudyStatistics) -> str:
    """Return the answer to "Can a listener hear which genre it learned from?", computed from the guesses."""
    head = summary.headline
    if isinstance(head, Missing):
        return head.reason
    parts = [
        _overall_answer(head, len(summary.offered)),
        _sample_answer(summary.by_sample, head.chance),
    ]
    if isinstance(summary.human_machine, HumanMachine):
        parts.append(machine_sentence(summary.human_machine))
    return " ".join(parts)


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
        by_sample=agreement_by_sample(answers, offered),
        by_genre=agreement_by_genre(answers, offered),
        ratings=ratings_by_sample(answers),
        confusion=confusion(answers, offered),
        guess_reliability=reliability(answers, "guess", "nominal"),
        rating_reliability=reliability(answers, "rating", "ordinal"),
        effects=found,
        controls=controls(selected),
        human_machine=_human_machine(answers, predictions, offered),
        plans=found.model
        if isinstance(found.model, Missing)
        else plans(found.model, samples, 1 / len(offered)),
        progress=progress(answers),
    )


def _human_machine(
    answers: pd.DataFrame, predictions: pd.DataFrame | None, offered: Sequence[str]
) -> HumanMachine | Missing:
    if predictions is None or predictions.empty:
        return Missing("No classifier has judged the samples of this study.")
    return human_machine(answers, predictions, offered)


def _overall_answer(head: Headline, offered: int) -> str:
    interval = ""
    if not isinstance(head.share_interval, Missing):
        interval = (
            f", {percent(LEVEL, 0)} interval {percent(head.share_interval.low)} "
            f"to {percent(head.share_interval.high)}"
        )
    figures = (
        f"{head.right} of {head.answers} guesses name the genre of the training data "
        f"({percent(head.share_right)}{interval}); blind guessing among {offered} genres gets "
        f"{percent(head.chance)} "
        f"right ({p_text(head.p_value)})."
    )
    if head.p_value >= 1 - LEVEL:
        verdict = "It has not been shown that listeners can hear it:"
    elif head.share_right > head.chance:
        verdict = "Yes, listeners can hear it more often than by chance:"
    else:
        verdict = "No, listeners hear it less often than by chance:"
    return f"{verdict} {figures}"


def _sample_answer(by_sample: Sequence[Agreement], chance: float) -> str:
    more, less = "more often than by chance", "less often than by chance"
    neither = "as often as chance may explain"
    groups: dict[str, list[str]] = {more: [], less: [], neither: []}
    for sample in by_sample:
        kind = neither if sample.p_holm >= 1 - LEVEL else more if sample.share > chance else less
        groups[kind].append(f"{sample.group} ({genre_name(sample.genre)}, {percent(sample.share)})")
    told = "; ".join(f"{kind} in {listed(samples)}" for kind, samples in groups.items() if samples)
    return f"Sample by sample, corrected for their number, the genre is named {told}."
