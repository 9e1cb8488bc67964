"""What the commands on MIDI corpora share."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from gmn_core.cli.midi_corpus import add_corpus_arguments, find_manifest, read_corpus
from gmn_core.cli.usage import UsageError
from gmn_core.corpora.midi import Split
from tests.gmn_core.generation.conftest import make_band


def parse(*words: str | Path) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_corpus_arguments(parser)
    return parser.parse_args([str(word) for word in words])


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of fourteen pieces, two each by seven artists."""
    folder = tmp_path / "midi"
    (folder / "pop").mkdir(parents=True)
    data = make_band().to_midi()
    for number in range(14):
        (folder / "pop" / f"{number:02}.mid").write_bytes(data)
    return folder


def write_manifest(path: Path, n_files: int = 14) -> Path:
    rows = [f"pop,{number:02}.mid,artist {number // 2},," for number in range(n_files)]
    path.write_text("\n".join(["genre,file,artist,title,tier", *rows]) + "\n")
    return path


def test_without_a_manifest_the_split_is_by_file_and_says_so(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    splits = read_corpus(parse("--midi", corpus))
    counts = {split: len(own) for split, own in splits.items()}
    assert counts == {Split.TRAIN: 11, Split.VALID: 1, Split.TEST: 2}
    assert capsys.readouterr().out.splitlines() == [
        "no manifest: artists are not known, so the split is by file",
        "train 11, valid 1, test 2 files",
    ]


@pytest.mark.parametrize("place", ["midi/midi_manifest.csv", "midi_manifest.csv"])
def test_a_manifest_in_or_beside_the_folder_is_found_and_named(
    corpus: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = write_manifest(corpus.parent / place)
    splits = read_corpus(parse("--midi", corpus))
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == f"manifest: {manifest}; the split keeps each artist, and each song, on one side"
    assert printed[1] == ", ".join(f"{split} {len(own)}" for split, own in splits.items()) + " files"
    artists = [{piece.artist for piece in own} for own in splits.values()]
    assert sum(map(len, artists)) == len(set.union(*artists)) == 7


def test_the_manifest_in_the_folder_comes_before_the_one_beside_it(corpus: Path) -> None:
    assert find_manifest(corpus) is None
    beside = write_manifest(corpus.parent / "midi_manifest.csv")
    assert find_manifest(corpus) == beside
    inside = write_manifest(corpus / "midi_manifest.csv")
    assert find_manifest(corpus) == inside


def test_a_manifest_beside_a_folder_given_by_a_relative_path_is_found(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = write_manifest(corpus.parent / "midi_manifest.csv")
    monkeypatch.chdir(corpus)
    assert find_manifest(Path()) == beside


def test_a_manifest_that_is_named_goes_first(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_manifest(corpus / "midi_manifest.csv")
    own = write_manifest(tmp_path / "mine.csv", n_files=10)
    splits = read_corpus(parse("--midi", corpus, "--manifest", own))
    assert sum(map(len, splits.values())) == 10
    assert f"manifest: {own};" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--midi", "absent"), "absent holds no genre-named folders of MIDI files."),
        (("--midi", "midi", "--manifest", "no.csv"), "The manifest no.csv cannot be read."),
        (
            ("--midi", "midi", "--manifest", "midi/pop/00.mid"),
            "The manifest midi/pop/00.mid cannot be read.",
        ),
        (
            ("--midi", "midi", "--manifest", "columns.csv"),
            "The manifest columns.csv needs the columns genre and file.",
        ),
    ],
)
def test_a_corpus_or_manifest_that_cannot_be_used_is_one_sentence(
    corpus: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(corpus.parent)
    Path("columns.csv").write_text("name,artist\n00.mid,Bach\n")
    with pytest.raises(UsageError) as refusal:
        read_corpus(parse(*words))
    assert str(refusal.value) == sentence


def test_a_corpus_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse()
    assert "--midi" in capsys.readouterr().err
