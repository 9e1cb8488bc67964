from __future__ import annotations

import csv
import io
import json
from dataclasses import fields

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_db.reporting.export import csv_bytes, data_dictionary, defuse, json_text, parquet_bytes
from survey_db.statistics.selection import COLUMNS
from survey_db.statistics.summary import StudyStatistics, to_plain
from tests.survey_db.published_study import reconstructed_responses, reconstructed_summary

STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", '=HYPERLINK("http://x","y")']


@pytest.fixture
def responses() -> pd.DataFrame:
    return reconstructed_responses()


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_comment_that_a_spreadsheet_would_execute_is_text(responses: pd.DataFrame, text: str) -> None:
    responses.loc[0, "comment"] = text
    rows = cells(csv_bytes(responses))
    assert rows[1][rows[0].index("comment")] == f"'{text}"


@given(st.text(max_size=40))
def test_no_text_starts_like_a_formula(text: str) -> None:
    frame = pd.DataFrame({"study": [text], "comment": [f"={text}"], text or "x": ["a"]})
    for row in cells(csv_bytes(frame)):
        assert not any(cell.startswith(STARTS) for cell in row)


def test_no_line_end_within_a_text_starts_a_row() -> None:
    frame = pd.DataFrame({"comment": ["a\r=1+1", "b\n=1+1", "c\r\n=1+1"], "rating": [1, 2, 3]})
    assert [row[1] for row in cells(csv_bytes(frame))] == ["rating", "1", "2", "3"]


def test_harmless_texts_and_numbers_stay_as_they_are(responses: pd.DataFrame) -> None:
    responses.loc[0, "comment"] = "a - b = c, “quoted”, \n two lines"
    responses.loc[0, "seconds_heard"] = -1.5
    read = pd.read_csv(io.BytesIO(csv_bytes(responses)), keep_default_na=False)
    assert read.loc[0, "comment"] == "a - b = c, “quoted”, \n two lines"
    assert read.loc[0, "seconds_heard"] == -1.5
    assert defuse("Sample 4") == "Sample 4"


def test_csv_is_tidy_and_reads_back(responses: pd.DataFrame) -> None:
    read = pd.read_csv(io.BytesIO(csv_bytes(responses)), parse_dates=["answered_at"], keep_default_na=False)
    assert list(read.columns) == list(COLUMNS)
    assert read["rating"].tolist() == responses["rating"].tolist()
    assert read["guess"].tolist() == responses["guess"].tolist()
    assert (read["answered_at"] == responses["answered_at"]).all()
    assert set(read["comment"]) == {""}


def test_parquet_reads_back_as_it_was_with_each_column_s_meaning(responses: pd.DataFrame) -> None:
    responses.loc[0, "comment"] = "=1+1"
    data = parquet_bytes(responses)
    read = pd.read_parquet(io.BytesIO(data))
    pd.testing.assert_frame_equal(
        read.astype(object).where(read.notna(), None),
        responses.astype(object).where(responses.notna(), None),
    )
    schema = pq.read_schema(io.BytesIO(data))
    for name, meaning in COLUMNS.items():
        assert schema.field(name).metadata[b"description"].decode() == meaning


def test_an_empty_study_has_files_too(responses: pd.DataFrame) -> None:
    assert cells(csv_bytes(responses[:0])) == [list(COLUMNS)]
    assert list(pd.read_parquet(io.BytesIO(parquet_bytes(responses[:0]))).columns) == list(COLUMNS)


def test_dictionary_tells_every_column(responses: pd.DataFrame) -> None:
    told = data_dictionary(responses).set_index("column")
    assert list(told.index) == list(COLUMNS)
    assert (told["meaning"] != "").all()
    assert told.loc["rating", ["type", "values"]].tolist() == ["integer", "1 to 10"]
    assert told.loc["is_test", "type"] == "true or false"
    assert told.loc["answered_at", "type"] == "moment"
    assert told.loc["comment", "type"] == "text"
    assert told.loc["musical_training", "values"] == "none, under_3, 3_to_10, over_10"


def test_json_holds_every_statistic() -> None:
    read = json.loads(json_text(to_plain(reconstructed_summary())))
    assert read["headline"]["right"] == 63
    assert set(read) == {field.name for field in fields(StudyStatistics)}


def test_json_refuses_what_other_readers_cannot_read() -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_text(float("nan"))
