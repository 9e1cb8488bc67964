"""The harmonist: a small LSTM that decides the chord of each half bar before the first note is drawn.

It knows the genre, the metre and the mode, where in a phrase it is, and which chords sounded one, two,
four, eight and sixteen half bars before (the look-back of Magenta's lookback RNN), so that chords move as
they do in the genre. When a chord changes, and when one comes round again, is as in the outline, which is a
real passage's. The harmonist is trained by `gmn_core.generation.training.harmonist`, and stepped here in
NumPy.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gmn_core.generation.playing.form import CHORUS_BARS, Form, find_chorus
from gmn_core.generation.playing.stepper import Array, lstm_cell
from gmn_core.generation.tokens.chords import (
    BASS,
    CHORD,
    CHORDS_PER_BAR,
    UNKNOWN_CHORD,
    Chords,
    chord_roots,
    unknown_chords,
)
from gmn_core.generation.tokens.conditioning import PHRASE_BARS
from gmn_core.generation.tokens.sheet import Sheet
from gmn_core.genres import GENRES, Genre

HISTORY = (1, 2, 4, 8, 16)
"""How many half bars back the chords are that it knows."""
N_ABOUT = len(GENRES) + 4
_N_PHRASE, _N_CHORUS = PHRASE_BARS * CHORDS_PER_BAR, CHORUS_BARS * CHORDS_PER_BAR
N_PLACES = _N_PHRASE + 1 + _N_CHORUS
NOWHERE = -1
"""The bar at which no chorus of twelve bars begins."""
_SURE = 0.75  # share of half bars as in a twelve-bar blues, from which a piece is one
_NUCLEUS, _CHORUS_NUCLEUS = 0.85, 0.6  # of the chords that may be drawn; a chorus is meant to be known

PREFIX = "harmonist/"
"""What the names of its weights begin with, beside those of the network that plays the notes."""

HalfBars = npt.NDArray[np.int64]
"""Each half bar's chord by number, and one more than its bass note lies above the root; shape (n, 2)."""


def half_bars(chords: Chords) -> HalfBars:
    """Return a chord plan by half bar, its bass notes counted from the root, 0 where a chord is unknown."""
    roots = chord_roots(chords).ravel()
    numbers, basses = (chords[:, :, part].astype(np.int64).ravel() for part in (CHORD, BASS))
    above = 1 + (basses - 1 - roots) % 12
    return np.column_stack([numbers, np.where((numbers == UNKNOWN_CHORD) | (basses == 0), 0, above)])


def plan_of(halves: HalfBars) -> Chords:
    """Return the chord plan that `half_bars` wrote by half bar."""
    plan = unknown_chords(len(halves) // CHORDS_PER_BAR)
    plan[:, :, CHORD] = halves[:, 0].reshape(-1, CHORDS_PER_BAR)
    above = halves[:, 1].reshape(-1, CHORDS_PER_BAR)
    plan[:, :, BASS] = np.where(above > 0, 1 + (above - 1 + chord_roots(plan)) % 12, 0)
    return plan


def about(sheet: Sheet, genres: Mapping[Genre, float]) -> Array:
    """Describe a piece to the harmonist: genre shares, tempo, grid, metre and mode; shape (`N_ABOUT`,)."""
    shares = [genres.get(genre, 0.0) for genre in GENRES]
    general = [np.log(sheet.tempo / 120), sheet.steps_per_beat == 6, sheet.beats_per_bar == 3, sheet.minor]
    return np.array([*shares, *general], np.float32)


def places(first_half: int, n_halves: int, chorus: int = NOWHERE) -> HalfBars:
    """Say where half bars are: in a phrase of eight bars, and in a chorus of twelve.

    Parameters
    ----------
    first_half, n_halves : int
        Which half bars of the piece.
    chorus : int
        The bar at which a chorus begins, or `NOWHERE`.

    Returns
    -------
    ndarray of int64, shape (n_halves, 2)
        Numbers below `N_PLACES`.
    """
    halves = first_half + np.arange(n_halves)
    own = 1 + (halves - chorus * CHORDS_PER_BAR) % _N_CHORUS if chorus != NOWHERE else np.zeros_like(halves)
    return np.column_stack([halves % _N_PHRASE, _N_PHRASE + own])


def chorus_of(genre: Genre, chords: Chords) -> int:
    """Return the bar at which a chorus of a twelve-bar blues begins, or `NOWHERE`."""
    if genre is not Genre.BLUES:
        return NOWHERE
    first_bar, likeness = find_chorus(chords)
    return first_bar if likeness >= _SURE else NOWHERE


@dataclass(frozen=True, eq=False)
class Harmonist:
    """Draws the chords of a piece.

    Parameters
    ----------
    weights : mapping of str to ndarray
        As `gmn_core.generation.training.harmonist.train_harmonist` gives them.
    """

    weights: Mapping[str, Array]

    @classmethod
    def among(cls, arrays: Mapping[str, npt.NDArray[np.floating]]) -> Harmonist | None:
        """Return the harmonist among a generator's weights, if it has one."""
        own = {name: np.asarray(each, np.float32) for name, each in arrays.items() if name.startswith(PREFIX)}
        return cls({name.removeprefix(PREFIX): each for name, each in own.items()}) if own else None

    def draw(
        self,
        sheet: Sheet,
        genres: Mapping[Genre, float],
        rhythm: Chords,
        rng: np.random.Generator,
        *,
        form: Form | None = None,
        heard: Chords | None = None,
    ) -> Chords:
        """Draw the chords of a piece.

        Parameters
        ----------
        sheet : Sheet
            Gives tempo, grid, metre and mode.
        genres : mapping of Genre to float
            Share of each genre.
        rhythm : ndarray of uint8, shape (n_bars, `CHORDS_PER_BAR`, 2)
            A chord plan, of an outline: a chord changes where it does there, and
            is that of some half bars before where it is there.
        rng : numpy Generator
            Source of all random numbers.
        form : Form, optional
            Says which sections return from further back than it hears; they
            have the chords that they had.
        heard : ndarray of uint8, shape (n_heard, `CHORDS_PER_BAR`, 2), optional
            The chords of an opening.

        Returns
        -------
        ndarray of uint8, shape (n_bars, `CHORDS_PER_BAR`, 2)
            A chord plan.
        """
        blues = max(genres, key=lambda genre: genres[genre]) is Genre.BLUES and sheet.beats_per_bar != 3
        given = self._given(sheet, genres, places(0, len(rhythm) * CHORDS_PER_BAR, 0 if blues else NOWHERE))
        nucleus = _CHORUS_NUCLEUS if blues else _NUCLEUS
        halves = np.zeros((len(rhythm) * CHORDS_PER_BAR, 2), np.int64)
        known = half_bars(heard)[: len(halves)] if heard is not None else halves[:0]
        source = _sources(half_bars(rhythm)[:, 0], form)
        kernel, bias = self._kernel, self.weights["lstm/bias"][:, None]
        hidden = memory = np.zeros((len(bias) // 4, 1), np.float32)
        for half in range(len(halves)):
            inputs = np.maximum(self._read(halves, half) + given[half], 0)[:, None]
            hidden, memory = lstm_cell(kernel @ np.vstack([inputs, hidden]), bias, memory)
            if half < len(known) and known[half, 0] != UNKNOWN_CHORD:
                halves[half] = known[half]
            elif source[half] < half:
                halves[half] = halves[source[half]]
            else:
                before = int(halves[half - 1, 0]) if half else UNKNOWN_CHORD
                features = np.vstack([inputs, hidden])[:, 0]
                halves[half] = self._decide(features, before, nucleus, rng)
        return plan_of(halves)

    @property
    def _kernel(self) -> Array:
        return np.concatenate([self.weights["lstm/kernel"], self.weights["lstm/recurrent_kernel"]]).T

    def _given(self, sheet: Sheet, genres: Mapping[Genre, float], where: HalfBars) -> Array:
        """Return what genre and place add to each half bar's input, shape (n_halves, width)."""
        placed = self.weights["place/embeddings"][where].sum(axis=1)
        described = about(sheet, genres) @ self.weights["about/kernel"]
        found: Array = placed + described + self.weights["read/bias"]
        return found

    def _read(self, halves: HalfBars, half: int) -> Array:
        earlier = [halves[half - lag] if lag <= half else (UNKNOWN_CHORD, 0) for lag in HISTORY]
        chords, basses = np.array(earlier).T
        heard = self.weights["chord/embeddings"][chords] + self.weights["bass/embeddings"][basses]
        found: Array = heard.ravel() @ self.weights["read/kernel"]
        return found

    def _decide(
        self, features: Array, before: int, nucleus: float, rng: np.random.Generator
    ) -> tuple[int, int]:
        scores = features @ self.weights["next/kernel"] + self.weights["next/bias"]
        number = _draw(scores, {UNKNOWN_CHORD, before}, nucleus, rng)
        scores = features @ self.weights["below/kernel"] + self.weights["below/bias"]
        return number, _draw(scores + self.weights["below_chord/embeddings"][number], {0}, nucleus, rng)


def _draw(scores: Array, never: Collection[int], nucleus: float, rng: np.random.Generator) -> int:
    """Draw a number by its unnormalised log-probability, within the nucleus, but never some."""
    scaled = scores.astype(np.float64)
    scaled[list(never)] = -np.inf
    shares = np.exp(scaled - scaled.max())
    shares /= shares.sum()
    order = np.argsort(-shares, kind="stable")
    kept = order[: 1 + int(np.searchsorted(np.cumsum(shares[order]), nucleus))]
    return int(rng.choice(kept, p=shares[kept] / shares[kept].sum()))


def _sources(numbers: npt.NDArray[np.int64], form: Form | None) -> npt.NDArray[np.int64]:
    """Return the half bar that each takes its chord from: its own, or an earlier one that has the same."""
    source = np.arange(len(numbers))
    again = source.copy()
    if form is not None:
        bars = form.distances(len(numbers) // CHORDS_PER_BAR)
        again -= CHORDS_PER_BAR * bars.repeat(CHORDS_PER_BAR)
    for half, number in enumerate(numbers.tolist()):
        if half - again[half] > max(HISTORY) and number == numbers[again[half]] != UNKNOWN_CHORD:
            source[half] = again[half]
            continue
        same = [
            half - lag for lag in HISTORY if lag <= half and numbers[half - lag] == number != UNKNOWN_CHORD
        ]
        if same:
            source[half] = same[0]
    return source
