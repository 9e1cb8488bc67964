"""A study as a folder."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from survey_db.errors import SurveyError
from survey_db.running.folder import MAX_STUDY_BYTES, read_files, read_folder
from survey_db.running.media import MAX_BYTES
from survey_db.running.systems import NewSystem


def write(folder: Path, study: object) -> Path:
    (folder / "a.mp3").write_bytes(b"audio")
    (folder / "study.json").write_text(json.dumps(study))
    return folder


def one(**sample: object) -> dict[str, Any]:
    """A study of one sample that has these fields."""
    return {"title": "T", "samples": [{"file": "a.mp3", **sample}]}


def test_a_folder_gives_the_study_and_its_samples(tmp_path: Path) -> None:
    sample = {"file": "a.mp3", "intended_genre": "rock", "settings": {"seed": 1}, "practice": True}
    study, samples = read_folder(
        write(tmp_path, {"title": "T", "headphone_check": True, "samples": [sample, {"file": "a.mp3"}]})
    )
    assert (study.title, study.headphone_check, study.volume_check) == ("T", True, True)
    assert (samples[0].audio, samples[0].intended_genre, samples[0].practice) == (b"audio", "rock", True)
    assert samples[0].settings == {"seed": 1}
    assert samples[1].intended_genre is None


def test_every_field_may_be_given(tmp_path: Path) -> None:
    shares = {"cnn": [0, 0.5, *[0.0625] * 8]}
    sample = {"control": "repeat", "repeats": "Sample 1", "practice": False, "predictions": shares}
    study, samples = read_folder(
        write(
            tmp_path,
            {
                "title": "back\\u0000slash",
                "slug": None,
                "genres": ["rock"],
                "target_loudness": -16,
                **{"samples": one(**sample)["samples"]},
            },
        )
    )
    assert (study.title, study.slug, study.genres) == ("back\\u0000slash", None, ["rock"])
    assert (study.target_loudness, samples[0].predictions) == (-16, shares)


@pytest.mark.parametrize(
    ("study", "message"),
    [
        ([], "needs a list of samples"),
        ({"title": "T"}, "needs a list of samples"),
        ({"title": "T", "samples": ["a.mp3"]}, "needs a list of samples"),
        ({"title": "T", "samples": {}}, "needs a list of samples"),
        ({"samples": []}, "“title” is missing in study.json"),
        ({"title": "T", "colour": "red", "samples": []}, "“colour” in study.json is not one of"),
        (one(genre="rock"), "“genre” in sample 1 of study.json is not one of"),
        (one(audio="rock"), "“audio” in sample 1 of study.json is not one of"),
        ({"title": "T", "samples": [{"intended_genre": "rock"}]}, "name of a “file” in the same folder"),
        (one(file="../a.mp3"), "name of a “file” in the same folder"),
        (one(file="..\\a.mp3"), "name of a “file” in the same folder"),
        (one(file="/etc/passwd"), "name of a “file” in the same folder"),
        (one(file=".."), "name of a “file” in the same folder"),
        (one(file=""), "name of a “file” in the same folder"),
        (one(file=None), "name of a “file” in the same folder"),
        (one(file=["a.mp3"]), "name of a “file” in the same folder"),
        (one(file="b.mp3"), "has no file b.mp3"),
        (one(file="b" * 4000), "cannot be read|has no file"),
    ],
)
def test_a_folder_of_another_form_is_refused(tmp_path: Path, study: object, message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        read_folder(write(tmp_path, study))


@pytest.mark.parametrize(
    ("field", "wrong", "needed"),
    [
        ("title", [5, None, True, ["T"], {}], "must be text"),
        ("slug", [5, False, ["s"]], "must be text or null"),
        ("introduction", [None, 1.5, []], "must be text"),
        ("genres", ["rock", None, [1], [["rock"]], {"rock": 1}], "must be a list, each item text"),
        ("require_full_hearing", ["yes", 1, None], "must be true or false"),
        ("target_loudness", ["-16", None, True, [-16], 10**400], "must be a number"),
    ],
)
def test_a_field_of_a_study_of_another_type_is_refused(
    tmp_path: Path, field: str, wrong: list[object], needed: str
) -> None:
    for value in wrong:
        with pytest.raises(SurveyError, match=f"“{field}” in study.json {needed}"):
            read_folder(write(tmp_path, {**one(), field: value}))


@pytest.mark.parametrize(
    ("field", "wrong", "needed"),
    [
        ("intended_genre", [5, ["rock"]], "must be text or null"),
        ("settings", [None, [], "seed"], "must be an object"),
        ("control", [None, 1], "must be text"),
        ("repeats", [1, {}], "must be text or null"),
        ("practice", [0, "no"], "must be true or false"),
        (
            "predictions",
            [None, [], {"cnn": 1}, {"cnn": "a"}, {"cnn": [None]}, {"cnn": [True]}],
            "must be an object, each value a list, each item a number",
        ),
    ],
)
def test_a_field_of_a_sample_of_another_type_is_refused(
    tmp_path: Path, field: str, wrong: list[object], needed: str
) -> None:
    for value in wrong:
        with pytest.raises(SurveyError, match=f"“{field}” in sample 1 of study.json {needed}"):
            read_folder(write(tmp_path, one(**{field: value})))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "\x00",
        '{"title": NaN}',
        '{"title": 1e999}',
        '{"title": "\\ud800"}',
        "[" * 100_000,
        "9" * 5000,
    ],
)
def test_what_is_not_json_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "study.json").write_text(text)
    with pytest.raises(SurveyError, match="is not JSON that can be read"):
        read_folder(tmp_path)


def test_a_nul_that_postgresql_would_refuse_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match="NUL character"):
        read_folder(write(tmp_path, one(settings={"a": ["\\\x00"]})))


def test_files_that_are_no_files_or_too_large_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match=r"has no file study\.json"):
        read_folder(tmp_path)
    os.mkfifo(tmp_path / "study.json")
    with pytest.raises(SurveyError, match=r"has no file study\.json"):
        read_folder(tmp_path)
    (tmp_path / "study.json").unlink()
    for name, limit in (("a.mp3", MAX_BYTES), ("study.json", MAX_STUDY_BYTES)):
        write(tmp_path, one())
        os.truncate(tmp_path / name, limit + 1)
        with pytest.raises(SurveyError, match=f"{name} is larger than"):
            read_folder(tmp_path)


def test_a_folder_names_systems_compositions_and_the_sitting(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "1.mp3").write_bytes(b"deeper")
    ours = {"name": "Ours", "version": "1.2", "settings": {"top_p": 0.9}}
    sample = {"file": "ours/1.mp3", "intended_genre": "rock", "system": "Ours", "composition": "tune 1"}
    told = {"title": "T", "sitting_size": 4, "renderings_together": True, "systems": [ours]}
    study, samples = read_folder(write(tmp_path, {**told, "samples": [sample]}))
    assert (study.sitting_size, study.renderings_together) == (4, True)
    assert study.systems == [NewSystem(name="Ours", version="1.2", settings={"top_p": 0.9})]
    assert (samples[0].audio, samples[0].system, samples[0].composition) == (b"deeper", "Ours", "tune 1")
    files = {
        "study.json": (tmp_path / "study.json").read_bytes(),
        "ours/1.mp3": b"deeper",
    }
    assert read_files(files) == (study, samples)
    with pytest.raises(SurveyError, match=r"no file ours/1\.mp3 among those uploaded"):
        read_files({"study.json": files["study.json"]})


@pytest.mark.parametrize(
    ("systems", "message"),
    [
        ("Ours", "needs a list of systems"),
        (["Ours"], "needs a list of systems"),
        ([{}], "“name” is missing in system 1 of study.json"),
        ([{"name": "A"}, {"name": 5}], "“name” in system 2 of study.json must be text"),
        ([{"name": "A", "colour": "red"}], "“colour” in system 1 of study.json is not one of"),
    ],
)
def test_systems_of_another_form_are_refused(tmp_path: Path, systems: object, message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        read_folder(write(tmp_path, {**one(), "systems": systems}))


def test_a_sitting_of_part_of_a_sample_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match=r"“sitting_size” in study\.json must be a whole number or null"):
        read_folder(write(tmp_path, {**one(), "sitting_size": 2.5}))
