import numpy as np
import pytest

from gmn_core.figures.band import ROLE_COLOURS, piano_roll
from gmn_core.generation.music.band import ROLES, Band, Note, Role
from gmn_core.genres import GENRES

BEAT = 480


def band(**roles: list[Note]) -> Band:
    """At 120 quarter notes a minute: a beat is half a second."""
    notes = {Role(name): tuple(played) for name, played in roles.items()}
    return Band(120, 4, 4, 0, False, programs=dict.fromkeys(notes, 0), notes=notes, length=8 * BEAT)


def test_notes_are_drawn_in_seconds_at_their_pitch_by_role() -> None:
    figure = piano_roll(
        band(bass=[Note(0, 36, 2 * BEAT, 127), Note(4 * BEAT, 43, BEAT, 30)], lead=[Note(BEAT, 72, BEAT, 90)])
    )
    bass, lead = figure.data
    assert bass.name == "Bass: Grand piano"
    assert list(bass.base) == [0, 2]
    assert list(bass.x) == [1, 0.5]
    assert list(bass.y) == [36, 43]
    assert list(bass.customdata[:, 0]) == ["C2", "G2"]
    assert bass.marker.color == ROLE_COLOURS[Role.BASS]
    assert bass.marker.opacity[0] == 1 > bass.marker.opacity[1] > 0.3
    assert list(lead.y) == [72]
    assert tuple(figure.layout.xaxis.range) == (0, 4)
    assert figure.layout.xaxis.minor.dtick == 2


def test_drums_have_a_lane_for_each_voice_that_is_struck() -> None:
    hits = [Note(0, 36, 1, 100), Note(BEAT, 38, 1, 100), Note(2 * BEAT, 35, 1, 90), Note(3 * BEAT, 27, 1, 90)]
    figure = piano_roll(band(drums=hits, bass=[Note(0, 36, BEAT, 90)]))
    drums = figure.data[1]
    assert drums.name == "Drums: Standard drum kit"
    assert list(drums.y) == [0, 1, 0, 2]
    assert tuple(figure.layout.yaxis2.ticktext) == ("kick", "snare", "other")


@pytest.mark.parametrize(
    "roles", [{}, {"lead": []}, {"drums": [Note(0, 36, 1, 100)]}, {"lead": [Note(0, 60, 9, 9)]}]
)
def test_a_band_without_drums_pitches_or_notes_can_be_drawn(roles: dict[str, list[Note]]) -> None:
    figure = piano_roll(band(**roles))
    assert len(figure.data) == sum(bool(notes) for notes in roles.values())
    assert figure.to_json()


def test_roles_have_colours_of_their_own() -> None:
    assert set(ROLE_COLOURS) == set(ROLES)
    assert len({*ROLE_COLOURS.values(), *(genre.colour for genre in GENRES)}) == len(ROLES) + len(GENRES)


def test_many_notes_stay_one_trace_a_role() -> None:
    rng = np.random.default_rng(0)
    notes = [Note(int(onset), int(pitch), 60, 80) for onset, pitch in rng.integers(40, 80, (2000, 2))]
    assert len(piano_roll(band(chords=notes, pad=notes)).data) == 2
