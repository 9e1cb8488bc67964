"""What worker and server tell each other."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pages.workers.slate import Slate, remove_left_behind
from tests.conftest import ROOT

KILLED = """
import os, signal
from pages.workers.slate import Slate
slate = Slate()
print(slate.path, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_both_sides_see_what_the_other_writes_and_the_file_goes_with_its_maker() -> None:
    server = Slate()
    worker = Slate(server.path)
    assert not server.begun
    worker.begin()
    worker.share = 0.5
    server.stop()
    assert (server.begun, server.share, worker.stopped) == (True, 0.5, True)
    server.wipe()
    assert (worker.begun, worker.share, worker.stopped) == (False, 0.0, False)
    path = server.path
    del worker
    assert path.exists()
    del server
    assert not path.exists()


def test_what_a_killed_server_leaves_is_removed_and_what_another_uses_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = subprocess.run(
        [sys.executable, "-c", KILLED],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    slate = Slate()
    killed, used = Path(left.stdout.strip()), slate.path
    new, foreign = tmp_path / "gmn-slate-new", tmp_path / "other"
    assert killed.exists()
    new.touch()
    foreign.touch()
    hour_ago = time.time() - 3600
    for path in (killed, used, foreign):
        os.utime(path, (hour_ago, hour_ago))
    remove_left_behind()
    assert sorted(tmp_path.iterdir()) == sorted([used, new, foreign])
    slate.begin()
    assert Slate(used).begun
