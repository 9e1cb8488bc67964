"""Downloads from a real server on this machine: whole, broken off, resumed, wrong, absent."""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from gmn_core.corpora.download import Archive, DownloadError, fetch, unpack

CONTENT = np.random.default_rng(0).bytes(1_000_000)
MD5 = hashlib.md5(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves `CONTENT`; can break off, and can be unable to resume."""

    breaks_off_after: int | None = None
    resumes = True
    ranges: list[str | None]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        if self.path != "/genres.tar.gz":
            self.send_error(404)
            return
        asked = self.headers["Range"]
        self.server.ranges.append(asked)
        start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1]) if asked and self.server.resumes else 0
        if start >= len(CONTENT):
            self.send_error(416)
            return
        body = CONTENT[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.breaks_off_after])
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.ranges = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def archive(server: Server) -> Archive:
    return Archive(f"http://127.0.0.1:{server.server_port}/genres.tar.gz", "genres.tar.gz", MD5)


def test_a_file_is_fetched_once(archive: Archive, server: Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    path = fetch(archive, tmp_path / "new", lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert fetch(archive, tmp_path / "new") == path
    assert len(server.ranges) == 1
    assert [file.name for file in path.parent.iterdir()] == ["genres.tar.gz"]


@pytest.mark.parametrize("resumes", [True, False])
def test_a_broken_download_goes_on_where_it_stopped(
    archive: Archive, server: Server, tmp_path: Path, resumes: bool
) -> None:
    server.breaks_off_after, server.resumes = 400_000, resumes
    with pytest.raises(DownloadError, match="broke off"):
        fetch(archive, tmp_path)
    assert not (tmp_path / "genres.tar.gz").exists()
    server.breaks_off_after = None
    assert fetch(archive, tmp_path).read_bytes() == CONTENT
    assert server.ranges == [None, "bytes=400000-"]


def test_a_finished_part_needs_no_byte_more(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "genres.tar.gz.part").write_bytes(CONTENT)
    assert fetch(archive, tmp_path).read_bytes() == CONTENT


def test_another_file_is_refused_and_not_kept(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="checksum differs"):
        fetch(Archive(archive.url, archive.filename, "0" * 32), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_absent_files_and_servers_are_reported_in_one_sentence(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="answers 404"):
        fetch(Archive(archive.url + ".old", "x", MD5), tmp_path)
    with pytest.raises(DownloadError, match="cannot be reached"):
        fetch(Archive("http://127.0.0.1:1/genres.tar.gz", "x", MD5), tmp_path)


def tar_with(name: str) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = 5
        archive.addfile(member, io.BytesIO(b"music"))
    return file.getvalue()


def test_archives_are_unpacked(tmp_path: Path) -> None:
    (tmp_path / "a.tar.gz").write_bytes(tar_with("genres/blues/blues.00000.wav"))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("genres/rock/rock.00000.wav", b"music")
    unpack(tmp_path / "a.tar.gz", tmp_path)
    unpack(tmp_path / "b.zip", tmp_path)
    assert (tmp_path / "genres/blues/blues.00000.wav").read_bytes() == b"music"
    assert (tmp_path / "genres/rock/rock.00000.wav").read_bytes() == b"music"


def test_no_member_lands_outside_and_damage_is_reported(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (tmp_path / "evil.tar.gz").write_bytes(tar_with("../escaped.wav"))
    with pytest.raises(DownloadError, match="cannot be unpacked"):
        unpack(tmp_path / "evil.tar.gz", folder)
    assert not (tmp_path / "escaped.wav").exists()
    (tmp_path / "cut.tar.gz").write_bytes(tar_with("x.wav")[:60])
    with pytest.raises(DownloadError, match="cannot be unpacked"):
        unpack(tmp_path / "cut.tar.gz", folder)
