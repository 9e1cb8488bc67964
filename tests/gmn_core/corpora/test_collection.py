"""Collections of labelled recordings."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmn_core.corpora import collection
from gmn_core.corpora.collection import CollectionError, load_folder, load_gtzan


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_a_folder_of_genres_is_listed_with_its_labels(tmp_path: Path) -> None:
    touch(tmp_path, "rock/b.mp3", "rock/album/a.WAV", "blues/c.flac", "rock/cover.jpg", "polka/d.wav")
    found = load_folder(str(tmp_path))
    assert [path.name for path in found.paths] == ["c.flac", "a.WAV", "b.mp3"]
    assert found.labels.tolist() == ["blues", "rock", "rock"]
    assert len(set(found.groups)) == len(found) == 3


def test_a_folder_without_genres_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="no folder"):
        load_folder(tmp_path / "absent")
    touch(tmp_path, "polka/d.wav")
    with pytest.raises(CollectionError, match="no audio in folders named blues"):
        load_folder(tmp_path)


def test_gtzan_is_listed_by_split_and_keeps_artists_together(tmp_path: Path) -> None:
    touch(tmp_path, *(f"genres/blues/blues.{number:05}.au" for number in (0, 1, 12, 99)))
    train, valid = load_gtzan(tmp_path, split="train"), load_gtzan(tmp_path, split="valid")
    assert [path.stem for path in valid.paths] == ["blues.00000", "blues.00001"]
    assert len(set(valid.groups)) == 1
    assert not set(train.paths) & set(valid.paths)
    excluded = load_gtzan(tmp_path, split="excluded")
    assert not set(load_gtzan(tmp_path).paths) & set(excluded.paths)


def test_gtzan_is_looked_for_where_the_command_puts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "gtzan/jazz.00000.wav")
    monkeypatch.setattr(collection, "corpus_dir", lambda name: tmp_path / name)
    assert load_gtzan().labels.tolist() == ["jazz"]


def test_a_wrong_split_or_folder_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CollectionError, match="none of the splits train"):
        load_gtzan(tmp_path, split="all")  # type: ignore[arg-type]
    with pytest.raises(CollectionError, match=r"no file named like blues\.00000\.wav"):
        load_gtzan(tmp_path)
