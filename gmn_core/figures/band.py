"""Figures of a band: which role plays what, and when."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from gmn_core.figures.style import GRID, LEGEND, MARGIN, MUTED, STILL
from gmn_core.generation.music.band import KEY_NAMES, PITCHED_ROLES, TICKS_PER_BEAT, Band, Note, Role
from gmn_core.generation.music.drumkit import VOICES, voice_of
from gmn_core.generation.music.instruments import instrument_name

# After Paul Tol's "bright" scheme (https://personal.sron.nl/~pault/), lighter, so that all stand out
# on a dark page too, and different from the colours of the genres.
ROLE_COLOURS: dict[Role, str] = {
    Role.DRUMS: "#858d94",
    Role.BASS: "#4f86c0",
    Role.CHORDS: "#2f9e4f",
    Role.PAD: "#66ccee",
    Role.LEAD: "#ee6677",
    Role.SECOND: "#b4559a",
}
PITCHED_HEIGHT, LANE_HEIGHT = 300, 16  # pixels
FAINTEST = 0.35  # opacity of the softest note
SHORTEST_HIT = 0.06  # seconds: a drum hit has no length worth drawing
OTHER_VOICE = "other"


def piano_roll(band: Band) -> go.Figure:
    """Draw every note over time: pitches above, the drum kit below, louder notes darker.

    Time is in seconds as in the player; thin lines mark the bars.

    Examples
    --------
    >>> band = gmn_core.generate("jazz", seconds=10, seed=7).band
    >>> gmn_core.figures.piano_roll(band).write_html("roll.html")
    """
    voices = _voices(band)
    pitched = any(role in band.notes for role in PITCHED_ROLES)
    heights = [PITCHED_HEIGHT * pitched, LANE_HEIGHT * len(voices)]
    shown = [height for height in heights if height]
    figure = make_subplots(
        rows=max(len(shown), 1), shared_xaxes=True, vertical_spacing=0.02, row_heights=shown or None
    )
    for role in PITCHED_ROLES:
        if notes := band.notes.get(role, ()):
            pitches = [note.pitch for note in notes]
            names = [f"{KEY_NAMES[pitch % 12]}{pitch // 12 - 1}" for pitch in pitches]
            figure.add_trace(_bars(band, role, notes, pitches, names), row=1, col=1)
    if voices:
        hits = band.notes[Role.DRUMS]
        lanes = [voices.index(_voice(hit)) for hit in hits]
        names = [voices[lane] for lane in lanes]
        figure.add_trace(_bars(band, Role.DRUMS, hits, lanes, names), row=len(shown), col=1)
        figure.update_yaxes(
            tickvals=list(range(len(voices))),
            ticktext=voices,
            range=[-0.7, len(voices) - 0.3],
            row=len(shown),
        )
    if pitched:
        octaves = list(range(0, 128, 12))
        figure.update_yaxes(
            tickvals=octaves, ticktext=[f"C{pitch // 12 - 1}" for pitch in octaves], gridcolor=GRID, row=1
        )
    bar = band.in_seconds(band.beats_per_bar * TICKS_PER_BEAT)
    figure.update_xaxes(
        range=[0, band.seconds], showgrid=False, minor={"dtick": bar, "showgrid": True, "gridcolor": GRID}
    )
    if band.join:
        figure.add_vline(
            x=band.in_seconds(band.join),
            line={"color": MUTED, "dash": "dash"},
            annotation={"text": "continued from here", "yanchor": "top"},
            row=1,
            col=1,
        )
    figure.update_xaxes(title="Time (s)", row=max(len(shown), 1))
    figure.update_layout(
        **STILL,
        height=sum(heights) + 110,
        margin={**MARGIN, "l": 90},
        barmode="overlay",
        legend=LEGEND,
        showlegend=True,
    )
    return figure


def _bars(
    band: Band, role: Role, notes: Sequence[Note], heights: Sequence[int], names: Sequence[str]
) -> go.Bar:
    """Return a role's notes as one trace of horizontal bars."""
    onsets = [band.in_seconds(note.onset) for note in notes]
    lengths = [band.in_seconds(note.duration) for note in notes]
    if role is Role.DRUMS:
        lengths = [SHORTEST_HIT] * len(notes)
    velocities = np.array([note.velocity for note in notes])
    return go.Bar(
        name=f"{role.display_name}: {instrument_name(role, band.programs[role])}",
        orientation="h",
        base=np.round(onsets, 3),
        x=np.round(lengths, 3),
        y=heights,
        width=0.85,
        marker={
            "color": ROLE_COLOURS[role],
            "opacity": np.round(FAINTEST + (1 - FAINTEST) * velocities / 127, 2),
            "line_width": 0,
        },
        customdata=np.stack([names, velocities.astype(str)], axis=1),
        hovertemplate="%{customdata[0]} at %{base:.2f} s, velocity %{customdata[1]}",
    )


def _voices(band: Band) -> list[str]:
    """Return the drum voices that are struck, the lowest lane first."""
    struck = {_voice(hit) for hit in band.notes.get(Role.DRUMS, ())}
    return [voice for voice in (*VOICES, OTHER_VOICE) if voice in struck]


def _voice(hit: Note) -> str:
    index = int(voice_of(np.array([hit.pitch]))[0])
    return tuple(VOICES)[index] if index >= 0 else OTHER_VOICE
