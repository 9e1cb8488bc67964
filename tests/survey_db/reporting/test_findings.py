from __future__ import annotations

from dataclasses import replace
from datetime import date

from survey_db.reporting.findings import (
    confusion_finding,
    human_machine_finding,
    mean_ratings_finding,
    progress_finding,
    rating_spread_finding,
    recognition_finding,
)
from survey_db.statistics.headline import Day
from survey_db.statistics.machine import HumanMachine
from survey_db.statistics.recognition import Confusion
from tests.survey_db.published_study import reconstructed_summary


def test_the_best_and_the_worst_sample_are_named() -> None:
    groups = reconstructed_summary().recognition.by_sample
    assert recognition_finding(groups) == (
        "Recognised most often: Sample 4 (Hip hop), 78.1%. Least often: Sample 5 (Rock), 3.1%."
    )
    assert recognition_finding(groups[:1]) == (
        f"All are recognised equally often, in {100 * groups[0].share:.1f}% of the guesses."
    )
    pooled = [replace(group, group=group.genre) for group in groups]
    assert "Recognised most often: Hip hop, " in recognition_finding(pooled)


def test_ratings_are_summed_up() -> None:
    ratings = reconstructed_summary().ratings
    means = [sample.mean for sample in ratings]
    assert mean_ratings_finding(ratings).startswith(f"Mean ratings run from {min(means):.2f} (")
    assert mean_ratings_finding(ratings[:1]) == f"The mean rating of every sample is {means[0]:.2f}."
    plausible = sum(sum(sample.counts[4:]) for sample in ratings) / 192
    assert rating_spread_finding(ratings).startswith(f"{100 * plausible:.1f}% of all ratings are 5")


def confusion(*counts: tuple[int, ...]) -> Confusion:
    shares = tuple(tuple(count / sum(row) for count in row) for row in counts)
    return Confusion(("jazz", "rock"), ("jazz", "rock"), counts, shares)


def test_the_commonest_mistakes_are_named_with_their_ties() -> None:
    assert confusion_finding(confusion((3, 2), (1, 4))) == (
        "The commonest mistake: Jazz heard as Rock, 2 times."
    )
    assert confusion_finding(confusion((4, 1), (1, 4))) == (
        "The commonest mistakes: Jazz heard as Rock and Rock heard as Jazz, once each."
    )
    assert confusion_finding(confusion((5, 0), (0, 5))) == "No guess is wrong."


def test_classifiers_are_held_beside_the_listeners_choice() -> None:
    found = reconstructed_summary().human_machine
    assert isinstance(found, HumanMachine)
    for model in found.models:
        assert f"for {model.same_choice} of 6 samples" in human_machine_finding(found)


def test_the_busiest_day_is_named() -> None:
    first, second = Day(date(2026, 3, 2), 12, 12, 2, 2), Day(date(2026, 3, 3), 6, 18, 1, 3)
    assert progress_finding([first]) == "2 listeners, all on 2026-03-02, with 12 answers."
    assert progress_finding([first, second]) == (
        "3 listeners from 2026-03-02 to 2026-03-03, with 18 answers; the busiest day, 2026-03-02, brought 2."
    )
