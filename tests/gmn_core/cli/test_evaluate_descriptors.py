"""The ``evaluate descriptors`` command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from gmn_core.audio.decode import decode_file
from gmn_core.cli import main
from gmn_core.features.summary import DESCRIPTORS, describe


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """One clip, and a table that holds what we find in it."""
    clip = tmp_path / "audio" / "rock.00001.wav"
    clip.parent.mkdir()
    soundfile.write(clip, np.random.default_rng(0).uniform(-0.3, 0.3, 2 * 22_050), 22_050)
    values = describe(decode_file(clip).clip)
    table = tmp_path / "table.csv"
    table.write_text(
        ",".join(["filename", *DESCRIPTORS]) + "\n" + ",".join(["rock.00001.wav", *map(str, values)])
    )
    return tmp_path


def evaluate(folder: Path, *more: str) -> int:
    return main(
        [
            "evaluate",
            "descriptors",
            "--audio",
            str(folder / "audio"),
            "--table",
            str(folder / "table.csv"),
            *more,
        ]
    )


def test_equal_values_pass(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate(published, "--json", "--by-librosa", "0") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["n_clips"] == 1
    assert "by_librosa" not in report
    assert max(report["largest_relative_error"].values()) < 1e-9


def test_a_value_out_of_tolerance_sets_the_status(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = published / "table.csv"
    head, row = table.read_text().splitlines()
    cells = row.split(",")
    cells[head.split(",").index("tempo")] = "1.0"
    table.write_text(head + "\n" + ",".join(cells))
    assert evaluate(published, "--by-librosa", "0") == 1
    assert "tempo" in capsys.readouterr().out


def test_a_real_clip_is_compared_with_librosa_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recording = Path(__file__).parents[3] / "pages/shared/recordings/vibe_ace.ogg"
    clip = decode_file(recording).clip
    (tmp_path / "audio").mkdir()
    soundfile.write(tmp_path / "audio" / "jazz.wav", clip.samples[: 10 * clip.sample_rate], clip.sample_rate)
    values = describe(decode_file(tmp_path / "audio" / "jazz.wav").clip)
    rows = (["filename", *DESCRIPTORS], ["jazz.wav", *map(str, values)])
    (tmp_path / "table.csv").write_text("\n".join(",".join(row) for row in rows))
    evaluate(tmp_path)
    _, groups = capsys.readouterr().out.split("Largest relative deviation from librosa, 1 clip:\n")
    found = {line.split()[0]: float(line.split()[1]) for line in groups.splitlines()}
    assert list(found)[-2:] == ["tempo", "mfcc"]
    assert len(found) == 10
    # What separates the two signals averages to almost nothing.
    assert max(found[name] for name in found if name not in ("harmony", "perceptr")) < 1e-5


def test_absent_input_is_wrong_usage(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (published / "audio" / "rock.00001.wav").rename(published / "audio" / "mine.wav")
    assert evaluate(published) == 2
    assert "holds no clip of the table" in capsys.readouterr().err
    assert evaluate(published, "--by-librosa", "-1") == 2
    (published / "table.csv").unlink()
    assert evaluate(published) == 2
