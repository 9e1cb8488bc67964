"""From a finished training to the files that the sampler reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np

from gmn_core.corpora.midi import Split
from gmn_core.files import StrPath
from gmn_core.generation.music.band import Role
from gmn_core.generation.playing.memorisation import (
    EXCERPT_BARS,
    TYPICAL_SHARE,
    VOICES,
    KnownRuns,
    learn_runs,
    longest_shared_run,
)
from gmn_core.generation.playing.model import DEFAULT_SAMPLING, GUIDANCE, RoleSampling, save_model
from gmn_core.generation.tokens.outline import SECTION_BARS, Outline
from gmn_core.generation.tokens.sheet import Sheet
from gmn_core.generation.training.dataset import Dataset, EncodedPiece, excerpts
from gmn_core.generation.training.fitting import WeightArrays
from gmn_core.generation.training.orchestration import Programs, orchestrate, usual_programs
from gmn_core.generation.training.typicality import typical_weights
from gmn_core.genres import GENRES, Genre

_PIECES_PER_GENRE = 120
_OUTLINE_BARS = 64
RunLimits = dict[Genre, dict[str, int]]


def choose_pieces(pieces: Sequence[EncodedPiece], seed: int = 0) -> dict[Genre, list[EncodedPiece]]:
    """Choose training pieces whose sheets and outlines the sampler draws from.

    Those of bands that lack a role that most of their genre's pieces have are
    left out, and so are those whose time is tighter or looser than in the
    middle half of the genre, unless a genre has no others.
    """
    rng = np.random.default_rng(seed)
    chosen = {}
    for genre in GENRES:
        own = [piece for piece in pieces if piece.genre is genre]
        if not own:
            continue
        usual = {role for role in Role if np.mean([role in piece.sheet.programs for piece in own]) > 0.8}
        low, high = np.quantile([_feel(piece.sheet) for piece in own], (0.25, 0.75))
        good = [
            piece for piece in own if usual <= set(piece.sheet.programs) and low <= _feel(piece.sheet) <= high
        ] or own
        order = rng.permutation(len(good))[:_PIECES_PER_GENRE]
        chosen[genre] = [good[index] for index in sorted(order.tolist())]
    return chosen


def choose_passage(piece: EncodedPiece) -> Outline:
    """Return the outline of a piece, or of its middle if it is longer than the sampler needs."""
    first = max(piece.n_bars - _OUTLINE_BARS, 0) // 2 // SECTION_BARS * SECTION_BARS
    return piece.outline.passage(first, _OUTLINE_BARS)


def _feel(sheet: Sheet) -> float:
    """Return how far onsets lie from the grid on average, in ticks."""
    return float(np.mean(list(sheet.looseness.values())) + np.mean(np.abs(sheet.lean)))


def typical_runs(
    pieces: Sequence[EncodedPiece], known: Mapping[str, KnownRuns], genres: Collection[Genre] = GENRES
) -> RunLimits:
    """Return how many bars in a row real excerpts of each genre share with the training pieces.

    Parameters
    ----------
    pieces : sequence of EncodedPiece
        Pieces that the network was not trained on.
    known : mapping of str to list of ndarray
        The training pieces' runs by voice.
    genres : collection of Genre
        The genres to return limits for.

    Returns
    -------
    dict of Genre to dict of str to int
        For each voice the run that three in four excerpts of the genre do not
        exceed; of a genre without an excerpt, that three in four of all do not.
    """
    limits: RunLimits = {}
    everything = [part for piece in pieces for part in excerpts(piece, EXCERPT_BARS)]
    for genre in genres:
        own = [part for part in everything if part.genre is genre] or everything
        limits[genre] = {
            voice: _typical(
                [
                    longest_shared_run(part.tokens, part.sheet.steps_per_bar, voice, known[voice])
                    for part in own
                ],
                len(known[voice]),
            )
            for voice in VOICES
        }
    return limits


def _typical(runs: Sequence[int], longest: int) -> int:
    # Below the longest known run, so that a longer one can be detected.
    return min(int(np.quantile(runs, TYPICAL_SHARE)) if runs else 0, longest - 1)


def usual_bands(
    chosen: Sequence[EncodedPiece], pieces: Sequence[EncodedPiece], seed: int = 0
) -> list[Programs]:
    """Return the programs of chosen pieces, unusual players replaced by what all pieces of the genre use."""
    rng = np.random.default_rng(seed)
    bands = [piece.sheet.programs for piece in pieces]
    usual = usual_programs(bands)
    return [orchestrate(piece.sheet.programs, bands, usual, rng) for piece in chosen]


def export_generator(
    folder: StrPath,
    arrays: WeightArrays,
    dataset: Dataset,
    typicality: Mapping[str, float],
    sampling: Mapping[Role, RoleSampling] = DEFAULT_SAMPLING,
) -> RunLimits:
    """Write the generator's files; its sheets and outlines are of the genres that training pieces have.

    Parameters
    ----------
    folder : str or os.PathLike
        The folder to write to.
    arrays : WeightArrays
        The network's weights.
    dataset : Dataset
        The corpus that it was trained on.
    typicality : mapping of str to float
        Of its training pieces by name, from `piece_typicality`.
    sampling : mapping of Role to RoleSampling
        How each role's tokens are drawn.

    Returns
    -------
    dict of Genre to dict of str to int
        The run limits found on validation pieces, see `typical_runs`.
    """
    folder = Path(folder)
    train = dataset.of(Split.TRAIN)
    tokens = [(piece.tokens, piece.sheet.steps_per_bar) for piece in train]
    known = {voice: learn_runs(tokens, voice) for voice in VOICES}
    chosen = choose_pieces(train)
    limits = typical_runs(dataset.of(Split.VALID), known, chosen)
    needed = {(voice, limit + 1) for own in limits.values() for voice, limit in own.items()}
    runs = {(voice, length): known[voice][length - 1] for voice, length in sorted(needed)}
    sheets = {genre: [piece.sheet for piece in own] for genre, own in chosen.items()}
    outlines = {genre: [choose_passage(piece) for piece in own] for genre, own in chosen.items()}
    bands = {
        genre: usual_bands(own, [piece for piece in train if piece.genre is genre])
        for genre, own in chosen.items()
    }
    typical = {
        genre: typical_weights([piece.name for piece in own], typicality) for genre, own in chosen.items()
    }
    save_model(
        folder, arrays, dataset.shapes, sheets, outlines, bands, typical, sampling, limits, runs, GUIDANCE
    )
    return limits
