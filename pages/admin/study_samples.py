"""From audio of any kind to a sample that gives nothing away: one length, one loudness, no tags."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gmn_core.audio.encoding import to_mp3
from gmn_core.audio.errors import AudioError
from gmn_core.audio.loudness import normalised
from gmn_core.audio.recording import Recording
from gmn_core.generation.music.band import TICKS_PER_BEAT, Band, Note, Role
from gmn_core.generation.sound.production import Session
from gmn_core.generation.sound.score import Score
from gmn_core.generation.sound.soundfont import find_soundfont
from survey_db.running.media import LENGTH_TOLERANCE

RATE = 48_000
FADE_SECONDS = 0.6

RANDOM_TEMPO = 120.0
RANDOM_NOTES_PER_BEAT = 2
RANDOM_PARTS = {Role.BASS: 33, Role.CHORDS: 0, Role.LEAD: 73}
"""Programs of the low anchor: electric bass, piano and flute."""


def for_listeners(recording: Recording, seconds: float, loudness: float) -> bytes:
    """Make a recording ready for a study.

    Parameters
    ----------
    recording : Recording
        At least ``seconds`` long.
    seconds : float
        Length of the study's samples; what comes after is cut off behind a short fade.
    loudness : float
        Loudness of the study's samples, in LUFS.

    Returns
    -------
    bytes
        An MP3 file, which every phone plays, without tags.

    Raises
    ------
    AudioError
        If the recording is shorter than the study's samples.
    """
    if recording.seconds < seconds - LENGTH_TOLERANCE:
        raise AudioError(
            f"The audio lasts {recording.seconds:.1f} s; the study's samples last {seconds:.1f} s."
        )
    samples = recording.samples[: round(seconds * recording.sample_rate)].copy()
    n_fade = min(len(samples), round(FADE_SECONDS * recording.sample_rate))
    samples[-n_fade:] *= np.linspace(1, 0, n_fade, dtype=np.float32)[:, None]
    return to_mp3(normalised(replace(recording, samples=samples), loudness))


def random_notes(seed: int, seconds: float) -> Recording:
    """Play random notes, for a low anchor: pitches, lengths and loudness are all drawn evenly.

    They are rendered and mixed as generated samples are, so that only the
    notes differ.
    """
    numbers = np.random.default_rng(seed)
    step = TICKS_PER_BEAT // RANDOM_NOTES_PER_BEAT
    n_steps = int(np.ceil(seconds * RANDOM_TEMPO / 60)) * RANDOM_NOTES_PER_BEAT
    notes = {
        role: tuple(
            Note(
                onset=place * step,
                pitch=int(numbers.integers(36, 97)),
                duration=int(numbers.integers(1, 4)) * step,
                velocity=int(numbers.integers(30, 121)),
            )
            for place in range(n_steps)
        )
        for role in RANDOM_PARTS
    }
    band = Band(
        tempo=RANDOM_TEMPO,
        beats_per_bar=4,
        steps_per_beat=4,
        tonic=0,
        minor=False,
        programs=RANDOM_PARTS,
        notes=notes,
        length=n_steps * step,
    )
    return Session(Score(band.to_midi()), find_soundfont(), seconds).recording()
