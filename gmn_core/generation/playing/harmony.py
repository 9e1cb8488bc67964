"""Harmony while playing: which pitch classes fit a bar, and which have been struck too often or too seldom.

The network knows which pitch classes a passage has, but not in which bar; left alone it plays the note that
has come to prevail all the more, and strays from the chord. Both are held in check by what an outline, which
is a real passage's, counts in each of its bars. The strengths were chosen on validation pieces.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from gmn_core.generation.tokens.chords import CHORD, CHORDS_PER_BAR, UNKNOWN_CHORD, Chords, chord_tones
from gmn_core.generation.tokens.encoding import Shapes, Tokens
from gmn_core.generation.tokens.outline import LITTLE, RETURN_BARS, Outline, count_pitch_classes
from gmn_core.generation.tokens.sheet import Sheet

Fit = npt.NDArray[np.float32]
"""Added to the logits of a strike by its pitch class; shape (12,), or one row per bar."""

BALANCED_BARS = 8
"""Bars whose pitch classes are held against the outline's."""

_FOLLOW, _BALANCE = np.float32(0.2), np.float32(1.75)
_FAIR_SHARE = np.float32(0.08)  # of a bar's notes, from which a pitch class belongs to the bar
_NO_SHARE = np.float32(0.02)  # of the fair share, that a pitch class has which is nowhere in the outline
_PROFILE_SHARE = 0.25  # of a typical bar's notes are taken to be spread as in the whole passage
_PASSING = np.float32(0.17)  # of real pieces' notes belong to no chord of their bar
_SLACK = np.float32(0.03)  # added to shares, so that a single note more or less changes little


def bar_fit(outline: Outline, profile: npt.NDArray[np.float32]) -> Fit:
    """Return how well each pitch class fits each bar of an outline.

    The outline's bars, one after the other, have chords that move as they
    do in the genre. Which of a chord's notes is the commonest is left to the
    network: those that have a fair share of the bar all fit alike.

    Parameters
    ----------
    outline : Outline
        Counts the pitch classes of each bar.
    profile : ndarray of float32, shape (12,)
        Their shares in the whole passage, which stand in where a bar has few
        notes.

    Returns
    -------
    ndarray of float32, shape (n_bars, 12)
        About 0 for the pitch classes that belong to a bar, below for the
        others.
    """
    counts = outline.pitch_classes.astype(np.float32)
    typical = max(float(counts.sum(axis=1).mean()), 1.0)
    weights = counts + np.float32(_PROFILE_SHARE * typical) * profile
    shares = weights / np.maximum(weights.sum(axis=1, keepdims=True), np.float32(1))
    fit: Fit = _FOLLOW * np.log(np.minimum(shares / _FAIR_SHARE + _NO_SHARE, 1))
    return fit


def balance(wanted: npt.NDArray[np.float32], heard: npt.NDArray[np.float32]) -> Fit:
    """Return how far each pitch class has been struck too seldom (above 0) or too often (below).

    Parameters
    ----------
    wanted, heard : ndarray of float32, shape (12,)
        Shares of the pitch classes in the outline's bars and in those played.

    Returns
    -------
    ndarray of float32, shape (12,)
        All 0 where nothing has been heard yet.
    """
    if not heard.any():
        return np.zeros_like(heard)
    difference: Fit = _BALANCE * np.log((wanted + _SLACK) / (heard + _SLACK))
    return difference


def reharmonised(outline: Outline, chords: Chords) -> Outline:
    """Return an outline with a chord plan of another origin.

    Where a bar's chords are new, the pitch classes that it counts become those
    of the new chords, with a real piece's share of passing notes, and the bar
    no longer returns from one that has other chords.

    Parameters
    ----------
    outline : Outline
        How the piece is built.
    chords : ndarray of uint8, shape (n_bars, `CHORDS_PER_BAR`, 2)
        The chord plan; where it is unknown, the outline's own chords stay.
    """
    plan = np.where(chords[:, :, CHORD, None] == UNKNOWN_CHORD, outline.chords, chords)
    new = (plan[:, :, CHORD] != outline.chords[:, :, CHORD]).any(axis=1)
    tones = chord_tones(plan).astype(np.float32)
    tones = (tones / np.maximum(tones.sum(axis=2, keepdims=True), 1)).mean(axis=1)
    notes = outline.pitch_classes.sum(axis=1, keepdims=True, dtype=np.float32)
    notes = np.maximum(notes, notes.mean())
    passing = np.where(tones > 0, 0, outline.profile(0, outline.n_bars))
    passing /= np.maximum(passing.sum(axis=1, keepdims=True), np.float32(1e-9))
    spread = (1 - _PASSING) * tones + _PASSING * passing
    pitch_classes = np.where(new[:, None], np.rint(notes * spread), outline.pitch_classes)
    returns = outline.returns.copy()
    for lag, apart in enumerate(RETURN_BARS):
        now, before = slice(apart, None), slice(None, -apart)
        other = (new[now] | new[before]) & (plan[now, :, CHORD] != plan[before, :, CHORD]).any(axis=1)
        returns[now, :, lag][other] = np.minimum(returns[now, :, lag][other], LITTLE)
    return replace(outline, pitch_classes=pitch_classes.astype(np.uint8), returns=returns, chords=plan)


def foreign_shares(tokens: Tokens, sheet: Sheet, shapes: Shapes, chords: Chords) -> npt.NDArray[np.float64]:
    """Return the share of each draft's notes that lie outside the chords of a bar.

    Parameters
    ----------
    tokens : ndarray of int, shape (n_drafts, n_steps, n_slots)
        One bar of each draft.
    sheet : Sheet
        Gives the metre and the grid.
    shapes : Shapes
        The vocabulary of chord shapes.
    chords : ndarray of uint8, shape (`CHORDS_PER_BAR`, 2)
        The bar's chords; all notes belong to one that is unknown.

    Returns
    -------
    ndarray of float64, shape (n_drafts,)
        0 for a bar without notes.
    """
    if sheet.beats_per_bar % CHORDS_PER_BAR == 0:
        sheet = replace(sheet, beats_per_bar=sheet.beats_per_bar // CHORDS_PER_BAR)
    counts = count_pitch_classes(tokens.reshape(-1, tokens.shape[2]), sheet, shapes)
    counts = counts.reshape(len(tokens), -1, 12)
    tones = chord_tones(chords[None])[0, : counts.shape[1]]
    foreign = ~tones & tones.any(axis=1, keepdims=True)
    shares: npt.NDArray[np.float64] = (counts * foreign).sum(axis=(1, 2)) / np.maximum(
        counts.sum(axis=(1, 2), dtype=float), 1
    )
    return shares
