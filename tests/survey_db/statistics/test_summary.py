from __future__ import annotations

import json
import math
import time
from datetime import date

import numpy as np
import pandas as pd
import pytest

from survey_db.statistics.headline import Headline
from survey_db.statistics.intervals import Missing
from survey_db.statistics.machine import HumanMachine
from survey_db.statistics.selection import Filters
from survey_db.statistics.summary import StudyStatistics, summarise, to_plain
from tests.survey_db.published_study import OFFERED, SAMPLES, TRAINING_LEVELS


def summary_of(responses: pd.DataFrame, filters: Filters | None = None) -> StudyStatistics:
    return summarise(responses, OFFERED, training_levels=TRAINING_LEVELS, filters=filters)


def many_responses(listeners: int, samples: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    listener, sample = (codes.ravel() for codes in np.indices((listeners, samples)))
    count = len(listener)
    intended = np.array(OFFERED)[sample % len(OFFERED)]
    rating = 6 + rng.normal(0, 1.2, listeners)[listener] + rng.normal(0, 1, samples)[sample]
    return pd.DataFrame(
        {
            "study": "large",
            "sample": np.array([f"Sample {number + 1}" for number in range(samples)])[sample],
            "intended_genre": intended,
            "system": None,
            "composition": None,
            "listener": np.array([f"L{number}" for number in range(listeners)])[listener],
            "guess": np.where(rng.random(count) < 0.3, intended, rng.choice(OFFERED, count)),
            "rating": np.clip(np.rint(rating + rng.normal(0, 1.8, count)), 1, 10).astype(int),
            "position": rng.permuted(np.tile(np.arange(1, samples + 1), (listeners, 1)), axis=1).ravel(),
            "seconds_heard": 30.0,
            "intervals_heard": "[[0.0, 30.0]]",
            "times_played": 1,
            "known_piece": False,
            "comment": None,
            "control": "none",
            "repeat_of": None,
            "musical_training": np.array(TRAINING_LEVELS)[listener % 4],
            "device": "headphones",
            "session_complete": True,
            "passed_checks": True,
            "is_test": False,
            "is_retake": False,
            "is_inattentive": False,
            "answered_at": pd.Timestamp("2026-01-01", tz="UTC")
            + pd.to_timedelta(rng.integers(0, 30 * 86_400, count), unit="s"),
        }
    )


def numbers(plain: object) -> list[float]:
    if isinstance(plain, dict):
        return [number for value in plain.values() for number in numbers(value)]
    if isinstance(plain, list):
        return [number for value in plain for number in numbers(value)]
    return [plain] if isinstance(plain, float) else []


def test_a_hundred_thousand_responses_take_less_than_three_seconds() -> None:
    responses = many_responses(16_667, 6)
    summary_of(responses[:600])  # the libraries are loaded once a process
    # One thread does all the work, and its own time does not depend on what else the machine does.
    start = time.process_time()
    summary_of(responses)
    seconds = time.process_time() - start
    assert len(responses) > 100_000
    assert seconds < 3


@pytest.mark.parametrize("answers", [0, 1, 2, 5, 7, 13, 192])
def test_any_study_however_small_is_summed_up_without_a_nan(
    published_responses: pd.DataFrame, answers: int
) -> None:
    found = numbers(to_plain(summary_of(published_responses[:answers])))
    assert found
    assert all(math.isfinite(number) for number in found)


def test_plain_form_is_json_and_keeps_the_reasons(published_responses: pd.DataFrame) -> None:
    plain = to_plain(summary_of(published_responses, Filters(last_day=date(2020, 3, 2))))
    read = json.loads(json.dumps(plain, allow_nan=False))
    assert read["filters"]["last_day"] == "2020-03-02"
    assert read["headline"]["answers"] == 24
    assert read["headline"]["mean_interval"] == {
        "missing": "An interval over listeners needs at least 12 of them, not 4."
    }


def test_what_has_no_plain_form_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no plain form"):
        to_plain({"a": {1}})


def test_filters_reach_every_part(published_responses: pd.DataFrame) -> None:
    responses = published_responses.assign(session_complete=published_responses["listener"] != "L01")
    found = summary_of(responses, Filters(complete_only=True))
    assert isinstance(found.headline, Headline)
    assert found.headline.listeners == 31
    assert {sample.answers for sample in found.ratings} == {31}
    assert found.progress[-1].answers_so_far == 31 * 6


def test_classifiers_are_compared_where_there_are_any(published_responses: pd.DataFrame) -> None:
    predictions = pd.DataFrame(
        [
            {"sample": f"Sample {place}", "model": "CNN"}
            | {other: float(other == genre) for other in OFFERED}
            for place, genre in enumerate(SAMPLES, start=1)
        ]
    )
    found = summarise(published_responses, OFFERED, predictions=predictions)
    assert isinstance(found.human_machine, HumanMachine)
    none = summarise(published_responses, OFFERED, predictions=predictions[:0])
    assert none.human_machine == Missing("No classifier has judged the samples of this study.")
