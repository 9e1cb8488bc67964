"""A band's parts as people and music programs know them: named, quantised, with the join marked.

`Band.to_midi` names each track after its role and nothing else, which is what the hashes of samples stand on.
"""

from __future__ import annotations

import io
from dataclasses import replace

from gmn_core.generation.music.band import ROLES, TICKS_PER_BEAT, Band, Note, Role
from gmn_core.generation.music.instruments import instrument_name

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
        band, notes={role: tuple(sorted(on_grid(note) for note in own)) for role, own in band.notes.items()}
    )


def midi_file(band: Band) -> bytes:
    """Return a band as the MIDI file that people open in a music program.

    Each track bears its part's name and instrument; where the band continues an
    opening, a marker says where its own music begins.
    """
    import mido

    file = mido.MidiFile(file=io.BytesIO(band.to_midi()))
    conductor, *tracks = file.tracks
    for role, track in zip(band.roles, tracks, strict=True):
        program = band.programs[role]
        track[0] = mido.MetaMessage("track_name", name=part_name(role, program))
        track.insert(1, mido.MetaMessage("instrument_name", name=instrument_name(role, program)))
    if band.join:
        end = conductor.pop()
        conductor.append(mido.MetaMessage("marker", text=JOIN, time=band.join))
        conductor.append(end.copy(time=max(0, end.time - band.join)))
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()
