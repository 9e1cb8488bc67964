"""MIDI corpora: folders named after genres, each holding MIDI files, with or without a manifest."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from gmn_core.files import StrPath
from gmn_core.genres import GENRES, Genre
from gmn_core.models.card import file_sha256

DOUBTFUL_TIER = 3
_SUFFIXES = {".mid", ".midi"}
_REQUIRED_COLUMNS = {"genre", "file"}


class MidiCorpusError(ValueError):
    """A corpus that cannot be used; its message is a sentence a person can act on."""


class Split(StrEnum):
    """What a piece is for."""

    TRAIN = "train"
    VALID = "valid"
    TEST = "test"


# Shares of each genre's files; training gets the rest.
_SHARES = {Split.TEST: 0.14, Split.VALID: 0.08}
_FEWEST_TO_SPLIT = 3  # files of a genre from which on one is for validation


@dataclass(frozen=True)
class MidiPiece:
    """One MIDI file of a corpus.

    Parameters
    ----------
    path : str or os.PathLike
        The file.
    genre : Genre
        Its label.
    artist, title : str
        As the manifest tells; empty where it does not.
    """

    path: Path
    genre: Genre
    artist: str = ""
    title: str = ""


def index_corpus(folder: StrPath, manifest: StrPath | None = None) -> list[MidiPiece]:
    """List the pieces of a corpus.

    Parameters
    ----------
    folder : str or os.PathLike
        Holds folders named after genres (``blues``, ``classical``, ...), which
        hold MIDI files.
    manifest : str or os.PathLike, optional
        CSV with the columns ``genre`` and ``file``, and where known ``artist``,
        ``title`` and ``tier``. Pieces of tier 3 (doubtful labels) and files that
        it does not list are left out.

    Returns
    -------
    list of MidiPiece
        In order of genre and file name.

    Raises
    ------
    MidiCorpusError
        If the folder or the manifest cannot be used.
    """
    folder = Path(folder)
    manifest = None if manifest is None else Path(manifest)
    files = {
        (genre, path.name): path
        for genre in GENRES
        for path in sorted((folder / genre.value).glob("*"))
        if path.suffix.lower() in _SUFFIXES
    }
    if not files:
        raise MidiCorpusError(f"{folder} holds no genre-named folders of MIDI files.")
    if manifest is None:
        return [MidiPiece(path, genre) for (genre, _), path in files.items()]
    rows = {(row["genre"], row["file"]): row for row in _read_manifest(manifest)}
    listed = [(path, genre, rows.get((genre.value, name))) for (genre, name), path in files.items()]
    return [
        MidiPiece(path, genre, row.get("artist") or "", row.get("title") or "")
        for path, genre, row in listed
        if row is not None and row.get("tier") != str(DOUBTFUL_TIER)
    ]


def _read_manifest(manifest: Path) -> list[dict[str, str]]:
    try:
        with manifest.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise MidiCorpusError(f"The manifest {manifest} cannot be read.") from error
    if not rows or not set(rows[0]) >= _REQUIRED_COLUMNS:
        raise MidiCorpusError(f"The manifest {manifest} needs the columns genre and file.")
    return rows


def split_corpus(pieces: Sequence[MidiPiece], seed: int = 0) -> dict[Split, list[MidiPiece]]:
    """Split a corpus so that an artist, and a song, is on one side only.

    Pieces without an artist (none known, or an archive's name in brackets)
    are kept together by title; without a title each piece stands alone.

    Parameters
    ----------
    pieces : sequence of MidiPiece
        The corpus.
    seed : int
        Seed of the shuffling.

    Returns
    -------
    dict of Split to list of MidiPiece
        About 14 % of each genre's files for testing, 8 % (at least one of
        three) for validation and the rest for training, each in the order of
        ``pieces``.
    """
    groups = artist_groups(pieces)
    members: dict[int, list[int]] = defaultdict(list)
    for index, group in enumerate(groups):
        members[group].append(index)
    splits = dict.fromkeys(range(len(pieces)), Split.TRAIN)
    totals = {genre: sum(piece.genre is genre for piece in pieces) for genre in GENRES}
    order = sorted(members)
    np.random.default_rng(seed).shuffle(order)
    for split, share in _SHARES.items():
        room = {
            genre: max(round(share * total), int(split is Split.VALID and total >= _FEWEST_TO_SPLIT))
            for genre, total in totals.items()
        }
        for group in order:
            wanted = [pieces[index].genre for index in members[group]]
            free = all(splits[index] is Split.TRAIN for index in members[group])
            if free and all(wanted.count(genre) <= room[genre] for genre in set(wanted)):
                for index in members[group]:
                    splits[index] = split
                    room[pieces[index].genre] -= 1
    return {split: [pieces[index] for index, own in splits.items() if own is split] for split in Split}


def pieces_sha256(pieces: Sequence[MidiPiece]) -> str:
    """Return one SHA-256 of the names and contents of files, as hexadecimal digits."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(f"{piece.genre}/{piece.path.name} {file_sha256(piece.path)}\n".encode())
    return digest.hexdigest()


def artist_groups(pieces: Sequence[MidiPiece]) -> list[int]:
    """Return a number for each piece that pieces of one artist, or of one title, share (union-find)."""
    parents = list(range(len(pieces)))

    def root(index: int) -> int:
        while parents[index] != index:
            index = parents[index]
        return index

    first: dict[tuple[str, str], int] = {}
    for index, piece in enumerate(pieces):
        artist = "" if piece.artist.startswith("(") else piece.artist.strip().casefold()
        for kind, name in (("artist", artist), ("title", _plain_title(piece.title))):
            if name:
                parents[root(index)] = root(first.setdefault((kind, name), index))
    return [root(index) for index in range(len(pieces))]


def _plain_title(title: str) -> str:
    """Return a title without version marks: digits, brackets and the initials that archives append."""
    words = re.sub(r"\(.*?\)|[^a-z ]", " ", title.casefold()).split()
    while len(words) > 1 and len(words[-1]) <= 3:
        words.pop()
    return " ".join(words)
