"""Spectra and their inverse, against librosa's."""

import librosa
import numpy as np
import pytest

from gmn_core.features.stft import istft, stft

NOISE = np.random.default_rng(0).standard_normal(20_000).astype(np.float32)


@pytest.mark.parametrize("length", [2048, 9_999, 20_000])
def test_spectra_are_those_of_librosa(length: int) -> None:
    expected = librosa.stft(NOISE[:length], n_fft=2048, hop_length=512, pad_mode="reflect")
    np.testing.assert_allclose(stft(NOISE[:length], 2048, 512).T, expected, atol=1e-5)


def test_changed_spectra_give_the_signal_that_librosa_gives() -> None:
    spectra = stft(NOISE, 2048, 512)
    spectra[:, 300:] *= 0.1
    spectra[::2] *= -0.5
    signal = istft(spectra, 512)
    assert len(signal) == 512 * (len(NOISE) // 512)
    np.testing.assert_allclose(signal, librosa.istft(spectra.T, hop_length=512), atol=1e-5)


def test_the_inverse_gives_the_signal_back() -> None:
    signal = istft(stft(NOISE, 2048, 512), 512)
    np.testing.assert_allclose(signal, NOISE[: len(signal)], atol=1e-5)
