"""Generation, from the request to the encoded file."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from benchmarks.conftest import in_fresh_process, measure
from gmn_core.generation.playing.sampler import sample_band
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.samples import generate_sample
from gmn_core.generation.sound.renderer import record_stems
from gmn_core.generation.sound.score import Score
from gmn_core.generation.sound.soundfont import bundled_soundfont
from gmn_core.genres import Genre

FIRST = """
import gmn_core
gmn_core.generate("jazz", seconds=30, seed=1).file("ogg")
"""


@pytest.fixture
def seeds() -> Iterator[int]:
    return count(100)


@pytest.mark.parametrize(("seconds", "target", "rounds"), [(30, 3.0, 4), (120, 8.0, 2)])
def test_generation(benchmark: Any, seeds: Iterator[int], seconds: int, target: float, rounds: int) -> None:
    def generate() -> None:
        generate_sample(GenerationRequest(Genre.JAZZ, seconds=seconds, seed=next(seeds))).file("ogg")

    measure(
        benchmark,
        generate,
        rounds=rounds,
        work=f"{seconds} s generated, produced and encoded, warm",
        target=target,
    )


def test_first_generation(benchmark: Any) -> None:
    taken = []

    def first() -> None:
        taken.append(in_fresh_process(FIRST))

    measure(benchmark, first, rounds=2, work="30 s generated, produced and encoded, fresh process")
    benchmark.extra_info["memory"] = round(max(each.peak_mb for each in taken))


@pytest.fixture(scope="session")
def midi(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("midi") / "piece.mid"
    path.write_bytes(sample_band(GenerationRequest(Genre.JAZZ, seconds=30, seed=1)).to_midi())
    return path


def test_playing_the_parts(benchmark: Any, midi: Path) -> None:
    score, soundfont = Score(midi.read_bytes()), bundled_soundfont()

    def play() -> None:
        for stem in record_stems(score, soundfont, 30):
            assert stem.samples.any()

    measure(benchmark, play, work="30 s of a band played, each part alone, warm", peer="fluidsynth")


@pytest.mark.skipif(which("fluidsynth") is None, reason="needs the command of FluidSynth")
def test_playing_the_parts_by_fluidsynth(benchmark: Any, midi: Path, tmp_path: Path) -> None:
    soundfont = tmp_path / "bundled.sf3"
    soundfont.write_bytes(bundled_soundfont().data)

    def play() -> None:
        out = str(tmp_path / "piece.wav")
        command = ["fluidsynth", "-niq", "-r", "48000", "-F", out, str(soundfont), str(midi)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    measure(benchmark, play, rounds=2, work="the same by FluidSynth's command", peer_of="fluidsynth")
