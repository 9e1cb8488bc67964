"""The trained network (`..training.network`), stepped in NumPy, without TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from gmn_core.generation.tokens.conditioning import BLANK, LOOK_BACK_BARS, OFFSETS, SIZES

Array = npt.NDArray[np.float32]
State = tuple[Array, Array, Array, Array]

# Given a slot and its logits, the token to play; None where the slot means nothing.
Decide = Callable[[int, Callable[[], Array]], int | None]


class Stepper:
    """Steps the network through one piece.

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
    """

    def __init__(
        self, weights: Weights, sheet: Array, positions: npt.NDArray[np.int32], steps_per_bar: int
    ) -> None:
        self._weights = weights
        self._lags = (1, *(bars * steps_per_bar for bars in LOOK_BACK_BARS))
        self._blank = len(SIZES) * weights.played[BLANK]
        position = weights.position[positions].sum(axis=1)
        self._given = position + sheet @ weights.sheet + weights.read_bias
        self._embedded: list[Array] = []
        zeros = np.zeros(weights.hidden, np.float32)
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

    def step(self, decide: Decide) -> list[int]:
        """Play the next step.

        Parameters
        ----------
        decide : callable
            Called for each slot in turn with its number and a function that
            gives its logits, so that unused logits cost nothing.

        Returns
        -------
        list of int, length n_slots
            The tokens played; 0 where a slot means nothing.
        """
        weights = self._weights
        known = self._advance()
        played, embedded = [], np.zeros_like(self._blank)
        for slot in range(len(SIZES)):
            hidden = np.maximum(known, 0.0)
            token = decide(slot, lambda slot=slot, hidden=hidden: weights.logits(slot, hidden))  # type: ignore[misc]
            number = BLANK if token is None else int(OFFSETS[slot]) + token
            known = known + weights.chosen[number]
            embedded += weights.played[number]
            played.append(token or 0)
        self._embedded.append(embedded)
        return played

    def _advance(self) -> Array:
        """Move the LSTM on by a step; return what the head knows before any slot is decided."""
        weights = self._weights
        back = [self._embedded[-lag] if lag <= self.done else self._blank for lag in self._lags]
        inputs = np.maximum(np.concatenate(back) @ weights.read + self._given[self.done], 0.0)
        h1, c1, h2, c2 = self._state
        h1, c1 = _cell(np.concatenate([inputs, h1]) @ weights.lower + weights.lower_bias, c1)
        h2, c2 = _cell(np.concatenate([h1, h2]) @ weights.upper + weights.upper_bias, c2)
        self._state = (h1, c1, h2, c2)
        known: Array = np.concatenate([inputs, h2]) @ weights.head + weights.head_bias
        return known


class Weights:
    """The network's weights, laid out for stepping.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        As `GeneratorNetwork.weights` gives them, in any floating type.
    """

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.floating]]) -> None:
        def get(name: str) -> Array:
            return np.ascontiguousarray(arrays[name], np.float32)

        self.played, self.chosen = get("played/embeddings"), get("chosen/embeddings")
        self.position, self.sheet = get("position/embeddings"), get("sheet/kernel")
        self.read, self.read_bias = get("read/kernel"), get("read/bias")
        self.head, self.head_bias = get("head/kernel"), get("head/bias")
        # One product per layer: the inputs' kernel above the recurrent one.
        self.lower, self.upper = (
            np.concatenate([get(f"{layer}/kernel"), get(f"{layer}/recurrent_kernel")])
            for layer in ("lower", "upper")
        )
        self.lower_bias, self.upper_bias = get("lower/bias"), get("upper/bias")
        self.hidden = len(self.lower_bias) // 4
        bounds = OFFSETS[1:]
        self._out = [np.ascontiguousarray(part) for part in np.split(get("out/kernel"), bounds, axis=1)]
        self._out_bias = np.split(get("out/bias"), bounds)

    def logits(self, slot: int, hidden: Array) -> Array:
        """Return the logits of a slot's tokens."""
        result: Array = hidden @ self._out[slot] + self._out_bias[slot]
        return result


def _cell(gates: Array, memory: Array) -> tuple[Array, Array]:
    """Return output and memory of an LSTM cell; Keras orders the gates input, forget, candidate, output."""
    n = len(memory)
    open_in, forget, open_out = (_sigmoid(gates[part * n : (part + 1) * n]) for part in (0, 1, 3))
    memory = forget * memory + open_in * np.tanh(gates[2 * n : 3 * n])
    return open_out * np.tanh(memory), memory


def _sigmoid(x: Array) -> Array:
    result: Array = 0.5 * (1.0 + np.tanh(0.5 * x))
    return result


def teacher(tokens: Sequence[int | None]) -> Decide:
    """Return a decision that plays the given tokens of a step."""
    return lambda slot, logits: tokens[slot]
