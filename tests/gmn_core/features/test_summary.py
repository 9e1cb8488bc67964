"""The 57 descriptors, against librosa called plainly."""

from __future__ import annotations

import subprocess
import sys

import librosa
import numpy as np
import pytest

from gmn_core.audio.clip import Clip
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


def test_values_are_those_of_librosa_called_plainly(music: Clip) -> None:
    y, described = music.samples, dict(zip(DESCRIPTORS, describe(music), strict=True))
    mel = librosa.feature.melspectrogram(y=y, sr=SAMPLE_RATE, pad_mode="reflect")
    expected = {
        "chroma_stft": librosa.feature.chroma_stft(y=y, sr=SAMPLE_RATE, pad_mode="reflect"),
        "rms": librosa.feature.rms(y=y, pad_mode="reflect"),
        "spectral_centroid": librosa.feature.spectral_centroid(y=y, sr=SAMPLE_RATE, pad_mode="reflect"),
        "spectral_bandwidth": librosa.feature.spectral_bandwidth(y=y, sr=SAMPLE_RATE, pad_mode="reflect"),
        "rolloff": librosa.feature.spectral_rolloff(y=y, sr=SAMPLE_RATE, pad_mode="reflect"),
        "zero_crossing_rate": librosa.feature.zero_crossing_rate(y),
    }
    mfcc = librosa.feature.mfcc(S=librosa.power_to_db(mel), n_mfcc=20)
    expected |= {f"mfcc{i + 1}": mfcc[i] for i in range(20)}
    for name, values in expected.items():
        assert described[f"{name}_mean"] == pytest.approx(np.mean(values), rel=1e-4), name
        assert described[f"{name}_var"] == pytest.approx(np.var(values), rel=1e-4), name
    onsets = librosa.onset.onset_strength(S=librosa.power_to_db(mel), sr=SAMPLE_RATE, aggregate=np.median)
    tracked, _ = librosa.beat.beat_track(onset_envelope=onsets, sr=SAMPLE_RATE)
    assert described["tempo"] == float(np.atleast_1d(tracked)[0]) == pytest.approx(120, rel=0.03)


def test_harmonic_and_percussive_parts_are_those_of_librosa(music: Clip) -> None:
    described = dict(zip(DESCRIPTORS, describe(music), strict=True))
    spectrum = librosa.stft(music.samples, pad_mode="reflect")
    for name, part in zip(("harmony", "perceptr"), librosa.decompose.hpss(spectrum), strict=True):
        signal = librosa.util.fix_length(librosa.istft(part), size=len(music.samples))
        assert described[f"{name}_var"] == pytest.approx(np.var(signal), rel=1e-4)


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
