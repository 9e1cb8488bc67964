"""A MIDI corpus as tokens, encoded once and kept in a file."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gmn_core.corpora.midi import MidiPiece, Split
from gmn_core.files import StrPath
from gmn_core.generation.music.casting import band_from_midi
from gmn_core.generation.request import GenerationError
from gmn_core.generation.tokens.encoding import (
    ACTION_SLOTS,
    FIRST_PITCH,
    N_DRUM_SLOTS,
    N_SHAPES,
    REST,
    SHAPE,
    Shape,
    Shapes,
    Tokens,
    encode,
    shapes_of,
)
from gmn_core.generation.tokens.outline import OUTLINE_ARRAYS, Outline, apart, end_to_end, find_outline
from gmn_core.generation.tokens.sheet import Sheet
from gmn_core.genres import Genre

_REPRESENTATION = 5  # raised whenever the same file would be encoded differently
_FEWEST_BARS = 8


@dataclass(frozen=True, eq=False)
class EncodedPiece:
    """A piece of a corpus as the network sees it.

    Parameters
    ----------
    name : str
        ``genre/file``.
    genre : Genre
        Its label.
    split : Split
        What it is for.
    sheet : Sheet
        What stays the same through it.
    tokens : ndarray of int16, shape (n_steps, n_slots)
        Its notes, silent bars left out.
    outline : Outline
        How it is built.
    """

    name: str
    genre: Genre
    split: Split
    sheet: Sheet
    tokens: Tokens
    outline: Outline

    @property
    def n_bars(self) -> int:
        """Number of bars."""
        return len(self.tokens) // self.sheet.steps_per_bar


@dataclass(frozen=True, eq=False)
class Dataset:
    """An encoded corpus with the vocabulary of chord shapes found in its training pieces."""

    shapes: Shapes
    pieces: Sequence[EncodedPiece]

    def of(self, split: Split) -> list[EncodedPiece]:
        """Return the pieces of one split."""
        return [piece for piece in self.pieces if piece.split is split]

    def fingerprint(self) -> str:
        """Return one SHA-256 of everything that a network learns from, the vocabulary of shapes included."""
        digest = hashlib.sha256(str(self.shapes.intervals).encode())
        for piece in self.pieces:
            sheet = json.dumps(piece.sheet.to_json(), sort_keys=True)
            digest.update(f"{piece.name}/{piece.split}/{sheet}".encode())
            outline = (getattr(piece.outline, name) for name in OUTLINE_ARRAYS)
            for array in (piece.tokens, *outline):
                digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()


def excerpts(piece: EncodedPiece, n_bars: int) -> list[EncodedPiece]:
    """Cut a piece into excerpts of a sample's length; a shorter piece is one excerpt."""
    bar = piece.sheet.steps_per_bar
    starts = range(0, max(piece.n_bars - n_bars, 0) + 1, n_bars)
    return [
        EncodedPiece(
            f"{piece.name}#{first}",
            piece.genre,
            piece.split,
            piece.sheet,
            piece.tokens[first * bar : (first + n_bars) * bar],
            piece.outline.passage(first, n_bars),
        )
        for first in starts
    ]


def load_dataset(
    splits: Mapping[Split, Sequence[MidiPiece]], cache_dir: StrPath, shapes: Shapes | None = None
) -> Dataset:
    """Encode a split corpus, or read what an earlier call encoded.

    Files that cannot be read or hold fewer than eight bars are left out.

    Parameters
    ----------
    splits : mapping of Split to sequence of MidiPiece
        The corpus.
    cache_dir : str or os.PathLike
        Where the encoded corpus is kept, in a file named after its contents.
    shapes : Shapes, optional
        A generator's vocabulary; by default the commonest shapes of the
        training pieces.

    Returns
    -------
    Dataset

    Raises
    ------
    GenerationError
        If no training piece is left.
    """
    cache_dir = Path(cache_dir)
    jobs = [(piece, split) for split in Split for piece in splits[split]]
    own = _cached(jobs, cache_dir, None)
    # For the corpus that the generator was trained on, its vocabulary is the one just found.
    return own if shapes is None or shapes == own.shapes else _cached(jobs, cache_dir, shapes)


def _cached(jobs: Sequence[tuple[MidiPiece, Split]], cache_dir: Path, shapes: Shapes | None) -> Dataset:
    cache = cache_dir / f"encoded-{_fingerprint(jobs, shapes)}.npz"
    if not cache.exists():
        cache_dir.mkdir(parents=True, exist_ok=True)
        _write(_encode_all(jobs, shapes), cache)
    return _read(cache)


def _fingerprint(jobs: Iterable[tuple[MidiPiece, Split]], shapes: Shapes | None) -> str:
    digest = hashlib.sha256(str(_REPRESENTATION).encode())
    if shapes is not None:
        digest.update(str(shapes.intervals).encode())
    for piece, split in jobs:
        digest.update(f"{piece.genre}/{piece.path.name}/{split}".encode())
        digest.update(piece.path.read_bytes())
    return digest.hexdigest()[:16]


def _encode_all(jobs: Sequence[tuple[MidiPiece, Split]], shapes: Shapes | None) -> Dataset:
    from tqdm import tqdm

    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        results = pool.map(_encode_one, [piece.path for piece, _ in jobs], chunksize=16)
        encoded = list(tqdm(results, total=len(jobs), unit=" files", desc="encoding", leave=False))
    kept = [(job, own) for job, own in zip(jobs, encoded, strict=True) if own is not None]
    if not any(split is Split.TRAIN for (_, split), _ in kept):
        raise GenerationError("No training file can be read and has eight bars of music.")
    shapes = shapes or _common_shapes(own for (_, split), own in kept if split is Split.TRAIN)
    pieces = []
    for (piece, split), (sheet, tokens, local) in kept:
        _translate(tokens, local, shapes)
        outline = find_outline(tokens, sheet, shapes)
        name = f"{piece.genre}/{piece.path.name}"
        pieces.append(EncodedPiece(name, piece.genre, split, sheet, tokens, outline))
    return Dataset(shapes, pieces)


# A piece with the chord shapes that it uses, numbered by itself.
_Own = tuple[Sheet, Tokens, Sequence[Shape]]


def _encode_one(path: Path) -> _Own | None:
    try:
        band = band_from_midi(path.read_bytes())
    except GenerationError:
        return None
    shapes = Shapes(((), *sorted(set(shapes_of(band)) - {()})))
    sheet, tokens = encode(band, shapes)
    tokens = _without_silent_bars(tokens, sheet.steps_per_bar)
    if len(tokens) < _FEWEST_BARS * sheet.steps_per_bar:
        return None
    return sheet, tokens, shapes.intervals


def _without_silent_bars(tokens: Tokens, steps_per_bar: int) -> Tokens:
    bars = tokens.reshape(-1, steps_per_bar, tokens.shape[1])
    sounding = np.any(bars[:, :, :N_DRUM_SLOTS] != 0, axis=(1, 2))
    sounding |= np.any(bars[:, :, list(ACTION_SLOTS)] != REST, axis=(1, 2))
    return bars[sounding].reshape(-1, tokens.shape[1])


def _common_shapes(pieces: Iterable[_Own]) -> Shapes:
    """Return the commonest shapes; each piece has one vote, shared by its strokes."""
    votes: dict[Shape, float] = defaultdict(float)
    for _, tokens, local in pieces:
        counts: Counter[int] = Counter()
        for action in ACTION_SLOTS:
            counts.update(tokens[tokens[:, action] >= FIRST_PITCH, action + SHAPE].tolist())
        for index, count in counts.items():
            votes[local[index]] += count / counts.total()
    votes.pop((), None)
    ranked = sorted(votes, key=lambda shape: (-votes[shape], shape))
    return Shapes(((), *ranked[: N_SHAPES - 1]))


def _translate(tokens: Tokens, local: Sequence[Shape], shapes: Shapes) -> None:
    table = np.array([shapes.nearest(shape) for shape in local], np.int16)
    for action in ACTION_SLOTS:
        tokens[:, action + SHAPE] = table[tokens[:, action + SHAPE]]


def _write(dataset: Dataset, path: Path) -> None:
    about = [
        {"name": piece.name, "genre": piece.genre, "split": piece.split, "sheet": piece.sheet.to_json()}
        for piece in dataset.pieces
    ]
    partial = path.with_suffix(".partial.npz")
    np.savez_compressed(
        partial,
        tokens=np.concatenate([piece.tokens for piece in dataset.pieces]),
        lengths=np.array([len(piece.tokens) for piece in dataset.pieces]),
        **end_to_end([piece.outline for piece in dataset.pieces]),  # type: ignore[arg-type]  # stub takes no names
        about=np.array(json.dumps({"shapes": dataset.shapes.intervals, "pieces": about})),
    )
    partial.rename(path)


def _read(path: Path) -> Dataset:
    with np.load(path, allow_pickle=False) as file:
        about = json.loads(str(file["about"]))
        sheets = [Sheet.from_json(own["sheet"]) for own in about["pieces"]]
        lengths = file["lengths"]
        tokens = np.split(file["tokens"], np.cumsum(lengths)[:-1])
        n_bars = lengths // [sheet.steps_per_bar for sheet in sheets]
        outlines = apart({name: file[name] for name in OUTLINE_ARRAYS}, n_bars)
    pieces = [
        EncodedPiece(own["name"], Genre(own["genre"]), Split(own["split"]), sheet, rows, outline)
        for own, sheet, rows, outline in zip(about["pieces"], sheets, tokens, outlines, strict=True)
    ]
    return Dataset(Shapes(tuple(tuple(shape) for shape in about["shapes"])), pieces)
