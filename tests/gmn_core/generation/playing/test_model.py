"""The generator's files: what is written comes back, and what is no generator is said to be none."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pytest

from gmn_core.generation.music.band import Role
from gmn_core.generation.playing.memorisation import ALL_TOGETHER, Hashes
from gmn_core.generation.playing.model import (
    BOOK_FILE,
    MODEL_FILES,
    OUTLINES_FILE,
    RUNS_FILE,
    WEIGHTS_FILE,
    RoleSampling,
    read_model,
    read_weights,
    save_model,
)
from gmn_core.generation.request import GenerationError
from gmn_core.generation.tokens.encoding import Shapes
from gmn_core.generation.tokens.outline import Outline
from gmn_core.generation.tokens.sheet import Sheet, write_sheet
from gmn_core.generation.training.dataset import Dataset
from gmn_core.generation.training.fitting import WeightArrays
from gmn_core.generation.training.network import GeneratorNetwork
from gmn_core.genres import Genre
from tests.gmn_core.generation.conftest import make_band


@dataclass(frozen=True)
class Material:
    """What `save_model` is given, in its order."""

    arrays: WeightArrays
    shapes: Shapes
    sheets: dict[Genre, list[Sheet]]
    outlines: dict[Genre, list[Outline]]
    bands: dict[Genre, list[dict[Role, int]]]
    typicality: dict[Genre, list[float]]
    sampling: dict[Role, RoleSampling]
    run_limits: dict[Genre, dict[str, int]]
    runs: dict[tuple[str, int], Hashes]
    guidance: float

    def save(self, folder: Path) -> Path:
        save_model(folder, *(getattr(self, field.name) for field in fields(self)))
        return folder


@pytest.fixture
def material(network: GeneratorNetwork, dataset: Dataset) -> Material:
    """Two genres, outlines of several lengths, and runs of several voices and lengths."""
    one, other, third = (piece.outline for piece in dataset.pieces[:3])
    sheets = [write_sheet(make_band(tonic=tonic)) for tonic in (1, 2, 3)]
    return Material(
        network.weights(),
        Shapes(((), (4, 7), (3, 7, 15))),
        {Genre.JAZZ: sheets[:2], Genre.ROCK: sheets[2:]},
        {Genre.JAZZ: [one, other.passage(2, 3)], Genre.ROCK: [third.passage(1, 9)]},
        {Genre.JAZZ: [{Role.BASS: 32}, {Role.LEAD: 65}], Genre.ROCK: [{Role.DRUMS: 16, Role.CHORDS: 29}]},
        {Genre.JAZZ: [0.5, 1.5], Genre.ROCK: [1.0]},
        {role: RoleSampling(0.8 + place / 10, 0.9) for place, role in enumerate(Role)},
        {Genre.JAZZ: {"lead": 3, ALL_TOGETHER: 0}, Genre.ROCK: {"lead": 7, ALL_TOGETHER: 1}},
        {
            ("lead", 4): np.array([1, 2**63 + 5], np.uint64),
            ("lead", 8): np.zeros(0, np.uint64),
            (ALL_TOGETHER, 1): np.array([7], np.uint64),
        },
        1.25,
    )


def test_what_is_written_comes_back(material: Material, tmp_path: Path) -> None:
    model = read_model(material.save(tmp_path / "new" / "folder"))
    assert model.shapes == material.shapes
    assert {genre: list(own) for genre, own in model.sheets.items()} == material.sheets
    assert {genre: list(own) for genre, own in model.bands.items()} == material.bands
    assert {genre: list(own) for genre, own in model.typicality.items()} == material.typicality
    assert model.sampling == material.sampling
    assert model.run_limits == material.run_limits
    assert model.guidance == material.guidance
    assert set(model.runs) == set(material.runs)
    for key, hashes in material.runs.items():
        assert model.runs[key].dtype == np.uint64
        assert model.runs[key].tolist() == hashes.tolist()


def test_outlines_of_any_lengths_come_back_in_the_order_of_the_sheets(
    material: Material, tmp_path: Path
) -> None:
    model = read_model(material.save(tmp_path))
    assert set(model.outlines) == set(material.outlines)
    for genre, own in material.outlines.items():
        assert [found.n_bars for found in model.outlines[genre]] == [given.n_bars for given in own]
        for found, given in zip(model.outlines[genre], own, strict=True):
            for field in fields(Outline):
                array = getattr(found, field.name)
                assert array.dtype == np.uint8
                assert (array == getattr(given, field.name)).all()


def test_weights_are_kept_in_half_precision(material: Material, tmp_path: Path) -> None:
    weights = read_weights(material.save(tmp_path))
    assert set(weights) == set(material.arrays)
    for name, array in material.arrays.items():
        assert weights[name].dtype == np.float16
        assert weights[name] == pytest.approx(array, rel=1e-3, abs=1e-6)
    assert (weights["read/kernel"].astype(np.float32) == read_model(tmp_path).weights.read.T).all()


def test_the_same_generator_has_the_same_bytes_at_any_time(
    material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = material.save(tmp_path / "first")
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    second = material.save(tmp_path / "second")
    for name in MODEL_FILES:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    assert {path.name for path in first.iterdir()} == set(MODEL_FILES)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def no_file(path: Path) -> None:
    path.unlink()


def text(path: Path) -> None:
    path.write_text("a page that says that the file was not found")


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


@pytest.mark.parametrize("name", MODEL_FILES)
@pytest.mark.parametrize("harm", [no_file, empty, text, cut_off])
def test_a_file_that_is_absent_or_broken_is_one_sentence(
    material: Material, tmp_path: Path, name: str, harm: Callable[[Path], None]
) -> None:
    harm(material.save(tmp_path) / name)
    with pytest.raises(GenerationError) as refused:
        read_model(tmp_path)
    assert str(refused.value) == f"{tmp_path} holds no trained generator."
    if name == WEIGHTS_FILE:
        with pytest.raises(GenerationError, match=r"holds no trained generator\.$"):
            read_weights(tmp_path)


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    for read in (read_model, read_weights):
        with pytest.raises(GenerationError, match=r"^nowhere holds no trained generator\.$"):
            read(Path("nowhere"))


def without_sheets(folder: Path) -> None:
    book = json.loads(gzip.decompress((folder / BOOK_FILE).read_bytes()))
    del book["sheets"]
    (folder / BOOK_FILE).write_bytes(gzip.compress(json.dumps(book).encode()))


def sheets_of_another_kind(folder: Path) -> None:
    book = json.loads(gzip.decompress((folder / BOOK_FILE).read_bytes()))
    book["sheets"]["jazz"][0]["swing"] = 1
    (folder / BOOK_FILE).write_bytes(gzip.compress(json.dumps(book).encode()))


def outlines_of_another_genre(folder: Path) -> None:
    with np.load(folder / OUTLINES_FILE) as file:
        arrays = {name.replace("jazz", "pop"): array for name, array in file.items()}
    np.savez(folder / OUTLINES_FILE, **arrays)


def runs_of_no_length(folder: Path) -> None:
    np.savez(folder / RUNS_FILE, lead=np.zeros(1, np.uint64))


def a_layer_less(folder: Path) -> None:
    with np.load(folder / WEIGHTS_FILE) as file:
        np.savez(folder / WEIGHTS_FILE, **{name: own for name, own in file.items() if name != "head/bias"})


@pytest.mark.parametrize(
    "harm",
    [without_sheets, sheets_of_another_kind, outlines_of_another_genre, runs_of_no_length, a_layer_less],
)
def test_files_of_another_form_are_one_sentence(
    material: Material, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    harm(material.save(tmp_path))
    with pytest.raises(GenerationError, match=r"holds no trained generator\.$"):
        read_model(tmp_path)


def test_a_generator_made_before_there_were_chords_and_guidance_is_read(
    material: Material, tmp_path: Path
) -> None:
    folder = material.save(tmp_path)
    with np.load(folder / OUTLINES_FILE, allow_pickle=False) as file:
        kept = {name: array for name, array in file.items() if not name.endswith("/chords")}
    np.savez(folder / OUTLINES_FILE, **kept)
    book = json.loads(gzip.decompress((folder / BOOK_FILE).read_bytes()))
    del book["guidance"]
    (folder / BOOK_FILE).write_bytes(gzip.compress(json.dumps(book).encode()))
    model = read_model(folder)
    assert model.guidance == 1
    for genre, own in material.outlines.items():
        for found, given in zip(model.outlines[genre], own, strict=True):
            assert (found.returns == given.returns).all()
            assert found.chords.shape == given.chords.shape
            assert not found.chords.any()
