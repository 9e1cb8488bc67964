"""A band's parts as people and music programs know them: named, quantised, with the join marked.

`Band.to_midi` names each track after its role and nothing else, which is what the hashes of samples stand on.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

from gmn_core.generation.music.band import ROLES, TICKS_PER_BEAT, Band, Note, Role, until_struck_again
from gmn_core.generation.music.instruments import instrument_name

if TYPE_CHECKING:
    import mido

_BETWEEN = " - "  # a plain hyphen: the standard knows no more than ASCII, and programs differ beyond it
JOIN = "Continued from here"
"""The marker where an opening ends."""


def part_name(role: Role, program: int) -> str:
    """Return what a part is called in a music program, e.g. ``"Lead - Vibraphone"``.

    Examples
    --------
    >>> part_name(Role.SECOND, 11)
    'Second voice - Vibraphone'
    """
    return f"{role.display_name}{_BETWEEN}{instrument_name(role, program)}"


def role_named(name: str) -> Role | None:
    """Return the role that a track is named after, by `part_name` or plainly; None where it is none.

    Examples
    --------
    >>> role_named("Second voice - Vibraphone"), role_named("bass"), role_named("Strings")
    (<Role.SECOND: 'second'>, <Role.BASS: 'bass'>, None)
    """
    first = name.strip().partition(_BETWEEN)[0].lower()
    return next((role for role in ROLES if first in (role.value, role.display_name.lower())), None)


def quantised(band: Band) -> Band:
    """Return a band with every onset and length on its grid, as a score has them.

    Its players lean and hurry by less than half a step, so that rounding finds what was meant.
    """
    step = TICKS_PER_BEAT // band.steps_per_beat

    def on_grid(note: Note) -> Note:
        onset = round(note.onset / step) * step
        # To the next step rather than to the nearest: a note that is cut short still fills its place.
        return replace(note, onset=onset, duration=max(step, -(-note.duration // step) * step))

    return replace(
        band,
        notes={role: until_struck_again(map(on_grid, own)) for role, own in band.notes.items()},
    )


def midi_file(band: Band) -> bytes:
    """Return a band as the MIDI file that people open in a music program.

    Each track bears its part's name and instrument. Markers say where sections
    begin and, where the band continues an opening, where its own music does;
    text events name the chords.
    """
    import mido

    file = mido.MidiFile(file=io.BytesIO(band.to_midi()))
    conductor, *tracks = file.tracks
    for role, track in zip(band.roles, tracks, strict=True):
        program = band.programs[role]
        track[0] = mido.MetaMessage("track_name", name=part_name(role, program))
        track.insert(1, mido.MetaMessage("instrument_name", name=instrument_name(role, program)))
    _mark(conductor, band)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def _mark(conductor: mido.MidiTrack, band: Band) -> None:
    """Put sections, chords and the join before the end of the track that has no notes."""
    import mido

    marks = [(tick, 0, mido.MetaMessage("marker", text=f"Section {name}")) for tick, name in band.sections]
    marks += [(tick, 1, mido.MetaMessage("text", text=_in_ascii(name))) for tick, name in band.chords]
    if band.join:
        marks.append((band.join, 0, mido.MetaMessage("marker", text=JOIN)))
    end = conductor.pop()
    now = 0
    for tick, _, message in sorted(marks, key=lambda mark: mark[:2]):
        conductor.append(message.copy(time=tick - now))
        now = tick
    conductor.append(end.copy(time=max(0, end.time - now)))


def _in_ascii(chord: str) -> str:
    """Return a chord's name as every music program can show it."""
    return chord.translate({ord("♯"): "#", ord("♭"): "b", ord("°"): "dim", ord("Δ"): "maj"})
