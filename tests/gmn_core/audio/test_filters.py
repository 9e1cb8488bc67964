import numpy as np
import pytest
from scipy import signal

from gmn_core.audio.filters import BLOCK, convolved, filtered, high_pass, low_pass

RATE = 48_000


@pytest.mark.parametrize("rate", [22_050, 48_000])
@pytest.mark.parametrize("corner", [30.0, 500.0, 7000.0])
def test_butterworth_sections_are_scipys(rate: int, corner: float) -> None:
    for section, kind in ((low_pass(rate, corner), "low"), (high_pass(rate, corner), "high")):
        expected = signal.butter(2, corner, kind, fs=rate)
        np.testing.assert_allclose(section, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("length", [1, 100, BLOCK, 3 * RATE + 1])
def test_filtering_is_the_recursion(length: int) -> None:
    noise = np.random.default_rng(0).standard_normal(length).astype(np.float32)
    sections = [high_pass(RATE, 30), low_pass(RATE, 7000)]
    expected = noise.astype(np.float64)
    for numerator, denominator in sections:
        expected = signal.lfilter(numerator, denominator, expected)
    result = filtered(noise, RATE, *sections)
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, expected, atol=2e-5 * np.abs(expected).max())


@pytest.mark.parametrize("taps", [1, 4801, BLOCK, 70_000])
def test_convolution_by_blocks_is_convolution(taps: int) -> None:
    rng = np.random.default_rng(1)
    samples = rng.standard_normal(150_000).astype(np.float32)
    kernels = rng.standard_normal((2, taps)).astype(np.float32) / np.sqrt(taps)
    expected = [signal.fftconvolve(samples.astype(float), kernel)[: len(samples)] for kernel in kernels]
    np.testing.assert_allclose(convolved(samples, kernels), expected, atol=1e-4)
