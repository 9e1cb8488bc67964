"""MIDI to sound: each part of a file played alone on a SoundFont, ready to be mixed."""

from __future__ import annotations

import io
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gmn_core.audio.sound import Samples
from gmn_core.generation.music.band import DRUM_CHANNEL, ROLES, Role
from gmn_core.generation.music.midi import DEFAULT_TEMPO, as_bytes, read_midi
from gmn_core.generation.request import GenerationError
from gmn_core.generation.sound.notes import Notes
from gmn_core.generation.sound.presets import PERCUSSION_BANK
from gmn_core.generation.sound.rate import SAMPLE_RATE
from gmn_core.generation.sound.soundfont import SoundFont

if TYPE_CHECKING:
    import mido

WAV_HEADER = 44
BLOCK = 0.1  # seconds played beyond what is kept, since the synthesizer rounds down
FINENESS = 8  # times a file's resolution, so that microtiming is not rounded to its ticks
MAX_TICKS_PER_BEAT = 32_767
NOTE_TICKS_PER_BEAT, NOTE_TICKS_PER_SECOND = 9_600, 19_200  # of notes in seconds, at `DEFAULT_TEMPO`

# General MIDI programs that are enough to tell the role.
BASS_PROGRAMS = range(32, 40)
PAD_PROGRAMS = (*range(48, 55), *range(88, 96))  # string sections, choirs, synthesizer pads
CHORDS_FROM = 1.5  # notes sounding together, on average, from which a part plays chords

VOLUME, PAN, REVERB, CHORUS = 7, 10, 91, 93
# Level, panning and reverberation are left to the mix, so a file's settings are left out, and so are its
# banks: a General MIDI SoundFont has one.
LEFT_OUT = frozenset({0, 32, VOLUME, PAN, REVERB, CHORUS})
_NO_SOUND = "no valid zone was found"  # as the synthesizer says it
FULL_SCALE = 32_768
# Tried in turn: the synthesizer writes 16 bits, so loud is good, but it clips.
VOLUMES = (127, 64, 32)


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
    """

    def __init__(self, midi: bytes) -> None:
        import mido

        file = read_midi(midi)
        self.ticks_per_beat = file.ticks_per_beat
        self.seconds = file.seconds
        self._tempos: list[tuple[int, mido.MetaMessage]] = [
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

    def stems(self, soundfont: SoundFont, seconds: float) -> Iterator[Stem]:
        """Play the parts one after the other, each for exactly ``seconds``.

        One at a time, since a stem of two minutes takes 46 MB.
        """
        players = Counter(part.role for part in self.parts)
        for part in self.parts:
            samples = self.play(part, soundfont, seconds)
            yield Stem(part.role, part.program, 1 / players[part.role], samples)

    def play(self, part: ScorePart, soundfont: SoundFont, seconds: float) -> Samples:
        """Return the sound of one part, as written or as `performed`, shape (n_samples, 2)."""
        fineness = max(1, min(FINENESS, MAX_TICKS_PER_BEAT // self.ticks_per_beat))
        end = self._tick(seconds + BLOCK)
        events = [event for event in (*self._tempos, *part.events) if event[0] < end]
        resolution = self.ticks_per_beat * fineness
        ticks = [(round(tick * fineness), message) for tick, message in events]
        return _played(part, ticks, end * fineness, resolution, soundfont, seconds)

    def notes(self, part: ScorePart) -> Notes:
        """Return the notes of a part in seconds; one that is never ended is as short as possible."""
        sounding: dict[int, list[int]] = defaultdict(list)
        rows: list[list[float]] = []
        for tick, message in part.events:
            if _starts(message):
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
        tempos = [DEFAULT_TEMPO, *(message.tempo for _, message in self._tempos)]
        return 1e6 * self.ticks_per_beat / np.array(tempos, np.float64)

    def _tempo_map(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return the ticks at which tempos begin, the default one first, and their times in seconds."""
        changes = np.array([0, *(tick for tick, _ in self._tempos)], np.float64)
        times = np.concatenate([[0.0], np.cumsum(np.diff(changes) / self._paces()[:-1])])
        return changes, times

    def _tick(self, seconds: float) -> int:
        """Return the first tick at or after a time."""
        changes, times = self._tempo_map()
        place = int(np.searchsorted(times, seconds, side="right")) - 1
        return math.ceil(float(changes[place] + (seconds - times[place]) * self._paces()[place]))


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
    import midirenderer

    length = round(seconds * SAMPLE_RATE)
    instruments = soundfont.cut(_presets(part))
    pcm = np.zeros((0, 2), dtype=np.int16)
    for volume in VOLUMES:
        midi = _alone(part.events[0][1].channel, events, end, resolution, volume)
        try:
            wav = midirenderer.render_wave_from(instruments, midi)
        except RuntimeError as error:
            if _NO_SOUND in str(error):
                break  # an instrument that is only given notes beyond its range is silent
            raise GenerationError(f"The SoundFont {soundfont.name} cannot be played: {error}.") from error
        pcm = np.frombuffer(wav, dtype="<i2", offset=WAV_HEADER).reshape(-1, 2)[:length]
        if max(pcm.max(initial=0), -int(pcm.min(initial=0))) < FULL_SCALE - 1:
            break
    samples = np.zeros((length, 2), dtype=np.float32)
    np.multiply(pcm, np.float32(1 / FULL_SCALE), out=samples[: len(pcm)])
    return samples


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
    keys = {message.note for _, message in part.events if _starts(message)}
    programs = {message.program for _, message in part.events if message.type == "program_change"} or {0}
    bank = PERCUSSION_BANK if part.events[0][1].channel == DRUM_CHANNEL else 0
    return {(bank, program): keys for program in sorted(programs)}


def _parts(
    channels: dict[int, list[tuple[int, mido.Message]]], names: dict[int, str]
) -> tuple[ScorePart, ...]:
    """Return the channels that hold notes as parts, in order of channel."""
    parts = []
    for channel, events in sorted(channels.items()):
        notes = [message for _, message in events if _starts(message)]
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
    if name in ROLES:
        return Role(name)
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
        if _starts(message):
            sounding.add(message.note)
        elif message.type in ("note_on", "note_off"):
            sounding.discard(message.note)
    return total / active if active else 0.0


def _starts(message: mido.Message) -> bool:
    return bool(message.type == "note_on" and message.velocity > 0)


def _left_out(message: mido.Message) -> bool:
    return bool(message.type == "control_change" and message.control in LEFT_OUT)
