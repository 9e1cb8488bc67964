from __future__ import annotations

import numpy as np
import pytest

from survey_db.errors import SurveyError
from survey_db.statistics.planning import (
    PlannedStudy,
    listeners_needed,
    needed_sentences,
    planned_power,
    power_sentence,
    supposed_sentence,
)
from survey_db.statistics.simulation import Design, overall_p_values, simulated_guesses, varied_pool


def test_power_is_how_often_other_simulated_studies_show_the_effect() -> None:
    study = PlannedStudy(share=0.16)
    found = planned_power(study, 40)
    design = Design(40)
    drawn = simulated_guesses(varied_pool, design, 3_000, study.hearing, np.random.default_rng(9))
    shown = (overall_p_values(drawn, design) <= 0.05).mean()
    assert shown == pytest.approx(found.overall, abs=0.05)
    assert (drawn == design.intended).mean() == pytest.approx(0.16, abs=0.005)
    assert found.overall in found.overall_interval
    assert found.sample < found.overall


def test_number_needed_reaches_the_power_and_a_tenth_fewer_does_not() -> None:
    study = PlannedStudy(share=0.2)
    for of_sample in (False, True):
        needed = listeners_needed(study, 0.8, for_a_sample=of_sample)
        assert needed is not None
        fewer = planned_power(study, round(0.9 * needed.listeners) - 1)
        assert (needed.sample if of_sample else needed.overall) >= 0.8
        assert (fewer.sample if of_sample else fewer.overall) < 0.8


def test_smaller_effects_and_stricter_levels_need_more_listeners() -> None:
    def needed(study: PlannedStudy) -> int:
        found = listeners_needed(study, draws=400)
        assert found is not None
        return found.listeners

    plain = needed(PlannedStudy(0.2))
    assert needed(PlannedStudy(0.16)) > plain
    assert needed(PlannedStudy(0.2, level=0.005)) > plain
    assert needed(PlannedStudy(0.2, samples=12)) < plain


def test_what_nobody_can_ask_for_is_none() -> None:
    assert listeners_needed(PlannedStudy(0.1001), draws=50) is None


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"share": 0.1}, "The share right must be above 10.0"),
        ({"share": 1.2}, "at most 100%"),
        ({"share": 0.3, "samples": 1}, "2 to 60 samples, not 1"),
        ({"share": 0.9, "offered": 1}, "from 2 to 100 genres, not from 1"),
        ({"share": 0.3, "level": 0.0}, "level must be from 0.0001 to 0.5"),
    ],
)
def test_impossible_studies_are_refused_in_a_sentence(values: dict[str, float], reason: str) -> None:
    with pytest.raises(SurveyError, match=reason):
        PlannedStudy(**values)  # type: ignore[arg-type]


def test_impossible_numbers_are_refused_in_a_sentence() -> None:
    study = PlannedStudy(0.3)
    with pytest.raises(SurveyError, match="2 to 1000 listeners, not 1"):
        planned_power(study, 1)
    with pytest.raises(SurveyError, match="between 0 and 100%"):
        listeners_needed(study, 1.0)


def test_sentences_say_the_figures() -> None:
    study = PlannedStudy(0.3, samples=6, offered=10, level=0.05)
    assert "6 samples and chooses from 10 genres; 30.0" in supposed_sentence(study)
    assert "With 32 listeners" in power_sentence(study, 32)
    overall, of_sample = needed_sentences(study, 0.8)
    needed = listeners_needed(study)
    assert needed is not None
    assert f"about {needed.listeners} listeners" in overall
    assert "corrected for the number of samples" in of_sample
