"""Indexing and splitting folders of MIDI files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from gmn_core.corpora.midi import (
    MidiCorpusError,
    MidiPiece,
    Split,
    index_corpus,
    pieces_sha256,
    split_corpus,
)
from gmn_core.genres import Genre


def make_folder(folder: Path, files: dict[str, tuple[str, ...]]) -> Path:
    for genre, names in files.items():
        (folder / genre).mkdir(parents=True)
        for name in names:
            (folder / genre / name).write_bytes(b"MThd")
    return folder


def test_genre_folders_are_read_and_others_are_not(tmp_path: Path) -> None:
    folder = make_folder(
        tmp_path, {"jazz": ("b.mid", "a.MIDI", "notes.txt"), "polka": ("c.mid",), "blues": ("d.mid",)}
    )
    found = [(piece.genre.value, piece.path.name) for piece in index_corpus(folder)]
    assert found == [("blues", "d.mid"), ("jazz", "a.MIDI"), ("jazz", "b.mid")]


def test_doubtful_and_unlisted_files_are_left_out(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "midi", {"jazz": ("a.mid", "b.mid", "c.mid")})
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("genre,file,tier,artist,title\njazz,a.mid,1,Ann,Air\njazz,b.mid,3,Bob,Ballad\n")
    assert index_corpus(folder, manifest) == [MidiPiece(folder / "jazz" / "a.mid", Genre.JAZZ, "Ann", "Air")]


@pytest.mark.parametrize("text", ["", "title,artist\nAir,Ann\n", None])
def test_a_manifest_that_cannot_be_used_is_named(tmp_path: Path, text: str | None) -> None:
    folder = make_folder(tmp_path / "midi", {"jazz": ("a.mid",)})
    manifest = tmp_path / "manifest.csv"
    if text is not None:
        manifest.write_text(text)
    with pytest.raises(MidiCorpusError, match=r"manifest\.csv"):
        index_corpus(folder, manifest)


def test_a_folder_without_genres_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MidiCorpusError, match="no genre-named folders"):
        index_corpus(tmp_path)


def pieces(n: int, artists: int) -> list[MidiPiece]:
    return [
        MidiPiece(Path(f"{genre}-{place}.mid"), genre, f"{genre} {place % artists}")
        for genre in (Genre.JAZZ, Genre.ROCK)
        for place in range(n)
    ]


def test_every_genre_is_in_every_split_in_proportion() -> None:
    splits = split_corpus(pieces(100, 50))
    counts = {split: Counter(piece.genre for piece in own) for split, own in splits.items()}
    assert counts[Split.TEST] == {Genre.JAZZ: 14, Genre.ROCK: 14}
    assert counts[Split.VALID] == {Genre.JAZZ: 8, Genre.ROCK: 8}
    assert sum(len(own) for own in splits.values()) == 200


def test_an_artist_is_on_one_side() -> None:
    sides: dict[str, set[Split]] = {}
    for split, own in split_corpus(pieces(100, 20)).items():
        for piece in own:
            sides.setdefault(piece.artist, set()).add(split)
    assert {len(own) for own in sides.values()} == {1}


def test_a_song_is_on_one_side_whoever_plays_it() -> None:
    some = pieces(100, 100)
    same = [
        MidiPiece(Path(f"x{place}.mid"), Genre.JAZZ, "(archive)", f"Autumn Leaves ({place}) v{place} gw")
        for place in range(8)
    ]
    splits = split_corpus([*some, *same])
    assert len({split for split, own in splits.items() if set(own) & set(same)}) == 1


def test_a_split_is_seeded() -> None:
    some = pieces(60, 60)
    assert split_corpus(some, 1) == split_corpus(some, 1) != split_corpus(some, 2)


def test_a_corpus_is_known_by_names_and_contents(tmp_path: Path) -> None:
    pieces = index_corpus(make_folder(tmp_path, {"jazz": ("a.mid", "b.mid")}))
    digest = pieces_sha256(pieces)
    assert digest != pieces_sha256(pieces[:1])
    pieces[1].path.write_bytes(b"MThd and more")
    assert digest != pieces_sha256(pieces)
