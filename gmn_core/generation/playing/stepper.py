"""The trained network (`..training.network`), stepped in NumPy, without TensorFlow.

Several drafts of a piece are stepped together: the weights, which do not fit a processor's cache, are then
read once for all of them; while all have played the same, one is stepped for all. So are stepped, with
guidance, two networks that hear the same notes: one that knows the genre, and one that does not. What the
first adds to the second's prediction is added more than once (classifier-free guidance; Ho and Salimans 2022,
https://arxiv.org/abs/2207.12598).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from gmn_core.generation.tokens.conditioning import (
    BLANK,
    LOOK_BACK_BARS,
    OFFSETS,
    POSITION_WEIGHTS,
    SIZES,
    known_positions,
)
from gmn_core.generation.tokens.encoding import Tokens

Array = npt.NDArray[np.float32]
Choice = npt.NDArray[np.int64]
"""A token for each draft, or one for all of them; `NOTHING` where the slot means nothing."""
State = tuple[Array, Array, Array, Array]

NOTHING = -1


class Logits(Protocol):
    """Gives a slot's logits, shape (n_drafts, n_tokens), or those of some drafts only."""

    def __call__(self, drafts: npt.NDArray[np.intp] | None = None) -> Array: ...  # noqa: D102


# Given a slot and its logits, the tokens to play.
Decide = Callable[[int, Logits], Choice | int]


class Guide(NamedTuple):
    """What a piece's prediction is moved away from.

    Parameters
    ----------
    sheet : ndarray of float32, shape (`N_SHEET_FEATURES`,)
        The piece's features without a genre.
    strength : float
        How many times what the genre adds is added: 0 leaves it unknown, at 1
        nothing is gained.
    """

    sheet: Array
    strength: float


class Stepper:
    """Steps the network through drafts of one piece.

    Parameters
    ----------
    weights : mapping of str to ndarray
        The trained weights, named ``layer/weight``.
    sheet : ndarray of float32, shape (`N_SHEET_FEATURES`,)
        The piece's features; see `conditioning.sheet_features`.
    positions : ndarray of int32, shape (n_steps, `POSITION_COLUMNS`)
        Where in the piece each step is; see `conditioning.positions`.
    steps_per_bar : int
        Grid steps in a bar.
    n_drafts : int
        How many drafts are stepped.
    guide : Guide, optional
        What the genre's prediction is moved away from.
    """

    def __init__(
        self,
        weights: Weights,
        sheet: Array,
        positions: npt.NDArray[np.int32],
        steps_per_bar: int,
        n_drafts: int = 1,
        guide: Guide | None = None,
    ) -> None:
        self._weights, self._n = weights, n_drafts
        self._lags = (1, *(bars * steps_per_bar for bars in LOOK_BACK_BARS))
        blank = len(SIZES) * weights.played[BLANK]
        self._blank = np.tile(blank, (n_drafts, 1))
        # Of each network: the one that knows the genre, then the one that does not.
        told = [sheet] if guide is None else [sheet, guide.sheet]
        place = weights.position[positions].sum(axis=1)
        self._given = [place + own @ weights.sheet + weights.read_bias for own in told]
        self._strength = None if guide is None else np.float32(guide.strength)
        self._embedded: list[Array] = []
        # A column for each draft of each network; while the drafts are alike, one for each network.
        zeros = np.zeros((weights.hidden, len(told)), np.float32)
        self._state: State = (zeros, zeros, zeros, zeros)

    @property
    def done(self) -> int:
        """Number of steps played so far."""
        return len(self._embedded)

    def mark(self) -> tuple[int, State]:
        """Return a mark of this moment, for `rewind`."""
        return self.done, self._state

    def rewind(self, mark: tuple[int, State]) -> None:
        """Go back to a marked moment."""
        done, self._state = mark
        del self._embedded[done:]

    def keep(self, draft: int, since: int) -> None:
        """Let all drafts go on from one of them; until step ``since`` they were the same."""
        if self._alike:
            return
        self._embedded[since:] = [np.tile(own[draft], (self._n, 1)) for own in self._embedded[since:]]
        # The networks' states lie one after the other.
        h1, c1, h2, c2 = (np.ascontiguousarray(own[:, draft :: self._n]) for own in self._state)
        self._state = (h1, c1, h2, c2)

    def step(self, decide: Decide) -> Tokens:
        """Play the next step.

        Parameters
        ----------
        decide : callable
            Called for each slot in turn with its number and a function that
            gives its logits, so that unused logits cost nothing.

        Returns
        -------
        ndarray of int16, shape (n_drafts, n_slots)
            The tokens played; 0 where a slot means nothing.
        """
        weights, alike = self._weights, self._alike
        head = _Head(weights, self._advance(), self._n, self._strength)
        played = np.empty((self._n, len(SIZES)), np.int16)
        numbers = np.empty((self._n, len(SIZES)), np.intp)
        for slot, offset in enumerate(OFFSETS):
            tokens = decide(slot, partial(head.logits, slot))
            own: Choice | int
            if isinstance(tokens, int):  # as most are that need no network, without NumPy's overhead
                own = BLANK if tokens == NOTHING else offset + tokens
                played[:, slot] = max(tokens, 0)
            else:
                own = np.where(tokens == NOTHING, BLANK, offset + tokens)
                played[:, slot] = np.maximum(tokens, 0)
            head.note(own)
            numbers[:, slot] = own
        if alike and (numbers == numbers[0]).all():
            self._embedded.append(np.tile(weights.played[numbers[:1]].sum(axis=1), (self._n, 1)))
            return played
        self._embedded.append(weights.played[numbers].sum(axis=1))
        if alike:
            h1, c1, h2, c2 = (np.repeat(own, self._n, axis=1) for own in self._state)
            self._state = (h1, c1, h2, c2)
        return played

    @property
    def _alike(self) -> bool:
        """Whether all drafts have played the same so far."""
        return bool(self._state[0].shape[1] == len(self._given))

    def _advance(self) -> Array:
        """Move the LSTM on by a step; return what the head reads, a column for each as in the state."""
        weights = self._weights
        back = [self._embedded[-lag] if lag <= self.done else self._blank for lag in self._lags]
        read = weights.read @ np.hstack(back).T
        if self._alike:
            read = read[:, :1]
        inputs = np.maximum(np.hstack([read + given[self.done][:, None] for given in self._given]), 0.0)
        h1, c1, h2, c2 = self._state
        h1, c1 = lstm_cell(weights.lower @ np.vstack([inputs, h1]), weights.lower_bias, c1)
        h2, c2 = lstm_cell(weights.upper @ np.vstack([h1, h2]), weights.upper_bias, c2)
        self._state = (h1, c1, h2, c2)
        return np.vstack([inputs, h2])


class _Head:
    """What the networks say of a step's slots, found when it is first asked for: memory asks for nothing."""

    def __init__(self, weights: Weights, features: Array, n_drafts: int, strength: np.float32 | None) -> None:
        self._weights, self._features, self._n, self._strength = weights, features, n_drafts, strength
        self._decided: list[Choice | int] = []
        self._known: Array | None = None

    def note(self, own: Choice | int) -> None:
        """Take note of a slot's token, numbered among those of all slots."""
        if self._known is None:
            self._decided.append(own)
        else:
            self._add(self._known, own)

    def logits(self, slot: int, drafts: npt.NDArray[np.intp] | None = None) -> Array:
        """Return a slot's logits; see `Logits`."""
        if self._known is None:
            self._known = self._before_any_slot()
            for own in self._decided:
                self._add(self._known, own)
        known = self._known
        if self._strength is None:
            alone = known if drafts is None else known[drafts]
            return self._weights.logits(slot, np.maximum(alone, 0.0))
        both = known if drafts is None else known[np.concatenate([drafts, self._n + drafts])]
        found_by_both = self._weights.logits(slot, np.maximum(both, 0.0))
        guided, free = found_by_both[: len(both) // 2], found_by_both[len(both) // 2 :]
        found: Array = free + self._strength * (guided - free)
        return found

    def _before_any_slot(self) -> Array:
        columns = self._n * (1 if self._strength is None else 2)
        features = np.repeat(self._features, columns // self._features.shape[1], axis=1)
        return np.ascontiguousarray((self._weights.head @ features).T) + self._weights.head_bias

    def _add(self, known: Array, own: Choice | int) -> None:
        # To the rows of each network alike; one token for all drafts to all of them.
        known.reshape(-1, self._n, known.shape[1])[:] += self._weights.chosen[own]


class Weights:
    """The network's weights, laid out for stepping.

    A layer's kernel has a row per output and is multiplied by a column per draft, which takes BLAS a fifth
    less time than a row per draft and gives the same numbers.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        As `GeneratorNetwork.weights` gives them, in any floating type.
    """

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.floating]]) -> None:
        def get(name: str) -> Array:
            return np.ascontiguousarray(arrays[name], np.float32)

        self.played, self.chosen = get("played/embeddings"), get("chosen/embeddings")
        self.position, self.sheet = known_positions(get(POSITION_WEIGHTS)), get("sheet/kernel")
        self.read, self.read_bias = np.ascontiguousarray(get("read/kernel").T), get("read/bias")
        self.head, self.head_bias = np.ascontiguousarray(get("head/kernel").T), get("head/bias")
        # One product per layer: the inputs' kernel beside the recurrent one.
        self.lower, self.upper = (
            np.ascontiguousarray(np.concatenate([get(f"{layer}/kernel"), get(f"{layer}/recurrent_kernel")]).T)
            for layer in ("lower", "upper")
        )
        self.lower_bias, self.upper_bias = (get(f"{layer}/bias")[:, None] for layer in ("lower", "upper"))
        self.hidden = len(self.lower_bias) // 4
        bounds = OFFSETS[1:]
        self._out = [np.ascontiguousarray(part) for part in np.split(get("out/kernel"), bounds, axis=1)]
        self._out_bias = np.split(get("out/bias"), bounds)

    def logits(self, slot: int, hidden: Array) -> Array:
        """Return the logits of a slot's tokens."""
        result: Array = hidden @ self._out[slot] + self._out_bias[slot]
        return result


def lstm_cell(gates: Array, bias: Array, memory: Array) -> tuple[Array, Array]:
    """Return output and memory of an LSTM cell; Keras orders the gates input, forget, candidate, output."""
    gates += bias
    size = len(gates) // 4  # slices, since np.split costs as much as a product here
    open_in, forget, candidate, open_out = (gates[part * size : (part + 1) * size] for part in range(4))
    # In place: what is allocated anew at each step costs as much as it takes to compute it.
    _sigmoid(gates[: 2 * size])
    np.tanh(candidate, out=candidate)
    _sigmoid(open_out)
    candidate *= open_in
    memory = forget * memory
    memory += candidate
    open_out *= np.tanh(memory)
    return open_out, memory


def _sigmoid(x: Array) -> None:
    """Replace numbers by their logistic sigmoid."""
    x *= np.float32(0.5)
    np.tanh(x, out=x)
    x += np.float32(1.0)
    x *= np.float32(0.5)


def teacher(tokens: Sequence[int]) -> Decide:
    """Return a decision that plays the given tokens of a step in all drafts."""
    return lambda slot, logits: tokens[slot]
