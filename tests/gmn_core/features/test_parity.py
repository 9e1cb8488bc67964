"""Our descriptors beside published ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from gmn_core.audio.decode import decode_file
from gmn_core.corpora.gtzan import read_descriptors
from gmn_core.features.parity import (
    largest_errors,
    largest_errors_by_librosa,
    tolerance,
    worst_of_each_group,
)
from gmn_core.features.summary import DESCRIPTORS, describe


def test_errors_are_relative_and_the_largest_counts(tmp_path: Path) -> None:
    audio, published = {}, {}
    for seed, name in enumerate(("a", "b")):
        audio[name] = tmp_path / f"{name}.wav"
        noise = np.random.default_rng(seed).uniform(-0.3, 0.3, 2 * 22_050)
        soundfile.write(audio[name], noise, 22_050, subtype="FLOAT")
        published[name] = describe(decode_file(audio[name]).clip)
    published["b"] = published["b"].copy()
    rms = DESCRIPTORS.index("rms_mean")
    published["b"][rms] *= 1.25
    seen: list[None] = []
    errors = largest_errors(audio, {**published, "not here": published["a"]}, lambda: seen.append(None))
    assert len(seen) == 2
    assert errors["rms_mean"] == pytest.approx(0.2)
    assert errors["tempo"] == 0


def test_what_librosa_finds_in_a_recording_is_compared_group_by_group() -> None:
    recording = Path(__file__).parents[3] / "pages/shared/recordings/vibe_ace.ogg"
    seen: list[None] = []
    errors = largest_errors_by_librosa([recording], lambda: seen.append(None))
    assert len(seen) == 1
    assert {name for name, error in errors.items() if error > tolerance(name)} == set()
    worst = worst_of_each_group(errors)
    assert len(worst) == 10
    assert errors[worst["mfcc"]] == max(error for name, error in errors.items() if name.startswith("mfcc"))


def test_equal_values_have_no_error_even_where_they_are_zero(tmp_path: Path) -> None:
    steady = tmp_path / "steady.wav"
    soundfile.write(steady, np.full(22_050, 0.25), 22_050, subtype="FLOAT")
    published = describe(decode_file(steady).clip)
    assert published[DESCRIPTORS.index("tempo")] == 0
    assert set(largest_errors({"a": steady}, {"a": published}).values()) == {0}


@pytest.mark.corpus
def test_published_values_are_repeated_on_lossless_clips(corpus_dir: Path) -> None:
    files = {path.stem: path for path in (corpus_dir / "gtzan" / "parity").glob("*.flac")}
    assert len(files) == 20
    errors = largest_errors(files, read_descriptors(corpus_dir / "gtzan" / "features_30_sec.csv"))
    for name, error in errors.items():
        assert error < tolerance(name), f"{name}: {error:.1e}"
