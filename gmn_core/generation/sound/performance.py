"""Playing like people: what a player adds to written notes.

Chords on guitars are strummed, on keys a little spread; beats are accented, velocities and times
waver; long notes of singing instruments get vibrato, and those that follow close on another are slid
into. All of it is seeded by the notes themselves, so that a piece is always played the same way.

References
----------
Hellmer and Madison (2015), "Quantifying microtiming patterning and variability in drum kit recordings",
Music Perception 33: deviations of 3 to 10 ms. Freire et al. (2018), "Strumming on an acoustic guitar",
SMC: 5 to 15 ms from string to string.
"""

from __future__ import annotations

import bisect
import math
import zlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gmn_core.generation.music.band import Role
from gmn_core.generation.sound.score import ScorePart, is_end, is_onset

if TYPE_CHECKING:
    import mido

Event = tuple[float, "mido.Message"]

GUITARS = range(24, 32)
KEYS = range(8)
# Violin to contrabass, brass, reeds, pipes, lead synthesizers, fiddle.
SINGING = (*range(40, 44), *range(56, 61), *range(64, 80), *range(80, 88), 110)
BENDING = (*range(26, 32), *range(64, 68), *SINGING)

_JITTER = {Role.DRUMS: 0.6, Role.BASS: 0.8}  # of a genre's looseness; others have all of it
_TOGETHER = 1 / 24  # beats
_BEND_RANGE = 8192 / 2  # pitch-bend units to a semitone: players bend by two at most
_VIBRATO_RATE, _VIBRATO_DELAY = 5.3, 0.3  # Hz, s
_LEGATO, _SLID_OVER = 0.1, 4  # seconds and semitones between notes that are slid between


@dataclass(frozen=True)
class Feel:
    """How a band plays.

    Parameters
    ----------
    looseness : float
        Standard deviation of a stroke's time, in milliseconds.
    strum : float
        From one guitar string to the next, in milliseconds.
    accent : float
        Velocity that the first beat of four has above the others; the third has half of it.
    vibrato : float
        Depth in semitones on long notes of instruments that sing.
    slide : float
        Semitones below its pitch at which a note close after another begins.
    """

    looseness: float = 5.0
    strum: float = 10.0
    accent: float = 8.0
    vibrato: float = 0.18
    slide: float = 0.5


def performed(
    part: ScorePart, ticks_per_second: Callable[[float], float], ticks_per_beat: int, feel: Feel
) -> ScorePart:
    """Return a part as a player plays it.

    Parameters
    ----------
    part : ScorePart
        As written; one that already has pitch bends gets no others.
    ticks_per_second : callable
        Gives the ticks per second at a tick.
    ticks_per_beat : int
        Of the part's ticks.
    feel : Feel
        How the band plays.

    Returns
    -------
    ScorePart
        Times in fractions of a tick.
    """
    rng = np.random.default_rng(_seed(part))
    jitter = feel.looseness / 1000 * _JITTER.get(part.role, 1.0)
    step = feel.strum if part.program in GUITARS else 2.5 if part.program in KEYS else 0.0
    spread = step / 1000 if part.role is not Role.DRUMS and part.role is not Role.BASS else 0.0
    bends = part.program in BENDING and part.role in (Role.LEAD, Role.SECOND)
    bends = bends and all(message.type != "pitchwheel" for _, message in part.events)
    shifts: dict[int, list[float]] = defaultdict(list)
    ends: dict[int, int] = {}  # index in `events` of the last end of each pitch
    events: list[Event] = []
    last_end, last_pitch = -math.inf, -99

    def add(time: float, message: mido.Message) -> None:
        nonlocal last_end
        if is_end(message):
            time += shifts[message.note].pop(0) if shifts[message.note] else 0.0
            last_end, ends[message.note] = time, len(events)
        events.append((max(time, 0.0), message))

    for stroke in _strokes(part.events, ticks_per_beat * _TOGETHER):
        tick = stroke[0][0]
        starts = [message for _, message in stroke if is_onset(message)]
        pace = ticks_per_second(tick)
        late = float(np.clip(rng.normal(0, jitter), -2 * jitter, 2 * jitter)) * pace if starts else 0.0
        accent = _accent(tick / ticks_per_beat, feel.accent) + float(rng.normal(0, 0.3 * feel.accent))
        upwards = round(tick / ticks_per_beat * 2) % 2 == 1
        order = sorted((message.note for message in starts), reverse=upwards)
        since = math.inf
        for time, message in stroke:
            if not is_onset(message):
                add(time, message)
                continue
            since = time + late - last_end
            shift = late + order.index(message.note) * spread * pace
            if message.note in ends and events[ends[message.note]][0] >= time + shift:
                # A string that is struck again stops first: a late end would cut the new note.
                events[ends[message.note]] = (max(time + shift - 1, 0.0), events[ends[message.note]][1])
            velocity = round(min(max(message.velocity + accent, 1), 127))
            add(time + shift, message.copy(velocity=velocity))
            shifts[message.note].append(shift)
        if bends and len(starts) == 1:
            end = _end_of(starts[0].note, tick, part.events)
            near = since < _LEGATO * pace and 0 < abs(starts[0].note - last_pitch) <= _SLID_OVER
            singing = part.program in SINGING
            events += _bends(starts[0].channel, tick + late, end + late, pace, feel, near, singing)
            last_pitch = starts[0].note
    events.sort(key=lambda event: event[0])
    return replace(part, events=events)


def _seed(part: ScorePart) -> int:
    """Return a seed derived from the notes."""
    text = " ".join(f"{tick}:{message.note}" for tick, message in part.events if message.type == "note_on")
    return zlib.crc32(f"{part.role} {text}".encode())


def _accent(beat: float, size: float) -> float:
    """Return what a position in a bar of four beats adds to a velocity."""
    place = beat % 4
    if abs(place - round(place)) > 1 / 16:
        return -0.5 * size
    return {0: size, 2: 0.5 * size}.get(round(place) % 4, 0.0)


def _strokes(events: Sequence[Event], together: float) -> list[list[Event]]:
    strokes: list[list[Event]] = []
    for event in events:
        if strokes and event[0] - strokes[-1][0][0] <= together:
            strokes[-1].append(event)
        else:
            strokes.append([event])
    return strokes


def _end_of(note: int, start: float, events: Sequence[Event]) -> float:
    """Return when a note ends."""
    place = bisect.bisect_right(events, start, key=lambda event: event[0])
    for tick, message in events[place:]:
        if is_end(message) and message.note == note:
            return tick
    return start


def _bends(
    channel: int, start: float, end: float, pace: float, feel: Feel, near: bool, singing: bool
) -> list[Event]:
    """Return the pitch bends of one note: a slide into it, vibrato late in it."""
    import mido

    bends = [(start, 0.0)]
    if near and feel.slide > 0:
        bends = [(start + place * 0.012 * pace, -feel.slide * (1 - place / 5)) for place in range(6)]
    seconds = (end - start) / pace
    if singing and feel.vibrato > 0:
        times = np.arange(_VIBRATO_DELAY, seconds, 0.02)
        depth = feel.vibrato * np.minimum((times - _VIBRATO_DELAY) / 0.3, 1)
        swing = depth * np.sin(2 * np.pi * _VIBRATO_RATE * (times - _VIBRATO_DELAY))
        bends += [(start + time * pace, float(bend)) for time, bend in zip(times, swing, strict=True)]
    return [
        (
            max(time, 0.0),
            mido.Message(
                "pitchwheel", channel=channel, pitch=round(max(min(bend * _BEND_RANGE, 8191), -8192))
            ),
        )
        for time, bend in bends
    ]
