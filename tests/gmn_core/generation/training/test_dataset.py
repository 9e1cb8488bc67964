"""Encoding a corpus, once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gmn_core.corpora.midi import MidiPiece, Split
from gmn_core.generation.request import GenerationError
from gmn_core.generation.tokens.encoding import Shapes, encode
from gmn_core.generation.training.dataset import Dataset, EncodedPiece, excerpts, load_dataset
from gmn_core.genres import Genre
from tests.gmn_core.generation.conftest import make_band


def test_pieces_are_encoded_with_the_corpus_shapes(dataset: Dataset) -> None:
    assert dataset.shapes.intervals == ((), (4, 7))
    assert {split: len(dataset.of(split)) for split in Split} == {
        Split.TRAIN: 18,
        Split.VALID: 2,
        Split.TEST: 4,
    }
    piece = next(own for own in dataset.pieces if own.name == "jazz/03.mid")
    sheet, tokens = encode(make_band(tonic=3, seed=2600 + 3), dataset.shapes)
    assert (piece.tokens == tokens).all()
    assert piece.sheet.kit == sheet.kit
    assert piece.sheet.tempo == 180


def test_a_corpus_is_encoded_once_and_bad_files_left_out(tmp_path: Path) -> None:
    good, short, bad = (tmp_path / name for name in ("good.mid", "short.mid", "bad.mid"))
    good.write_bytes(make_band().to_midi())
    short.write_bytes(make_band(n_bars=3).to_midi())
    bad.write_bytes(b"no music")
    splits = {split: [] for split in Split}
    splits[Split.TRAIN] = [MidiPiece(path, Genre.POP) for path in (good, short, bad)]
    first = load_dataset(splits, tmp_path / "cache")
    assert [piece.name for piece in first.pieces] == ["pop/good.mid"]
    (cached,) = (tmp_path / "cache").glob("*.npz")
    written = cached.stat().st_mtime_ns
    again = load_dataset(splits, tmp_path / "cache")
    assert cached.stat().st_mtime_ns == written
    assert (again.pieces[0].tokens == first.pieces[0].tokens).all()
    other = load_dataset(splits, tmp_path / "cache", Shapes(((), (12,))))
    assert other.shapes.intervals == ((), (12,))


def test_excerpts_are_whole_bars_in_order(dataset: Dataset) -> None:
    piece = dataset.pieces[0]
    parts = excerpts(piece, 4)
    assert [len(part.tokens) for part in parts] == [64, 64, 64]
    assert (np.concatenate([part.tokens for part in parts]) == piece.tokens).all()
    (whole,) = excerpts(piece, 50)
    assert isinstance(whole, EncodedPiece)
    assert whole.n_bars == 12


def test_a_corpus_of_which_nothing_is_left_to_learn_from_is_refused(tmp_path: Path) -> None:
    (tmp_path / "short.mid").write_bytes(make_band(n_bars=4).to_midi())
    short = MidiPiece(tmp_path / "short.mid", Genre.JAZZ)
    with pytest.raises(GenerationError, match="eight bars"):
        load_dataset({Split.TRAIN: [short], Split.VALID: [], Split.TEST: []}, tmp_path / "cache")
    assert not (tmp_path / "cache").exists() or not list((tmp_path / "cache").glob("*.npz"))
