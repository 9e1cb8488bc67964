"""Measures of chords: how often they change, how notes keep to them, where roots move, what follows what."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from gmn_core.generation.evaluation.excerpts import MeasuredPiece
from gmn_core.generation.tokens.chords import (
    CHORDS_PER_BAR,
    Chord,
    Chords,
    chord_roots,
    find_chords,
    read_chord,
)
from gmn_core.generation.tokens.encoding import Shapes
from gmn_core.generation.tokens.outline import count_pitch_classes
from gmn_core.generation.training.dataset import EncodedPiece
from gmn_core.genres import GENRES, Genre

Shares = npt.NDArray[np.float64]
Progression = tuple[tuple[int, ...], ...]
_IN_A_ROW = 4  # chords of a progression


def piece_chords(piece: MeasuredPiece, shapes: Shapes) -> list[Chord]:
    """Return the chord of each half bar; empty where there are none."""
    bar = piece.sheet.steps_per_bar
    found = find_chords(piece.tokens[: len(piece.tokens) // bar * bar], piece.sheet, shapes)
    return [chord for row in found.reshape(-1, 2) if (chord := read_chord(row)) is not None]


def changes_per_bar(chords: Sequence[Chord]) -> float:
    """Return how often root or quality change in a bar; NaN without chords."""
    changes = [one[:2] != two[:2] for one, two in pairwise(chords)]
    return CHORDS_PER_BAR * float(np.mean(changes)) if changes else float("nan")


def foreign_to_chord(piece: MeasuredPiece, chords: Sequence[Chord], shapes: Shapes) -> float:
    """Return the share of struck notes that belong to neither chord of their bar; NaN without notes."""
    bar = piece.sheet.steps_per_bar
    counts = count_pitch_classes(piece.tokens[: len(piece.tokens) // bar * bar], piece.sheet, shapes)
    foreign = 0
    if len(chords) == CHORDS_PER_BAR * len(counts):
        for index, row in enumerate(counts.astype(int)):
            own = chords[CHORDS_PER_BAR * index : CHORDS_PER_BAR * (index + 1)]
            tones = set().union(*(chord.tones for chord in own))
            foreign += int(row.sum() - row[sorted(tones)].sum())
    total = int(counts.sum(dtype=int))
    return foreign / total if total and chords else float("nan")


def root_movements(chords: Sequence[Chord]) -> Shares:
    """Count the semitones by which the root moves, up, at each change; shape (12,)."""
    steps = [(two.root - one.root) % 12 for one, two in pairwise(chords)]
    counts = np.bincount(np.array(steps, int), minlength=12).astype(float)
    counts[0] = 0
    return counts


def progressions(chords: Sequence[Chord]) -> set[Progression]:
    """Return each four chords in a row, by root and quality; one that lasts counts once."""
    changes = [
        chord[:2] for index, chord in enumerate(chords) if not index or chord[:2] != chords[index - 1][:2]
    ]
    return {tuple(changes[start : start + _IN_A_ROW]) for start in range(len(changes) - _IN_A_ROW + 1)}


def known_progressions(pieces: Sequence[EncodedPiece]) -> dict[Genre, set[Progression]]:
    """Return the progressions of each genre's pieces."""
    known: dict[Genre, set[Progression]] = {}
    for piece in pieces:
        rows = piece.outline.chords.reshape(-1, 2)
        chords = [chord for row in rows if (chord := read_chord(row)) is not None]
        known.setdefault(piece.genre, set()).update(progressions(chords))
    return known


def roots_kept(plan: Chords, found: Chords) -> float:
    """Return the share of half bars whose chord has the root that a plan gave; NaN where it gave none."""
    planned = chord_roots(plan)
    kept = (planned == chord_roots(found))[planned >= 0]
    return float(kept.mean()) if len(kept) else float("nan")


def chord_report(
    train: Sequence[EncodedPiece],
    real: Sequence[MeasuredPiece],
    samples: Sequence[MeasuredPiece],
    shapes: Shapes,
) -> dict[str, Any]:
    """Return the measures of chords, and how far root movements are from real ones.

    The share of progressions known is of those that a training piece of the
    genre has, the mean over pieces. The distance is the share of movements that
    would have to be others (total variation), with each genre's own movements,
    and their mean.
    """
    report: dict[str, Any] = {}
    moves: dict[str, dict[str, Shares]] = {}
    known = known_progressions(train)
    for name, group in (("held-out real", real), ("samples", samples)):
        chords = [piece_chords(each, shapes) for each in group]
        changes = [changes_per_bar(own) for own in chords]
        foreign = [foreign_to_chord(each, own, shapes) for each, own in zip(group, chords, strict=True)]
        familiar = [
            len(own & known.get(each.genre, set())) / len(own) if own else float("nan")
            for each, own in zip(group, map(progressions, chords), strict=True)
        ]
        report[name] = {
            "progressions known": float(np.nanmean(familiar)),
            "changes per bar": float(np.nanmean(changes)),
            "notes outside the chords": float(np.nanmean(foreign)),
        }
        movements = [root_movements(own) for own in chords]
        moves[name] = {
            genre.value: np.sum(
                [own for each, own in zip(group, movements, strict=True) if each.genre is genre], axis=0
            )
            for genre in GENRES
            if any(each.genre is genre for each in group)
        }
    distances = {
        genre: float(np.abs(_shares(own) - _shares(moves["held-out real"][genre])).sum() / 2)
        for genre, own in moves["samples"].items()
        if genre in moves["held-out real"]
    }
    mean = float(np.mean(list(distances.values()))) if distances else float("nan")
    return {**report, "distance of root movements": {"mean": mean, **distances}}


def _shares(counts: Shares) -> Shares:
    found: Shares = counts / max(float(counts.sum()), 1.0)
    return found
