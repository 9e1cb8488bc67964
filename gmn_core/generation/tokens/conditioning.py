"""The network's inputs at each step besides the notes: the sheet, the genre, and the position in the piece.

Training and sampling use the same arrays.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import PITCHED_ROLES, Role
from gmn_core.generation.music.grid import STRAIGHT, TRIPLET
from gmn_core.generation.tokens.chords import BASS, CHORD, CHORDS_PER_BAR, N_BASSES, N_CHORDS, UNKNOWN_CHORD
from gmn_core.generation.tokens.encoding import N_SLOTS, Tokens, meaningful, slot_sizes
from gmn_core.generation.tokens.outline import LAYERS, N_ACTIVITIES, N_RETURNS, RETURN_BARS, Outline
from gmn_core.generation.tokens.sheet import N_GATES, Sheet
from gmn_core.genres import GENRES, Genre

SIZES = slot_sizes()
OFFSETS = np.concatenate([[0], np.cumsum(SIZES)[:-1]]).astype(np.int32)
BLANK = int(sum(SIZES))  # stands for a token that means nothing or is unknown
LOOK_BACK_BARS = RETURN_BARS
MAX_BEATS = 4
LONGEST_BAR = MAX_BEATS * TRIPLET
PHRASE_BARS = 8

_FAMILIES = 16  # General MIDI sorts its 128 programs into 16 families of 8
_TEMPO_CENTRES = np.array([60.0, 75.0, 90.0, 105.0, 120.0, 140.0, 170.0, 200.0])
_TEMPO_WIDTH = 0.12  # of the logarithm of the tempo
_PITCH_CLASSES = 12
N_SHEET_FEATURES = (
    len(GENRES)
    + (1 + len(PITCHED_ROLES))
    + (_FAMILIES + N_GATES) * len(PITCHED_ROLES)
    + len(_TEMPO_CENTRES)
    + 3
    + (1 + _PITCH_CLASSES)
)

N_BAR_POSITIONS = MAX_BEATS * (STRAIGHT + TRIPLET)
_REMAINING_BOUNDS = np.array([1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 32])
N_REMAINING = len(_REMAINING_BOUNDS) + 1
_FIRST_RETURN = N_BAR_POSITIONS + PHRASE_BARS + N_REMAINING
_N_RELATIONS = len(LAYERS) * len(RETURN_BARS)
_FIRST_ACTIVITY = _FIRST_RETURN + _N_RELATIONS * N_RETURNS
_FIRST_CHORD = _FIRST_ACTIVITY + len(Role) * N_ACTIVITIES
_CHORDS_AHEAD = 3  # half bars whose chords are known: this one, the next and the one after it
_FIRST_BASS = _FIRST_CHORD + _CHORDS_AHEAD * N_CHORDS
N_POSITIONS = _FIRST_BASS + N_BASSES
_N_BUILT = _N_RELATIONS + len(Role) + _CHORDS_AHEAD + 1
POSITION_COLUMNS = 3 + _N_BUILT
_FIRST_BUILT = np.concatenate(
    [
        _FIRST_RETURN + N_RETURNS * np.arange(_N_RELATIONS),
        _FIRST_ACTIVITY + N_ACTIVITIES * np.arange(len(Role)),
        _FIRST_CHORD + N_CHORDS * np.arange(_CHORDS_AHEAD),
        [_FIRST_BASS],
    ]
)
POSITION_WEIGHTS = "position/embeddings"  # the name of the weights of positions


def known_positions(weights: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Return a network's weights of positions, 0 for what it was trained without.

    What was added to the positions stands at their end, so that the weights of
    an older network are the first ones.

    Parameters
    ----------
    weights : ndarray, shape (n, width)
        Of the first ``n`` of `N_POSITIONS` positions.
    """
    missing = max(N_POSITIONS - len(weights), 0)
    return np.pad(weights, ((0, missing), (0, 0)))


def token_ids(tokens: Tokens) -> npt.NDArray[np.int32]:
    """Return tokens numbered across all slots, `BLANK` where they mean nothing; shape as given."""
    return np.where(meaningful(tokens), tokens + OFFSETS, BLANK).astype(np.int32)


def blank_ids(n_steps: int) -> npt.NDArray[np.int32]:
    """Return the ids of unknown steps, shape (n_steps, n_slots)."""
    return np.full((n_steps, N_SLOTS), BLANK, np.int32)


def sheet_features(
    sheet: Sheet, genres: Mapping[Genre, float], profile: npt.NDArray[np.float32] | None = None
) -> npt.NDArray[np.float32]:
    """Describe a piece to the network.

    Parameters
    ----------
    sheet : Sheet
        What stays the same through the piece.
    genres : mapping of Genre to float
        Share of each genre; one genre with 1, or a blend.
    profile : ndarray of float32, shape (12,), optional
        Share of each pitch class, up from the tonic; if None, the network
        chooses its own.

    Returns
    -------
    ndarray of float32, shape (`N_SHEET_FEATURES`,)
        Genre shares; which roles take part; instrument family of each role, and
        which kinds of notes it has, from short to ringing on; tempo as nearness
        to eight tempos; grid, metre and mode; whether a profile is given, and
        the square root of each pitch class's share, so that the difference
        between seldom and never counts.
    """
    shares = np.array([genres.get(genre, 0.0) for genre in GENRES])
    present = np.array([role in sheet.programs for role in Role], float)
    families = np.zeros((len(PITCHED_ROLES), _FAMILIES))
    gates = np.zeros((len(PITCHED_ROLES), N_GATES))
    for row, role in enumerate(PITCHED_ROLES):
        if role in sheet.programs:
            families[row, sheet.programs[role] * _FAMILIES // 128] = 1.0
            gates[row] = np.array(sheet.gates[role]) > 0
    distance = np.log(sheet.tempo / _TEMPO_CENTRES) / _TEMPO_WIDTH
    flags = np.array([sheet.steps_per_beat == TRIPLET, sheet.beats_per_bar == 3, sheet.minor], float)
    pitches = np.zeros(1 + _PITCH_CLASSES) if profile is None else np.array([1.0, *np.sqrt(profile)])
    parts = (shares, present, families.ravel(), gates.ravel(), np.exp(-0.5 * distance**2), flags, pitches)
    return np.concatenate(parts).astype(np.float32)


def positions(
    sheet: Sheet, n_steps: int, n_bars: int, first_bar: int = 0, outline: Outline | None = None
) -> npt.NDArray[np.int32]:
    """Describe where in the piece each step is.

    Parameters
    ----------
    sheet : Sheet
        Gives the metre and the grid.
    n_steps : int
        Number of steps to describe.
    n_bars : int
        Length of the whole piece.
    first_bar : int
        Bar at whose start the first step is.
    outline : Outline, optional
        How the bars from the first step on are built; unknown if None, and
        after its end.

    Returns
    -------
    ndarray of int32, shape (n_steps, `POSITION_COLUMNS`)
        Numbers below `N_POSITIONS`: position in the bar (separate for each grid),
        bar of an eight-bar phrase, bars left to the end, the level of each
        return, what each role does, and the chords of this half bar and the two
        after it, with the bass note of this one.
    """
    steps = np.arange(n_steps)
    bars = first_bar + steps // sheet.steps_per_bar
    in_bar = steps % sheet.steps_per_bar + (MAX_BEATS * STRAIGHT if sheet.steps_per_beat == TRIPLET else 0)
    remaining = np.searchsorted(_REMAINING_BOUNDS, n_bars - 1 - bars, side="right")
    columns = (in_bar, N_BAR_POSITIONS + bars % PHRASE_BARS, N_BAR_POSITIONS + PHRASE_BARS + remaining)
    built = np.zeros((n_steps, _N_BUILT), np.int64)
    if outline is not None:
        by_bar = np.hstack([outline.returns.reshape(-1, _N_RELATIONS), outline.activity])
        by_step = np.repeat(by_bar, sheet.steps_per_bar, axis=0)
        by_step = np.hstack([by_step, _chords_ahead(outline, sheet.steps_per_bar)])[:n_steps]
        built[: len(by_step)] = by_step
    return np.column_stack([*columns, built + _FIRST_BUILT]).astype(np.int32)


def _chords_ahead(outline: Outline, steps_per_bar: int) -> npt.NDArray[np.int64]:
    """Return the numbers of the chords from each step on and of its bass note, by step."""
    halves = outline.chords.reshape(-1, 2).astype(np.int64)
    coming = np.pad(halves[:, CHORD], (0, _CHORDS_AHEAD - 1), constant_values=UNKNOWN_CHORD)
    ahead = [coming[lag : lag + len(halves)] for lag in range(_CHORDS_AHEAD)]
    return np.column_stack([*ahead, halves[:, BASS]]).repeat(steps_per_bar // CHORDS_PER_BAR, axis=0)
