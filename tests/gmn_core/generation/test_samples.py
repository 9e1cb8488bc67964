"""Whole samples from the shipped network."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from dataclasses import replace
from functools import partial

import mido
import numpy as np
import pytest
import soundfile

from gmn_core.audio.loudness import integrated_loudness, true_peak
from gmn_core.audio.recording import Recording
from gmn_core.generation.music.band import Role
from gmn_core.generation.request import GenerationCancelled, GenerationRequest
from gmn_core.generation.samples import (
    FORMATS,
    SAMPLING_SHARE,
    GeneratedSample,
    generate_sample,
    play,
    play_parts,
    sample_name,
)
from gmn_core.generation.sound.soundfont import bundled_soundfont
from gmn_core.genres import Genre

REQUEST = GenerationRequest(Genre.ROCK, seconds=12.5, seed=5)


@pytest.fixture(scope="module")
def sample() -> GeneratedSample:
    return generate_sample(REQUEST, soundfont=bundled_soundfont())


def digests(sample: GeneratedSample) -> list[str]:
    return [hashlib.sha256(sample.file(suffix)).hexdigest() for suffix in FORMATS]


def test_it_is_as_long_and_as_loud_as_promised(sample: GeneratedSample) -> None:
    assert len(sample.recording.samples) == round(12.5 * sample.recording.sample_rate)
    assert integrated_loudness(sample.recording) == pytest.approx(-16, abs=0.1)
    assert true_peak(sample.recording) < -1


def test_its_files_are_of_their_kinds(sample: GeneratedSample) -> None:
    for suffix, container in (("wav", "WAV"), ("ogg", "OGG")):
        file = soundfile.SoundFile(io.BytesIO(sample.file(suffix)))
        assert file.format == container
        assert file.channels == 2
        assert file.frames == len(sample.recording.samples)
    midi = mido.MidiFile(file=io.BytesIO(sample.file("mid")))
    assert midi.length == pytest.approx(12.5, abs=0.1)
    notes = sum(message.type == "note_on" for track in midi.tracks for message in track)
    assert notes == sum(len(played) for played in sample.band.notes.values())


def test_equal_requests_give_equal_bytes_and_other_seeds_other_music(sample: GeneratedSample) -> None:
    again = generate_sample(replace(REQUEST), soundfont=bundled_soundfont())
    assert digests(again) == digests(sample)
    other = generate_sample(replace(REQUEST, seed=6), soundfont=bundled_soundfont())
    assert not set(digests(other)) & set(digests(sample))


def test_another_process_makes_the_same_bytes(sample: GeneratedSample) -> None:
    script = (
        "from tests.gmn_core.generation.test_samples import *\n"
        "print(*digests(generate_sample(REQUEST, soundfont=bundled_soundfont())))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == digests(sample)


def test_the_notes_can_be_played_again(sample: GeneratedSample) -> None:
    again = play(sample.request, sample.midi, bundled_soundfont())
    assert again.samples.tobytes() == sample.recording.samples.tobytes()


def test_what_was_drawn_is_reported_in_words(sample: GeneratedSample) -> None:
    drawn = sample.drawn()
    assert drawn["Key"] == sample.band.key_name
    assert drawn["Tempo"] == f"{sample.band.tempo:.0f} beats per minute"
    assert list(drawn)[3:] == [role.display_name for role, notes in sample.band.notes.items() if notes]


def test_progress_rises_to_one() -> None:
    shares: list[float] = []
    generate_sample(REQUEST, soundfont=bundled_soundfont(), on_progress=shares.append)
    assert shares[-1] == max(shares) == 1
    assert min(shares) > 0
    assert len(shares) >= 8
    # A piece too near to a known one is composed again, but it is played once.
    playing = [share for share in shares if share > SAMPLING_SHARE]
    assert playing == sorted(playing)


def test_it_can_be_cancelled_at_any_time() -> None:
    asked: list[None] = []

    def cancelled_at(last: int | None) -> bool:
        asked.append(None)
        return len(asked) == last

    generate_sample(REQUEST, soundfont=bundled_soundfont(), cancelled=partial(cancelled_at, None))
    for last in (1, len(asked) // 2, len(asked)):
        asked.clear()
        with pytest.raises(GenerationCancelled):
            generate_sample(REQUEST, soundfont=bundled_soundfont(), cancelled=partial(cancelled_at, last))


def test_files_are_named_after_what_tells_samples_apart() -> None:
    assert sample_name(REQUEST) == "rock-5"
    assert sample_name(replace(REQUEST, blend=Genre.JAZZ, blend_weight=0.3)) == "rock+jazz-5"


def test_the_parts_together_are_the_mix_but_for_the_master() -> None:
    sample = generate_sample(GenerationRequest(Genre.ROCK, 10, seed=2))
    parts = play_parts(sample.request, sample.midi, sample.soundfont)
    assert set(parts) == set(sample.band.roles)
    total = np.sum([part.samples for part in parts.values()], axis=0)
    assert total.shape == sample.recording.samples.shape
    assert integrated_loudness(Recording(total, 48_000)) == pytest.approx(-16, abs=0.5)
    together = np.corrcoef(total.mean(axis=1), sample.recording.samples.mean(axis=1))[0, 1]
    assert together > 0.95
    lead = np.corrcoef(parts[Role.DRUMS].samples.mean(axis=1), total.mean(axis=1))[0, 1]
    assert lead < 0.9  # a part is not the whole
