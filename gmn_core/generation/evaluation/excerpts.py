"""What is measured: samples, and excerpts of real pieces of the same length."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gmn_core.generation.music.band import TICKS_PER_BEAT, Band
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.playing.sampler import sample_band
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.tokens.encoding import Tokens, decode, encode
from gmn_core.generation.tokens.sheet import Sheet
from gmn_core.generation.training.dataset import EncodedPiece, excerpts
from gmn_core.generation.training.windows import group_by_genre
from gmn_core.genres import GENRES, Genre

# Passes items on with a progress bar: items, unit, total.
Progress = Callable[..., Iterable[Any]]

EXCERPTS_PER_PIECE = 3
"""Of real pieces, at most."""

_TRAINING_PIECES = 30  # of each genre


@dataclass(frozen=True, eq=False)
class MeasuredPiece:
    """A generated piece, or an excerpt of a real one, in both forms."""

    genre: Genre
    sheet: Sheet
    tokens: Tokens
    band: Band


def draw_samples(
    model: GeneratorModel, n: int, seconds: float, seed: int, progress: Progress
) -> list[MeasuredPiece]:
    """Draw ``n`` samples of each genre, with seeds that follow one another.

    No two have the same seed, and with it the same random numbers: the intervals of a report take
    samples for independent.
    """
    genres = [genre for genre in GENRES if genre in model.sheets for _ in range(n)]
    jobs = [(genre, seed + index) for index, genre in enumerate(genres)]
    samples = []
    for genre, own_seed in progress(jobs, unit="samples", total=len(jobs)):
        band = sample_band(GenerationRequest(genre, seconds, seed=own_seed), model=model)
        sheet, tokens = encode(band, model.shapes)
        samples.append(MeasuredPiece(genre, sheet, tokens, band))
    return samples


def without_ending(band: Band) -> Band:
    """Return a sample up to the bar of its last stroke, which rings on as no excerpt of a real piece does."""
    bar = band.beats_per_bar * TICKS_PER_BEAT
    onsets = [note.onset for own in band.notes.values() for note in own]
    last = round(max(onsets) / bar) * bar
    early = TICKS_PER_BEAT / band.steps_per_beat / 2  # some players strike a little ahead of the bar
    notes = {
        role: tuple(
            replace(note, duration=min(note.duration, last - note.onset))
            for note in own
            if note.onset < last - early
        )
        for role, own in band.notes.items()
    }
    notes = {role: own for role, own in notes.items() if own}
    programs = {role: band.programs[role] for role in notes}
    return replace(band, notes=notes, programs=programs, length=last)


def spread_excerpts(piece: EncodedPiece, seconds: float, n: int) -> list[EncodedPiece]:
    """Return up to ``n`` excerpts of a piece, each about as long as requested, spread over it."""
    parts = excerpts(piece, max(round(seconds / piece.sheet.bar_seconds), 1))
    return [parts[index] for index in spread_over(len(parts), n)]


def spread_over(n_parts: int, n: int) -> list[int]:
    """Return the indices of up to ``n`` of some parts, from the first to the last at even distances."""
    found: list[int] = np.unique(np.linspace(0, n_parts - 1, n).astype(int)).tolist()
    return found


def real_excerpts(
    pieces: Sequence[EncodedPiece], model: GeneratorModel, seconds: float
) -> list[MeasuredPiece]:
    """Return up to three excerpts of each piece, about as long as a sample, spread over it."""
    found = []
    for piece in pieces:
        for part in spread_excerpts(piece, seconds, EXCERPTS_PER_PIECE):
            band = decode(piece.sheet, part.tokens, model.shapes)
            found.append(MeasuredPiece(piece.genre, piece.sheet, part.tokens, band))
    return found


def training_excerpts(
    pieces: Sequence[EncodedPiece], model: GeneratorModel, seconds: float, seed: int
) -> list[MeasuredPiece]:
    """Return excerpts of equally many pieces of each genre, drawn at random."""
    rng = np.random.default_rng(seed)
    chosen = [
        own[index]
        for own in group_by_genre(pieces)
        for index in rng.permutation(len(own))[:_TRAINING_PIECES].tolist()
    ]
    return real_excerpts(chosen, model, seconds)
