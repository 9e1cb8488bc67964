"""The ``roundtrip`` command."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmn_core.cli import main
from gmn_core.generation.music.band import Band
from gmn_core.generation.music.casting import band_from_midi
from tests.gmn_core.cli.conftest import Refused, Run
from tests.gmn_core.generation.conftest import make_band


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One piece in a folder of a folder."""
    (tmp_path / "in" / "jazz").mkdir(parents=True)
    (tmp_path / "in" / "jazz" / "one.mid").write_bytes(make_band().to_midi())
    return tmp_path / "in"


def test_roundtrip_keeps_folders_and_names_what_it_cannot_read(
    run_gmn: Run, folder: Path, tmp_path: Path
) -> None:
    (folder / "bad.mid").write_bytes(b"no music")
    done = run_gmn("roundtrip", str(folder), str(tmp_path / "out"))
    assert done.returncode == 1
    assert "bad.mid" in done.stderr
    assert "1 of 2 files" in done.stdout
    assert (tmp_path / "out" / "jazz" / "one.mid").read_bytes().startswith(b"MThd")
    assert not (tmp_path / "out" / "bad.mid").exists()


def test_what_is_written_is_the_same_music(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "TWO.MIDI").write_bytes(make_band(seed=2).to_midi())
    (folder / "notes.txt").write_text("not a MIDI file")
    assert main(["roundtrip", str(folder), str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == f"2 of 2 files written to {tmp_path / 'out'}\n"
    found = sorted(path for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert [path.relative_to(tmp_path / "out").as_posix() for path in found] == ["TWO.MIDI", "jazz/one.mid"]
    bands: list[Band] = [make_band(seed=2), make_band()]
    assert [band_from_midi(path.read_bytes()).notes for path in found] == [band.notes for band in bands]


def test_a_folder_without_midi_files_is_refused(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert refused("roundtrip", "empty", "out") == "empty holds no MIDI files."
    assert refused("roundtrip", "absent", "out") == "absent holds no MIDI files."
    assert not (tmp_path / "out").exists()
