"""The critic's features tell apart what they are to tell, and its network is what scikit-learn trained."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.generation.playing.critic import PASSAGE_BARS, passage_features
from gmn_core.generation.tokens.encoding import Shapes, Tokens, encode, shapes_of
from gmn_core.generation.tokens.sheet import Sheet
from gmn_core.generation.training.critic import HeardPiece, critic_auc, describe_passages, train_critic
from gmn_core.genres import Genre
from tests.gmn_core.generation.conftest import make_band


@pytest.fixture(scope="module")
def piece() -> tuple[Sheet, Tokens]:
    band = make_band(12)
    return encode(band, Shapes(((), *sorted(set(shapes_of(band)) - {()}))))


def test_drafts_are_described_as_if_each_were_alone(piece: tuple[Sheet, Tokens]) -> None:
    sheet, tokens = piece
    n = PASSAGE_BARS * sheet.steps_per_bar
    passages = np.stack([tokens[:n], tokens[n : 2 * n], np.zeros_like(tokens[:n])])
    together = passage_features(passages, sheet, {Genre.POP: 1.0})
    assert np.isfinite(together).all()
    for row, own in zip(together, passages, strict=True):
        assert passage_features(own[None], sheet, {Genre.POP: 1.0})[0] == pytest.approx(row)
    assert (together[0] != together[2]).sum() > 10


def test_what_returns_and_what_is_struck_together_counts(piece: tuple[Sheet, Tokens]) -> None:
    sheet, tokens = piece
    bar = sheet.steps_per_bar
    same = np.tile(tokens[:bar], (PASSAGE_BARS, 1))
    other = same.copy()
    other[-bar:] = np.roll(other[-bar:], 1, axis=0)
    first, second = passage_features(np.stack([same, other]), sheet, {Genre.POP: 1.0})
    assert (first != second).any()


def test_a_critic_learns_to_tell_two_kinds_of_pieces(piece: tuple[Sheet, Tokens]) -> None:
    sheet = piece[0]
    real = [HeardPiece(Genre.POP, sheet, encode(make_band(12, seed=seed), SHAPES)[1]) for seed in range(20)]
    rng = np.random.default_rng(0)
    own = [HeardPiece(Genre.POP, sheet, own.tokens[rng.permutation(len(own.tokens))]) for own in real]
    features = [describe_passages(group, 4, seed=0) for group in (real, own)]
    critic = train_critic(*features)
    assert critic_auc(critic, *features) > 0.95
    assert critic.judge(features[0]).mean() > critic.judge(features[1]).mean()
    assert critic.judge(features[0]).shape == (len(features[0]),)


SHAPES = Shapes(((), (4, 7)))


def test_pieces_shorter_than_a_passage_are_left_out(piece: tuple[Sheet, Tokens]) -> None:
    sheet, tokens = piece
    short = HeardPiece(Genre.POP, sheet, tokens[: 2 * sheet.steps_per_bar])
    whole = HeardPiece(Genre.POP, sheet, tokens)
    assert len(describe_passages([short, whole], 3, seed=0)) == 3
