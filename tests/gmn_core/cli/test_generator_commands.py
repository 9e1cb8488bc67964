"""``roundtrip``, ``train lstm`` and ``evaluate generator`` as a person runs them."""

from __future__ import annotations

from pathlib import Path

from tests.gmn_core.cli.conftest import Run
from tests.gmn_core.generation.conftest import make_band


def write_corpus(folder: Path) -> Path:
    (folder / "jazz").mkdir(parents=True)
    (folder / "jazz" / "one.mid").write_bytes(make_band().to_midi())
    return folder


def test_roundtrip_keeps_folders_and_names_what_it_cannot_read(run_gmn: Run, tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "in")
    (folder / "bad.mid").write_bytes(b"no music")
    done = run_gmn("roundtrip", str(folder), str(tmp_path / "out"))
    assert done.returncode == 1
    assert "bad.mid" in done.stderr
    assert "1 of 2 files" in done.stdout
    assert (tmp_path / "out" / "jazz" / "one.mid").read_bytes().startswith(b"MThd")


def test_wrong_usage_is_one_sentence(run_gmn: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for words in (
        ("roundtrip", str(empty), str(tmp_path / "out")),
        ("train", "lstm", "--midi", str(empty)),
        ("evaluate", "generator", "--midi", str(empty)),
        ("evaluate", "generator", "--midi", str(empty), "--samples", "1"),
    ):
        done = run_gmn(*words)
        assert done.returncode == 2
        assert done.stderr.startswith("error: ")
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_corpus_too_small_to_split_is_refused(run_gmn: Run, tmp_path: Path) -> None:
    done = run_gmn("train", "lstm", "--midi", str(write_corpus(tmp_path / "in")))
    assert done.returncode == 2
    assert "too small" in done.stderr
    assert "split is by file" in done.stdout
