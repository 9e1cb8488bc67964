"""The ``classify`` command."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from tests.gmn_core.cli.conftest import Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good file, a bad one, and one that is no audio at all."""
    folder = tmp_path / "music"
    folder.mkdir()
    wave = 0.3 * np.sin(2 * np.pi * 330 * np.arange(2 * 22_050) / 22_050)
    soundfile.write(folder / "good.wav", wave, 22_050)
    (folder / "bad.wav").write_bytes(b"")
    (folder / "notes.txt").write_text("not for listening")
    return folder


def test_a_folder_gives_a_table_and_the_bad_file_sets_the_status(run_gmn: Run, folder: Path) -> None:
    done = run_gmn("classify", folder)
    assert done.returncode == 1
    assert f"{folder / 'bad.wav'}   The file is empty." in done.stdout
    assert "%" in done.stdout
    assert "notes.txt" not in done.stdout
    assert done.stderr == ""


def test_good_files_as_json(run_gmn: Run, folder: Path) -> None:
    done = run_gmn("classify", folder / "good.wav", "--json")
    assert done.returncode == 0
    [record] = json.loads(done.stdout)
    assert record["seconds"] == 2.0
    shares = [
        value for name, value in record.items() if name.startswith("knn_descriptors_") and "genre" not in name
    ]
    assert len(shares) == 10
    assert sum(shares) == pytest.approx(1, abs=1e-3)


def test_csv_has_every_column_whichever_file_comes_first(run_gmn: Run, folder: Path) -> None:
    done = run_gmn("classify", folder, "--csv")
    bad, good = csv.DictReader(io.StringIO(done.stdout))
    assert bad["error"] == "The file is empty."
    assert bad["knn_descriptors_genre"] == ""
    assert good["knn_descriptors_genre"]


def test_wrong_usage_is_one_sentence(run_gmn: Run) -> None:
    absent = run_gmn("classify", "absent.wav")
    assert (absent.returncode, absent.stderr) == (2, "error: There is no file absent.wav.\n")
    both = run_gmn("classify", "x.wav", "--json", "--csv")
    assert both.returncode == 2
    assert "Traceback" not in both.stderr


def test_a_table_is_written_by_several_processes_and_added_to(run_gmn: Run, folder: Path) -> None:
    table = folder.parent / "results.parquet"
    options = ("--out", table, "--classifier", "cnn", "--processes", "1")
    done = run_gmn("classify", folder, *options)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == f"2 files in {table}, 1 of them could not be used.\n"
    rows = pd.read_parquet(table).set_index("file")
    assert rows.loc[str(folder / "bad.wav"), "error"] == "The file is empty."
    assert rows.loc[str(folder / "good.wav"), "cnn_genre"]
    assert "knn_descriptors_genre" not in rows
    assert run_gmn("classify", folder / "good.wav", *options).stdout == done.stdout


def test_a_table_of_another_kind_is_refused(run_gmn: Run, folder: Path) -> None:
    done = run_gmn("classify", folder, "--out", "results.xls")
    assert done.returncode == 2
    assert (
        done.stderr == "error: The table is a Parquet file: its name must end in .parquet, not results.xls.\n"
    )
