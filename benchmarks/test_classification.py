"""Classification: descriptors, one clip, a fresh process, a folder; beside each, a peer in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.conftest import N_FILES, in_fresh_process, measure
from gmn_core.audio.clip import Clip
from gmn_core.audio.decode import decode_file
from gmn_core.classification.gtzan_cnn.model import HOP, N_FRAMES
from gmn_core.classification.library import classify_library, library_record, local_processes
from gmn_core.classification.onnx import cut_patches
from gmn_core.classification.pretrained.model import Tagger
from gmn_core.classification.shipped import JUDGES, load_classifier
from gmn_core.features.reference import describe_by_librosa
from gmn_core.features.spectrogram import MUSICNN, STANDARD, mel_power, musicnn_mel
from gmn_core.features.summary import describe

FIRST = """
import sys
from gmn_core.audio.decode import decode_file
from gmn_core.classification.shipped import usable_classifiers
clip = decode_file(sys.argv[1]).clip
for classifier in usable_classifiers()[0]:
    classifier.classify(clip)
"""


def test_descriptors(benchmark: Any, clip: Clip) -> None:
    measure(benchmark, describe, clip, work="57 descriptors of 30 s", target=0.12, peer="descriptors")


def test_descriptors_by_librosa(benchmark: Any, clip: Clip) -> None:
    measure(
        benchmark,
        describe_by_librosa,
        clip,
        rounds=3,
        work="the same 57 by librosa's own functions",
        peer_of="descriptors",
    )


def test_warm_classification(benchmark: Any, song: Path) -> None:
    classifiers = [load_classifier(name) for name in JUDGES]

    def classify() -> None:
        clip = decode_file(song).clip
        for classifier in classifiers:
            classifier.classify(clip)

    measure(benchmark, classify, work="a 30 s file, all classifiers, warm", target=0.35)


def test_network_trained_on_gtzan(benchmark: Any, song: Path) -> None:
    network = load_classifier("cnn")
    measure(
        benchmark,
        lambda: network.classify(decode_file(song).clip),
        work="a 30 s file, the CNN trained on GTZAN, warm",
        peer="keras",
    )


def test_the_same_by_librosa_and_keras(benchmark: Any, song: Path) -> None:
    keras_network = pytest.importorskip("gmn_core.classification.gtzan_cnn.network").build_network()

    def classify() -> None:
        import librosa

        y, _ = librosa.load(song, sr=STANDARD.sample_rate)
        mel = librosa.feature.melspectrogram(y=y, sr=STANDARD.sample_rate)
        levels = librosa.power_to_db(mel, ref=np.max)[:, ::2].T / 80 + 1
        patches, _ = cut_patches(levels.astype(np.float32), N_FRAMES, HOP)
        keras_network.predict(patches, verbose=0)

    measure(
        benchmark,
        classify,
        rounds=3,
        work="the same network by librosa and keras.predict",
        peer_of="keras",
    )


def test_pretrained_network(benchmark: Any, song: Path) -> None:
    network = load_classifier("cnn_pretrained")
    measure(
        benchmark,
        lambda: network.classify(decode_file(song).clip),
        work="a 30 s file, the strongest classifier, warm",
        peer="limit",
    )


def test_the_limit(benchmark: Any, song: Path) -> None:
    """What cannot be left out: decoding, one spectrogram, the network's own operations."""
    tagger = Tagger.shipped()
    patches, _ = cut_patches(musicnn_mel(decode_file(song).clip), 187, 122)

    def least() -> None:
        mel_power(decode_file(song).clip, MUSICNN)
        tagger.network(patches)

    measure(
        benchmark, least, work="decoding, one STFT and the network's operations: the limit", peer_of="limit"
    )


def test_first_classification(benchmark: Any, song: Path) -> None:
    taken = []

    def first() -> None:
        taken.append(in_fresh_process(FIRST, str(song)))

    measure(benchmark, first, rounds=3, work="a 30 s file, all classifiers, fresh process", target=2.0)
    benchmark.extra_info.update(memory=round(max(each.peak_mb for each in taken)), memory_target=400)


@pytest.mark.parametrize(
    ("name", "classifiers", "n_processes", "target"),
    [
        ("all classifiers, 1 process", JUDGES, 1, None),
        ("all classifiers, 2 processes", JUDGES, 2, 6.0),
        ("the strongest classifier alone, 2 processes", ("cnn_pretrained",), 2, 20.0),
    ],
)
def test_folder(
    benchmark: Any,
    folder: Path,
    tmp_path: Path,
    name: str,
    classifiers: tuple[str, ...],
    n_processes: int,
    target: float | None,
) -> None:
    rates = []

    def classify() -> None:
        out = tmp_path / f"{len(rates)}.parquet"
        began: list[float] = []

        def note(done: int, failed: int) -> None:
            if done in (n_processes, N_FILES):
                began.append(time.perf_counter())

        start: Callable[[], Any] = partial(local_processes, n_processes)
        work = partial(library_record, classifiers)
        classify_library(
            sorted(folder.iterdir()), out, work, start, n_processes=n_processes, on_progress=note
        )
        rates.append((N_FILES - n_processes) / (began[-1] - began[0]))

    benchmark.pedantic(classify, rounds=1)
    benchmark.extra_info.update(
        work=f"a folder, {name}, once they are warm", rate=max(rates), rate_target=target
    )
