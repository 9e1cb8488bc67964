import io
from pathlib import Path

import pytest
import soundfile

from gmn_core.audio.loudness import integrated_loudness
from gmn_core.audio.recording import Recording
from gmn_core.cli import main
from gmn_core.generation.music.band import Band, Note, Role


def midi(seconds: float = 3.0) -> bytes:
    """A melody over a bass: half-second notes at 120 quarter notes a minute."""
    starts = range(0, round(seconds * 960), 480)
    notes = {
        Role.BASS: tuple(Note(start, 40, 400, 90) for start in starts),
        Role.LEAD: tuple(Note(start, 64 + place % 5, 400, 90) for place, start in enumerate(starts)),
    }
    return Band(120, 4, 4, 0, False, {Role.BASS: 33, Role.LEAD: 65}, notes, round(seconds * 960)).to_midi()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source = tmp_path / "midi"
    (source / "jazz").mkdir(parents=True)
    (source / "one.mid").write_bytes(midi())
    (source / "jazz" / "two.MIDI").write_bytes(midi())
    (source / "notes.txt").write_text("no music")
    return source


def test_a_folder_is_rendered_in_its_own_order_below_the_output(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["render", str(folder), "--out", str(out)]) == 0
    written = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
    assert written == ["jazz/two.ogg", "jazz/two.wav", "one.ogg", "one.wav"]
    assert sorted(capsys.readouterr().out.split()) == sorted(str(out / name) for name in written)
    samples, rate = soundfile.read(out / "one.wav", dtype="float32")
    assert len(samples) == round((3 + 2) * rate)  # the file and its ring-out
    assert integrated_loudness(Recording(samples, rate)) == pytest.approx(-16, abs=0.1)


def test_the_same_file_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    for run in ("a", "b"):
        assert main(["render", str(folder / "one.mid"), "--out", str(tmp_path / run)]) == 0
    for name in ("one.wav", "one.ogg"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_length_and_format_can_be_chosen(folder: Path, tmp_path: Path) -> None:
    arguments = [
        "render",
        str(folder / "one.mid"),
        "--out",
        str(tmp_path),
        "--seconds",
        "1.5",
        "--format",
        "ogg",
    ]
    assert main(arguments) == 0
    assert not (tmp_path / "one.wav").exists()
    assert soundfile.info(io.BytesIO((tmp_path / "one.ogg").read_bytes())).duration == pytest.approx(1.5)


def test_a_bad_file_is_named_and_the_others_are_rendered(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "broken.mid").write_bytes(b"MThd and no more")
    assert (
        main(["render", str(folder), "--out", str(tmp_path / "out"), "--format", "wav", "--seconds", "1"])
        == 1
    )
    complaint = capsys.readouterr().err
    assert complaint.count("\n") == 1
    assert "broken.mid: This MIDI file is damaged" in complaint
    assert len(list((tmp_path / "out").rglob("*.wav"))) == 2


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nowhere.mid"], "There is no file or folder nowhere.mid."),
        (["."], "There is no MIDI file in ."),
        (["one.mid", "./one.mid"], "Both one.mid and one.mid would be written as one."),
        (["one.mid", "--seconds", "-1"], "above 0 seconds, not -1."),
        (["one.mid", "--seconds", "nan"], "above 0 seconds, not nan."),
        (["one.mid", "--soundfont", "none.sf2"], "none.sf2 cannot be read"),
    ],
)
def test_wrong_usage_gets_one_sentence_and_status_2(
    arguments: list[str],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    if "one.mid" in arguments:
        (tmp_path / "one.mid").write_bytes(midi())
    assert main(["render", *arguments, "--out", "out"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert complaint in error
    assert not (tmp_path / "out").exists()
