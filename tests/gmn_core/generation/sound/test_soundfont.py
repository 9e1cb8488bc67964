import hashlib
import pickle
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from gmn_core.generation.request import GenerationError
from gmn_core.generation.sound.soundfont import bundled_soundfont, find_soundfont, read_soundfont


def soundfont_start(version: int) -> bytes:
    """The first bytes of a SoundFont file, as far as they tell its version."""
    info = b"INFO" + b"ifil" + struct.pack("<IHH", 4, version, 1)
    body = b"sfbk" + b"LIST" + struct.pack("<I", len(info)) + info
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose user named no SoundFont."""
    monkeypatch.delenv("GMN_SOUNDFONT", raising=False)


def test_the_bundled_one_is_general_midi_and_hashed() -> None:
    found = bundled_soundfont()
    assert found.name == "FluidR3Mono_GM.sf3"
    assert len(found.data) > 10_000_000
    assert found.sha256 == hashlib.sha256(found.data).hexdigest()


def test_the_order_is_named_then_environment_then_bundled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {name: tmp_path / f"{name}.sf2" for name in ("named", "environment")}
    for place in places.values():
        place.write_bytes(soundfont_start(2))
    assert find_soundfont().name == "FluidR3Mono_GM.sf3"
    monkeypatch.setenv("GMN_SOUNDFONT", str(places["environment"]))
    assert find_soundfont().name == "environment.sf2"
    assert find_soundfont(places["named"]).name == "named.sf2"


def test_a_damaged_one_is_reported_by_its_name_when_it_is_played(tmp_path: Path) -> None:
    path = tmp_path / "broken.sf2"
    path.write_bytes(soundfont_start(2))
    with pytest.raises(GenerationError, match=r"broken\.sf2 cannot be played: It is damaged\."):
        find_soundfont(path).cut({(0, 0): {60}})


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot be read: No such file"),
        (b"", "is not a SoundFont"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "is not a SoundFont"),
        (soundfont_start(4), "is a SoundFont of version 4; version 2 or 3"),
    ],
)
def test_a_named_file_that_is_no_soundfont_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, complaint: str
) -> None:
    path = tmp_path / "fancy.sf2"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GenerationError, match=complaint):
        find_soundfont(path)
    monkeypatch.setenv("GMN_SOUNDFONT", str(path))
    with pytest.raises(GenerationError, match=complaint):
        find_soundfont()


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "growing.sf2"
    path.write_bytes(soundfont_start(2))
    before = read_soundfont(path)
    assert read_soundfont(path) is before
    path.write_bytes(soundfont_start(2) + b"more")
    assert read_soundfont(path).sha256 != before.sha256


def test_finding_the_bundled_one_imports_nothing_heavy() -> None:
    script = (
        "import sys; from gmn_core.generation.sound.soundfont import bundled_soundfont; bundled_soundfont();"
        "sys.exit(bool({'pretty_midi', 'numpy', 'scipy', 'mido'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_soundfont_that_has_been_played_can_be_sent_to_another_process() -> None:
    soundfont = bundled_soundfont()
    presets = {(0, 0): {60}}
    played = soundfont.cut(presets)
    sent = pickle.loads(pickle.dumps(soundfont))
    assert (sent.name, sent.sha256) == (soundfont.name, soundfont.sha256)
    assert sent.cut(presets) == played
