"""The ``corpus`` commands, against a server on this machine."""

from __future__ import annotations

import functools
import hashlib
import tarfile
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import soundfile

from gmn_core.cli import main
from gmn_core.corpora import gtzan
from gmn_core.corpora.download import Archive
from tests.gmn_core.cli.conftest import Refused


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Two clips in the layout of the original archive."""
    for seed, name in enumerate(("blues.00000", "rock.00099")):
        path = tmp_path / "genres" / name.split(".")[0] / f"{name}.wav"
        path.parent.mkdir(parents=True)
        soundfile.write(path, np.random.default_rng(seed).uniform(-0.1, 0.1, 30 * 22_050), 22_050)
    return tmp_path


@pytest.fixture
def served(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("server")
    with tarfile.open(folder / "genres.tar.gz", "w:gz") as archive:
        archive.add(copy / "genres", "genres")
    handler = functools.partial(SimpleHTTPRequestHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        digest = hashlib.md5((folder / "genres.tar.gz").read_bytes()).hexdigest()
        yield Archive(f"http://127.0.0.1:{server.server_port}/genres.tar.gz", "genres.tar.gz", digest)
        server.shutdown()


def test_fetch_downloads_unpacks_and_checks(
    served: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gtzan, "MINI", served)
    target = tmp_path / "fetched"
    assert main(["corpus", "fetch", "gtzan", "--mini", "--dir", str(target)]) == 0
    assert (target / "genres" / "rock" / "rock.00099.wav").is_file()
    assert "2 of 1000 clips found, 998 missing" in capsys.readouterr().out


def test_an_unreachable_source_says_how_to_place_files_by_hand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["corpus", "fetch", "gtzan", "--url", "http://127.0.0.1:1/x.tar.gz", "--dir", str(tmp_path)]
    assert main(words) == 1
    error = capsys.readouterr().err
    assert "cannot be reached" in error
    assert "To place the files by hand" in error
    assert f"python -m gmn_core corpus check gtzan --dir {tmp_path}" in error


def test_check_reports_and_sets_the_status(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (copy / "genres" / "rock" / "rock.00099.wav").write_bytes(b"x" * 3_000)
    assert main(["corpus", "check", "gtzan", "--dir", str(copy)]) == 1
    out = capsys.readouterr().out
    assert "2 of 1000 clips found" in out
    assert "corrupt: rock.00099: This is not an audio file" in out
    assert "blues.00001, blues.00002" in out
    assert "and 990 more" in out


def test_a_folder_without_clips_is_wrong_usage(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    sentence = refused("corpus", "check", "gtzan", "--dir", "empty")
    assert "holds no file named like blues.00000.wav" in sentence
