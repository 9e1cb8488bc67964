"""Chords: the root, the quality and the bass note of each half bar, in the key's own terms.

They are found by matching templates: given a chord, most of what sounds belongs to it, evenly spread over its
tones, and the rest is spread over the others. Longer notes weigh more, those of the tune less. Chords seldom
change, so that the likeliest sequence is sought (Viterbi 1967), not the likeliest chord of each half bar.

A chord plan is an array such as `find_chords` returns. Each outline has one, and the network plays to it;
`gmn_core.generation.playing.harmony.reharmonised` puts another in its place.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import KEY_NAMES, MINOR_NAMES, PITCHED_ROLES, Role
from gmn_core.generation.tokens.encoding import (
    FIRST_PITCH,
    HOLD,
    LOWEST,
    SHAPE,
    Shapes,
    Tokens,
    role_slots,
)
from gmn_core.generation.tokens.sheet import Sheet

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "dim": (0, 3, 6),
    "m7b5": (0, 3, 6, 10),
    "sus4": (0, 5, 7),
    "5": (0, 7),
}
"""Semitones above the root of each quality, by the suffix of its symbol."""

UNKNOWN_CHORD = 0
N_CHORDS = 1 + 12 * len(QUALITIES)
N_BASSES = 1 + 12  # unknown, or a pitch class
CHORDS_PER_BAR = 2
CHORD, BASS = range(2)

_LETTERS = "CDEFGAB"
_NATURALS = (0, 2, 4, 5, 7, 9, 11)  # semitones of the letters
_LETTER_OF_DEGREE = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)  # letters above the tonic, by semitones above it
_ACCIDENTALS = {-1: "♭", 0: "", 1: "♯"}
_FOREIGN = 0.15  # of what sounds belongs to no tone of the chord
_WEIGHTS = {Role.BASS: 2.0, Role.CHORDS: 1.0, Role.PAD: 1.0, Role.LEAD: 0.3, Role.SECOND: 0.3}
_EVIDENCE = 10.0  # notes that a full half bar counts for
_CHANGE = 4.0  # nats that a change of chord costs
_ROOT_IN_BASS = 2.0  # nats in favour of a chord whose root is the bass note

Chords = npt.NDArray[np.uint8]


class Chord(NamedTuple):
    """A chord: pitch class of its root, index of its quality in `QUALITIES`, pitch class of its bass."""

    root: int
    quality: int
    bass: int

    @property
    def tones(self) -> frozenset[int]:
        """Its pitch classes."""
        intervals = tuple(QUALITIES.values())[self.quality]
        return frozenset((self.root + interval) % 12 for interval in intervals)

    def name(self, tonic: int = 0, *, minor: bool = False) -> str:
        """Return its symbol, e.g. ``"Am7/G"``, spelt as a key has it."""
        root, bass = (spelt(degree, tonic, minor=minor) for degree in (self.root, self.bass))
        return root + tuple(QUALITIES)[self.quality] + (f"/{bass}" if bass != root else "")


def spelt(degree: int, tonic: int, *, minor: bool) -> str:
    """Return the name of the note so many semitones above a tonic: C♯ in A major, D♭ in A♭ major.

    A note that would need a double accidental has its simpler name.
    """
    name = (MINOR_NAMES if minor else KEY_NAMES)[tonic]
    pitch = (tonic + degree) % 12
    letter = (_LETTERS.index(name[0]) + _LETTER_OF_DEGREE[degree % 12]) % len(_LETTERS)
    accidental = (pitch - _NATURALS[letter] + 6) % 12 - 6
    if accidental not in _ACCIDENTALS:
        return KEY_NAMES[pitch]
    return _LETTERS[letter] + _ACCIDENTALS[accidental]


def unknown_chords(n_bars: int) -> Chords:
    """Return the chord plan of bars whose chords are left to the network."""
    return np.zeros((n_bars, CHORDS_PER_BAR, 2), np.uint8)


def read_chord(row: npt.NDArray[np.uint8]) -> Chord | None:
    """Return the chord that an outline's numbers stand for; None where it is unknown."""
    number, bass = int(row[CHORD]), int(row[BASS])
    if number == UNKNOWN_CHORD:
        return None
    root, quality = divmod(number - 1, len(QUALITIES))
    return Chord(root, quality, bass - 1 if bass else root)


def write_chord(chord: Chord) -> tuple[int, int]:
    """Return the numbers that stand for a chord and its bass note."""
    return 1 + chord.root * len(QUALITIES) + chord.quality, 1 + chord.bass


def chord_roots(chords: Chords) -> npt.NDArray[np.int64]:
    """Return the root of each half bar's chord, shape (n_bars, `CHORDS_PER_BAR`); -1 where it is unknown."""
    numbers = chords[:, :, CHORD].astype(np.int64)
    return np.where(numbers == UNKNOWN_CHORD, -1, (numbers - 1) // len(QUALITIES))


def chord_tones(chords: Chords) -> npt.NDArray[np.bool_]:
    """Return which pitch classes the chord of each half bar has; none where it is unknown.

    Parameters
    ----------
    chords : ndarray of uint8, shape (n_bars, `CHORDS_PER_BAR`, 2)
        A chord plan.

    Returns
    -------
    ndarray of bool, shape (n_bars, `CHORDS_PER_BAR`, 12)
    """
    found: npt.NDArray[np.bool_] = _TONES[chords[:, :, CHORD]]
    return found


def _tones_of_all() -> npt.NDArray[np.bool_]:
    """Return the pitch classes of each chord by its number, shape (`N_CHORDS`, 12)."""
    tones = np.zeros((N_CHORDS, 12), bool)
    for number in range(1, N_CHORDS):
        root, quality = divmod(number - 1, len(QUALITIES))
        tones[number, list(Chord(root, quality, root).tones)] = True
    return tones


_TONES = _tones_of_all()


def _templates() -> npt.NDArray[np.float64]:
    """Return the log-probability of each pitch class given each chord, shape (n_chords - 1, 12)."""
    found = []
    for root in range(12):
        for intervals in QUALITIES.values():
            shares = np.full(12, _FOREIGN / (12 - len(intervals)))
            shares[(root + np.array(intervals)) % 12] = (1 - _FOREIGN) / len(intervals)
            found.append(np.log(shares))
    return np.array(found)


_TEMPLATES = _templates()


def find_chords(tokens: Tokens, sheet: Sheet, shapes: Shapes) -> Chords:
    """Find the chords of a piece.

    Parameters
    ----------
    tokens : ndarray of int, shape (n_steps, n_slots)
        The piece, in whole bars, in C.
    sheet : Sheet
        Gives the metre and the grid.
    shapes : Shapes
        The vocabulary of chord shapes.

    Returns
    -------
    ndarray of uint8, shape (n_bars, `CHORDS_PER_BAR`, 2)
        Numbers of chord and bass note (see `read_chord`) of each half bar; a bar
        of three beats has one chord throughout. All unknown in a piece without
        pitched notes.
    """
    n_bars = len(tokens) // sheet.steps_per_bar
    per_bar = 1 if sheet.beats_per_bar % CHORDS_PER_BAR else CHORDS_PER_BAR
    weights, basses = _sounding(tokens, shapes)
    parts = weights.reshape(n_bars * per_bar, -1, 12).sum(axis=1)
    bass = _first(basses.reshape(n_bars * per_bar, -1))
    if not parts.any():
        return unknown_chords(n_bars)
    total = parts.sum(axis=1, keepdims=True)
    typical = max(float(np.quantile(total, 0.75)), 1.0)
    evidence = parts / typical * _EVIDENCE * np.minimum(typical / np.maximum(total, 1e-9), 1)
    scores = evidence @ _TEMPLATES.T
    roots = np.arange(N_CHORDS - 1) // len(QUALITIES)
    scores += _ROOT_IN_BASS * (roots == bass[:, None])
    path = _likeliest(scores)
    found = np.column_stack([path + 1, 1 + np.where(bass >= 0, bass, roots[path])]).astype(np.uint8)
    return found.reshape(n_bars, per_bar, 2).repeat(CHORDS_PER_BAR // per_bar, axis=1)


def _first(basses: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the first of each row's numbers that is not -1, or else that."""
    first = (basses >= 0).argmax(axis=1)
    found: npt.NDArray[np.int64] = basses[np.arange(len(basses)), first]
    return found


def _sounding(tokens: Tokens, shapes: Shapes) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return how much of each pitch class sounds at each step, and which is the lowest, -1 for none."""
    tones = shapes.tones.astype(float)
    tones[:, 0] += 1  # the lowest note
    steps = np.arange(len(tokens))
    weights, basses = np.zeros((len(tokens), 12)), np.full(len(tokens), -1)
    for role in PITCHED_ROLES:
        action = role_slots(role)[0]
        own = tokens[:, action].astype(np.int64)
        strikes = own >= FIRST_PITCH
        latest = np.maximum.accumulate(np.where(strikes, steps, -1))
        sounds = (strikes | (own == HOLD)) & (latest >= 0)
        lowest = own[latest] - FIRST_PITCH + LOWEST
        above = (np.arange(12) - lowest[:, None]) % 12
        struck = np.take_along_axis(tones[tokens[latest, action + SHAPE]], above, axis=1)
        weights += _WEIGHTS[role] * np.where(sounds[:, None], struck, 0)
        basses = np.where(sounds & (basses < 0), lowest % 12, basses)
    return weights, basses


def _likeliest(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return the path through the states, shape (n,), of the highest score, given what a change costs."""
    n, n_states = scores.shape
    came_from = np.zeros((n, n_states), np.int64)
    best = scores[0]
    stay = np.arange(n_states)
    for index in range(1, n):
        top = int(best.argmax())
        changed = best[top] - _CHANGE
        came_from[index] = np.where(best >= changed, stay, top)
        best = np.maximum(best, changed) + scores[index]
    path = np.zeros(n, np.int64)
    path[-1] = int(best.argmax())
    for index in range(n - 1, 0, -1):
        path[index - 1] = came_from[index, path[index]]
    return path
