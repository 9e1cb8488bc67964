"""Many files to one table: bad ones, deadly ones, a kill in the middle, a cluster that loses a worker."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
import soundfile

from gmn_core.audio.decode import decode_file
from gmn_core.classification import library
from gmn_core.classification.evaluation.inputs import ClipInputs, Form
from gmn_core.classification.library import (
    classify_library,
    cluster_processes,
    library_record,
    local_processes,
)
from gmn_core.classification.pretrained.model import LIBRARY_HOP, PretrainedCnn, Tagger
from gmn_core.classification.shipped import load_classifier
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.genres import GENRES
from tests.conftest import ROOT
from tests.gmn_core.classification.library_work import mean_tags, name_only, note_and_wait
from tests.gmn_core.classification.synthetic import some_tracks

TWO = partial(local_processes, 2)


def test_good_bad_and_deadly_files_each_have_a_row(tmp_path: Path) -> None:
    names = [f"{number}" for number in range(20)] + ["bad", "deadly 1", "odd", "deadly 2"]
    told: list[tuple[int, int]] = []
    out = tmp_path / "results.parquet"
    done = classify_library(
        names, out, name_only, TWO, n_processes=2, on_progress=lambda *so_far: told.append(so_far)
    )
    table = pd.read_parquet(out).set_index("file")
    assert done == told[-1] == (24, 4)
    assert sorted(table.index) == sorted(names)
    assert table["error"]["bad"] == "The file is empty."
    assert "has ended" in table["error"]["deadly 1"]
    assert "ZeroDivisionError" in table["error"]["odd"]
    assert table["error"].isna().sum() == 20
    assert [path.name for path in tmp_path.iterdir()] == ["results.parquet"]


def test_a_second_run_does_what_is_new_and_nothing_twice(tmp_path: Path) -> None:
    out = tmp_path / "results.parquet"
    classify_library(["a", "bad"], out, name_only, TWO, n_processes=2)
    before = out.stat().st_mtime_ns
    assert classify_library(["a", "bad", "c"], out, name_only, TWO, n_processes=2) == (3, 1)
    assert sorted(pd.read_parquet(out)["file"]) == ["a", "bad", "c"]
    assert out.stat().st_mtime_ns > before


def test_a_run_that_is_killed_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [str(tmp_path / f"{number:02}") for number in range(20)]
    out = tmp_path / "results.parquet"
    program = (
        "import sys\n"
        "from functools import partial\n"
        "from gmn_core.classification import library\n"
        "from tests.gmn_core.classification.library_work import note_and_wait\n"
        "library.ROWS_PER_PART = 3\n"
        "if __name__ == '__main__':\n"
        "    library.classify_library(sys.argv[2:], sys.argv[1], note_and_wait,"
        " partial(library.local_processes, 2), n_processes=2)\n"
    )
    script = tmp_path / "run.py"
    script.write_text(program)
    running = subprocess.Popen(
        [sys.executable, script, out, *names],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    parts = tmp_path / "results.parquet.parts"
    deadline = time.monotonic() + 60
    while len(list(parts.glob("*.parquet"))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    stored = {name for part in parts.glob("*.parquet") for name in pd.read_parquet(part)["file"]}
    assert 6 <= len(stored) < 20
    monkeypatch.setattr(library, "ROWS_PER_PART", 3)
    assert classify_library(names, out, note_and_wait, TWO, n_processes=2) == (20, 0)
    table = pd.read_parquet(out)
    assert sorted(table["file"]) == names
    for name in stored:
        assert len(Path(f"{name}.worked").read_text().splitlines()) == 1, "it was done already"


def test_real_files_are_classified_as_by_one_process(tmp_path: Path) -> None:
    wave = 0.3 * np.sin(2 * np.pi * 330 * np.arange(2 * 22_050) / 22_050)
    soundfile.write(tmp_path / "good.wav", wave, 22_050)
    (tmp_path / "bad.wav").write_bytes(b"")
    work = partial(library_record, ("cnn",))
    out = tmp_path / "results.parquet"
    paths = [tmp_path / "good.wav", tmp_path / "bad.wav"]
    assert classify_library(paths, out, work, partial(local_processes, 1), n_processes=1) == (2, 1)
    rows = pd.read_parquet(out).set_index("file")
    expected = library_record(("cnn",), str(tmp_path / "good.wav"))
    assert rows.loc[expected["file"], "cnn_genre"] == expected["cnn_genre"]
    assert rows.loc[expected["file"], "cnn_jazz"] == pytest.approx(expected["cnn_jazz"], abs=1e-3)
    assert rows.loc[str(tmp_path / "bad.wav"), "error"] == "The file is empty."


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers, as anybody would start them."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    address_file = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(address_file)]
    started = [subprocess.Popen([*dask, *options], env=environment)]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(address_file)]
    # --no-nanny: else a worker that is killed is started again.
    extra = ["--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(tmp_path)]
    started += [subprocess.Popen([*worker, *extra], env=environment) for _ in range(2)]
    deadline = time.monotonic() + 60
    while not address_file.exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    yield json.loads(address_file.read_text())["address"], started
    for process in started:
        process.kill()
        process.wait()


def test_a_cluster_that_loses_a_worker_finishes_all_the_same(
    tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    address, processes = cluster
    names = [str(tmp_path / f"{number:02}") for number in range(30)]

    def kill_one(done: int, failed: int) -> None:
        if done == 5:
            processes[-1].kill()

    with cluster_processes(address) as (executor, _):
        done = classify_library(
            names,
            tmp_path / "results.parquet",
            note_and_wait,
            lambda: nullcontext(executor),
            n_processes=2,
            on_progress=kill_one,
        )
    assert done == (30, 0)
    assert sorted(pd.read_parquet(tmp_path / "results.parquet")["file"]) == names
    assert processes[-1].wait() == -signal.SIGKILL


def test_a_cluster_computes_what_a_training_reads_of_audio(
    tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    """Each form, as this process computes it, and none of it here."""
    tracks = some_tracks("train", 1)[:3]
    rng = np.random.default_rng(0)
    for track in tracks:
        path = tmp_path / "gtzan" / "audio" / track.genre / f"{track.name}.wav"
        path.parent.mkdir(parents=True)
        soundfile.write(path, rng.uniform(-0.3, 0.3, 29 * 22_050), 22_050)
    corpus = StoredCorpus(tmp_path / "gtzan")
    here, there = (ClipInputs(corpus, "audio", Tagger(mean_tags)) for _ in range(2))  # type: ignore[arg-type]
    with cluster_processes(cluster[0]) as workers:
        for form in get_args(Form):
            there.compute(form, corpus.tracks, workers)
    expected = [(here.descriptors(each), here.mel(each), here.tags(each)) for each in corpus.tracks]
    shutil.rmtree(tmp_path / "gtzan" / "audio")
    for track, forms in zip(corpus.tracks, expected, strict=True):
        for ours, theirs in zip(
            forms, (there.descriptors(track), there.mel(track), there.tags(track)), strict=True
        ):
            assert ours is not None
            assert theirs is not None
            np.testing.assert_allclose(theirs, ours, rtol=1e-4, atol=1e-6)


def test_the_pretrained_network_hears_a_third_of_the_patches_of_a_library(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 13 * 16_000)
    soundfile.write(tmp_path / "noise.wav", noise, 16_000)
    clip = decode_file(tmp_path / "noise.wav").clip
    network = load_classifier("cnn_pretrained")
    assert isinstance(network, PretrainedCnn)
    _, starts = network.tagger(clip)
    sparse = replace(network, hop=LIBRARY_HOP).classify(clip)
    np.testing.assert_allclose(sparse.patch_starts, starts[::3])
    row = library_record(("cnn_pretrained",), str(tmp_path / "noise.wav"))
    for genre, share in zip(GENRES, sparse.shares, strict=True):
        assert row[f"cnn_pretrained_{genre}"] == pytest.approx(float(share), abs=1e-3)
