"""Scores: a band as MusicXML, every player on a staff, or the tune alone under its chords.

music21 (Cuthbert and Ariza 2010) writes the files: bars, ties, tuplets and beams are its work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from gmn_core.generation.music.band import ROLES, TICKS_PER_BEAT, Band, Note, Role
from gmn_core.generation.music.instruments import instrument_name
from gmn_core.generation.music.parts import part_name, quantised
from gmn_core.generation.request import GenerationError
from gmn_core.generation.tokens.chords import QUALITIES, spelt
from gmn_core.generation.tokens.progression import read_progression

if TYPE_CHECKING:
    from music21 import clef, note, stream

_TUNES = (Role.LEAD, Role.SECOND, Role.CHORDS, Role.PAD, Role.BASS)
# Mean pitches below which a part is written in the bass clef, and as a bass is: an octave above its sound.
_BELOW_TREBLE, _BELOW_BASS = 55, 43
# MusicXML's names of the qualities that chord symbols have, by their suffixes in `QUALITIES`.
_KINDS = {
    **{"": "major", "m": "minor", "7": "dominant-seventh", "maj7": "major-seventh", "m7": "minor-seventh"},
    **{"dim": "diminished", "m7b5": "half-diminished-seventh", "sus4": "suspended-fourth", "5": "power"},
}
# Where the voices of a drum kit stand in a staff: the usual places of General MIDI's sounds.
_PLACES = {
    **{35: "F4", 36: "F4", 37: "C5", 38: "C5", 39: "C5", 40: "C5", 41: "A4", 43: "A4", 45: "D5", 47: "D5"},
    **{48: "E5", 50: "E5", 42: "G5", 44: "D4", 46: "G5", 49: "A5", 57: "A5", 51: "F5", 53: "F5", 59: "F5"},
}
_ELSEWHERE = "E4"
_DATE = re.compile(rb"\s*<encoding-date>.*?</encoding-date>")  # the same piece gives the same file on any day
_CYMBALS = frozenset({42, 44, 46, 49, 51, 52, 53, 55, 57, 59})


@dataclass(frozen=True)
class Stroke:
    """Notes of one player that are struck and end together.

    Parameters
    ----------
    onset, duration : int
        In ticks, on the grid.
    pitches : tuple of int
        MIDI note numbers, rising, each once.
    """

    onset: int
    duration: int
    pitches: tuple[int, ...]


def strokes_of(band: Band, role: Role) -> list[Stroke]:
    """Return what a role plays as it is written: on the grid, each stroke ending where the next begins.

    Those of the drums, which ring as they like, last until the next or to the end of their beat.
    """
    written = quantised(band)
    by_onset: dict[int, list[Note]] = {}
    for note in written.notes.get(role, ()):
        by_onset.setdefault(note.onset, []).append(note)
    onsets = sorted(by_onset)
    found = []
    step = TICKS_PER_BEAT // band.steps_per_beat
    end = max(band.length // step * step, (onsets[-1] + step) if onsets else 0)
    for onset, following in zip(onsets, [*onsets[1:], end], strict=True):
        longest = max(note.duration for note in by_onset[onset])
        if role is Role.DRUMS:
            longest = TICKS_PER_BEAT - onset % TICKS_PER_BEAT
        duration = min(longest, following - onset)
        pitches = tuple(sorted({note.pitch for note in by_onset[onset]}))
        found.append(Stroke(onset, duration, pitches))
    return found


def score_xml(band: Band, title: str) -> bytes:
    """Return a band as a MusicXML file: a staff for each player, chords above the first, sections marked.

    Parameters
    ----------
    band : Band
        The piece.
    title : str
        Stands above it.

    Raises
    ------
    GenerationError
        If music21 is not installed.
    """
    return _written(band, title, [role for role in reversed(ROLES) if role in band.roles])


def lead_sheet_xml(band: Band, title: str) -> bytes:
    """Return the tune of a band under its chords as a MusicXML file; see `score_xml`."""
    return _written(band, title, [tune_of(band)])


def tune_of(band: Band) -> Role:
    """Return the role whose part a lead sheet shows: the lead where there is one."""
    return next((role for role in _TUNES if role in band.roles), Role.DRUMS)


def _written(band: Band, title: str, roles: list[Role]) -> bytes:
    try:
        from music21 import metadata, musicxml, stream
    except ImportError as error:
        raise GenerationError(
            "Scores are written by music21, which is not installed: pip install music21."
        ) from error
    score = stream.Score()
    score.metadata = metadata.Metadata(title=title, composer="Generative Music Network")
    for number, role in enumerate(roles):
        score.insert(0, _part(band, role, first=number == 0))
    exported: bytes = musicxml.m21ToXml.GeneralObjectExporter(score).parse()
    return _DATE.sub(b"", exported)


def _part(band: Band, role: Role, *, first: bool) -> stream.Part:
    from music21 import clef, instrument, key, meter, stream

    part = stream.Part(id=role.value)
    part.partName = part_name(role, band.programs[role])
    part.partAbbreviation = role.display_name
    strokes = strokes_of(band, role)
    player: instrument.Instrument
    if role is Role.DRUMS:
        player = instrument.UnpitchedPercussion()
        player.midiChannel = 9
        part.insert(0, clef.PercussionClef())
    else:
        player = instrument.Instrument()
        player.midiProgram = band.programs[role]
        part.insert(0, _clef([pitch for stroke in strokes for pitch in stroke.pitches]))
        part.insert(0, key.Key(_m21_name(band.tonic, band), "minor" if band.minor else "major"))
    player.partId, player.instrumentId = role.value, f"{role.value}-instrument"
    player.partName = part.partName
    player.instrumentName = instrument_name(role, band.programs[role])
    part.insert(0, player)
    part.insert(0, meter.TimeSignature(f"{band.beats_per_bar}/4"))
    for tick, element in _elements(strokes, role, band):
        part.insert(_quarters(tick), element)
    written: stream.Part = part.makeNotation()
    if first:
        _mark(written, band)
    return written


def _clef(pitches: Sequence[int]) -> clef.Clef:
    from music21 import clef

    if sum(pitches) < _BELOW_BASS * len(pitches):
        return clef.Bass8vbClef()
    return clef.BassClef() if sum(pitches) < _BELOW_TREBLE * len(pitches) else clef.TrebleClef()


def _mark(part: stream.Part, band: Band) -> None:
    """Write tempo, sections and chords above a part.

    Into its finished bars: while music21 makes bars, it takes a chord symbol for a voice of its own.
    """
    from music21 import base, expressions, stream, tempo

    bars = list(part.getElementsByClass(stream.Measure))
    bars[0].insert(0, tempo.MetronomeMark(number=round(band.tempo), numberSounding=round(band.tempo, 2)))
    marks: list[tuple[int, base.Music21Object]] = [
        *((tick, expressions.RehearsalMark(name)) for tick, name in band.sections),
        *((tick, _harmony(name, band)) for tick, name in band.chords),
    ]
    for tick, mark in marks:
        bar, within = divmod(tick, band.bar_ticks)
        if bar < len(bars):
            mark.placement = "above"  # type: ignore[attr-defined]  # read of every object that is written
            bars[bar].insert(_quarters(within), mark)


def _elements(strokes: list[Stroke], role: Role, band: Band) -> Iterator[tuple[int, note.GeneralNote]]:
    """Yield a player's strokes and the rests between them, with the ticks at which they begin."""
    from music21 import note

    now = 0
    for stroke in strokes:
        if stroke.onset > now:
            yield now, note.Rest(quarterLength=_quarters(stroke.onset - now))
        made = _drums(stroke) if role is Role.DRUMS else _pitched(stroke, band)
        made.quarterLength = _quarters(stroke.duration)
        yield stroke.onset, made
        now = stroke.onset + stroke.duration
    end = -(-band.length // band.bar_ticks) * band.bar_ticks
    if now < end:
        yield now, note.Rest(quarterLength=_quarters(end - now))


def _pitched(stroke: Stroke, band: Band) -> note.GeneralNote:
    from music21 import chord, note, pitch

    pitches = []
    for midi in stroke.pitches:
        spelt = pitch.Pitch(_m21_name(midi, band))
        spelt.octave = 4
        spelt.octave += round((midi - spelt.midi) / 12)
        pitches.append(spelt)
    return note.Note(pitches[0]) if len(pitches) == 1 else chord.Chord(pitches)


def _drums(stroke: Stroke) -> note.GeneralNote:
    from music21 import note, percussion

    places = dict.fromkeys(_PLACES.get(sound, _ELSEWHERE) for sound in stroke.pitches)
    hits = [note.Unpitched(displayName=place) for place in places]
    for hit, sound in zip(hits, stroke.pitches, strict=False):
        if sound in _CYMBALS:
            hit.notehead = "x"
    return hits[0] if len(hits) == 1 else percussion.PercussionChord(hits)


def _harmony(name: str, band: Band) -> note.GeneralNote:
    """Return a chord symbol."""
    from music21 import harmony

    (symbol,) = read_progression(name, (band.tonic, band.minor)).bars[0]
    root, bass = (_m21_name(band.tonic + degree, band) for degree in (symbol.chord.root, symbol.chord.bass))
    kind = _KINDS[tuple(QUALITIES)[symbol.chord.quality]]
    found = harmony.ChordSymbol(root=root, bass=bass, kind=kind, kindStr=symbol.suffix)
    found.writeAsChord = False
    return found


def _m21_name(pitch: int, band: Band) -> str:
    """Return the name of a pitch class as the key spells it and music21 writes it: C#, B-."""
    name = spelt(pitch - band.tonic, band.tonic, minor=band.minor)
    return name.replace("♯", "#").replace("♭", "-")


def _quarters(ticks: int) -> Fraction:
    return Fraction(ticks, TICKS_PER_BEAT)
