"""``generate``, run as a person would."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from gmn_core.cli import main
from tests.gmn_core.cli.conftest import Refused, Run


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_sample_is_written_with_a_record_that_makes_it_again(run_gmn: Run, tmp_path: Path) -> None:
    command = ["generate", "--genre", "jazz", "--seconds", "10", "--seed", "7", "--out"]
    run = run_gmn(*command, "a")
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    assert names(tmp_path / "a") == ["jazz-7.json", "jazz-7.mid", "jazz-7.ogg", "jazz-7.wav"]
    assert run.stdout.split() == ["a/jazz-7.wav", "a/jazz-7.ogg", "a/jazz-7.mid"]
    record = json.loads((tmp_path / "a" / "jazz-7.json").read_text())
    for name, digest in record["files"].items():
        assert hashlib.sha256((tmp_path / "a" / name).read_bytes()).hexdigest() == digest
    run = run_gmn("generate", "--again", "a/jazz-7.json", "--out", "b")
    assert run.returncode == 0, run.stderr
    assert names(tmp_path / "b") == names(tmp_path / "a")
    for name in names(tmp_path / "a"):
        assert (tmp_path / "b" / name).read_bytes() == (tmp_path / "a" / name).read_bytes()


def test_what_comes_out_otherwise_than_recorded_is_said_and_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    arguments = ["--seconds", "10", "--format", "mid"]
    assert main(["generate", "--genre", "pop", *arguments, "--out", str(first)]) == 0
    record = json.loads((first / "pop-0.json").read_text())
    record["sha256"]["mid"] = "0" * 64
    (first / "pop-0.json").write_text(json.dumps(record))
    command = ["generate", "--again", str(first / "pop-0.json"), "--format", "mid", "--out"]
    assert main([*command, str(again)]) == 1
    assert "The notes differ from what was recorded" in capsys.readouterr().err
    assert (again / "pop-0.mid").read_bytes() == (first / "pop-0.mid").read_bytes()
    # The evidence is never overwritten.
    assert main([*command, str(first)]) == 2
    assert "would be overwritten" in capsys.readouterr().err
    assert json.loads((first / "pop-0.json").read_text()) == record


def test_several_samples_count_the_seed_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    arguments = ["--genre", "Disco", "--seconds", "10", "--seed", "3", "--count", "2", "--format", "mid"]
    assert main(["generate", *arguments, "--out", str(out)]) == 0
    assert names(out) == ["disco-3.json", "disco-3.mid", "disco-4.json", "disco-4.mid"]
    assert (out / "disco-3.mid").read_bytes() != (out / "disco-4.mid").read_bytes()
    assert capsys.readouterr().out.split() == [str(out / "disco-3.mid"), str(out / "disco-4.mid")]


def test_every_knob_reaches_the_record(tmp_path: Path) -> None:
    first = tmp_path / "first"
    assert (
        main(["generate", "--genre", "pop", "--seconds", "10", "--format", "mid", "--out", str(first)]) == 0
    )
    opening = first / "pop-0.mid"
    arguments = ["--genre", "blues", "--blend", "rock:0.25", "--tempo", "100", "--temperature", "0.9"]
    arguments += [
        "--typicality",
        "0.4",
        "--plain",
        "--seconds",
        "11",
        "--continue",
        str(opening),
        "--format",
        "mid",
        "--out",
        str(tmp_path),
    ]
    assert main(["generate", *arguments]) == 0
    record = json.loads((tmp_path / "blues+rock-0-plain.json").read_text())
    assert record["request"] == {
        "genre": "blues",
        "seconds": 11,
        "tempo": 100,
        "temperature": 0.9,
        "seed": 0,
        "typicality": 0.4,
        "blend": "rock",
        "blend_weight": 0.25,
        "opening": base64.b64encode(opening.read_bytes()).decode(),
        "plain": True,
    }
    assert record["drawn"]["tempo"] == 100


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--genre", "jaz"], "'jaz' is none of blues, classical"),
        (["--genre", "jazz", "--seconds", "5"], "The length must be from 10 to 120 seconds, not 5."),
        (["--genre", "jazz", "--seconds", "nan"], "The length must be from 10 to 120 seconds, not nan."),
        (["--genre", "jazz", "--tempo", "999"], "The tempo must be from 40 to 240"),
        (["--genre", "jazz", "--temperature", "0"], "The temperature must be from 0.2 to 2, not 0."),
        (["--genre", "jazz", "--seed", "-1"], "The seed must be from 0 to 4294967295, not -1."),
        (["--genre", "jazz", "--count", "0"], "The count must be from 1 to 1000, not 0."),
        (["--genre", "jazz", "--blend", "rock"], "'rock' is not of the form disco:0.3"),
        (
            ["--genre", "jazz", "--blend", "rock:2"],
            "The share of the second genre must be from 0 to 1, not 2.",
        ),
        (["--genre", "jazz", "--format", "mp3"], "'mp3' is none of wav, ogg, mid"),
        (
            ["--genre", "jazz", "--continue", "none.mid"],
            "none.mid cannot be read: No such file or directory.",
        ),
        (["--genre", "jazz", "--soundfont", "none.sf2"], "none.sf2 cannot be read"),
        ([], "Say what to make: --genre, --from or --again."),
        (["--from", "none.json", "--tempo", "90"], "--tempo is decided when a piece is made"),
        (["--from", "none.json"], "none.json cannot be read: No such file or directory."),
        (["--genre", "jazz", "--lock", "drums"], "--lock changes a piece: name it by --from."),
        (["--genre", "jazz", "--lock", "singer"], "“singer” is no role"),
        (["--genre", "jazz", "--band", "lead=kazoo"], "There is no instrument called “kazoo”"),
        (["--genre", "jazz", "--chords", "Hm"], "“Hm” in bar 1 is not a known chord"),
        (["--genre", "jazz", "--key", "Q"], "“Q” is no key"),
        (["--genre", "jazz", "--bars", "a-b"], "'a-b' is not of the form 5-8"),
        (["--genre", "jazz", "--vary", "much"], "'much' is neither little nor lot nor a share"),
        (["--again", "none.json"], "none.json cannot be read: No such file or directory."),
        (["--again", "none.json", "--seed", "3"], "the record decides everything: leave out --seed."),
    ],
)
def test_a_bad_argument_gets_one_sentence_and_status_2(
    arguments: list[str],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = main(["generate", *arguments, "--out", "out"])
    except SystemExit as exit:  # argparse's own way
        status = exit.code
    assert status == 2
    assert complaint in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "is not JSON"),
        ("[]", "is not the record of a sample"),
        ("{}", "record of the sample is"),
    ],
)
def test_a_file_that_is_no_record_gets_one_sentence(
    content: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.json").write_text(content)
    assert main(["generate", "--again", str(tmp_path / "a.json"), "--out", str(tmp_path / "out")]) == 2
    assert complaint in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_piece_with_chords_is_changed_where_it_is_not_locked(tmp_path: Path) -> None:
    out = ["--format", "mid", "--out", str(tmp_path)]
    wishes = ["--chords", "I7 | IV7", "--key", "A", "--band", "lead=harmonica,pad=off"]
    assert main(["generate", "--genre", "blues", "--seconds", "10", *wishes, *out]) == 0
    change = ["--lock", "lead,bass", "--bars", "2-3", "--seed", "5", "--vary", "lot"]
    command = ["generate", "--from", str(tmp_path / "blues-0.json"), *change, *out]
    assert main(command) == 0
    name = "blues-0-v2-5"
    first, second = (json.loads((tmp_path / f"{each}.json").read_text()) for each in ("blues-0", name))
    assert first["drawn"]["instruments"]["lead"] == "Harmonica"
    assert "pad" not in first["band"]["notes"]
    assert first["band"]["chords"][:2] == [[0, "A7"], [1920, "D7"]]
    assert second["band"]["notes"]["lead"] == first["band"]["notes"]["lead"]
    assert second["band"]["notes"] != first["band"]["notes"]
    made = (tmp_path / f"{name}.mid").read_bytes()
    assert main(command) == 0
    assert (tmp_path / f"{name}.mid").read_bytes() == made
    again = tmp_path / "again"
    command = ["generate", "--again", str(tmp_path / f"{name}.json"), "--format", "mid"]
    assert main([*command, "--out", str(again)]) == 0
    assert (again / f"{name}.mid").read_bytes() == made


def test_scores_and_stems_are_written_where_they_are_asked_for(tmp_path: Path) -> None:
    formats = "musicxml,lead.musicxml,lead.svg,stems.zip"
    command = ["generate", "--genre", "pop", "--seconds", "10", "--format", formats, "--out", str(tmp_path)]
    assert main(command) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "pop-0.json",
        "pop-0.lead.musicxml",
        "pop-0.lead.svg",
        "pop-0.musicxml",
        "pop-0.stems.zip",
    ]
    record = json.loads((tmp_path / "pop-0.json").read_text())
    with zipfile.ZipFile(tmp_path / "pop-0.stems.zip") as archive:
        assert archive.namelist() == [f"pop-0-{role}.wav" for role in record["band"]["notes"]]
    assert b"<harmony" in (tmp_path / "pop-0.lead.musicxml").read_bytes()
    assert (tmp_path / "pop-0.lead.svg").read_bytes().startswith(b"<svg")


def midi(events: bytes) -> bytes:
    """A MIDI file of one track, 480 ticks to a beat at 120 beats per minute."""
    track = events + b"\0\xff\x2f\0"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">I", len(track)) + track


NOTE = b"\x01\x3c\x40\x01\x3c\x00"  # a tick after what was before, and a tick long; its status runs on
TEN_HOURS = b"\x90\xbd\xb0\x00"  # 34,560,000 ticks


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        pytest.param(midi(b"\0\x90\x3c\x40" + TEN_HOURS + b"\x3c\0"), "longer than 20 minutes", id="hours"),
        pytest.param(midi(b"\0\x90\x3c\x40" + NOTE * 1_000_000), "is larger than 1 MB", id="a million notes"),
        pytest.param(
            midi(b"\0\x90\x3c\x40" + NOTE * 160_000), "has more than 100,000 notes", id="too many notes"
        ),
        pytest.param(midi(b""), "holds no notes", id="no notes"),
        pytest.param(midi(NOTE)[:-6], "is cut off", id="cut off"),
        pytest.param(b"MThd" + bytes(100), "is damaged", id="damaged"),
    ],
)
def test_a_midi_file_that_cannot_be_changed_gets_one_sentence_soon(
    data: bytes, complaint: str, tmp_path: Path, refused: Refused
) -> None:
    (tmp_path / "song.mid").write_bytes(data)
    before = time.process_time()
    tracemalloc.start()
    try:
        said = refused("generate", "--from", "song.mid", "--genre", "jazz", "--out", "out")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert complaint in said
    assert peak < 200 * 2**20
    assert time.process_time() - before < 20
    assert not (tmp_path / "out").exists()


def test_an_opening_that_is_no_midi_gets_one_sentence(run_gmn: Run, tmp_path: Path) -> None:
    (tmp_path / "song.mid").write_bytes(b"ID3 and so on")
    run = run_gmn("generate", "--genre", "rock", "--continue", "song.mid", "--out", "out")
    assert run.returncode == 2
    assert run.stderr.startswith("error: ")
    assert run.stderr.count("\n") == 1
    assert "Traceback" not in run.stderr
