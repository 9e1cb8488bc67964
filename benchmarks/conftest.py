"""What the benchmarks work on, and how a piece of work is run in a fresh process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.audio.decode import decode_file
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.samples import generate_sample
from gmn_core.genres import Genre
from gmn_core.memory import keep_freed_memory

ROOT = Path(__file__).parent.parent
N_FILES = 40


@dataclass(frozen=True)
class Fresh:
    """What a fresh process took."""

    seconds: float
    peak_mb: float


# A process between: what the system calls a process's peak includes that of the one which started it.
_LAUNCHER = """
import resource, subprocess, sys, time
began = time.perf_counter()
subprocess.run([sys.executable, "-c", *sys.argv[1:]], check=True)
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def in_fresh_process(program: str, *arguments: str) -> Fresh:
    """Run a Python program to its end."""
    run = subprocess.run(
        [sys.executable, "-c", _LAUNCHER, program, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds, peak = run.stdout.splitlines()[-1].split()
    return Fresh(float(seconds), int(peak) / (1024 if sys.platform != "darwin" else 2**20))


def measure(
    benchmark: Any, function: Callable[..., Any], *arguments: Any, rounds: int = 5, **extra: object
) -> None:
    """Measure warm work, and note what the report says of it.

    The process keeps freed memory, as the app's workers and the commands do.
    """
    keep_freed_memory()
    benchmark.extra_info.update(extra)
    benchmark.pedantic(function, arguments, rounds=rounds, warmup_rounds=1)


@pytest.fixture(scope="session")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty seconds of the generator's music as a WAV file."""
    path = tmp_path_factory.mktemp("song") / "song.wav"
    generate_sample(GenerationRequest(Genre.JAZZ, seconds=30, seed=1)).save(path)
    return path


@pytest.fixture(scope="session")
def clip(song: Path) -> Clip:
    return decode_file(song).clip


@pytest.fixture(scope="session")
def folder(clip: Clip, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of thirty seconds, the same music begun at different places."""
    folder = tmp_path_factory.mktemp("music")
    for number in range(N_FILES):
        moved = np.roll(clip.samples, number * clip.sample_rate)
        Clip(moved, clip.sample_rate).save(folder / f"{number:02}.wav")
    return folder
