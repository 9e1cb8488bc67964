from pathlib import Path

import pytest

from gmn_core.files import write_whole


def test_it_makes_folders_and_replaces_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "file.wav"
    write_whole(path, b"first")
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.wav"
    write_whole(path, b"whole")

    def interrupted(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:2])
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"broken off")
    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]
