"""Held-out likelihood: bits per grid step and role, of the network and of its baselines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gmn_core.generation.evaluation.baselines import Passage, measure_baselines
from gmn_core.generation.music.band import ROLES
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.playing.stepper import NOTHING, Array, Logits, Stepper
from gmn_core.generation.tokens.conditioning import (
    BLANK,
    OFFSETS,
    SIZES,
    positions,
    sheet_features,
    token_ids,
)
from gmn_core.generation.tokens.encoding import role_slots
from gmn_core.generation.training.dataset import EncodedPiece
from gmn_core.generation.training.windows import group_by_genre

_WARM_UP_BARS = 4
_BARS = 8
_PIECES_PER_GENRE = 16


def choose_passages(pieces: Sequence[EncodedPiece], seed: int = 0) -> list[Passage]:
    """Choose eight bars from each of up to sixteen pieces per genre, after at least four bars of music."""
    rng = np.random.default_rng(seed)
    passages = []
    for own in group_by_genre(pieces):
        for index in rng.permutation(len(own))[:_PIECES_PER_GENRE].tolist():
            piece, bar = own[index], own[index].sheet.steps_per_bar
            latest = max(piece.n_bars - _BARS, 1)
            first = int(rng.integers(min(_WARM_UP_BARS, latest), latest + 1))
            passages.append(Passage(piece, first * bar, min(first + _BARS, piece.n_bars) * bar))
    return passages


def network_bits(model: GeneratorModel, passage: Passage, with_outline: bool) -> npt.NDArray[np.float64]:
    """Return the network's bits of each step of a passage, shape (n_steps, n_slots).

    It hears the four bars before the passage, and nothing of what came before
    those. Only ``with_outline`` does it know the piece's outline, which no baseline
    knows.
    """
    piece, bar = passage.piece, passage.piece.sheet.steps_per_bar
    start = max(passage.first // bar - _WARM_UP_BARS, 0)
    tokens = piece.tokens[start * bar : passage.last]
    outline = piece.outline.passage(start, len(tokens) // bar) if with_outline else None
    profile = outline.profile(0, outline.n_bars) if outline else None
    features = sheet_features(piece.sheet, {piece.genre: 1.0}, profile)
    where = positions(piece.sheet, len(tokens), piece.n_bars, start, outline)
    stepper = Stepper(model.weights, features, where, bar)
    bits = np.zeros((len(tokens), len(SIZES)))
    for step, ids in enumerate(token_ids(tokens)):
        _follow(stepper, ids, bits[step])
    return bits[passage.first - start * bar :]


def _follow(stepper: Stepper, ids: npt.NDArray[np.int32], bits: npt.NDArray[np.float64]) -> None:
    """Play one known step and note what each token cost."""

    def decide(slot: int, logits: Logits) -> int:
        if ids[slot] == BLANK:
            return NOTHING
        token = int(ids[slot] - OFFSETS[slot])
        bits[slot] = _bits(logits()[0], token)
        return token

    stepper.step(decide)


def _bits(logits: Array, token: int) -> float:
    scores = logits.astype(np.float64) - float(logits.max())
    return float((np.log(np.exp(scores).sum()) - scores[token]) / np.log(2))


def likelihood_report(
    model: GeneratorModel,
    train: Sequence[EncodedPiece],
    valid: Sequence[EncodedPiece],
    test: Sequence[EncodedPiece],
) -> dict[str, Any]:
    """Measure the network and its baselines on the same held-out passages, genres weighted evenly.

    Returns
    -------
    dict
        Bits per step of each model by role and in all, and the share of the
        better baseline's bits that the network saves.
    """
    passages = choose_passages(test)
    report = measure_baselines(train, choose_passages(valid), passages)
    bits = _bits_by_role(model, passages, with_outline=False)
    totals = {name: sum(own["bits"].values()) for name, own in report.items()}
    best = min(totals, key=lambda name: totals[name])
    total = sum(bits.values())
    lowest = {role: min(own["bits"][role] for own in report.values()) for role in bits}
    return {
        "passages": len(passages),
        "network": {"bits": bits, "total": total},
        "network with the outline": {
            "total": sum(_bits_by_role(model, passages, with_outline=True).values())
        },
        **{name: {**own, "total": totals[name]} for name, own in report.items()},
        "best baseline": best,
        "saved": 1 - total / totals[best],
        # A role that no piece has costs and saves nothing.
        "saved by role": {role: 1 - bits[role] / own for role, own in lowest.items() if own > 0},
    }


def _bits_by_role(
    model: GeneratorModel, passages: Sequence[Passage], *, with_outline: bool
) -> dict[str, float]:
    by_genre: dict[str, list[npt.NDArray[np.float64]]] = {}
    for passage in passages:
        bits = network_bits(model, passage, with_outline).mean(axis=0)
        by_genre.setdefault(passage.piece.genre.value, []).append(bits)
    slots = np.mean([np.mean(own, axis=0) for own in by_genre.values()], axis=0)
    return {role.value: float(slots[list(role_slots(role))].sum()) for role in ROLES}
