"""Windows of encoded pieces, in batches: what the network is trained and validated on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import Role
from gmn_core.generation.tokens.chords import unknown_chords
from gmn_core.generation.tokens.conditioning import (
    LONGEST_BAR,
    LOOK_BACK_BARS,
    blank_ids,
    positions,
    sheet_features,
    token_ids,
)
from gmn_core.generation.tokens.encoding import REST, role_slots
from gmn_core.generation.tokens.outline import RESTS, SECTION_BARS, find_returns
from gmn_core.generation.training.dataset import EncodedPiece
from gmn_core.genres import GENRES, Genre

WINDOW = 128
CONTEXT = max(LOOK_BACK_BARS) * LONGEST_BAR
_BLANK_CONTEXT_SHARE = 0.5
_NO_OUTLINE_SHARE = 0.2  # of the training windows come without an outline
_NO_CHORDS_SHARE = 0.1  # come with an outline, but without its chords
_SMALLEST_BAND = 2
_NO_GENRE_SHARE = 0.15  # do not say of which genre they are, so that the sampler can tell what the genre adds


class Batch(NamedTuple):
    """A batch of windows.

    Parameters
    ----------
    ids : ndarray of int32, shape (batch, `CONTEXT` + steps, n_slots)
        Tokens before and in the window, numbered through all slots.
    look_back : ndarray of int32, shape (batch, steps, 1 + len(`LOOK_BACK_BARS`))
        Where in ``ids`` each step's previous step, and the steps one, two, four
        and eight bars earlier, are.
    positions : ndarray of int32, shape (batch, steps, `POSITION_COLUMNS`)
        See `gmn_core.generation.tokens.conditioning.positions`.
    sheets : ndarray of float32, shape (batch, n_features)
        See `gmn_core.generation.tokens.conditioning.sheet_features`.
    inside : ndarray of float32, shape (batch, steps)
        1 for steps of the piece, 0 for steps after its end.
    """

    ids: npt.NDArray[np.int32]
    look_back: npt.NDArray[np.int32]
    positions: npt.NDArray[np.int32]
    sheets: npt.NDArray[np.float32]
    inside: npt.NDArray[np.float32]


def cut_window(
    piece: EncodedPiece,
    first_bar: int,
    *,
    blank_context: bool,
    with_outline: bool = True,
    with_chords: bool = True,
    with_genre: bool = True,
    n_steps: int = WINDOW,
) -> Batch:
    """Cut one window that starts at a bar line, as a batch of one without its batch axis.

    Parameters
    ----------
    piece : EncodedPiece
        The piece.
    first_bar : int
        Where the window starts.
    blank_context : bool
        Whether to hide the bars before it, as at the beginning of a piece.
    with_outline : bool
        Whether the window comes with its outline.
    with_chords : bool
        Whether that has its chords.
    with_genre : bool
        Whether the window says of which genre it is.
    n_steps : int
        Length of the window.
    """
    bar = piece.sheet.steps_per_bar
    start = first_bar * bar
    known = token_ids(piece.tokens[max(0, start - CONTEXT) : start + n_steps])
    before = min(start, CONTEXT)
    ids = blank_ids(CONTEXT + n_steps)
    ids[CONTEXT - before : CONTEXT - before + len(known)] = known
    if blank_context:
        ids[:CONTEXT] = blank_ids(CONTEXT)
    steps = CONTEXT + np.arange(n_steps)[:, None]
    lags = np.array([1, *(bars * bar for bars in LOOK_BACK_BARS)])
    # The pitch classes are those of the section that the window is in the middle of.
    middle = first_bar + n_steps // (2 * bar)
    section = middle - SECTION_BARS // 2, middle + SECTION_BARS // 2
    passage = profile = None
    if with_outline:
        # One bar more than the window has, since chords are known ahead.
        passage = piece.outline.passage(
            first_bar, -(-n_steps // bar) + 1, 0 if blank_context else before // bar
        )
        if not with_chords:
            passage = replace(passage, chords=unknown_chords(passage.n_bars))
        profile = piece.outline.profile(*section)
    return Batch(
        ids,
        (steps - lags).astype(np.int32),
        positions(piece.sheet, n_steps, piece.n_bars, first_bar, passage),
        sheet_features(piece.sheet, {piece.genre: 1.0} if with_genre else {}, profile),
        (np.arange(n_steps) < len(piece.tokens) - start).astype(np.float32),
    )


def leave_out(piece: EncodedPiece, roles: Collection[Role]) -> EncodedPiece:
    """Return a piece as it is without some of its players.

    They play no notes, are not on the sheet and rest in the outline, whose
    bars return as far as those of the players who stay do. Chords and pitch
    classes stay those of the whole band: the harmony is what they play to.
    """
    tokens, activity = piece.tokens.copy(), piece.outline.activity.copy()
    for role in roles:
        tokens[:, list(role_slots(role))] = REST
        activity[:, list(Role).index(role)] = RESTS
    programs = {role: program for role, program in piece.sheet.programs.items() if role not in roles}
    return replace(
        piece,
        tokens=tokens,
        sheet=replace(piece.sheet, programs=programs),
        outline=replace(
            piece.outline, activity=activity, returns=find_returns(tokens, piece.sheet.steps_per_bar)
        ),
    )


def _draw_absent(piece: EncodedPiece, rng: np.random.Generator) -> list[Role]:
    """Draw who of a band is left out: one player or more, so that two at least stay."""
    band = list(piece.sheet.programs)
    if len(band) <= _SMALLEST_BAND:
        return []
    n_absent = int(rng.integers(1, len(band) - _SMALLEST_BAND + 1))
    return [band[index] for index in rng.permutation(len(band))[:n_absent]]


def stack(windows: Sequence[Batch]) -> Batch:
    """Join windows into a batch."""
    return Batch(*(np.stack(arrays) for arrays in zip(*windows, strict=True)))


def training_batch(
    by_genre: Sequence[Sequence[EncodedPiece]],
    size: int,
    seed: int,
    index: int,
    *,
    small_bands: float = 0.0,
) -> Batch:
    """Draw the batch of a given index: genres evenly, a genre's pieces evenly, bars evenly.

    Half of the windows hide what came before them, and a fifth come without
    an outline; some lack only the chords, and some do not say their genre. In
    a share of ``small_bands`` some players are left out, so that the network
    hears many more bands than there are files.
    """
    rng = np.random.default_rng((seed, index))
    windows = []
    for _ in range(size):
        pieces = by_genre[int(rng.integers(len(by_genre)))]
        piece = pieces[int(rng.integers(len(pieces)))]
        # Windows hang over the end, so that endings are as frequent as middles.
        last = max(piece.n_bars - WINDOW // (2 * piece.sheet.steps_per_bar), 1)
        blank, no_outline, no_chords, no_genre = rng.random(4) < (
            _BLANK_CONTEXT_SHARE,
            _NO_OUTLINE_SHARE,
            _NO_CHORDS_SHARE,
            _NO_GENRE_SHARE,
        )
        absent = _draw_absent(piece, rng) if rng.random() < small_bands else []
        if absent:
            piece = leave_out(piece, absent)
        window = cut_window(
            piece,
            int(rng.integers(last)),
            blank_context=bool(blank),
            with_outline=not no_outline,
            with_chords=not no_chords,
            with_genre=not no_genre,
        )
        windows.append(window)
    return stack(windows)


def group_by_genre(pieces: Sequence[EncodedPiece]) -> list[list[EncodedPiece]]:
    """Return the pieces of each genre that has any."""
    groups: dict[Genre, list[EncodedPiece]] = defaultdict(list)
    for piece in pieces:
        groups[piece.genre].append(piece)
    return [groups[genre] for genre in GENRES if groups[genre]]


def validation_batches(
    by_genre: Sequence[Sequence[EncodedPiece]], per_genre: int, size: int, seed: int
) -> list[Batch]:
    """Return the same windows at each call, equally many per genre, in even batches of at most ``size``."""
    rng = np.random.default_rng(seed)
    windows = []
    for pieces in by_genre:
        for _ in range(per_genre):
            piece = pieces[int(rng.integers(len(pieces)))]
            windows.append(cut_window(piece, int(rng.integers(piece.n_bars)), blank_context=False))
    # Even batches, since a network is compiled anew for each size.
    size = -(-len(windows) // -(-len(windows) // size))
    return [stack(windows[first : first + size]) for first in range(0, len(windows), size)]
