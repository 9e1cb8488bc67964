"""The network's stepping in NumPy, held against TensorFlow and against what it must look back to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from gmn_core.generation.playing.stepper import NOTHING, Array, Guide, Logits, Stepper, Weights, teacher
from gmn_core.generation.tokens.conditioning import (
    BLANK,
    LOOK_BACK_BARS,
    OFFSETS,
    SIZES,
    positions,
    sheet_features,
    token_ids,
)
from gmn_core.generation.tokens.encoding import N_SLOTS
from gmn_core.generation.training.dataset import Dataset, EncodedPiece
from gmn_core.generation.training.network import GeneratorNetwork
from gmn_core.generation.training.windows import CONTEXT, WINDOW, cut_window, stack
from tests.gmn_core.generation.conftest import TINY

BAR = 4
LAGS = (1, *(bars * BAR for bars in LOOK_BACK_BARS))
Row = Sequence[int]


@pytest.fixture(scope="module")
def piece(dataset: Dataset) -> EncodedPiece:
    return dataset.pieces[0]


def start(piece: EncodedPiece, weights: Weights) -> Stepper:
    """Return a stepper at the beginning of a piece, which is told nothing but its sheet."""
    places = positions(piece.sheet, 64, piece.n_bars)
    return Stepper(weights, sheet_features(piece.sheet, {piece.genre: 1.0}), places, BAR)


def rows(piece: EncodedPiece) -> list[Row]:
    """Return the tokens of each step, `NOTHING` where they mean nothing."""
    return [
        [NOTHING if number == BLANK else int(number - OFFSETS[slot]) for slot, number in enumerate(ids)]
        for ids in token_ids(piece.tokens)
    ]


def play(stepper: Stepper, steps: Sequence[Row]) -> list[Array]:
    """Play known steps and return the logits of the first slot at each."""
    heard: list[Array] = []
    for row in steps:

        def decide(slot: int, logits: Logits, row: Row = row) -> int:
            if slot == 0:
                heard.append(logits()[0])
            return row[slot]

        stepper.step(decide)
    return heard


def test_stepping_gives_the_likelihoods_that_training_sees(
    network: GeneratorNetwork, dataset: Dataset
) -> None:
    piece = dataset.pieces[0]
    window = cut_window(piece, 1, blank_context=True)
    expected = np.asarray(network.losses(stack([window])))[0]
    stepper = Stepper(Weights(network.weights()), window.sheets, window.positions, piece.sheet.steps_per_bar)
    found = np.zeros((WINDOW, N_SLOTS))
    for step, ids in enumerate(window.ids[CONTEXT:]):

        def decide(slot: int, logits: Logits, step: int = step, ids: Array = ids) -> int:
            if ids[slot] == BLANK:
                return NOTHING
            scores = logits()[0].astype(float)
            token = int(ids[slot] - OFFSETS[slot])
            found[step, slot] = np.log(np.exp(scores).sum()) - scores[token]
            return token

        stepper.step(decide)
    assert found * window.inside[:, None] == pytest.approx(expected, abs=1e-4)
    assert expected.sum() > 0


def test_after_a_rewind_everything_sounds_the_same_again(
    network: GeneratorNetwork, piece: EncodedPiece
) -> None:
    stepper, known = start(piece, Weights(network.weights())), rows(piece)
    play(stepper, known[:20])
    mark = stepper.mark()
    first = play(stepper, known[20:40])
    stepper.rewind(mark)
    assert stepper.done == 20
    detour = play(stepper, known[21:31])
    stepper.rewind(mark)
    again = play(stepper, known[20:40])
    assert stepper.done == 40
    assert all((one == two).all() for one, two in zip(first, again, strict=True))
    assert not all((one == two).all() for one, two in zip(first, detour, strict=False))


def test_a_rewind_goes_back_to_the_start_too(network: GeneratorNetwork, piece: EncodedPiece) -> None:
    stepper, known = start(piece, Weights(network.weights())), rows(piece)
    mark = stepper.mark()
    first = play(stepper, known[:4])
    stepper.rewind(mark)
    assert all((one == two).all() for one, two in zip(first, play(stepper, known[:4]), strict=True))


@pytest.mark.parametrize(("place", "lag"), list(enumerate(LAGS)))
def test_each_look_back_reads_the_step_so_long_ago(
    network: GeneratorNetwork, piece: EncodedPiece, place: int, lag: int
) -> None:
    arrays = network.weights()
    only = np.zeros_like(arrays["read/kernel"])
    part = slice(place * TINY.embedding, (place + 1) * TINY.embedding)
    only[part] = arrays["read/kernel"][part]
    weights = Weights({**arrays, "read/kernel": only})
    known, changed_step = rows(piece)[:50], 7
    changed = list(known)
    changed[changed_step] = [30, *known[changed_step][1:]]
    assert known[changed_step][0] != 30
    one, other = (play(start(piece, weights), own) for own in (known, changed))
    differ = [bool((a != b).any()) for a, b in zip(one, other, strict=True)]
    assert differ.index(True) == changed_step + lag


def test_before_the_first_step_lies_what_says_nothing(network: GeneratorNetwork, piece: EncodedPiece) -> None:
    weights, known = Weights(network.weights()), rows(piece)[:1]
    everywhere_the_same = np.repeat(positions(piece.sheet, 1, piece.n_bars), 9 * BAR, axis=0)
    sheet = sheet_features(piece.sheet, {piece.genre: 1.0})
    fresh, waited = (Stepper(weights, sheet, everywhere_the_same, BAR) for _ in range(2))
    _, at_rest = waited.mark()
    for _ in range(8 * BAR):
        waited.step(teacher([NOTHING] * N_SLOTS))
    waited.rewind((waited.done, at_rest))
    assert play(waited, known)[0] == pytest.approx(play(fresh, known)[0], abs=1e-6)


def test_each_slot_knows_what_was_chosen_before_it(network: GeneratorNetwork, piece: EncodedPiece) -> None:
    weights = Weights(network.weights())
    seen: list[list[Array]] = []
    for first in (0, 5):
        own: list[Array] = []

        def decide(slot: int, logits: Logits, own: list[Array] = own, first: int = first) -> int:
            own.append(logits()[0])
            return first if slot == 0 else 0

        start(piece, weights).step(decide)
        seen.append(own)
    assert [len(logits) for logits in seen[0]] == list(SIZES)
    assert (seen[0][0] == seen[1][0]).all()
    assert all((one != two).any() for one, two in zip(seen[0][1:], seen[1][1:], strict=True))


def test_what_means_nothing_is_played_as_zero_and_its_logits_are_never_made(
    network: GeneratorNetwork, piece: EncodedPiece, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    logits = Weights.logits
    monkeypatch.setattr(
        Weights, "logits", lambda self, slot, hidden: asked.append(slot) or logits(self, slot, hidden)
    )
    tokens: Row = [3, NOTHING, 1, NOTHING] + [0] * (N_SLOTS - 4)
    stepper = start(piece, Weights(network.weights()))
    assert stepper.step(teacher(tokens)).tolist() == [[3, 0, 1, 0] + [0] * (N_SLOTS - 4)]
    assert asked == []
    stepper.step(lambda slot, logits: int(np.argmax(logits())) if slot == 2 else NOTHING)
    assert asked == [2]


def test_nothing_is_something_else_than_the_first_token(
    network: GeneratorNetwork, piece: EncodedPiece
) -> None:
    weights = Weights(network.weights())
    known = rows(piece)[:1]
    after = []
    for row in ([NOTHING] * N_SLOTS, [0] * N_SLOTS):
        stepper = start(piece, weights)
        stepper.step(teacher(row))
        after.append(play(stepper, known)[0])
    assert (after[0] != after[1]).any()


def test_half_precision_weights_are_stepped_in_single_precision(
    network: GeneratorNetwork, piece: EncodedPiece
) -> None:
    full = network.weights()
    halves = {name: array.astype(np.float16) for name, array in full.items()}
    rounded = {name: array.astype(np.float32) for name, array in halves.items()}
    by_full, by_halves, by_rounded = (
        play(start(piece, Weights(own)), rows(piece)[:30]) for own in (full, halves, rounded)
    )
    assert {logits.dtype for logits in by_halves} == {np.dtype(np.float32)}
    assert all((one == two).all() for one, two in zip(by_halves, by_rounded, strict=True))
    assert np.array(by_halves) == pytest.approx(np.array(by_full), abs=5e-3)
    assert not np.array_equal(by_halves, by_full)


def test_drafts_are_stepped_as_if_each_were_alone(network: GeneratorNetwork, piece: EncodedPiece) -> None:
    weights = Weights(network.weights())
    places, sheet = positions(piece.sheet, 64, piece.n_bars), sheet_features(piece.sheet, {piece.genre: 1.0})
    together = Stepper(weights, sheet, places, BAR, n_drafts=3)
    alone = [Stepper(weights, sheet, places, BAR) for _ in range(3)]
    for step in range(20):
        firsts = np.array([step % 4, (step + 1) % 7, 5])
        together.step(lambda slot, logits, own=firsts: own if slot == 0 else 0)
        for first, stepper in zip(firsts.tolist(), alone, strict=True):
            stepper.step(lambda slot, logits, own=first: own if slot == 0 else 0)
    heard: list[Array] = []
    together.step(lambda slot, logits: heard.append(logits()) or 0 if slot == 0 else 0)  # type: ignore[func-returns-value]
    for draft, stepper in enumerate(alone):
        assert play(stepper, [[0] * N_SLOTS])[0] == pytest.approx(heard[0][draft], abs=1e-5)


def test_all_drafts_go_on_from_the_one_that_is_kept(network: GeneratorNetwork, piece: EncodedPiece) -> None:
    weights = Weights(network.weights())
    places, sheet = positions(piece.sheet, 64, piece.n_bars), sheet_features(piece.sheet, {piece.genre: 1.0})
    together, alone = (Stepper(weights, sheet, places, BAR, n_drafts=n) for n in (3, 1))
    play(together, rows(piece)[:5])
    play(alone, rows(piece)[:5])
    for _ in range(6):
        together.step(lambda slot, logits: np.array([1, 2, 3]) if slot == 0 else 0)
        alone.step(lambda slot, logits: 2 if slot == 0 else 0)
    together.keep(1, since=5)
    heard: list[Array] = []
    for _ in range(2 * BAR + 1):
        together.step(lambda slot, logits: heard.append(logits()) or 0 if slot == 0 else 0)  # type: ignore[func-returns-value]
    expected = play(alone, [[0] * N_SLOTS] * len(heard))
    for own, wanted in zip(heard, expected, strict=True):
        assert own == pytest.approx(np.tile(wanted, (3, 1)), abs=1e-5)


def test_guidance_goes_from_the_prediction_without_a_genre_through_the_one_with_it_and_on(
    network: GeneratorNetwork, piece: EncodedPiece
) -> None:
    weights = Weights(network.weights())
    places = positions(piece.sheet, 64, piece.n_bars, outline=piece.outline)
    with_genre, without = (sheet_features(piece.sheet, own) for own in ({piece.genre: 1.0}, {}))
    plain, free = (
        np.array(play(Stepper(weights, own, places, BAR), rows(piece)[:12])) for own in (with_genre, without)
    )
    assert not np.allclose(plain, free, atol=1e-3)
    for strength in (0.0, 1.0, 2.0):
        stepper = Stepper(weights, with_genre, places, BAR, guide=Guide(without, strength))
        found = np.array(play(stepper, rows(piece)[:12]))
        assert found == pytest.approx(free + strength * (plain - free), abs=1e-4)


def test_guided_drafts_are_kept_and_asked_for_with_both_their_networks(
    network: GeneratorNetwork, piece: EncodedPiece
) -> None:
    weights, places = Weights(network.weights()), positions(piece.sheet, 64, piece.n_bars)
    sheet, guide = (
        sheet_features(piece.sheet, {piece.genre: 1.0}),
        Guide(sheet_features(piece.sheet, {}), 1.5),
    )
    together, alone = (Stepper(weights, sheet, places, BAR, n_drafts=n, guide=guide) for n in (3, 1))
    some: list[Array] = []
    for _ in range(6):
        together.step(lambda slot, logits: np.array([1, 2, 3]) if slot == 0 else 0)
        alone.step(lambda slot, logits: 2 if slot == 0 else 0)
    together.keep(1, since=0)
    together.step(lambda slot, logits: some.append(logits(np.array([0, 2]))) or 0 if slot == 1 else 0)  # type: ignore[func-returns-value]
    expected: list[Array] = []
    alone.step(lambda slot, logits: expected.append(logits()) or 0 if slot == 1 else 0)  # type: ignore[func-returns-value]
    assert some[0] == pytest.approx(np.tile(expected[0], (2, 1)), abs=1e-5)
