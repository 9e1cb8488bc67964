"""Held-out likelihood: bits that are known beforehand, passages, and what the network is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gmn_core.corpora.midi import Split
from gmn_core.generation.evaluation.baselines import Passage
from gmn_core.generation.evaluation.likelihood import choose_passages, likelihood_report, network_bits
from gmn_core.generation.music.band import ROLES
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.playing.stepper import Weights
from gmn_core.generation.tokens.conditioning import N_BAR_POSITIONS, N_REMAINING, PHRASE_BARS, SIZES
from gmn_core.generation.tokens.encoding import N_SLOTS, meaningful, role_slots
from gmn_core.generation.training.dataset import Dataset, EncodedPiece, excerpts
from gmn_core.generation.training.network import GeneratorNetwork
from gmn_core.genres import Genre

BITS = np.log2(SIZES)


@pytest.fixture(scope="module")
def uniform(model: GeneratorModel, network: GeneratorNetwork) -> GeneratorModel:
    """A network to which every token is as likely as any other."""
    arrays = network.weights()
    arrays |= {name: np.zeros_like(arrays[name]) for name in ("out/kernel", "out/bias")}
    return replace(model, weights=Weights(arrays))


@pytest.fixture(scope="module")
def random(model: GeneratorModel, network: GeneratorNetwork) -> GeneratorModel:
    """A network of random weights, ten times as loud as a fresh one so that all it hears counts."""
    return replace(model, weights=Weights({name: 10 * own for name, own in network.weights().items()}))


@pytest.fixture(scope="module")
def passage(dataset: Dataset) -> Passage:
    piece = dataset.of(Split.TEST)[0]
    return Passage(piece, 6 * piece.sheet.steps_per_bar, 9 * piece.sheet.steps_per_bar)


def test_a_network_that_knows_nothing_pays_the_logarithm_of_each_slots_size(
    uniform: GeneratorModel, passage: Passage
) -> None:
    said = meaningful(passage.piece.tokens[passage.first : passage.last])
    for told in (False, True):
        bits = network_bits(uniform, passage, told)
        assert bits == pytest.approx(said * BITS)
    assert 0 < said.mean() < 1


def test_the_report_of_such_a_network_is_known_beforehand(uniform: GeneratorModel, dataset: Dataset) -> None:
    train, valid, test = (dataset.of(split) for split in (Split.TRAIN, Split.VALID, Split.TEST))
    report = likelihood_report(uniform, train, valid, test)
    by_genre: dict[Genre, list[np.ndarray]] = {}
    for own in choose_passages(test):
        said = meaningful(own.piece.tokens[own.first : own.last]).mean(axis=0)
        by_genre.setdefault(own.piece.genre, []).append(said * BITS)
    slots = np.mean([np.mean(bits, axis=0) for bits in by_genre.values()], axis=0)
    for role in ROLES:
        assert report["network"]["bits"][role.value] == pytest.approx(slots[list(role_slots(role))].sum())
    assert report["network"]["total"] == pytest.approx(slots.sum())
    assert report["network with the outline"]["total"] == pytest.approx(slots.sum())
    assert report["passages"] == len(test)
    assert report["saved"] < 0


def test_genres_count_evenly_however_many_pieces_they_have(uniform: GeneratorModel, dataset: Dataset) -> None:
    train, valid = dataset.of(Split.TRAIN), dataset.of(Split.VALID)
    silent = replace(dataset.of(Split.TEST)[0], genre=Genre.POP, tokens=np.zeros((192, N_SLOTS), np.int16))
    busy = next(piece for piece in dataset.of(Split.TEST) if piece.genre is Genre.JAZZ)
    one, many = (
        likelihood_report(uniform, train, valid, [busy, *[silent] * times])["network"]["total"]
        for times in (1, 3)
    )
    assert many == pytest.approx(one)


def test_passages_lie_inside_their_pieces_after_four_bars(dataset: Dataset) -> None:
    passages = choose_passages(dataset.of(Split.TRAIN))
    assert len(passages) == len(dataset.of(Split.TRAIN))
    for passage in passages:
        bar = passage.piece.sheet.steps_per_bar
        assert passage.first % bar == 0
        assert 4 * bar <= passage.first < passage.last <= len(passage.piece.tokens)
        assert passage.last - passage.first == 8 * bar


def test_a_short_piece_gives_what_it_has(dataset: Dataset) -> None:
    for n_bars in (8, 9, 11):
        (piece,) = excerpts(dataset.pieces[0], n_bars)[:1]
        (passage,) = choose_passages([piece])
        assert 0 < passage.first < passage.last == len(piece.tokens)


def test_passages_are_seeded_and_at_most_sixteen_of_a_genre(dataset: Dataset) -> None:
    long = [lengthened(piece) for piece in dataset.pieces]
    many = [replace(piece, name=f"{piece.name}/{place}") for place in range(2) for piece in long]
    one, again, other = (
        [(own.piece.name, own.first) for own in choose_passages(many, seed)] for seed in (0, 0, 1)
    )
    assert one == again != other
    assert len(one) == len({name for name, _ in one}) == 32
    assert len({first for _, first in one}) > 4


def lengthened(piece: EncodedPiece) -> EncodedPiece:
    """Return a piece three times as long."""
    return replace(piece, tokens=np.concatenate([piece.tokens] * 3))


def test_the_network_hears_four_bars_before_the_passage_and_no_more(
    random: GeneratorModel, passage: Passage
) -> None:
    piece, bar = passage.piece, passage.piece.sheet.steps_per_bar
    expected = network_bits(random, passage, with_outline=False)
    for changed, matters in ((1, False), (2, True), (5, True), (9, False)):
        tokens = piece.tokens.copy()
        tokens[changed * bar : (changed + 1) * bar] = 0
        own = replace(passage, piece=replace(piece, tokens=tokens))
        same = np.array_equal(network_bits(random, own, with_outline=False), expected)
        assert same is not matters, changed


def test_the_outline_reaches_a_network_that_is_given_it_and_only_that_one(
    random: GeneratorModel, passage: Passage
) -> None:
    piece = passage.piece
    other = replace(
        piece, outline=replace(piece.outline, pitch_classes=np.roll(piece.outline.pitch_classes, 6, axis=1))
    )
    told, untold = (network_bits(random, passage, with_outline=own) for own in (True, False))
    other_told, other_untold = (
        network_bits(random, replace(passage, piece=other), with_outline=own) for own in (True, False)
    )
    assert not np.array_equal(told, untold)
    assert not np.array_equal(told, other_told)
    assert np.array_equal(untold, other_untold)


def test_what_returns_is_given_too(random: GeneratorModel, passage: Passage) -> None:
    piece = passage.piece
    nothing = replace(piece.outline, returns=np.ones_like(piece.outline.returns))
    other = replace(passage, piece=replace(piece, outline=nothing))
    told, other_told = (network_bits(random, own, with_outline=True) for own in (passage, other))
    assert not np.array_equal(told, other_told)


def test_the_network_is_given_where_in_the_piece_the_passage_lies(
    random: GeneratorModel, passage: Passage
) -> None:
    deaf = random.weights
    deaf_to_the_place = Weights.__new__(Weights)
    vars(deaf_to_the_place).update(vars(deaf))
    deaf_to_the_place.position = deaf.position.copy()
    deaf_to_the_place.position[N_BAR_POSITIONS : N_BAR_POSITIONS + PHRASE_BARS + N_REMAINING] = 0
    expected = network_bits(random, passage, with_outline=False)
    assert not np.array_equal(
        network_bits(replace(random, weights=deaf_to_the_place), passage, with_outline=False), expected
    )


def test_baselines_do_not_depend_on_the_network(
    uniform: GeneratorModel, random: GeneratorModel, dataset: Dataset
) -> None:
    train, valid, test = (dataset.of(split) for split in (Split.TRAIN, Split.VALID, Split.TEST))
    one, other = (likelihood_report(model, train, valid, test) for model in (uniform, random))
    assert one["network"] != other["network"]
    for name in ("n-gram", "repeat the bar", "best baseline"):
        assert one[name] == other[name]
    untold = [replace(piece, outline=piece.outline.passage(0, piece.n_bars)) for piece in test]
    again = likelihood_report(random, train, valid, untold)
    assert again["network"] == other["network"]
    assert other["network with the outline"]["total"] != other["network"]["total"]


def test_a_role_that_nobody_plays_saves_nothing(uniform: GeneratorModel, dataset: Dataset) -> None:
    train, valid, test = (dataset.of(split) for split in (Split.TRAIN, Split.VALID, Split.TEST))
    report = likelihood_report(uniform, train, valid, test)
    for role, own in report["saved by role"].items():
        best = min(report[name]["bits"][role] for name in ("n-gram", "repeat the bar"))
        assert own == pytest.approx(1 - report["network"]["bits"][role] / best)
    assert set(report["saved by role"]) <= set(report["network"]["bits"])
