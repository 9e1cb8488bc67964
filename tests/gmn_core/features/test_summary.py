"""The 57 descriptors, against librosa's."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.features.reference import describe_by_librosa
from gmn_core.features.summary import DESCRIPTORS, SAMPLE_RATE, describe


@pytest.fixture(scope="module")
def music() -> Clip:
    """Four seconds of chords, clicks and noise."""
    rng = np.random.default_rng(0)
    t = np.arange(4 * SAMPLE_RATE) / SAMPLE_RATE
    chord = sum(np.sin(2 * np.pi * f * t) / 4 for f in (220, 277.2, 329.6))
    clicks = np.where(t % 0.5 < 0.01, rng.uniform(-1, 1, len(t)), 0)
    return Clip(
        (0.4 * chord + 0.4 * clicks + 0.01 * rng.standard_normal(len(t))).astype(np.float32), SAMPLE_RATE
    )


def test_the_names_are_those_of_the_published_table() -> None:
    assert len(DESCRIPTORS) == len(set(DESCRIPTORS)) == 57
    assert DESCRIPTORS[:2] == ("chroma_stft_mean", "chroma_stft_var")
    assert DESCRIPTORS[16:18] == ("tempo", "mfcc1_mean")
    assert DESCRIPTORS[-1] == "mfcc20_var"


def test_values_are_those_of_librosa(music: Clip) -> None:
    described = dict(zip(DESCRIPTORS, describe(music), strict=True))
    for name, expected in zip(DESCRIPTORS, describe_by_librosa(music), strict=True):
        # The means of two signals without DC offset are small differences of large sums.
        nothing = 1e-6 if name in ("harmony_mean", "perceptr_mean") else 0
        assert described[name] == pytest.approx(expected, rel=1e-4, abs=nothing), name
    assert described["tempo"] == pytest.approx(120, rel=0.03)


def test_any_sample_rate_is_brought_to_that_of_the_table() -> None:
    t = np.arange(2 * 44_100) / 44_100
    chord = Clip(
        (np.sin(2 * np.pi * 220 * t) / 2 + np.sin(2 * np.pi * 990 * t) / 4).astype(np.float32), 44_100
    )
    plain, resampled = describe(chord.resampled(SAMPLE_RATE)), describe(chord)
    np.testing.assert_allclose(resampled, plain)
    assert plain[DESCRIPTORS.index("spectral_centroid_mean")] == pytest.approx((220 * 2 + 990) / 3, rel=0.05)


def test_a_short_clip_without_onsets_has_finite_descriptors() -> None:
    steady = np.full(SAMPLE_RATE, 0.1, dtype=np.float32)
    assert np.isfinite(describe(Clip(steady, SAMPLE_RATE))).all()


def test_nothing_of_librosa_is_loaded_for_it() -> None:
    """It would take more than a second of a fresh process."""
    program = (
        "import sys, numpy as np\n"
        "from gmn_core.audio.clip import Clip\n"
        "from gmn_core.features.summary import describe\n"
        "describe(Clip(np.sin(np.arange(22_050)).astype(np.float32), 22_050))\n"
        "assert not {'librosa', 'scipy.signal', 'sklearn'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
