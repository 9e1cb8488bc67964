"""The versions of a piece in one visit."""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go
import pytest

from gmn_core.generation.music.band import Band, Note, Role
from gmn_core.generation.playing.changing import count_bars
from gmn_core.generation.request import A_LITTLE, A_LOT, MAX_CHANGES, Change, GenerationRequest, Player
from gmn_core.generation.sound.soundfont import find_soundfont
from gmn_core.genres import Genre
from pages.composing.versions import MOST_VERSIONS, Versions, all_but, change_in_words
from pages.shared.generated import KeptSample

NOTES = {
    role: (Note(0, 40, 100, 90), Note(3 * 1920, 40, 100, 90)) for role in (Role.DRUMS, Role.BASS, Role.LEAD)
}
BAND = Band(120, 4, 4, 0, False, dict.fromkeys(NOTES, 0), NOTES, 4 * 1920)
REQUEST = GenerationRequest(Genre.POP, 10)


def sample(*changes: Change) -> KeptSample:
    return KeptSample(replace(REQUEST, changes=changes), BAND, {}, go.Figure(), b"", b"", find_soundfont())


def test_undoing_goes_back_to_where_a_version_came_from_and_loses_nothing() -> None:
    one, two = Change(seed=1), Change(seed=2)
    versions = Versions([sample()])
    versions.ask(one)
    assert versions.wanted == sample(one).request
    versions.add(sample(one))
    versions.undo()
    versions.ask(two)
    assert versions.before == 0
    versions.add(sample(two))
    assert (versions.at, len(versions.made), versions.wanted) == (2, 3, None)
    versions.undo()
    assert versions.at == 0
    versions.undo()
    assert versions.at == 0


def test_a_piece_has_so_many_versions_and_changes_and_no_more() -> None:
    changes = [Change(seed=seed) for seed in range(MAX_CHANGES)]
    longest = Versions([sample(*changes[:-1])])
    longest.ask(changes[-1])
    assert longest.wanted == sample(*changes).request
    longest.add(sample(*changes))
    assert not longest.has_room
    longest.ask(Change(seed=1000))
    assert longest.wanted is None
    many = Versions([sample()] * MOST_VERSIONS)
    many.ask(changes[0])
    assert many.wanted is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change(lock=all_but(BAND, {Role.DRUMS})), "other drums"),
        (Change(lock=frozenset({Role.LEAD})), "other drums and bass"),
        (Change(bars=(9, 12)), "all made anew, in bars 9 to 12"),
        (Change(bars=(2, 2), share=A_LOT), "varied a lot, in bar 2"),
        (Change(share=A_LITTLE), "varied a little"),
        (Change(seconds=60), "60 s long"),
        (Change(chords="C"), "other chords"),
        (Change(lock=frozenset(BAND.roles), players=(Player(Role.LEAD, 22),)), "lead on grand piano"),
        (Change(players=(Player(Role.PAD, plays=False),)), "no pad"),
    ],
)
def test_a_change_is_said_in_a_few_words(change: Change, words: str) -> None:
    assert change_in_words(change, BAND) == words


def test_versions_are_labelled_by_what_they_changed() -> None:
    versions = Versions([sample(), sample(Change(share=A_LITTLE))])
    assert [versions.label(index) for index in range(2)] == ["1: as composed", "2: varied a little"]


def test_the_last_stroke_begins_no_bar() -> None:
    assert count_bars(BAND) == 3
