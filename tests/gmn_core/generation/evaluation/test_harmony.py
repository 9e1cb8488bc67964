"""Measures of harmony, on bands whose harmony is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmn_core.generation.evaluation.harmony import (
    collapsed_windows,
    commonest_share,
    foreign_share,
    harmony_measures,
    has_collapsed,
    pitch_class_counts,
)
from gmn_core.generation.music.band import Band, Note, Role
from tests.gmn_core.generation.conftest import BEAT, make_band


def playing(pitches: list[int]) -> Band:
    """Return a band whose lead plays the pitches, a beat each, at 120."""
    notes = tuple(Note(index * BEAT, pitch, BEAT, 90) for index, pitch in enumerate(pitches))
    drums = tuple(Note(index * BEAT, 36, 60, 90) for index in range(len(pitches)))
    return replace(
        make_band(),
        programs={Role.DRUMS: 0, Role.LEAD: 65},
        notes={Role.DRUMS: drums, Role.LEAD: notes},
        length=len(pitches) * BEAT,
    )


def test_counts_are_of_pitched_onsets_between_two_ticks() -> None:
    band = playing([60, 72, 62, 64])
    assert pitch_class_counts(band).tolist() == [2, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert pitch_class_counts(band, BEAT, 3 * BEAT).tolist() == [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]


def test_shares_of_a_scale_with_two_foreign_notes() -> None:
    scale = [60, 62, 64, 65, 67, 69, 71]
    band = playing([60, *scale * 5, 61, 61])
    assert commonest_share(band) == pytest.approx(6 / 38)
    assert foreign_share(band) == pytest.approx(2 / 38)
    assert foreign_share(playing(scale * 5)) == 0


def test_too_few_notes_say_nothing() -> None:
    assert np.isnan(commonest_share(playing([60] * 23)))
    assert np.isnan(foreign_share(playing([60] * 23)))
    assert collapsed_windows(playing([60] * 23)) == []


@pytest.mark.parametrize(
    ("counts", "collapsed"),
    [([51, 20, 20, 9], True), ([50, 20, 20, 10], False), ([40, 36, 24], True), ([40, 35, 25], False)],
)
def test_harmony_collapses_onto_one_note_or_two(counts: list[int], collapsed: bool) -> None:
    assert has_collapsed(np.array([*counts, *[0] * (12 - len(counts))])) is collapsed


def test_each_window_of_a_long_piece_is_judged() -> None:
    # Sixty beats are half a minute; the second half minute stays on one note.
    moving, still = [60, 64, 67, 65, 69] * 12, [60] * 60
    assert collapsed_windows(playing([*moving, *still])) == [False, True]
    measures = harmony_measures([playing([*moving, *still]), playing(moving)])
    assert measures["collapsed windows"] == pytest.approx(1 / 3)
