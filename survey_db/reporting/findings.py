"""What each figure of the results shows, in a sentence: the first words of its caption."""

from __future__ import annotations

from collections.abc import Sequence

from survey_db.genres import CANNOT_TELL, genre_name
from survey_db.statistics.headline import Day, SampleRatings
from survey_db.statistics.machine import HumanMachine
from survey_db.statistics.printing import decimal, listed, listed_or_counted, model_name, percent
from survey_db.statistics.recognition import Confusion, RightShare

PLAUSIBLE = 5
"""The step of the rating scale that stands for “musically plausible”."""


def recognition_finding(groups: Sequence[RightShare]) -> str:
    """Return which samples, or genres, are recognised most and least often."""
    highest, lowest = (pick(group.share for group in groups) for pick in (max, min))
    if highest == lowest:
        return f"All are recognised equally often, in {percent(highest)} of the guesses."
    most, least = (
        listed_or_counted([_named(group) for group in groups if group.share == share], len(groups), "groups")
        for share in (highest, lowest)
    )
    return f"Recognised most often: {most}, {percent(highest)}. Least often: {least}, {percent(lowest)}."


def mean_ratings_finding(ratings: Sequence[SampleRatings]) -> str:
    """Return which samples are rated highest and lowest on average."""
    highest, lowest = (pick(ratings, key=lambda sample: sample.mean) for pick in (max, min))
    if decimal(highest.mean) == decimal(lowest.mean):
        return f"The mean rating of every sample is {decimal(highest.mean)}."
    return (
        f"Mean ratings run from {decimal(lowest.mean)} ({lowest.sample}) to "
        f"{decimal(highest.mean)} ({highest.sample})."
    )


def rating_spread_finding(ratings: Sequence[SampleRatings]) -> str:
    """Return how many of all ratings call a sample musically plausible or better."""
    counts = [sum(steps) for steps in zip(*(sample.counts for sample in ratings), strict=True)]
    plausible = sum(counts[PLAUSIBLE - 1 :])
    share = percent(plausible / sum(counts))
    return f"{share} of all ratings are {PLAUSIBLE}, “musically plausible”, or higher."


def confusion_finding(found: Confusion) -> str:
    """Return the mistake that listeners make most often; ties are all named."""
    mistakes = {
        (intended, guessed): count
        for intended, counts in zip(found.intended, found.counts, strict=True)
        for guessed, count in zip(found.offered, counts, strict=True)
        if guessed not in (intended, CANNOT_TELL)
    }
    most = max(mistakes.values(), default=0)
    if not most:
        return "No guess is wrong." if CANNOT_TELL not in found.offered else "No guess names another genre."
    worst = [
        f"{genre_name(intended)} heard as {genre_name(guessed)}"
        for (intended, guessed), count in mistakes.items()
        if count == most
    ]
    times = "once" if most == 1 else f"{most} times"
    if len(worst) == 1:
        return f"The commonest mistake: {worst[0]}, {times}."
    named = listed(worst) if len(worst) <= 4 else f"{len(worst)} of the {len(mistakes)} possible ones"
    return f"The commonest mistakes: {named}, {times} each."


def human_machine_finding(found: HumanMachine) -> str:
    """Return for how many samples each classifier chooses what listeners choose most often."""
    alike = [
        f"the {model_name(model.name)} for {model.same_choice} of {len(found.samples)} samples"
        for model in found.models
    ]
    return f"What listeners guess most often is also chosen by {listed(alike)}."


def progress_finding(days: Sequence[Day]) -> str:
    """Return how many listeners there are, and the day that brought most of them."""
    last, busiest = days[-1], max(days, key=lambda day: day.listeners)
    listeners = f"{last.listeners_so_far} listener{'s' if last.listeners_so_far > 1 else ''}"
    if len(days) == 1:
        return f"{listeners}, all on {last.day}, with {last.answers_so_far} answers."
    return (
        f"{listeners} from {days[0].day} to {last.day}, with {last.answers_so_far} answers; "
        f"the busiest day, {busiest.day}, brought {busiest.listeners}."
    )


def _named(group: RightShare) -> str:
    genre = genre_name(group.genre)
    return genre if group.group in (group.genre, genre) else f"{group.group} ({genre})"
