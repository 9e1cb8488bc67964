"""One call from a genre to a finished piece."""

from __future__ import annotations

import io
from pathlib import Path

import mido
import numpy as np
import pytest
import soundfile

from gmn_core.audio.errors import AudioError
from gmn_core.generation.front import generate
from gmn_core.generation.request import GenerationError
from gmn_core.generation.samples import GeneratedSample
from gmn_core.generation.sound.soundfont import BUNDLED_FILE
from gmn_core.models.card import model_dir


@pytest.fixture(scope="module")
def sample() -> GeneratedSample:
    return generate("jazz", seconds=10, seed=7)


def test_a_sample_is_saved_in_the_form_that_the_ending_names(sample: GeneratedSample, tmp_path: Path) -> None:
    for name, kind in (("a.wav", "WAV"), ("b.ogg", "OGG"), ("new folder/c.MP3", "MP3")):
        sample.save(str(tmp_path / name))
        assert soundfile.info(tmp_path / name).format == kind
    sample.save(tmp_path / "d.mid")
    assert (tmp_path / "d.mid").read_bytes() == sample.file("mid")
    with pytest.raises(AudioError, match="not as “flac”"):
        sample.save(tmp_path / "e.flac")
    assert not list(tmp_path.glob("*e.flac*"))


def test_stems_are_the_parts_alone_and_as_long_as_the_whole(sample: GeneratedSample) -> None:
    stems = sample.stems()
    assert list(stems) == [role for role in sample.band.roles if sample.band.notes[role]]
    for stem in stems.values():
        assert stem.samples.shape == sample.recording.samples.shape
        assert np.abs(stem.samples).max() > 0


def test_paths_may_be_text_and_the_shipped_model_is_a_model_like_any_other(
    sample: GeneratedSample, tmp_path: Path
) -> None:
    again = generate("jazz", seconds=10, seed=7, soundfont=str(BUNDLED_FILE), model=str(model_dir("lstm")))
    assert again.midi == sample.midi
    sample.save(tmp_path / "opening.mid")
    going_on = generate("jazz", seconds=10, opening=str(tmp_path / "opening.mid"))
    assert mido.MidiFile(file=io.BytesIO(going_on.midi)).length == pytest.approx(10, abs=0.1)


def test_a_blend_has_both_genres_in_equal_parts_unless_said_otherwise() -> None:
    assert generate("jazz", seconds=10, blend="disco").request.blend_weight == 0.5


@pytest.mark.parametrize(
    ("genre", "more", "message"),
    [
        ("polka", {}, "'polka' is none of blues"),
        ("jazz", {"blend": "polka"}, "'polka' is none of blues"),
        ("jazz", {"seconds": 5}, "must be from 10 to 120"),
        ("jazz", {"opening": "absent.mid"}, "absent.mid cannot be read"),
        ("jazz", {"soundfont": "absent.sf2"}, "absent.sf2 cannot be read"),
        ("jazz", {"model": "absent"}, "absent holds no trained generator"),
    ],
)
def test_what_cannot_be_met_is_said_in_a_sentence(genre: str, more: dict[str, object], message: str) -> None:
    with pytest.raises(GenerationError, match=message):
        generate(genre, **more)  # type: ignore[arg-type]
