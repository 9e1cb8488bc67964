from __future__ import annotations

import io
import math

import pandas as pd
import pytest

from survey_db.errors import SurveyError
from survey_db.reporting.export import csv_bytes
from survey_db.reporting.sections import sections
from survey_db.statistics.blind import BlindTest
from survey_db.statistics.headline import Headline
from survey_db.statistics.intake import _DEFAULTS, NEEDED, completed, genres_of
from survey_db.statistics.selection import COLUMNS
from survey_db.statistics.summary import StudyStatistics, summarise, to_plain
from tests.survey_db.published_study import (
    OFFERED,
    TRAINING_LEVELS,
    reconstructed_responses,
    reconstructed_summary,
    with_controls,
)
from tests.survey_db.statistics.test_summary import numbers


@pytest.fixture
def bare() -> pd.DataFrame:
    """The published study's responses with the five columns that are needed, as a CSV may have them."""
    return reconstructed_responses()[list(NEEDED)].astype(object)


def without_extras(summary: StudyStatistics) -> tuple[object, ...]:
    return summary.headline, summary.recognition.overall, summary.recognition.by_sample


def test_five_columns_are_enough(bare: pd.DataFrame) -> None:
    found, full = summarise(bare, study="Theirs"), reconstructed_summary()
    assert found.study == "Theirs"
    assert isinstance(found.headline, Headline)
    assert isinstance(found.recognition.overall, BlindTest)
    assert without_extras(found) == without_extras(full)
    for part in sections(found):
        assert all(line.endswith(".") for line in part.text)
    assert all(math.isfinite(number) for number in numbers(to_plain(found)))


def test_numbers_may_name_listeners_and_samples(bare: pd.DataFrame) -> None:
    coded = bare.assign(
        listener=pd.factorize(bare["listener"])[0], sample=pd.factorize(bare["sample"])[0] + 1
    )
    found = summarise(coded)
    assert [sample.group for sample in found.recognition.by_sample] == list("123456")


def test_genres_may_be_any_words(bare: pd.DataFrame) -> None:
    renamed = bare.replace({"hiphop": "Neue Deutsche Welle", "rock": "Post-Rock"})
    found = summarise(renamed)
    assert "Neue Deutsche Welle" in found.offered
    assert isinstance(found.headline, Headline)
    assert found.headline.right == 63


def test_what_is_missing_says_nothing_special(bare: pd.DataFrame) -> None:
    found = completed(bare)
    assert found["control"].eq("none").all()
    assert not found["is_test"].any()
    assert "The responses do not say when they were given." in [
        line for part in sections(summarise(bare)) for line in part.text
    ]


def test_a_complete_table_keeps_its_values() -> None:
    responses = reconstructed_responses()
    found = completed(responses)
    for name in set(responses.columns) & set(COLUMNS):
        assert found[name].astype(str).tolist() == responses[name].astype(str).tolist()


def test_a_study_exported_as_csv_reads_back_the_same() -> None:
    responses = with_controls(reconstructed_responses())
    read = pd.read_csv(io.BytesIO(csv_bytes(responses)))
    found = summarise(read, OFFERED, training_levels=TRAINING_LEVELS)
    full = summarise(responses, OFFERED, training_levels=TRAINING_LEVELS)
    assert without_extras(found) == without_extras(full)
    assert (found.effects, found.controls, found.progress) == (full.effects, full.controls, full.progress)


def test_every_column_is_either_needed_or_filled_in_or_never_read() -> None:
    never_read = {"seconds_heard", "intervals_heard", "times_played", "seconds_to_answer"}
    never_read |= {"device", "language", "consent_version"}
    assert set(NEEDED) | set(_DEFAULTS) | never_read == set(COLUMNS)


def test_genres_offered_are_those_stated_or_all_that_occur(bare: pd.DataFrame) -> None:
    assert genres_of(bare, ["rock", "jazz", *sorted(set(bare["guess"]))])[:2] == ("rock", "jazz")
    assert genres_of(bare, None) == tuple(sorted({*bare["guess"], *bare["intended_genre"]}))
    with pytest.raises(SurveyError, match="Listeners named “blues”, “classical”"):
        genres_of(bare, ["rock"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda frame: frame.drop(columns=["guess", "rating"]), "lack the column “guess”, “rating”"),
        (lambda frame: frame.assign(guess=[None, *frame["guess"][1:]]), "response in row 1 has no guess"),
        (
            lambda frame: frame.assign(rating=[*frame["rating"][:-1], 11]),
            "rating in row 192 is 11; ratings are",
        ),
        (lambda frame: frame.assign(rating=[*frame["rating"][:-1], "good"]), "rating in row 192 is good"),
        (lambda frame: frame.assign(rating=frame["rating"] - 0.5), "whole numbers from 1 to 10"),
        (lambda frame: pd.concat([frame, frame[:1]]), "Listener “L01” answered “Sample 1” more than once"),
        (lambda frame: frame.assign(intended_genre=frame["guess"]), "has more than one intended genre"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(change: object, reason: str, bare: pd.DataFrame) -> None:
    assert callable(change)
    with pytest.raises(SurveyError, match=reason):
        summarise(change(bare))
