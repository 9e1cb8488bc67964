"""Downloading a large archive: resumed, verified, and never half written.

pooch, the usual library for this, downloads to a temporary file that it
deletes when the connection breaks: 1.2 GB from a slow server would never
arrive. What remains without that is a checksum, which needs no library.
"""

from __future__ import annotations

import hashlib
import http.client
import tarfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gmn_core.files import StrPath

_CHUNK_BYTES = 1 << 18
_TIMEOUT_SECONDS = 30

OnBytes = Callable[[int, int | None], None]
"""Called with the number of bytes received and the number expected, if known."""


class DownloadError(RuntimeError):
    """A download that cannot be completed; its message is a sentence a person can act on."""


@dataclass(frozen=True)
class Archive:
    """A file on a server.

    Parameters
    ----------
    url : str
        Its address.
    filename : str
        Its name on disk.
    md5 : str
        Its MD5 checksum as hexadecimal digits, as published by its source.
    """

    url: str
    filename: str
    md5: str


def fetch(archive: Archive, folder: StrPath, on_bytes: OnBytes | None = None) -> Path:
    """Download an archive into ``folder``, resuming an earlier attempt.

    Returns
    -------
    Path
        The complete, verified file.

    Raises
    ------
    DownloadError
        If the server cannot be reached, breaks off, or serves another file.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / archive.filename
    if target.exists() and _md5(target) == archive.md5:
        return target
    part = target.with_name(target.name + ".part")
    try:
        _download(archive.url, part, on_bytes)
    except urllib.error.HTTPError as error:
        raise DownloadError(f"{archive.url} answers {error.code} {error.reason}.") from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise DownloadError(f"{archive.url} cannot be reached or broke off: {reason}.") from error
    if _md5(part) != archive.md5:
        # A wrong file must not be resumed.
        part.unlink()
        raise DownloadError(f"{archive.url} served another file than expected (its checksum differs).")
    part.replace(target)
    return target


def _download(url: str, part: Path, on_bytes: OnBytes | None) -> None:
    done = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={done}-"} if done else {})
    try:
        response = urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return  # the whole file is here already; its checksum decides
        raise
    with response:
        if response.status != http.HTTPStatus.PARTIAL_CONTENT:
            done = 0  # the server cannot resume and sends the whole file again
        length = response.headers.get("Content-Length")
        total = done + int(length) if length else None
        with part.open("ab" if done else "wb") as file:
            while chunk := response.read(_CHUNK_BYTES):
                file.write(chunk)
                done += len(chunk)
                if on_bytes is not None:
                    on_bytes(done, total)
    if total is not None and done < total:
        raise ConnectionError(f"{done} of {total} bytes came")


def unpack(path: StrPath, folder: StrPath) -> None:
    """Unpack a tar or zip archive into ``folder``; no member can land outside it.

    Raises
    ------
    DownloadError
        If the archive is damaged or a member points outside the folder.
    """
    path = Path(path)
    folder = Path(folder)
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                archive.extractall(folder)
        else:
            with tarfile.open(path) as archive_:
                archive_.extractall(folder, filter="data")
    except (tarfile.TarError, zipfile.BadZipFile, OSError, EOFError) as error:
        raise DownloadError(f"{path.name} cannot be unpacked: {error}.") from error


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
