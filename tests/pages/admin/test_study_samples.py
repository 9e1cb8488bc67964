"""From audio of any kind to a sample that gives nothing away."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest
import soundfile

from gmn_core.audio.decode import decode_stereo
from gmn_core.audio.encoding import to_wav
from gmn_core.audio.errors import AudioError
from gmn_core.audio.loudness import integrated_loudness
from gmn_core.audio.recording import Recording
from pages.admin.study_samples import for_listeners, random_notes
from survey_db.running.media import check_fits, inspect_audio


def music(seconds: float, rate: int = 44_100) -> Recording:
    """A chord left and another right, with a beat."""
    time = np.arange(round(seconds * rate)) / rate
    beat = 0.3 + 0.7 * (time % 0.5 < 0.25)
    left, right = (
        sum(np.sin(2 * np.pi * pitch * time) for pitch in chord) * beat
        for chord in ((220, 277, 330), (440, 554, 660))
    )
    return Recording(np.stack([0.02 * left, 0.3 * right], axis=1).astype(np.float32), rate)


@pytest.mark.parametrize("loudness", [-16.0, -23.0])
def test_samples_of_any_length_and_level_come_out_alike(loudness: float) -> None:
    first = inspect_audio(for_listeners(music(5), 4, loudness))
    second = inspect_audio(for_listeners(random_notes(1, 4), 4, loudness))
    check_fits(second, loudness, [first])
    assert (first.media_type, second.media_type) == ("audio/mpeg", "audio/mpeg")
    assert first.seconds == pytest.approx(4, abs=0.01)


def test_what_is_generated_and_what_is_stored_are_measured_alike() -> None:
    recording = music(5)
    assert inspect_audio(to_wav(recording)).loudness == pytest.approx(
        integrated_loudness(recording), abs=0.01
    )


def test_audio_shorter_than_the_studys_samples_is_refused() -> None:
    with pytest.raises(AudioError, match=r"lasts 3\.0 s; the study's samples last 4\.0 s"):
        for_listeners(music(3), 4, -16)


def test_the_cut_end_fades_out() -> None:
    samples, rate = soundfile.read(io.BytesIO(for_listeners(music(5), 4, -16)))
    assert np.abs(samples[-rate // 100 :]).max() < 0.05 * np.abs(samples).max()


def test_an_uploads_tags_do_not_reach_the_listener() -> None:
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", 44_100, 2, format="OGG") as ogg:
        ogg.title, ogg.artist, ogg.genre = "Give it away", "The Rock Band", "Rock"
        ogg.write(music(3).samples)
    assert b"The Rock Band" in file.getvalue()
    audio = for_listeners(decode_stereo(file.getvalue(), 2), 2, -16)
    assert b"Rock" not in audio
    with av.open(io.BytesIO(audio)) as container:
        assert set(container.metadata) <= {"encoder"}


def test_random_notes_follow_their_seed() -> None:
    first, again, other = random_notes(1, 2), random_notes(1, 2), random_notes(2, 2)
    assert first.seconds == 2
    assert (first.samples == again.samples).all()
    assert not (first.samples == other.samples).all()
