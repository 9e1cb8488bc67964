"""Arrangement: what a genre's band plays beyond the notes of its parts.

Each layer is derived from the parts: guitars and strings from the chords, the voice from the tune,
the sub-bass from the bass. No harmony and no melody is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from gmn_core.generation.music.band import Role
from gmn_core.generation.sound.notes import Notes

_E1, _E2 = 28, 40
_KICK, _SNARE, _CLOSED_HAT, _OPEN_HAT, _SHAKER = 36, 38, 42, 46, 82  # General MIDI
# A bar of four beats in eighths: what is struck, and how hard.
_BAR: tuple[tuple[tuple[int, int], ...], ...] = (
    *(((_KICK, 108), (_CLOSED_HAT, 84)), ((_CLOSED_HAT, 60),)),
    *(((_SNARE, 104), (_CLOSED_HAT, 80)), ((_CLOSED_HAT, 60),)),
    *(((_KICK, 102), (_CLOSED_HAT, 82)), ((_KICK, 76), (_CLOSED_HAT, 60))),
    *(((_SNARE, 106), (_CLOSED_HAT, 80)), ((_CLOSED_HAT, 64),)),
)
_STRUM_LOW, _STRUM_HIGH = 43, 67
_STRINGS_LOW = 60


# Rhythms of chanted bars in sixteenths: X is stressed, x is not.
_FLOWS = ("XxxxXxxxXxxxXxx.", "XxxxXxxXxxxxXxx.", "xxXxxxXxxxXxxxX.", "XxXxxXxxXxXxxX..")
_BREATH_FROM = 28


class Layer(StrEnum):
    """What an arrangement can add."""

    MACHINE = "machine"
    GUITARS = "guitars"
    STRUM = "strum"
    STRINGS = "strings"
    VOICE = "voice"
    SUB = "sub"
    SHAKER = "shaker"
    FLOOR = "floor"
    BACKBEAT = "backbeat"


@dataclass(frozen=True, eq=False)
class Music:
    """What the parts of a piece play.

    Parameters
    ----------
    roles : mapping of Role to Notes
        The notes of each role that takes part; where several parts share it, those of the busiest.
    beat : float
        Length of a quarter note in seconds.
    """

    roles: Mapping[Role, Notes]
    beat: float

    def of(self, *roles: Role) -> Notes | None:
        """Return the notes of the first of these roles that takes part."""
        return next(
            (self.roles[role] for role in roles if role in self.roles and len(self.roles[role])), None
        )


def layer_notes(layer: Layer, music: Music, chug: float = 0.0, speech: float = 0.0) -> Notes | None:
    """Return the notes that a layer plays; None if there is nothing to derive them from.

    Parameters
    ----------
    layer : Layer
        The layer.
    music : Music
        What the parts play.
    chug : float
        How much of the guitars' time is palm-muted eighths, 0 to 1.
    speech : float
        Above a half, the voice chants syllables in the rhythm of speech instead of singing the tune.
    """
    match layer:
        case Layer.MACHINE:
            return music.of(Role.DRUMS)
        case Layer.GUITARS:
            return _power_chords(music, chug)
        case Layer.STRUM:
            return _strums(music)
        case Layer.STRINGS:
            return _sustained(music)
        case Layer.VOICE:
            return _chant(music) if speech > 0.5 else music.of(Role.LEAD, Role.SECOND, Role.CHORDS)
        case Layer.SUB:
            return _sub_bass(music)
        case Layer.SHAKER:
            return _shaker(music)
        case Layer.FLOOR:
            return _four_on_the_floor(music)
        case Layer.BACKBEAT:
            return _backbeat(music)


def _harmony(music: Music, *others: Role) -> list[tuple[float, float, list[int]]]:
    """Return the chords, or what other roles play instead: start, end and pitches of each stroke."""
    notes = music.of(Role.CHORDS, Role.PAD, Role.SECOND, *others)
    if notes is None:
        return []
    strokes = notes.strokes()
    first = np.unique(strokes, return_index=True)[1]
    starts = notes.onsets[first]
    following = np.append(starts[1:], np.inf)
    chords = []
    for place, members in enumerate(np.split(np.arange(len(notes)), first[1:])):
        end = min(float(np.max(notes.onsets[members] + notes.durations[members])), float(following[place]))
        chords.append((float(starts[place]), end, sorted(set(notes.pitches[members].tolist()))))
    return chords


def _root(music: Music, time: float, pitches: list[int]) -> int:
    """Return the pitch class of the bass at a time, where the chord has it, else the chord's lowest."""
    bass = music.of(Role.BASS)
    if bass is not None:
        place = int(np.searchsorted(bass.onsets, time + 0.05, side="right")) - 1
        if place >= 0 and time - bass.onsets[place] < 4 * music.beat:
            pitch = int(bass.pitches[place]) % 12
            if len(pitches) < 3 or any(other % 12 == pitch for other in pitches):
                return pitch
    return pitches[0] % 12


def _power_chords(music: Music, chug: float) -> Notes | None:
    """Return roots, fifths and octaves on the lowest strings; long ones partly in palm-muted eighths."""
    rows: list[tuple[float, float, int, int]] = []
    eighth = music.beat / 2
    for start, end, pitches in _harmony(music, Role.BASS):
        root = _E2 + (_root(music, start, pitches) - _E2) % 12
        chord = (root, root + 7, root + 12)
        count = max(1, round((end - start) / eighth))
        pulses = 1 if chug < 0.25 or count < 2 else count
        for pulse in range(pulses):
            opens = pulse % max(2, round(4 * (1.25 - chug))) == 0
            onset = start + pulse * (end - start) / pulses
            length = (end - start) / pulses * (0.98 if opens else 0.55)
            rows += [
                (onset, length, pitch, 104 if opens else 82) for pitch in (chord if opens else chord[:2])
            ]
    return _notes(rows)


def _strums(music: Music) -> Notes | None:
    """Return an acoustic guitar's strokes: the chords in eighths, weaker between the beats."""
    rows: list[tuple[float, float, int, int]] = []
    eighth = music.beat / 2
    for start, end, pitches in _harmony(music):
        classes = {pitch % 12 for pitch in pitches}
        classes.add(_root(music, start, pitches))
        strings = [pitch for pitch in range(_STRUM_LOW, _STRUM_HIGH) if pitch % 12 in classes][:6]
        count = max(1, min(round((end - start) / eighth), 16))
        for pulse in range(count):
            down = round((start + pulse * eighth) / eighth) % 2 == 0
            chosen = strings if down else strings[-4:]
            onset = start + pulse * (end - start) / count
            rows += [(onset, eighth * 1.1, pitch, 92 if down else 70) for pitch in chosen]
    return _notes(rows)


def _sustained(music: Music) -> Notes | None:
    """Return the chords' upper notes held from change to change, an octave and a half above the guitar."""
    merged: list[tuple[float, float, frozenset[int]]] = []
    for start, end, pitches in _harmony(music):
        classes = frozenset(pitch % 12 for pitch in pitches)
        if len(classes) < 2:
            continue
        if merged and (merged[-1][2] >= classes or start - merged[-1][0] < 0.9 * music.beat):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), merged[-1][2] | classes)
        else:
            if merged:
                merged[-1] = (merged[-1][0], start, merged[-1][2])
            merged.append((start, end, classes))
    return _notes(
        [
            (start, max(end - start, music.beat), _STRINGS_LOW + (pitch - _STRINGS_LOW) % 12, 76)
            for start, end, classes in merged
            for pitch in sorted(classes)[:4]
        ]
    )


def _chant(music: Music) -> Notes | None:
    """Return syllables on the sixteenths of the bar: lines of two bars, a breath at the end of each."""
    played = [notes for notes in music.roles.values() if len(notes)]
    if not played:
        return None
    start = min(float(notes.onsets[0]) for notes in played)
    end = max(float(notes.onsets[-1] + notes.durations[-1]) for notes in played)
    step = music.beat / 4
    if music.beat < 0.45:  # a fast piece is felt in half time
        step *= 2
    rng = np.random.default_rng(len(played[0]))
    onsets: list[float] = []
    velocities: list[int] = []
    for line in range(int((end - start) / (32 * step)) + 1):
        flow = rng.choice(_FLOWS)
        for place, sign in enumerate(flow * 2):
            spoken = sign != "." and place < _BREATH_FROM
            if spoken:
                onsets.append(start + (line * 32 + place) * step)
                velocities.append(112 if sign == "X" else 88)
    times = np.array(onsets)
    kept = times < end
    times = times[kept]
    if not len(times):
        return None
    durations = np.minimum(np.diff(times, append=end), 2.5 * step) * 0.92
    pitches = np.where(np.array(velocities)[kept] > 100, 64, 60)
    return Notes(times, durations, pitches, np.array(velocities)[kept])


def _sub_bass(music: Music) -> Notes | None:
    bass = music.of(Role.BASS)
    if bass is None:
        return None
    line = bass.outer_voice(highest=False)
    pitches = _E1 + (line.pitches - _E1) % 12
    return Notes(line.onsets, line.durations, pitches, line.velocities)


def _shaker(music: Music) -> Notes | None:
    return _beaten(music, 0.25, (_SHAKER,), (88, 52, 70, 56))


def _four_on_the_floor(music: Music) -> Notes | None:
    """Return a kick on every beat and an open hi-hat after it."""
    return _beaten(music, 0.5, (_KICK, _OPEN_HAT), (110, 84))


def _backbeat(music: Music) -> Notes | None:
    """Return a plain beat for the bars in which the drums rest or are not there."""
    played = [notes for notes in music.roles.values() if len(notes)]
    if not played:
        return None
    bar = 4 * music.beat
    end = max(float(notes.onsets[-1]) for notes in played)
    drums = music.of(Role.DRUMS)
    busy = set() if drums is None else set(np.floor(drums.onsets / bar + 0.02).astype(int).tolist())
    return _notes(
        [
            (number * bar + eighth * bar / 8, bar / 8, pitch, velocity)
            for number in range(int(end / bar) + 1)
            if number not in busy
            for eighth, struck in enumerate(_BAR)
            for pitch, velocity in struck
            if number * bar + eighth * bar / 8 <= end
        ]
    )


def _beaten(music: Music, step: float, sounds: tuple[int, ...], velocities: tuple[int, ...]) -> Notes | None:
    """Return sounds in turn, every so many beats, for as long as the drums play."""
    drums = music.of(Role.DRUMS)
    if drums is None:
        return None
    every = step * music.beat
    places = np.arange(np.ceil(drums.onsets[0] / every - 0.1), drums.onsets[-1] / every + 0.1).astype(int)
    pitches, strengths = (
        np.array(sounds)[places % len(sounds)],
        np.array(velocities)[places % len(velocities)],
    )
    return Notes(places * every, np.full(len(places), every), pitches, strengths) if len(places) else None


def _notes(rows: list[tuple[float, float, int, int]]) -> Notes | None:
    if not rows:
        return None
    onsets, durations, pitches, velocities = (np.array(column) for column in zip(*sorted(rows), strict=True))
    return Notes(onsets.astype(float), durations.astype(float), pitches, velocities)
