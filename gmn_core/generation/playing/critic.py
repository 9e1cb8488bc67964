"""A critic: how likely it is that a passage is a real one, and not the generator's own.

A small network on features of four bars that are cheap to find: how the players keep together, what returns,
how long notes last, which intervals sound at once, where voices lie and turn. It chooses among drafts of the
last of the four bars. The two-sample test that the generator is measured by has other features.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import PITCHED_ROLES, Role
from gmn_core.generation.music.drumkit import N_VOICES
from gmn_core.generation.tokens.encoding import (
    ACTION_SLOTS,
    FIRST_PITCH,
    HOLD,
    LOWEST,
    Tokens,
    drum_levels,
)
from gmn_core.generation.tokens.sheet import Sheet
from gmn_core.genres import GENRES, Genre

Features = npt.NDArray[np.float32]
_Numbers = npt.NDArray[np.int64]
_Flags = npt.NDArray[np.bool_]
_Shares = npt.NDArray[np.float64]

PASSAGE_BARS = 4
_LAGS = range(1, PASSAGE_BARS)
_KICK, _SNARES, _OTHERS = slice(0, 1), slice(1, 3), slice(3, N_VOICES)
_PLAYERS = 3 + len(PITCHED_ROLES)  # kick, snares and the other drums count as three
# Of each interval its kind: 1 thirds and sixths, 2 fourths and fifths, 3 seconds and sevenths, 4 the tritone.
_KINDS = np.array([0, 3, 3, 1, 1, 2, 4, 2, 1, 1, 3, 3])
_VOICE_PAIRS = tuple(combinations((0, 1, 3, 4), 2))  # of bass, chords, lead and second voice
LIMIT = 4.0  # standard deviations beyond which a feature says no more


@dataclass(frozen=True, eq=False)
class Critic:
    """A network of one hidden layer.

    Parameters
    ----------
    mean, spread : ndarray of float32, shape (n_features,)
        Of the features that it learned from.
    hidden, hidden_bias : ndarray of float32, shape (n_features, n_hidden) and (n_hidden,)
        Its hidden layer.
    out, out_bias : ndarray of float32, shape (n_hidden,) and ()
        Its last layer.
    """

    mean: Features
    spread: Features
    hidden: Features
    hidden_bias: Features
    out: Features
    out_bias: Features

    def judge(self, features: Features) -> Features:
        """Return the log-odds that passages are real, shape (n,), given their features."""
        scaled = np.clip((features - self.mean) / self.spread, -LIMIT, LIMIT)
        found: Features = np.maximum(scaled @ self.hidden + self.hidden_bias, 0) @ self.out + self.out_bias
        return found


def passage_features(tokens: Tokens, sheet: Sheet, genres: Mapping[Genre, float]) -> Features:
    """Describe passages to the critic.

    Parameters
    ----------
    tokens : ndarray of int16, shape (n, `PASSAGE_BARS` * steps per bar, n_slots)
        Passages of equal metre and grid.
    sheet : Sheet
        Gives the metre and the grid.
    genres : mapping of Genre to float
        The share of each genre.

    Returns
    -------
    ndarray of float32, shape (n, n_features)
    """
    actions = tokens[:, :, list(ACTION_SLOTS)].astype(np.int64)
    strikes, holds = actions >= FIRST_PITCH, actions == HOLD
    drums = drum_levels(tokens) > 0
    groups = [drums[:, :, part].any(axis=2, keepdims=True) for part in (_KICK, _SNARES, _OTHERS)]
    players = np.concatenate([*groups, strikes], axis=2)
    parts = (
        np.tile(_about(sheet, genres), (len(tokens), 1)),
        _density(drums),
        _together(players),
        _returning(players, actions, drums, sheet.steps_per_bar),
        _lengths(strikes, holds),
        _syncopation(players, sheet.steps_per_beat),
        _intervals(*_sounding(actions, strikes, holds)),
        _turns(actions, strikes),
        _scales(actions, strikes, sheet.steps_per_bar),
    )
    return np.concatenate(parts, axis=1).astype(np.float32)


def _about(sheet: Sheet, genres: Mapping[Genre, float]) -> Features:
    """Return the shares of the genres, and grid, metre, mode and roles."""
    shares = [genres.get(genre, 0.0) for genre in GENRES]
    roles = [role in sheet.programs for role in Role]
    return np.array([*shares, sheet.steps_per_beat, sheet.beats_per_bar, sheet.minor, *roles], np.float32)


def _share(part: npt.NDArray[np.number], whole: npt.NDArray[np.number]) -> _Shares:
    """Return a share; 0 of nothing."""
    found: _Shares = part / np.maximum(whole, 1)
    return found


def _sounding(actions: _Numbers, strikes: _Flags, holds: _Flags) -> tuple[_Numbers, _Flags]:
    """Return the lowest pitch of each role's last stroke at each step, and whether it still sounds."""
    steps = np.arange(actions.shape[1])[:, None]
    latest = np.maximum.accumulate(np.where(strikes, steps, -1), axis=1)
    pitches = np.take_along_axis(actions, np.maximum(latest, 0), axis=1) - FIRST_PITCH + LOWEST
    return pitches, np.asarray((strikes | holds) & (latest >= 0))


def _density(drums: _Flags) -> _Shares:
    """Return how often no drum, one and two are struck at once."""
    at_once = drums.sum(axis=2)
    return np.stack([(at_once == n).mean(axis=1) for n in range(3)], axis=1)


def _together(players: _Flags) -> _Shares:
    """Return for each pair of players what share of the less busy one's strokes both have."""
    counts = players.sum(axis=1)
    struck = players.astype(np.float32)
    both = np.einsum("nsa,nsb->nab", struck, struck)
    one, other = np.array(list(combinations(range(_PLAYERS), 2))).T
    return _share(both[:, one, other], np.minimum(counts[:, one], counts[:, other]))


def _returning(players: _Flags, actions: _Numbers, drums: _Flags, steps_per_bar: int) -> _Shares:
    """Return how much of the last bar is as in each of the bars before: rhythms, notes and drums."""
    shape = (len(actions), PASSAGE_BARS, steps_per_bar, -1)
    rhythm, notes, kit = players.reshape(shape), actions.reshape(shape), drums.reshape(shape)
    found = []
    for lag in _LAGS:
        either = rhythm[:, -1] | rhythm[:, -1 - lag]
        found.append(_share((rhythm[:, -1] & rhythm[:, -1 - lag]).sum(axis=1), either.sum(axis=1)))
        struck = (notes[:, -1] >= FIRST_PITCH) | (notes[:, -1 - lag] >= FIRST_PITCH)
        same = struck & (notes[:, -1] == notes[:, -1 - lag])
        found.append(_share(same.sum(axis=1), struck.sum(axis=1)))
        hit, both = kit[:, -1] | kit[:, -1 - lag], kit[:, -1] & kit[:, -1 - lag]
        found.append(_share(both.sum(axis=(1, 2)), hit.sum(axis=(1, 2)))[:, None])
    busy = rhythm.sum(axis=2)
    found.append(np.log((busy[:, -1] + 1) / (busy[:, :-1].mean(axis=1) + 1)))
    return np.concatenate(found, axis=1)


def _lengths(strikes: _Flags, holds: _Flags) -> _Shares:
    """Return how long each role's notes last, how many are held, and how many break off into a rest."""
    n = strikes.sum(axis=1)
    held = strikes[:, :-1] & holds[:, 1:]
    stops = (strikes | holds)[:, :-1] & ~(strikes | holds)[:, 1:]
    length = np.log1p(np.minimum(_share(holds.sum(axis=1), n), 32))
    return np.concatenate([length, _share(held.sum(axis=1), n), _share(stops.sum(axis=1), n)], axis=1)


def _syncopation(players: _Flags, steps_per_beat: int) -> _Shares:
    """Return in how many beats each player strikes off the beat alone, and its share of strokes on it."""
    beats = players.reshape(len(players), -1, steps_per_beat, _PLAYERS)
    off = beats[:, :, 1:].any(axis=2) & ~beats[:, :, 0]
    on = _share(beats[:, :, 0].sum(axis=1), players.sum(axis=1))
    return np.concatenate([off.mean(axis=1), on], axis=1)


def _intervals(pitches: _Numbers, sounds: _Flags) -> _Shares:
    """Return which kinds of interval sound between pairs of voices, and how far apart they lie."""
    found = []
    for low, high in _VOICE_PAIRS:
        both = sounds[:, :, low] & sounds[:, :, high]
        distance = pitches[:, :, high] - pitches[:, :, low]
        kind = _KINDS[distance % 12]
        n = both.sum(axis=1)
        found += [_share((both & (kind == each)).sum(axis=1), n) for each in range(1, 5)]
        found.append(_share((both * np.clip(distance, -24, 48)).sum(axis=1), n))
    return np.stack(found, axis=1)


def _turns(actions: _Numbers, strikes: _Flags) -> _Shares:
    """Return how often each role's melody turns round, as a share of its steps."""
    found = np.zeros((len(actions), actions.shape[2]))
    for row, role in np.ndindex(found.shape):
        steps = np.diff(actions[row, strikes[row, :, role], role])
        moves = np.sign(steps[steps != 0])
        if len(moves) > 1:
            found[row, role] = np.mean(moves[1:] != moves[:-1])
    return found


def _scales(actions: _Numbers, strikes: _Flags, steps_per_bar: int) -> _Shares:
    """Return how many pitch classes the last bar and the passage have, and how much of the bar is new."""
    classes = np.where(strikes, (actions - FIRST_PITCH + LOWEST) % 12, -1)
    counts = np.stack([(classes == each).sum(axis=2) for each in range(12)], axis=2)  # by step
    last, before = counts[:, -steps_per_bar:].sum(axis=1), counts[:, :-steps_per_bar].sum(axis=1)
    both = last + before
    foreign = _share((last * (before == 0)).sum(axis=1), last.sum(axis=1))
    found = [(last > 0).sum(axis=1), (both > 0).sum(axis=1), foreign, _commonest(last), _commonest(both)]
    return np.stack(found, axis=1)


def _commonest(counts: _Numbers) -> _Shares:
    """Return the share of the commonest pitch class."""
    return _share(counts.max(axis=1), counts.sum(axis=1))
