"""MIDI to sound: each part of a file played alone on a SoundFont, ready to be mixed."""

from __future__ import annotations

import contextlib
import io
import math
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import numpy as np

from gmn_core.audio.sound import Samples
from gmn_core.generation.music.band import DRUM_CHANNEL, Role
from gmn_core.generation.request import GenerationError
from gmn_core.generation.sound.notes import Notes
from gmn_core.generation.sound.presets import PERCUSSION_BANK
from gmn_core.generation.sound.rate import SAMPLE_RATE
from gmn_core.generation.sound.score import CHORUS, PAN, REVERB, VOLUME, Score, ScorePart, is_onset
from gmn_core.generation.sound.soundfont import SoundFont

if TYPE_CHECKING:
    import mido

_SYNTHESIZER = Path(__file__).with_name("synthesizer_process.py")
_LENGTH_BYTES = 8  # before the SoundFont that it is sent
WAV_HEADER = 44
BLOCK = 0.1  # seconds played beyond what is kept, since the synthesizer rounds down
FINENESS = 8  # times a file's resolution, so that microtiming is not rounded to its ticks
MAX_TICKS_PER_BEAT = 32_767
NOTE_TICKS_PER_BEAT, NOTE_TICKS_PER_SECOND = 9_600, 19_200  # of notes in seconds, at `DEFAULT_TEMPO`

FULL_SCALE = 32_768
# Tried in turn: the synthesizer writes 16 bits, so loud is good, but it clips.
VOLUMES = (127, 64, 32)


@dataclass(frozen=True, eq=False)
class Stem:
    """The sound of one part alone.

    Parameters
    ----------
    role : Role
        The part's role.
    program : int
        The part's General MIDI program.
    share : float
        One over the number of parts in the file with that role.
    samples : ndarray of float32, shape (n_samples, 2)
        At `SAMPLE_RATE`, without reverberation, before the mix.
    """

    role: Role
    program: int
    share: float
    samples: Samples


def record_stems(score: Score, soundfont: SoundFont, seconds: float) -> Iterator[Stem]:
    """Play the parts one after the other, each for exactly ``seconds``.

    One at a time, since a stem of two minutes takes 46 MB.
    """
    players = Counter(part.role for part in score.parts)
    for part in score.parts:
        samples = play_part(score, part, soundfont, seconds)
        yield Stem(part.role, part.program, 1 / players[part.role], samples)


def play_part(score: Score, part: ScorePart, soundfont: SoundFont, seconds: float) -> Samples:
    """Return the sound of one part, as written or as `performed`, shape (n_samples, 2)."""
    fineness = max(1, min(FINENESS, MAX_TICKS_PER_BEAT // score.ticks_per_beat))
    end = score.tick_at(seconds + BLOCK)
    events = [event for event in (*score.tempos, *part.events) if event[0] < end]
    ticks = [(round(tick * fineness), message) for tick, message in events]
    return _played(part, ticks, end * fineness, score.ticks_per_beat * fineness, soundfont, seconds)


def play_notes(notes: Notes, program: int, soundfont: SoundFont, seconds: float, channel: int = 0) -> Samples:
    """Return the sound of notes on an instrument, or on a drum kit's channel, shape (n_samples, 2)."""
    import mido

    events: list[tuple[float, mido.Message]] = [
        (0, mido.Message("program_change", channel=channel, program=program))
    ]
    for onset, duration, pitch, velocity in zip(
        notes.onsets, notes.durations, notes.pitches.tolist(), notes.velocities.tolist(), strict=True
    ):
        start = max(round(onset * NOTE_TICKS_PER_SECOND), 0)
        end = max(round((onset + duration) * NOTE_TICKS_PER_SECOND), start + 1)
        events.append((start, mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)))
        events.append((end, mido.Message("note_off", channel=channel, note=pitch)))
    # At one tick a note ends before the next begins.
    events.sort(key=lambda event: (event[0], event[1].type != "note_off"))
    part = ScorePart(Role.SECOND, program, events)
    end = math.ceil((seconds + BLOCK) * NOTE_TICKS_PER_SECOND)
    kept = [event for event in events if event[0] < end]
    return _played(part, kept, end, NOTE_TICKS_PER_BEAT, soundfont, seconds)


def _played(
    part: ScorePart,
    events: Sequence[tuple[float, mido.Message | mido.MetaMessage]],
    end: float,
    resolution: int,
    soundfont: SoundFont,
    seconds: float,
) -> Samples:
    """Play one part's events, as loudly as they go into 16 bits."""
    length = round(seconds * SAMPLE_RATE)
    instruments = soundfont.cut(_presets(part))
    pcm = np.zeros((0, 2), dtype=np.int16)
    for volume in VOLUMES:
        midi = _alone(part.events[0][1].channel, events, end, resolution, volume)
        try:
            wav = synthesized(instruments, midi)
        except RuntimeError as error:
            raise GenerationError(f"The SoundFont {soundfont.name} cannot be played: {error}.") from error
        pcm = np.frombuffer(wav, dtype="<i2", offset=WAV_HEADER).reshape(-1, 2)[:length]
        if max(pcm.max(initial=0), -int(pcm.min(initial=0))) < FULL_SCALE - 1:
            break
    samples = np.zeros((length, 2), dtype=np.float32)
    samples[: len(pcm)] = pcm
    samples *= np.float32(1 / FULL_SCALE)
    return samples


def synthesized(instruments: bytes, midi: bytes) -> bytes:
    """Return the sound of a MIDI file as a WAV file; a `RuntimeError` says why there is none."""
    with subprocess.Popen(
        # -P: the modules beside the program must not shadow libraries.
        [sys.executable, "-P", str(_SYNTHESIZER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        stdin, stdout, stderr = (
            cast("IO[bytes]", pipe) for pipe in (process.stdin, process.stdout, process.stderr)
        )
        # It reads everything before it writes, so that neither can wait for the other.
        with contextlib.suppress(BrokenPipeError):
            stdin.write(len(instruments).to_bytes(_LENGTH_BYTES, "little") + instruments + midi)
        with contextlib.suppress(BrokenPipeError):
            stdin.close()
        wav, problem = stdout.read(), stderr.read()
    if process.returncode:
        raise RuntimeError(problem.decode(errors="replace").strip() or "the synthesizer has stopped")
    return wav


def _alone(
    channel: int,
    events: Sequence[tuple[float, mido.Message | mido.MetaMessage]],
    end: float,
    resolution: int,
    volume: int,
) -> bytes:
    """Return a MIDI file of one part that lasts until ``end``."""
    import mido

    setting = {VOLUME: volume, PAN: 64, REVERB: 0, CHORUS: 0}
    all_events = [
        (0.0, mido.Message("control_change", channel=channel, control=control, value=value))
        for control, value in setting.items()
    ]
    all_events += sorted(events, key=lambda event: event[0])  # stable: settings, then tempos, then the part
    all_events.append((end, mido.MetaMessage("end_of_track")))
    track, now = mido.MidiTrack(), 0
    for tick, message in all_events:
        track.append(message.copy(time=int(tick) - now))
        now = int(tick)
    buffer = io.BytesIO()
    mido.MidiFile(type=0, ticks_per_beat=resolution, tracks=[track]).save(file=buffer)
    return buffer.getvalue()


def _presets(part: ScorePart) -> dict[tuple[int, int], set[int]]:
    """Return the SoundFont's presets that a part plays on, each with all the notes that it plays."""
    keys = {message.note for _, message in part.events if is_onset(message)}
    programs = {message.program for _, message in part.events if message.type == "program_change"} or {0}
    bank = PERCUSSION_BANK if part.events[0][1].channel == DRUM_CHANNEL else 0
    return {(bank, program): keys for program in sorted(programs)}
