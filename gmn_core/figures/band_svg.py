"""A band as a small SVG picture, for pages of many: notes over time, and the chords above them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from gmn_core.figures.band import ROLE_COLOURS
from gmn_core.generation.music.band import PITCHED_ROLES, TICKS_PER_BEAT, Band, Role

WIDTH = 1200  # pixels
_PER_PITCH, _PER_LANE = 4, 5
_CHORDS = 22  # pixels above the notes
_TICKS_PER_UNIT = TICKS_PER_BEAT // 40  # numbers in the file stay short
_PER_LETTER = 7  # pixels
_SHORTEST_HIT = TICKS_PER_BEAT // 10

ChordNames = Sequence[tuple[int, str]]
"""Ticks at which chords begin, and their names."""


def band_svg(band: Band, chords: ChordNames = ()) -> str:
    """Draw every note of a band over time: pitches above, drums below, bars marked.

    Parameters
    ----------
    band : Band
        What is drawn.
    chords : sequence of (int, str)
        When each chord begins, in ticks, and its name, which stands above.

    Returns
    -------
    str
        The SVG file, `WIDTH` pixels wide; colours as in `piano_roll`.
    """
    pitches = [note.pitch for role, note in band.played() if role is not Role.DRUMS]
    low, high = (min(pitches) - 1, max(pitches) + 1) if pitches else (60, 60)
    hits = sorted({hit.pitch for hit in band.notes.get(Role.DRUMS, ())})
    lanes = {pitch: lane for lane, pitch in enumerate(hits)}
    drums_at = _CHORDS + (high - low) * _PER_PITCH + _PER_LANE
    height = drums_at + len(hits) * _PER_LANE + 2
    scale = WIDTH * _TICKS_PER_UNIT / max(band.length, 1)
    bar = band.beats_per_bar * TICKS_PER_BEAT // _TICKS_PER_UNIT
    length = band.length // _TICKS_PER_UNIT
    bars = "".join(f"M{at} {_CHORDS}V{height}" for at in range(0, length + 1, bar))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="11">',
        f'<g transform="scale({scale:.5f} 1)"><path d="{bars}" stroke="#8888" stroke-width="1" '
        'vector-effect="non-scaling-stroke"/>',
    ]
    for role in (*PITCHED_ROLES, Role.DRUMS):
        marks = []
        for note in band.notes.get(role, ()):
            if role is Role.DRUMS:
                y, length = drums_at + lanes[note.pitch] * _PER_LANE, _SHORTEST_HIT
            else:
                y, length = _CHORDS + (high - note.pitch) * _PER_PITCH, note.duration
            marks.append(f"M{note.onset // _TICKS_PER_UNIT} {y}h{max(length // _TICKS_PER_UNIT, 1)}")
        if marks:
            parts.append(f'<path d="{"".join(marks)}" stroke="{ROLE_COLOURS[role]}" stroke-width="3.4"/>')
    parts.append("</g>")
    free_from = 0.0
    for at, name in chords:
        x = at / _TICKS_PER_UNIT * scale + 2
        if x >= free_from:  # names do not stand upon each other
            parts.append(f'<text x="{x:.0f}" y="14" fill="#777">{escape(name)}</text>')
            free_from = x + _PER_LETTER * len(name)
    return "".join([*parts, "</svg>\n"])
