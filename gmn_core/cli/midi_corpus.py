"""What the commands on MIDI corpora share: their arguments, and reading and splitting the corpus."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gmn_core.cli.usage import UsageError

if TYPE_CHECKING:
    from gmn_core.corpora.midi import MidiPiece, Split

_MANIFEST = "midi_manifest.csv"


def add_corpus_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that name a corpus."""
    parser.add_argument(
        "--midi", type=Path, required=True, metavar="DIR", help="holds genre-named folders of MIDI files"
    )
    parser.add_argument(
        "--manifest",
        type=Path,
        metavar="CSV",
        help=f"genre, file, artist, title and tier of each file (default: {_MANIFEST} in or beside DIR)",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path("runs"),
        metavar="DIR",
        help="folder that keeps the encoded corpus (default: %(default)s)",
    )


def read_corpus(arguments: argparse.Namespace) -> dict[Split, list[MidiPiece]]:
    """Index and split the corpus that the arguments name; say so if its artists are not known."""
    from gmn_core.corpora.midi import MidiCorpusError, index_corpus, split_corpus

    manifest = arguments.manifest or find_manifest(arguments.midi)
    try:
        pieces = index_corpus(arguments.midi, manifest)
    except MidiCorpusError as error:
        raise UsageError(str(error)) from error
    if manifest is None:
        print("no manifest: artists are not known, so the split is by file")
    else:
        print(f"manifest: {manifest}; the split keeps each artist, and each song, on one side")
    splits = split_corpus(pieces)
    print(", ".join(f"{split} {len(own)}" for split, own in splits.items()), "files")
    return splits


def find_manifest(folder: Path) -> Path | None:
    """Return the corpus's manifest if there is one in the folder or beside it."""
    candidates = (folder / _MANIFEST, folder.resolve().parent / _MANIFEST)
    return next((path for path in candidates if path.is_file()), None)
