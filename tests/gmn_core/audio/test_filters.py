import numpy as np
import pytest
from scipy import signal

from gmn_core.audio.filters import BLOCK, convolved, filtered, high_pass, k_weighting, low_pass

RATE = 48_000


@pytest.mark.parametrize("rate", [22_050, 48_000])
@pytest.mark.parametrize("corner", [30.0, 500.0, 7000.0])
def test_butterworth_sections_are_scipys(rate: int, corner: float) -> None:
    for section, kind in ((low_pass(rate, corner), "low"), (high_pass(rate, corner), "high")):
        expected = signal.butter(2, corner, kind, fs=rate)
        np.testing.assert_allclose(section, expected, rtol=1e-9, atol=1e-12)


def test_weighting_at_48_khz_is_the_recommendations_own() -> None:
    """Tables 1 and 2 of BS.1770-4."""
    (shelf, shelf_back), (low_cut, low_cut_back) = k_weighting(RATE)
    assert shelf == pytest.approx([1.53512485958697, -2.69169618940638, 1.19839281085285])
    assert shelf_back == pytest.approx([1, -1.69065929318241, 0.73248077421585])
    assert low_cut == pytest.approx([1, -2, 1])
    assert low_cut_back == pytest.approx([1, -1.99004745483398, 0.99007225036621])


def test_weighting_at_other_rates_has_the_same_response() -> None:
    frequencies = np.geomspace(20, 5000, 50)

    def response(rate: int) -> np.ndarray:
        sections = [signal.freqz(*section, worN=frequencies, fs=rate)[1] for section in k_weighting(rate)]
        return 20 * np.log10(np.abs(np.prod(sections, axis=0)))

    np.testing.assert_allclose(response(44_100), response(RATE), atol=0.02)
    np.testing.assert_allclose(response(22_050), response(RATE), atol=0.3)


@pytest.mark.parametrize("length", [1, 100, BLOCK, 3 * RATE + 1])
def test_filtering_is_the_recursion(length: int) -> None:
    noise = np.random.default_rng(0).standard_normal(length).astype(np.float32)
    sections = [high_pass(RATE, 30), *k_weighting(RATE)]
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
