"""Harmony while playing: the bar's chord, and the balance of what was struck."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmn_core.generation.music.band import Band, Role
from gmn_core.generation.playing.harmony import balance, bar_fit, foreign_shares, reharmonised
from gmn_core.generation.tokens.chords import CHORD, Chord, find_chords, unknown_chords, write_chord
from gmn_core.generation.tokens.encoding import Shapes, encode, role_slots, shapes_of
from gmn_core.generation.tokens.outline import LITTLE, OUTLINE_ARRAYS, RESTS, Outline, find_outline

C_MAJOR, G_MAJOR = [0, 4, 7], [7, 11, 2]


def outline_of(bars: list[list[int]]) -> Outline:
    """Return an outline whose bars strike the given pitch classes, four notes each."""
    counts = np.zeros((len(bars), 12), np.uint8)
    for bar, pitch_classes in enumerate(bars):
        counts[bar, pitch_classes] = 4
    return Outline(
        counts,
        np.zeros((len(bars), 2, 4), np.uint8),
        np.full((len(bars), 6), RESTS, np.uint8),
        unknown_chords(len(bars)),
    )


def test_a_chords_own_notes_fit_alike_and_others_less() -> None:
    outline = outline_of([C_MAJOR, G_MAJOR])
    fit = bar_fit(outline, outline.profile(0, 2))
    assert fit.shape == (2, 12)
    for bar, chord in enumerate((C_MAJOR, G_MAJOR)):
        assert fit[bar, chord] == pytest.approx(0)
        outside = np.delete(fit[bar], chord)
        assert (outside < -0.1).all()
    # A note of the passage fits a bar of another chord better than one that the passage lacks.
    assert fit[0, 11] > fit[0, 1]


def test_a_silent_bar_takes_the_notes_of_the_passage() -> None:
    outline = outline_of([C_MAJOR, []])
    fit = bar_fit(outline, outline.profile(0, 2))
    assert fit[1, C_MAJOR] == pytest.approx(0)
    assert fit[1, 1] < -0.5
    assert np.isfinite(bar_fit(outline_of([[], []]), np.zeros(12, np.float32))).all()


def test_what_was_struck_too_often_is_held_back() -> None:
    wanted, heard = np.zeros((2, 12), np.float32)
    wanted[C_MAJOR] = 1 / 3
    heard[[0, 1]] = 0.5
    found = balance(wanted, heard)
    assert found[0] < 0
    assert found[1] < found[0]
    assert found[4] == found[7] > 0
    assert found[2] == 0
    assert not balance(wanted, np.zeros(12, np.float32)).any()


def test_other_chords_bring_their_notes_and_end_what_returned_under_the_old_ones() -> None:
    outline = outline_of([C_MAJOR, G_MAJOR] * 4)
    outline.returns[:] = 4
    chords = unknown_chords(8)
    chords[6:] = write_chord(Chord(5, 1, 5))
    found = reharmonised(outline, chords)
    assert (found.chords == chords).all()
    assert (found.pitch_classes[:6] == outline.pitch_classes[:6]).all()
    for bar in (6, 7):
        assert set(np.argsort(found.pitch_classes[bar])[-3:].tolist()) == {5, 8, 0}
        assert found.pitch_classes[bar].sum() == pytest.approx(12, abs=2)
    assert (found.returns[6, :, :3] == LITTLE).all()  # eight bars earlier lies before the piece
    assert (found.returns[:6] == 4).all()
    assert (found.returns[7, :, 0] == 4).all()  # the bar before has the same chord
    assert (outline.returns == 4).all()


def test_a_plan_that_names_the_chords_that_are_there_changes_nothing(band: Band) -> None:
    shapes = Shapes(((), *sorted(set(shapes_of(band)) - {()})))
    sheet, tokens = encode(band, shapes)
    outline = find_outline(tokens, sheet, shapes)
    assert (outline.chords == find_chords(tokens, sheet, shapes)).all()
    assert outline.chords[:, :, CHORD].all()
    for chords in (outline.chords, unknown_chords(outline.n_bars)):
        found = reharmonised(outline, chords)
        for name in OUTLINE_ARRAYS:
            assert (getattr(found, name) == getattr(outline, name)).all()


def test_notes_outside_the_chord_of_their_half_bar_are_foreign(band: Band) -> None:
    shapes = Shapes(((), *sorted(set(shapes_of(band)) - {()})))
    sheet, tokens = encode(band, shapes)
    drafts = np.stack([tokens[:16], tokens[16:32]])  # bars on the tonic and on the subdominant
    drafts[:, :, list(role_slots(Role.LEAD))] = 0
    tonic, subdominant, dominant = (
        np.array(write_chord(Chord(root, 0, root)), np.uint8) for root in (0, 5, 7)
    )
    one, other, half = (
        foreign_shares(drafts, sheet, shapes, np.stack(chords))
        for chords in ((tonic, tonic), (subdominant, subdominant), (tonic, dominant))
    )
    assert one[0] == other[1] == 0
    assert one[1] > 0.6
    assert half[0] == pytest.approx(2 / 7)  # two strokes of the bass
    assert not foreign_shares(drafts, sheet, shapes, unknown_chords(1)[0]).any()
    in_three = replace(sheet, beats_per_bar=3)
    assert foreign_shares(drafts[:, :12], in_three, shapes, np.stack((tonic, tonic)))[0] == 0
