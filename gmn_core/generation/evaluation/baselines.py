"""Baselines for the likelihood: an n-gram of each role, and repeating the last bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import ROLES, Role
from gmn_core.generation.tokens.encoding import Tokens, meaningful, role_slots, slot_sizes
from gmn_core.generation.training.dataset import EncodedPiece

MAX_ORDER = 8
_SMOOTHING = 0.1  # added to the count of every token of a slot
_COPY_SHARES = (0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95)

Numbers = npt.NDArray[np.uint64]
Probabilities = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Passage:
    """The part of a piece whose likelihood is measured: from step ``first`` on, up to step ``last``."""

    piece: EncodedPiece
    first: int
    last: int


class Unigram:
    """Every slot of a role separately: the fallback of the other baselines."""

    def __init__(self, pieces: Sequence[EncodedPiece], role: Role) -> None:
        self._slots = role_slots(role)
        self._logs = []
        for slot in self._slots:
            counts = np.full(slot_sizes()[slot], _SMOOTHING)
            for piece in pieces:
                said = meaningful(piece.tokens)[:, slot]
                counts += np.bincount(piece.tokens[said, slot], minlength=len(counts))
            self._logs.append(np.log(counts / counts.sum()))

    def probabilities(self, tokens: Tokens) -> Probabilities:
        """Return the probability of what the role does at each step."""
        said = meaningful(tokens)
        total = np.zeros(len(tokens))
        for slot, logs in zip(self._slots, self._logs, strict=True):
            total += np.where(said[:, slot], logs[tokens[:, slot]], 0.0)
        return np.exp(total)


class NGram:
    """What a role does, given what it did in the last steps (interpolated, Witten and Bell 1991)."""

    def __init__(self, pieces: Sequence[EncodedPiece], role: Role) -> None:
        self._role, self._floor = role, Unigram(pieces, role)
        symbols = [_symbols(piece.tokens, role) for piece in pieces]
        self._tables = [self._count(symbols, order) for order in range(1, MAX_ORDER + 1)]

    @staticmethod
    def _count(symbols: Sequence[Numbers], order: int) -> tuple[tuple[Numbers, ...], tuple[Numbers, ...]]:
        contexts = np.concatenate([_contexts(own, order) for own in symbols])
        events, n_events = np.unique(_follow(contexts, np.concatenate(symbols)), return_counts=True)
        # Each distinct event has one context: the number of events of a context is its number of types.
        first = np.unique(_follow(contexts, np.concatenate(symbols)), return_index=True)[1]
        known, n_types = np.unique(contexts[first], return_counts=True)
        totals = np.unique(contexts, return_counts=True)[1]
        return (events, n_events.astype(np.uint64)), (
            known,
            totals.astype(np.uint64),
            n_types.astype(np.uint64),
        )

    def probabilities(self, tokens: Tokens, order: int) -> Probabilities:
        """Return the probability of what the role does at each step, by an n-gram of an order."""
        result = self._floor.probabilities(tokens)
        symbols = _symbols(tokens, self._role)
        for length, (events, contexts) in enumerate(self._tables[:order], start=1):
            context = _contexts(symbols, length)
            count = _look_up(events[0], events[1], _follow(context, symbols))
            total, types = (_look_up(contexts[0], column, context) for column in contexts[1:])
            seen = total > 0
            share = (count + types * result) / np.where(seen, total + types, 1.0)
            result = np.where(seen, share, result)
        return result


def _symbols(tokens: Tokens, role: Role) -> Numbers:
    """Return one number for everything that a role does at each step."""
    columns = np.where(meaningful(tokens), tokens, 0)[:, list(role_slots(role))].astype(np.uint64)
    number = np.ones(len(tokens), np.uint64)
    for column in columns.T:
        number = _follow(number, column)
    return number


def _contexts(symbols: Numbers, order: int) -> Numbers:
    """Return one number for the ``order - 1`` steps before each step."""
    context = np.full(len(symbols), order, np.uint64)
    for back in range(1, order):
        earlier = np.concatenate([np.zeros(min(back, len(symbols)), np.uint64), symbols[:-back]])
        context = _follow(context, earlier)
    return context


def _follow(number: Numbers, symbol: Numbers) -> Numbers:
    """Hash two numbers into one (multiply and shift)."""
    with np.errstate(over="ignore"):
        joined = (number ^ (number >> np.uint64(29))) * np.uint64(0x9E3779B97F4A7C15) + symbol
        return (joined ^ (joined >> np.uint64(32))) * np.uint64(0xBF58476D1CE4E5B9)


def _look_up(keys: Numbers, values: Numbers, wanted: Numbers) -> Probabilities:
    found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[found] == wanted, values[found], 0).astype(np.float64)


def repeat_the_bar(piece: EncodedPiece, role: Role, floor: Unigram, share: float) -> Probabilities:
    """Return the probability of each step if a role repeats the last bar with probability ``share``."""
    symbols = _symbols(piece.tokens, role)
    bar = piece.sheet.steps_per_bar
    same = np.concatenate([np.zeros(bar, bool), symbols[bar:] == symbols[:-bar]])
    return share * same + (1 - share) * floor.probabilities(piece.tokens)


def measure_baselines(
    train: Sequence[EncodedPiece], valid: Sequence[Passage], test: Sequence[Passage]
) -> dict[str, dict[str, dict[str, float]]]:
    """Measure both baselines on test passages, each with its best setting on validation passages.

    Returns
    -------
    dict
        For each baseline: ``setting`` and ``bits`` per step, by role.
    """
    report: dict[str, dict[str, dict[str, float]]] = {
        name: {"setting": {}, "bits": {}} for name in ("n-gram", "repeat the bar")
    }
    for role in ROLES:
        gram, floor = NGram(train, role), Unigram(train, role)

        def ngram_bits(passages: Sequence[Passage], order: int, gram: NGram = gram) -> float:
            return _bits(
                passages, [gram.probabilities(own.piece.tokens[: own.last], order) for own in passages]
            )

        def copy_bits(
            passages: Sequence[Passage], share: float, floor: Unigram = floor, role: Role = role
        ) -> float:
            return _bits(passages, [repeat_the_bar(own.piece, role, floor, share) for own in passages])

        order = min(range(1, MAX_ORDER + 1), key=lambda order: ngram_bits(valid, order))
        share = min(_COPY_SHARES, key=lambda share: copy_bits(valid, share))
        for name, setting, bits in (
            ("n-gram", order, ngram_bits(test, order)),
            ("repeat the bar", share, copy_bits(test, share)),
        ):
            report[name]["setting"][role.value] = setting
            report[name]["bits"][role.value] = bits
    return report


def _bits(passages: Sequence[Passage], probabilities: Sequence[Probabilities]) -> float:
    """Return the mean bits per step of the passages, genres weighted evenly."""
    by_genre: dict[str, list[float]] = {}
    for passage, own in zip(passages, probabilities, strict=True):
        bits = -np.log2(own[passage.first : passage.last])
        by_genre.setdefault(passage.piece.genre.value, []).append(float(bits.mean()))
    return float(np.mean([np.mean(bits) for bits in by_genre.values()]))
