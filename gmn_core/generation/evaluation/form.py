"""Measures of form: what returns, whether drums lead from section to section, how pieces end.

NaN where a piece is too short, or has not the players, to be measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gmn_core.generation.evaluation.excerpts import MeasuredPiece
from gmn_core.generation.music.band import TICKS_PER_BEAT, Band, Role
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.tokens.chords import CHORD, QUALITIES, find_chords
from gmn_core.generation.tokens.encoding import N_DRUM_SLOTS, Shapes
from gmn_core.generation.tokens.outline import HOLDS, N_RETURNS, RETURN_BARS, UNKNOWN, find_outline
from gmn_core.genres import GENRES

_MOSTLY = N_RETURNS - 2  # the level of a bar of which over 60 % are as they were
_LAYERS = ("accompaniment", "tune")
_PHRASE_BARS = 4


def form_measures(piece: MeasuredPiece, shapes: Shapes) -> dict[str, float]:
    """Return the shares of bars that mostly return, and how much busier the drums are before a new phrase."""
    bar = piece.sheet.steps_per_bar
    whole = piece.tokens[: len(piece.tokens) // bar * bar]
    returns = find_outline(whole, piece.sheet, shapes).returns
    found = {}
    for layer, name in enumerate(_LAYERS):
        for apart in (4, 8):
            levels = returns[apart:, layer, RETURN_BARS.index(apart)]
            known = levels[levels != UNKNOWN]
            found[f"{name} returns after {apart} bars"] = _mean(known >= _MOSTLY)
    hits = (whole[:, :N_DRUM_SLOTS] != 0).sum(axis=1).reshape(-1, bar).sum(axis=1)
    fourth = np.arange(len(hits)) % _PHRASE_BARS == _PHRASE_BARS - 1
    typical = _mean(hits[~fourth])
    found["drums before a phrase"] = _mean(hits[fourth]) / typical if typical else float("nan")
    return found


def players_joining(piece: MeasuredPiece, shapes: Shapes) -> float:
    """Return how many more players sound in bars 9 to 12 than in the first four."""
    bar = piece.sheet.steps_per_bar
    activity = find_outline(piece.tokens[: len(piece.tokens) // bar * bar], piece.sheet, shapes).activity
    sounding = (activity >= HOLDS).sum(axis=1)
    if len(sounding) < 3 * _PHRASE_BARS:
        return float("nan")
    later = sounding[2 * _PHRASE_BARS : 3 * _PHRASE_BARS]
    return float(later.mean() - sounding[:_PHRASE_BARS].mean())


def ending_measures(piece: MeasuredPiece, shapes: Shapes) -> dict[str, float]:
    """Say of a whole piece for how many bars its last stroke rings, and whether a chord leads to it."""
    band, bar = piece.band, piece.sheet.steps_per_bar
    last = _last_onset(band)
    place = last // (band.beats_per_bar * TICKS_PER_BEAT)
    before = find_chords(piece.tokens[: place * bar], piece.sheet, shapes)[..., CHORD].ravel()
    root = (int(before[-1]) - 1) // len(QUALITIES) if len(before) else 0
    return {
        "bars that the last stroke rings": (band.length - last) / (band.beats_per_bar * TICKS_PER_BEAT),
        "led to by another chord": float(root != 0),
    }


def _last_onset(band: Band) -> int:
    onsets = [notes[-1].onset for role, notes in band.notes.items() if role is not Role.DRUMS and notes]
    return max(onsets, default=0)


def _mean(values: Any) -> float:
    own = np.asarray(values, float)
    own = own[~np.isnan(own)]
    return float(own.mean()) if own.size else float("nan")


def form_report(
    real: Sequence[MeasuredPiece], samples: Sequence[MeasuredPiece], shapes: Shapes
) -> dict[str, Any]:
    """Return the measures of form, overall and of each genre, and how the samples end."""
    report: dict[str, Any] = {}
    for name, group in (("held-out real", real), ("samples", samples)):
        measured = [(each.genre, form_measures(each, shapes)) for each in group]
        by_genre = {genre.value: [own for at, own in measured if at is genre] for genre in GENRES}
        joining = [players_joining(each, shapes) for each in _beginnings(group)]
        report[name] = {
            "all": {
                **_means([own for _, own in measured]),
                "players joining after eight bars": _mean(joining),
            },
            **{genre: _means(own) for genre, own in by_genre.items() if own},
        }
    endings = [ending_measures(each, shapes) for each in samples]
    longest = max(own["bars that the last stroke rings"] for own in endings)
    report["endings of samples"] = {**_means(endings), "longest ring in bars": longest}
    return report


def _beginnings(group: Sequence[MeasuredPiece]) -> list[MeasuredPiece]:
    """Return the first excerpt of each piece: excerpts of one piece share their sheet."""
    return list({id(each.sheet): each for each in reversed(group)}.values())


def _means(measures: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: _mean([own[name] for own in measures]) for name in measures[0]}


def floor_report(samples: Sequence[MeasuredPiece], model: GeneratorModel) -> dict[str, Any]:
    """Count the samples that fall below the floor of their genre, and say what they lack."""
    complaints: dict[str, list[str]] = {}
    for each in samples:
        bar = each.sheet.steps_per_bar
        end = _last_onset(each.band) // (each.band.beats_per_bar * TICKS_PER_BEAT) * bar
        said = model.tuning.floor(each.genre).complaint(each.tokens[:end], each.sheet, model.shapes)
        if said is not None:
            complaints.setdefault(each.genre.value, []).append(said)
    return {"samples below": sum(map(len, complaints.values())), "of": len(samples), "why": complaints}
