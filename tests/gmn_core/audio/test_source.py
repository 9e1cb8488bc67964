"""Audio in any form that a caller may hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.audio.errors import AudioError
from gmn_core.audio.recording import Recording
from gmn_core.audio.source import as_clip, as_clips, load_audio

RATE = 8000
SAMPLES = (0.5 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)).astype(np.float32)


def test_a_path_may_be_text_or_a_path(tmp_path: Path) -> None:
    Clip(SAMPLES, RATE).save(tmp_path / "a.wav")
    for path in (tmp_path / "a.wav", str(tmp_path / "a.wav")):
        clip = load_audio(path)
        assert clip.sample_rate == RATE
        np.testing.assert_allclose(as_clip(path).samples, SAMPLES, atol=1e-4)


def test_a_clip_stays_and_a_recording_is_mixed_to_mono() -> None:
    clip = Clip(SAMPLES, RATE)
    assert as_clip(clip) is clip
    stereo = np.stack([SAMPLES, 0 * SAMPLES], axis=1)
    np.testing.assert_allclose(as_clip(Recording(stereo, RATE)).samples, SAMPLES / 2)


@pytest.mark.parametrize(
    "array",
    [
        SAMPLES,
        SAMPLES.astype(np.float64),
        np.stack([SAMPLES, SAMPLES], axis=1),
        np.round(SAMPLES * 2**15).astype(np.int16),
        np.round(SAMPLES * 2**31).astype(np.int32),
        np.round(SAMPLES * 2**7 + 2**7).astype(np.uint8),
    ],
    ids=["float32", "float64", "stereo", "int16", "int32", "uint8"],
)
def test_an_array_may_hold_any_kind_of_samples(array: np.ndarray) -> None:
    clip = as_clip(array, RATE)
    assert clip.sample_rate == RATE
    np.testing.assert_allclose(clip.samples, SAMPLES, atol=1 / 2**7)


def test_an_array_without_its_rate_and_what_is_no_audio_are_refused() -> None:
    with pytest.raises(TypeError, match="needs its sample_rate"):
        as_clip(SAMPLES)
    with pytest.raises(TypeError, match="got list"):
        as_clip([0.0, 1.0], RATE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.stack([SAMPLES, SAMPLES]), "samples go along the first axis"),
        (SAMPLES[None, None], "has the shape"),
        (SAMPLES.astype(complex), "has the shape"),
        (np.full(RATE * 2, np.nan), "not numbers"),
        (SAMPLES[:100], "too short"),
        (0 * SAMPLES, "silent"),
    ],
)
def test_an_array_that_holds_no_sound_is_refused_in_a_sentence(array: np.ndarray, message: str) -> None:
    with pytest.raises(AudioError, match=message):
        as_clip(array, RATE)


def test_several_recordings_are_read_one_at_a_time(tmp_path: Path) -> None:
    Clip(SAMPLES, RATE).save(tmp_path / "a.wav")
    clips = iter(as_clips([tmp_path / "a.wav", tmp_path / "absent.wav"]))
    assert next(clips).sample_rate == RATE
    with pytest.raises(AudioError, match="cannot be read"):
        next(clips)
    assert len(list(as_clips(np.stack([SAMPLES, SAMPLES]), RATE))) == 2


@pytest.mark.parametrize("one", ["a.wav", Path("a.wav"), Clip(SAMPLES, RATE), SAMPLES])
def test_a_single_recording_is_not_taken_for_several(one: object) -> None:
    with pytest.raises(TypeError, match="into a list"):
        as_clips(one)  # type: ignore[arg-type]
