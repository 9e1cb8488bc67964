"""The trained generator: weights, chord shapes, sheets, outlines, sampling settings and known runs."""

from __future__ import annotations

import gzip
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gmn_core.files import StrPath
from gmn_core.generation.music.band import Role
from gmn_core.generation.playing.harmonist import Harmonist
from gmn_core.generation.playing.memorisation import Hashes
from gmn_core.generation.playing.stepper import Weights
from gmn_core.generation.playing.tuning import Tuning, read_tuning
from gmn_core.generation.request import GenerationError
from gmn_core.generation.tokens.chords import unknown_chords
from gmn_core.generation.tokens.conditioning import BLANK
from gmn_core.generation.tokens.encoding import Shapes
from gmn_core.generation.tokens.outline import OUTLINE_ARRAYS, Outline, apart, end_to_end
from gmn_core.generation.tokens.sheet import Sheet
from gmn_core.genres import Genre
from gmn_core.models.card import ModelError, intact_model_dir, model_dir

NAME = "lstm"
WEIGHTS_FILE, BOOK_FILE, OUTLINES_FILE, RUNS_FILE = "weights.npz", "book.json.gz", "outlines.npz", "runs.npz"
MODEL_FILES = (WEIGHTS_FILE, BOOK_FILE, OUTLINES_FILE, RUNS_FILE)
TUNING_FILE = "tuning.npz"  # made after the training; not every generator has one
# What reading a missing, truncated or foreign file raises.
_UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class RoleSampling:
    """How a role's tokens are drawn.

    Parameters
    ----------
    temperature : float
        Divides the logits; below 1, likely tokens become likelier.
    nucleus : float
        Only the likeliest tokens that together have this probability are
        drawn (Holtzman et al. 2020, https://arxiv.org/abs/1904.09751).
    """

    temperature: float = 1.0
    nucleus: float = 0.99


DEFAULT_SAMPLING: Mapping[Role, RoleSampling] = {role: RoleSampling() for role in Role}
GUIDANCE = 1.5
"""How many times a generator trained for it adds what the genre adds; chosen on validation pieces."""


@dataclass(frozen=True, eq=False)
class GeneratorModel:
    """Everything that a sample is drawn from.

    Parameters
    ----------
    weights : Weights
        The network's.
    shapes : Shapes
        The vocabulary of chord shapes.
    sheets : mapping of Genre to sequence of Sheet
        Sheets of training pieces.
    outlines : mapping of Genre to sequence of Outline
        Outlines of passages of the same pieces, in the same order.
    bands : mapping of Genre to sequence of (mapping of Role to int)
        Programs that the same pieces are played with where nothing unusual is
        wanted, in the same order.
    typicality : mapping of Genre to sequence of float
        How typical of the genre the same pieces are, as shares of the mean.
    sampling : mapping of Role to RoleSampling
        How each role's tokens are drawn.
    run_limits : mapping of Genre to (mapping of str to int)
        For each genre and voice the most consecutive bars that a sample may
        share with a training piece.
    runs : mapping of (str, int) to ndarray of uint64
        Sorted hashes of the training pieces' runs, by voice and length.
    tuning : Tuning
        How it is kept near real pieces.
    guidance : float
        How many times what the genre adds to the network's prediction is
        added; 1 for a network that was never trained without them.
    harmonist : Harmonist, optional
        Decides the chords of a piece; without one it has those of an outline.
    """

    weights: Weights
    shapes: Shapes
    sheets: Mapping[Genre, Sequence[Sheet]]
    outlines: Mapping[Genre, Sequence[Outline]]
    bands: Mapping[Genre, Sequence[Mapping[Role, int]]]
    typicality: Mapping[Genre, Sequence[float]]
    sampling: Mapping[Role, RoleSampling]
    run_limits: Mapping[Genre, Mapping[str, int]]
    runs: Mapping[tuple[str, int], Hashes]
    tuning: Tuning = field(default_factory=Tuning)
    guidance: float = 1.0
    harmonist: Harmonist | None = None

    def check_genre(self, genre: Genre) -> None:
        """Raise a `GenerationError` for a genre that no training piece was of."""
        if genre not in self.sheets:
            known = " and ".join(", ".join(own.display_name for own in self.sheets).rsplit(", ", 1))
            raise GenerationError(
                f"This generator learned from no {genre.display_name.lower()}; it can play {known.lower()}."
            )


def save_model(
    folder: StrPath,
    arrays: Mapping[str, npt.NDArray[np.float32]],
    shapes: Shapes,
    sheets: Mapping[Genre, Sequence[Sheet]],
    outlines: Mapping[Genre, Sequence[Outline]],
    bands: Mapping[Genre, Sequence[Mapping[Role, int]]],
    typicality: Mapping[Genre, Sequence[float]],
    sampling: Mapping[Role, RoleSampling],
    run_limits: Mapping[Genre, Mapping[str, int]],
    runs: Mapping[tuple[str, int], Hashes],
    guidance: float = 1.0,
) -> None:
    """Write a generator's files; the weights in half precision, which has no audible effect."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    halves = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(folder / WEIGHTS_FILE, **halves)  # type: ignore[arg-type]  # NumPy's stub takes no names
    book = {
        "shapes": shapes.intervals,
        "sheets": {genre: [sheet.to_json() for sheet in own] for genre, own in sheets.items()},
        "bands": bands,
        "typicality": typicality,
        "sampling": {role: asdict(own) for role, own in sampling.items()},
        "run_limits": run_limits,
        "guidance": guidance,
    }
    # A fixed time stamp, so that equal books have equal bytes.
    (folder / BOOK_FILE).write_bytes(gzip.compress(json.dumps(book).encode(), mtime=0))
    np.savez_compressed(folder / OUTLINES_FILE, **_flattened(outlines))  # type: ignore[arg-type]  # as above
    named = {f"{voice}/{length}": hashes for (voice, length), hashes in runs.items()}
    np.savez_compressed(folder / RUNS_FILE, **named)  # type: ignore[arg-type]  # as above


def read_model(folder: StrPath) -> GeneratorModel:
    """Read a generator's files.

    Raises
    ------
    GenerationError
        If the folder holds no generator, or one whose notes are written
        otherwise.
    """
    try:
        return _read_files(Path(folder))
    except _UNREADABLE as error:
        raise GenerationError(f"{folder} holds no trained generator.") from error


def _read_files(folder: Path) -> GeneratorModel:
    book = json.loads(gzip.decompress((folder / BOOK_FILE).read_bytes()))
    outlines, runs = _arrays(folder / OUTLINES_FILE), _arrays(folder / RUNS_FILE)
    weights = _arrays(folder / WEIGHTS_FILE)
    if len(weights["played/embeddings"]) != BLANK + 1:
        raise GenerationError(f"{folder} holds a generator of an older version; train it again.")
    return GeneratorModel(
        weights=Weights(weights),
        harmonist=Harmonist.among(weights),
        shapes=Shapes(tuple(tuple(shape) for shape in book["shapes"])),
        sheets={Genre(g): tuple(map(Sheet.from_json, own)) for g, own in book["sheets"].items()},
        outlines={Genre(genre): _outlines(outlines, genre) for genre in book["sheets"]},
        bands={
            Genre(genre): tuple({Role(role): program for role, program in band.items()} for band in own)
            for genre, own in book["bands"].items()
        },
        typicality={Genre(genre): tuple(own) for genre, own in book["typicality"].items()},
        sampling={Role(role): RoleSampling(**own) for role, own in book["sampling"].items()},
        run_limits={Genre(genre): own for genre, own in book["run_limits"].items()},
        runs={_voice_and_length(name): hashes for name, hashes in runs.items()},
        guidance=book.get("guidance", 1.0),
        tuning=read_tuning(folder / TUNING_FILE) if (folder / TUNING_FILE).exists() else Tuning(),
    )


def read_weights(folder: StrPath) -> dict[str, npt.NDArray[np.floating]]:
    """Read the network's weights as they are stored, named ``layer/weight``.

    Raises
    ------
    GenerationError
        If the folder holds no generator.
    """
    try:
        return _arrays(Path(folder) / WEIGHTS_FILE)
    except _UNREADABLE as error:
        raise GenerationError(f"{folder} holds no trained generator.") from error


@lru_cache(maxsize=1)
def shipped_model() -> GeneratorModel:
    """Read the generator that is shipped, once.

    Raises
    ------
    GenerationError
        If its files are not those of its card.
    """
    try:
        return read_model(intact_model_dir(NAME))
    except ModelError as error:
        raise GenerationError(str(error)) from error


def load_model(folder: StrPath) -> GeneratorModel:
    """Return the generator of a folder; the shipped one, and the one read last, are kept in memory.

    Raises
    ------
    GenerationError
        If the folder holds no generator.
    """
    folder = Path(folder)
    if folder == model_dir(NAME):
        return shipped_model()
    try:
        changed = max((folder / name).stat().st_mtime_ns for name in MODEL_FILES)
        changed = max(changed, folder.stat().st_mtime_ns)  # a tuning may have come or gone
    except OSError as error:
        raise GenerationError(f"{folder} holds no trained generator.") from error
    return _kept_model(folder, changed)


@lru_cache(maxsize=1)
def _kept_model(folder: Path, changed: int) -> GeneratorModel:
    return read_model(folder)


def _arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


def _flattened(outlines: Mapping[Genre, Sequence[Outline]]) -> dict[str, npt.NDArray[Any]]:
    """Return the outlines of each genre, joined, with the number of bars of each."""
    arrays: dict[str, npt.NDArray[Any]] = {}
    for genre, own in outlines.items():
        arrays[f"{genre}/bars"] = np.array([outline.n_bars for outline in own])
        arrays |= {f"{genre}/{name}": array for name, array in end_to_end(own).items()}
    return arrays


def _outlines(arrays: Mapping[str, npt.NDArray[Any]], genre: str) -> list[Outline]:
    n_bars = arrays[f"{genre}/bars"]
    # Generators made before there were chords keep none.
    kept = {f"{genre}/chords": unknown_chords(int(n_bars.sum())), **arrays}
    return apart({name: kept[f"{genre}/{name}"] for name in OUTLINE_ARRAYS}, n_bars)


def _voice_and_length(name: str) -> tuple[str, int]:
    voice, length = name.rsplit("/", 1)
    return voice, int(length)
