"""A MIDI file as a score: its parts, what each of them seems to play, and its time in seconds."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import DRUM_CHANNEL, Role
from gmn_core.generation.music.midi import DEFAULT_TEMPO, as_bytes, read_midi
from gmn_core.generation.music.parts import role_named
from gmn_core.generation.request import GenerationError
from gmn_core.generation.sound.notes import Notes

if TYPE_CHECKING:
    import mido

# General MIDI programs that are enough to tell the role.
BASS_PROGRAMS = range(32, 40)
PAD_PROGRAMS = (*range(48, 55), *range(88, 96))  # string sections, choirs, synthesizer pads
CHORDS_FROM = 1.5  # notes sounding together, on average, from which a part plays chords

VOLUME, PAN, REVERB, CHORUS = 7, 10, 91, 93
# Level, panning and reverberation are left to the mix, so a file's settings are left out, and so are its
# banks: a General MIDI SoundFont has one.
LEFT_OUT = frozenset({0, 32, VOLUME, PAN, REVERB, CHORUS})


@dataclass(frozen=True)
class ScorePart:
    """What one MIDI channel plays.

    Parameters
    ----------
    role : Role
        From the track's name if that names a role, else from what is played.
    program : int
        General MIDI program of its first note, 0 to 127.
    events : sequence of (float, mido.Message)
        The channel's messages, each with its time in ticks.
    """

    role: Role
    program: int
    events: Sequence[tuple[float, mido.Message]]


class Score:
    """A MIDI file split into its parts.

    Parameters
    ----------
    midi : bytes
        A standard MIDI file of any origin.

    Raises
    ------
    GenerationError
        If `read_midi` refuses it, or it holds no notes.

    Attributes
    ----------
    ticks_per_beat : int
        The file's resolution.
    seconds : float
        Length.
    tempos : list of (int, mido.MetaMessage)
        Tempo changes with their ticks.
    parts : tuple of ScorePart
        The channels that hold notes.
    """

    def __init__(self, midi: bytes) -> None:
        import mido

        file = read_midi(midi)
        self.ticks_per_beat = file.ticks_per_beat
        self.seconds = file.seconds
        self.tempos: list[tuple[int, mido.MetaMessage]] = [
            (tick, mido.MetaMessage("set_tempo", tempo=microseconds)) for tick, microseconds in file.tempos
        ]
        channels: dict[int, list[tuple[int, mido.Message]]] = defaultdict(list)
        names: dict[int, str] = {}
        for track in file.tracks:
            for event in track.messages:
                message = mido.Message.from_bytes(as_bytes(event))
                channels[message.channel].append((event[0], message))
                names.setdefault(message.channel, track.name)
        self.parts = _parts(channels, names)
        if not self.parts:
            raise GenerationError("This MIDI file holds no notes.")

    def notes(self, part: ScorePart) -> Notes:
        """Return the notes of a part in seconds; one that is never ended is as short as possible."""
        sounding: dict[int, list[int]] = defaultdict(list)
        rows: list[list[float]] = []
        for tick, message in part.events:
            if is_onset(message):
                sounding[message.note].append(len(rows))
                rows.append([tick, tick + 1, message.note, message.velocity])
            elif message.type in ("note_on", "note_off") and sounding[message.note]:
                rows[sounding[message.note].pop(0)][1] = tick
        starts, ends, pitches, velocities = np.array(rows).T
        onsets, ended = self.seconds_at(starts), self.seconds_at(ends)
        return Notes(onsets, np.maximum(ended - onsets, 1e-3), pitches.astype(int), velocities.astype(int))

    def seconds_at(self, ticks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the times of ticks in seconds."""
        changes, times = self._tempo_map()
        places = np.clip(np.searchsorted(changes, ticks, side="right") - 1, 0, None)
        return np.asarray(times[places] + (ticks - changes[places]) / self._paces()[places])

    def ticks_per_second(self, tick: float) -> float:
        """Return the ticks per second at a tick."""
        changes, _ = self._tempo_map()
        return float(self._paces()[max(int(np.searchsorted(changes, tick, side="right")) - 1, 0)])

    @property
    def beat(self) -> float:
        """Length of a quarter note in seconds, of the tempo that the file begins with."""
        return self.ticks_per_beat / self.ticks_per_second(0)

    def _paces(self) -> npt.NDArray[np.float64]:
        tempos = [DEFAULT_TEMPO, *(message.tempo for _, message in self.tempos)]
        return 1e6 * self.ticks_per_beat / np.array(tempos, np.float64)

    def _tempo_map(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return the ticks at which tempos begin, the default one first, and their times in seconds."""
        changes = np.array([0, *(tick for tick, _ in self.tempos)], np.float64)
        times = np.concatenate([[0.0], np.cumsum(np.diff(changes) / self._paces()[:-1])])
        return changes, times

    def tick_at(self, seconds: float) -> int:
        """Return the first tick at or after a time."""
        changes, times = self._tempo_map()
        place = int(np.searchsorted(times, seconds, side="right")) - 1
        return math.ceil(float(changes[place] + (seconds - times[place]) * self._paces()[place]))


def is_onset(message: mido.Message) -> bool:
    """Return whether a message begins a note."""
    return bool(message.type == "note_on" and message.velocity > 0)


def is_end(message: mido.Message) -> bool:
    """Return whether a message ends a note."""
    return bool(message.type == "note_off" or (message.type == "note_on" and message.velocity == 0))


def _parts(
    channels: dict[int, list[tuple[int, mido.Message]]], names: dict[int, str]
) -> tuple[ScorePart, ...]:
    """Return the channels that hold notes as parts, in order of channel."""
    parts = []
    for channel, events in sorted(channels.items()):
        notes = [message for _, message in events if is_onset(message)]
        if not notes:
            continue
        kept = sorted(
            ((tick, message) for tick, message in events if not _left_out(message)),
            key=lambda event: event[0],
        )
        program = next((message.program for _, message in kept if message.type == "program_change"), 0)
        pitch = sum(note.note for note in notes) / len(notes)
        role = _role(names[channel], channel, program, pitch, kept)
        parts.append(ScorePart(role, program, kept))
    return tuple(parts)


def _role(
    name: str, channel: int, program: int, pitch: float, events: Sequence[tuple[int, mido.Message]]
) -> Role:
    """Return the role that a track is named after, or else seems to play."""
    if named := role_named(name):
        return named
    if channel == DRUM_CHANNEL:
        return Role.DRUMS
    if program in BASS_PROGRAMS:
        return Role.BASS
    if program in PAD_PROGRAMS:
        return Role.PAD
    if _voices(events) >= CHORDS_FROM:
        return Role.CHORDS
    return Role.LEAD if pitch >= 60 else Role.SECOND


def _voices(events: Sequence[tuple[int, mido.Message]]) -> float:
    """Return how many notes sound together, averaged over the time in which any does."""
    sounding: set[int] = set()
    total = active = last = 0
    for tick, message in events:
        total += len(sounding) * (tick - last)
        active += (tick - last) if sounding else 0
        last = tick
        if is_onset(message):
            sounding.add(message.note)
        elif message.type in ("note_on", "note_off"):
            sounding.discard(message.note)
    return total / active if active else 0.0


def _left_out(message: mido.Message) -> bool:
    return bool(message.type == "control_change" and message.control in LEFT_OUT)
