"""What chords that are given, and roles that are locked, cost.

Each held-out excerpt lends its chords and its key to a sample of its genre and length. Of that sample a new
drummer is then asked for, and new players under the drums that stay. Samples that nobody asked anything of
are the reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gmn_core.generation.evaluation.excerpts import MeasuredPiece, Progress, spread_excerpts
from gmn_core.generation.evaluation.report import recognisability_report
from gmn_core.generation.evaluation.two_sample import two_sample_report
from gmn_core.generation.music.band import KEY_NAMES, MINOR_NAMES, TICKS_PER_BEAT, Band, Role
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.playing.sampler import sample_band
from gmn_core.generation.playing.wishes import chord_marks, heard_marks, marked_symbols
from gmn_core.generation.request import MAX_CHORD_TEXT, MAX_SECONDS, MIN_SECONDS, Change, GenerationRequest
from gmn_core.generation.tokens.encoding import decode, encode
from gmn_core.generation.tokens.progression import MAX_BARS
from gmn_core.generation.training.dataset import EncodedPiece
from gmn_core.genres import GENRES

ACCOMPANIMENT = (Role.BASS, Role.CHORDS, Role.PAD)
TUNES = (Role.LEAD, Role.SECOND)
_DRAWS = 2000

Shares = npt.NDArray[np.float64]


def chord_tone_share(band: Band, roles: Sequence[Role]) -> float:
    """Return the share of the notes of some roles that belong to the chord which is marked where they begin.

    NaN where they play none, or no chord is marked. A note is taken at its place on the grid.
    """
    step = TICKS_PER_BEAT // band.steps_per_beat
    n_beats = band.beats_per_bar
    n_bars = band.length // band.bar_ticks + 1
    symbols = marked_symbols(band.chords, (band.tonic, band.minor), n_bars, n_beats)
    inside = []
    for role in roles:
        for note in band.notes.get(role, ()):
            beat = round(note.onset / step) * step // TICKS_PER_BEAT
            if symbols and beat < n_bars * n_beats:
                tones = symbols[beat // n_beats][beat % n_beats].tones
                inside.append((note.pitch - band.tonic) % 12 in tones)
    return float(np.mean(inside)) if inside else float("nan")


def as_text(piece: MeasuredPiece, model: GeneratorModel) -> str:
    """Return the chords that are heard in an excerpt, as people would write them."""
    sheet = piece.sheet
    n_bars = min(len(piece.tokens) // sheet.steps_per_bar, MAX_BARS)
    marks = heard_marks(piece.tokens, sheet, model.shapes)
    symbols = marked_symbols(marks, (sheet.tonic, sheet.minor), n_bars, sheet.beats_per_bar)
    bars = []
    for own in symbols:
        names = [name for _, name in chord_marks([own], sheet)]
        halves = [own[0], own[len(own) // 2]]
        bars.append(" ".join(names if halves[0] != halves[1] else names[:1]))
    text = " | ".join(bars)
    return text if len(text) <= MAX_CHORD_TEXT else text[:MAX_CHORD_TEXT].rpartition(" |")[0]


def composing_report(
    train: Sequence[EncodedPiece],
    held_out: Sequence[EncodedPiece],
    model: GeneratorModel,
    *,
    n_pieces: int,
    seconds: float,
    seed: int,
    progress: Progress,
) -> dict[str, Any]:
    """Measure what chords and locks cost.

    Parameters
    ----------
    train, held_out : sequence of EncodedPiece
        Real pieces: the recogniser learns from the first, the second lend their chords.
    model : GeneratorModel
        The generator.
    n_pieces : int
        Held-out pieces of each genre, at most.
    seconds : float
        Length of excerpts and samples.
    seed : int
        Seed of the first sample.
    progress : callable
        Passes items on with a progress bar.

    Returns
    -------
    dict
        Of held-out excerpts and of each kind of sample: the share of chord
        tones, how many are recognised, and how well they can be told from
        held-out excerpts.
    """
    real = [own for own in _excerpts(held_out, model, n_pieces, seconds) if as_text(own, model)]
    groups: dict[str, list[MeasuredPiece]] = {
        name: [] for name in ("free", "given chords", "another drummer", "others, drums kept")
    }
    for index, piece in enumerate(progress(real, unit="pieces")):
        base = GenerationRequest(
            piece.genre, min(max(piece.band.seconds, MIN_SECONDS), MAX_SECONDS), seed=seed + index
        )
        groups["free"].append(_measured(base, sample_band(base, model=model), model))
        names = MINOR_NAMES if piece.sheet.minor else KEY_NAMES
        key = f"{names[piece.sheet.tonic]} {'minor' if piece.sheet.minor else 'major'}"
        given = replace(base, chords=as_text(piece, model), key=key)
        band = sample_band(given, model=model)
        groups["given chords"].append(_measured(given, band, model))
        others = frozenset(band.roles) - {Role.DRUMS}
        drums = frozenset(band.roles) & {Role.DRUMS}
        for name, lock in (("another drummer", others), ("others, drums kept", drums)):
            if drums and others:
                changed = replace(given, changes=(Change(seed=seed + index, lock=lock),))
                after = sample_band(changed, model=model, before=band)
                groups[name].append(_measured(changed, after, model))
    report: dict[str, Any] = {"held-out real": {"chord tones": _chord_tones([own.band for own in real])}}
    for name, own in groups.items():
        known = recognisability_report(train, real, own, seconds)
        report["held-out real"]["recognised"] = known["held-out real"]
        report[name] = {
            "chord tones": _chord_tones([each.band for each in own]),
            "recognised": known["samples"],
            "told from held-out excerpts": two_sample_report(real, own, model.shapes, seed),
        }
    return report


def _excerpts(
    pieces: Sequence[EncodedPiece], model: GeneratorModel, n_pieces: int, seconds: float
) -> list[MeasuredPiece]:
    """Return an excerpt of each of the first pieces of each genre, with the chords that are heard in it."""
    found = []
    for genre in GENRES:
        for piece in [own for own in pieces if own.genre is genre][:n_pieces]:
            for part in spread_excerpts(piece, seconds, 1):
                band = decode(piece.sheet, part.tokens, model.shapes)
                marks = heard_marks(part.tokens, piece.sheet, model.shapes)
                found.append(MeasuredPiece(genre, piece.sheet, part.tokens, replace(band, chords=marks)))
    return found


def _measured(request: GenerationRequest, band: Band, model: GeneratorModel) -> MeasuredPiece:
    sheet, tokens = encode(band, model.shapes)
    return MeasuredPiece(request.genre, sheet, tokens, band)


def _chord_tones(bands: Sequence[Band]) -> dict[str, Any]:
    """Return the mean share of chord tones over pieces, with its 95 % interval by the bootstrap."""
    found: dict[str, Any] = {}
    rng = np.random.default_rng(0)
    for name, roles in (("accompaniment", ACCOMPANIMENT), ("tune", TUNES)):
        shares: Shares = np.array([chord_tone_share(band, roles) for band in bands])
        shares = shares[~np.isnan(shares)]
        means = shares[rng.integers(len(shares), size=(_DRAWS, len(shares)))].mean(axis=1)
        low, high = np.quantile(means, (0.025, 0.975))
        found[name] = {
            "n": len(shares),
            "mean": float(shares.mean()),
            "95 % interval": [float(low), float(high)],
        }
    return found
