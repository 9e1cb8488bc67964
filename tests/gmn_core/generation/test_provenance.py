"""The record of a sample, and making the sample again from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gmn_core.generation import provenance
from gmn_core.generation.playing.model import MODEL_FILES, TUNING_FILE
from gmn_core.generation.provenance import (
    difference,
    make_again,
    model_hashes,
    read_request,
    record,
    request_record,
)
from gmn_core.generation.request import GenerationError, GenerationRequest
from gmn_core.generation.samples import GeneratedSample, generate_sample
from gmn_core.generation.sound.soundfont import bundled_soundfont
from gmn_core.genres import Genre
from gmn_core.models.card import file_sha256, model_dir

REQUEST = GenerationRequest(Genre.ROCK, seconds=10.5, seed=5, blend=Genre.JAZZ, blend_weight=0.3)


@pytest.fixture(scope="module")
def sample() -> GeneratedSample:
    opening = generate_sample(GenerationRequest(Genre.POP, seconds=10), soundfont=bundled_soundfont()).midi
    request = GenerationRequest(**{**vars(REQUEST), "opening": opening})
    return generate_sample(request, soundfont=bundled_soundfont())


@pytest.fixture(scope="module")
def stored(sample: GeneratedSample) -> dict[str, Any]:
    """The record as it comes back from a file or a database."""
    loaded: dict[str, Any] = json.loads(json.dumps(record(sample)))
    return loaded


def test_a_record_names_everything_that_decides_the_sample(
    sample: GeneratedSample, stored: dict[str, Any]
) -> None:
    assert read_request(stored["request"]) == sample.request
    files = (*MODEL_FILES, TUNING_FILE)
    assert stored["model"] == {name: file_sha256(model_dir("lstm") / name) for name in files}
    assert "outlines.npz" in stored["model"]
    assert stored["audio"]["soundfont_sha256"] == bundled_soundfont().sha256
    assert stored["audio"]["seconds"] == 10.5
    assert stored["drawn"]["tempo"] == sample.band.tempo
    assert set(stored["drawn"]["programs"]) == set(sample.band.roles)


def test_a_sample_is_made_again_from_its_record_alone(
    sample: GeneratedSample, stored: dict[str, Any]
) -> None:
    again = make_again({"source": "generated", **stored})
    assert again.midi == sample.midi
    assert again.recording.samples.tobytes() == sample.recording.samples.tobytes()
    assert difference(stored, again) is None


@pytest.mark.parametrize("name", MODEL_FILES)
def test_another_version_of_any_of_the_generators_files_is_refused(
    stored: dict[str, Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provenance, "model_hashes", lambda folder: {**model_hashes(folder), name: "0" * 64})
    with pytest.raises(GenerationError, match=f"another version of the generator.* differ: {name}"):
        make_again(stored)


def test_a_record_that_leaves_out_a_file_of_the_generator_is_refused(stored: dict[str, Any]) -> None:
    model = {name: sha256 for name, sha256 in stored["model"].items() if name != "outlines.npz"}
    with pytest.raises(GenerationError, match=r"differ: outlines\.npz"):
        make_again({**stored, "model": model})


def test_another_soundfont_is_refused(stored: dict[str, Any]) -> None:
    audio = {**stored["audio"], "soundfont": "Grand.sf2", "soundfont_sha256": "0" * 64}
    with pytest.raises(GenerationError, match=r"Grand\.sf2, was not found"):
        make_again({**stored, "audio": audio})
    bundled = Path(__file__)
    with pytest.raises(GenerationError, match="is not a SoundFont"):
        make_again(stored, soundfont=bundled)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ({"model": None}, "incomplete"),
        ({"audio": []}, "incomplete"),
        ({"libraries": "numpy"}, "incomplete"),
        ({"form": 9}, "of form 9"),
        ({"request": {}}, "request is incomplete or damaged"),
        ({"request": {**request_record(REQUEST), "genre": "polka"}}, "request is incomplete or damaged"),
        ({"request": {**request_record(REQUEST), "opening": "?"}}, "request is incomplete or damaged"),
        ({"request": {**request_record(REQUEST), "colour": "red"}}, "request is incomplete or damaged"),
        ({"request": {**request_record(REQUEST), "seconds": "10"}}, "request is incomplete or damaged"),
        ({"request": {**request_record(REQUEST), "seconds": 1}}, "length must be from 10"),
    ],
)
def test_a_damaged_record_is_refused_in_one_sentence(
    stored: dict[str, Any], damage: dict[str, object], message: str
) -> None:
    with pytest.raises(GenerationError, match=message):
        make_again({**stored, **damage})


def test_what_came_out_otherwise_is_said_with_the_likely_reason(
    sample: GeneratedSample, stored: dict[str, Any]
) -> None:
    other = {**stored, "sha256": {**stored["sha256"], "wav": "0" * 64}}
    assert str(difference(other, sample)).startswith("The sound differs from what was recorded: another proc")
    other |= {"libraries": {**stored["libraries"], "numpy": "1.0"}}
    assert "it was made with numpy 1.0 (here " in str(difference(other, sample))
    assert str(difference({**other, "sha256": {}}, sample)).startswith("The notes differ")
