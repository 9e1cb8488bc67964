"""MIDI to sound: each part of a file played alone on a SoundFont, ready to be mixed."""

from __future__ import annotations

import io
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gmn_core.audio.sound import Samples
from gmn_core.generation.music.band import DRUM_CHANNEL, ROLES, Role
from gmn_core.generation.music.midi import DEFAULT_TEMPO, as_bytes, read_midi
from gmn_core.generation.request import GenerationError
from gmn_core.generation.sound.presets import PERCUSSION_BANK
from gmn_core.generation.sound.soundfont import SoundFont

if TYPE_CHECKING:
    import mido

SAMPLE_RATE = 48_000  # the synthesizer's own
WAV_HEADER = 44
BLOCK = 0.1  # seconds played beyond what is kept, since the synthesizer rounds down

# General MIDI programs that name a role on their own.
BASS_PROGRAMS = range(32, 40)
PAD_PROGRAMS = (*range(48, 55), *range(88, 96))  # string sections, choirs, synthesizer pads
CHORDS_FROM = 1.5  # notes sounding together, on average, from which a part plays chords

VOLUME, PAN, REVERB, CHORUS = 7, 10, 91, 93
# Level, place and room are the mix's affair, so a file's own settings are left out, and so are its
# banks: a General MIDI SoundFont has one.
LEFT_OUT = frozenset({0, 32, VOLUME, PAN, REVERB, CHORUS})
FULL_SCALE = 32_768
# Tried in turn: the synthesizer writes 16 bits, so loud is good, but it clips.
VOLUMES = (127, 64, 32)


@dataclass(frozen=True)
class Part:
    """What one MIDI channel plays.

    Parameters
    ----------
    role : Role
        The track's name where that names a role, else judged by what is played.
    program : int
        General MIDI program of its first note, 0 to 127.
    events : sequence of (int, mido.Message)
        The channel's messages, each with its time in ticks.
    """

    role: Role
    program: int
    events: Sequence[tuple[int, mido.Message]]


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
    """A MIDI file taken apart into its parts.

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
            samples = self._play(part, soundfont, seconds)
            yield Stem(part.role, part.program, 1 / players[part.role], samples)

    def _play(self, part: Part, soundfont: SoundFont, seconds: float) -> Samples:
        import midirenderer

        length = round(seconds * SAMPLE_RATE)
        instruments = soundfont.cut(_presets(part))
        pcm = np.zeros((0, 2), dtype=np.int16)
        for volume in VOLUMES:
            try:
                wav = midirenderer.render_wave_from(instruments, self._alone(part, volume, seconds))
            except RuntimeError as error:
                raise GenerationError(f"The SoundFont {soundfont.name} cannot be played: {error}.") from error
            pcm = np.frombuffer(wav, dtype="<i2", offset=WAV_HEADER).reshape(-1, 2)[:length]
            if max(pcm.max(initial=0), -int(pcm.min(initial=0))) < FULL_SCALE - 1:
                break
        samples = np.zeros((length, 2), dtype=np.float32)
        np.multiply(pcm, np.float32(1 / FULL_SCALE), out=samples[: len(pcm)])
        return samples

    def _tick(self, seconds: float) -> int:
        """Return the first tick at or after a time."""
        import mido

        since, start, tempo = 0, 0.0, DEFAULT_TEMPO
        for tick, message in self._tempos:
            begins = start + mido.tick2second(tick - since, self.ticks_per_beat, tempo)
            if begins > seconds:
                break
            since, start, tempo = tick, begins, message.tempo
        return since + math.ceil((seconds - start) * 1e6 / tempo * self.ticks_per_beat)

    def _alone(self, part: Part, volume: int, seconds: float) -> bytes:
        """Return a MIDI file of one part that lasts at least ``seconds``."""
        import mido

        channel = part.events[0][1].channel
        setting = {VOLUME: volume, PAN: 64, REVERB: 0, CHORUS: 0}
        events: list[tuple[int, mido.Message | mido.MetaMessage]] = [
            (0, mido.Message("control_change", channel=channel, control=control, value=value))
            for control, value in setting.items()
        ]
        end = self._tick(seconds + BLOCK)
        events += [event for event in (*self._tempos, *part.events) if event[0] < end]
        events.sort(key=lambda event: event[0])  # stable: settings, then tempos, then the part
        events.append((end, mido.MetaMessage("end_of_track")))
        track, now = mido.MidiTrack(), 0
        for tick, message in events:
            track.append(message.copy(time=tick - now))
            now = tick
        buffer = io.BytesIO()
        mido.MidiFile(type=0, ticks_per_beat=self.ticks_per_beat, tracks=[track]).save(file=buffer)
        return buffer.getvalue()


def _presets(part: Part) -> dict[tuple[int, int], set[int]]:
    """Return the SoundFont's presets that a part plays on, each with the notes it plays at any time."""
    keys = {message.note for _, message in part.events if _starts(message)}
    programs = {message.program for _, message in part.events if message.type == "program_change"} or {0}
    bank = PERCUSSION_BANK if part.events[0][1].channel == DRUM_CHANNEL else 0
    return {(bank, program): keys for program in sorted(programs)}


def _parts(channels: dict[int, list[tuple[int, mido.Message]]], names: dict[int, str]) -> tuple[Part, ...]:
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
        parts.append(Part(role, program, kept))
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
