import numpy as np
import pytest

from gmn_core.generation.sound.equaliser import equalised, high_cut, joined, kernel_of, low_cut
from gmn_core.generation.sound.rate import SAMPLE_RATE


def gain_at(frequency: float, curve: tuple[tuple[float, float], ...]) -> float:
    response = np.abs(np.fft.rfft(kernel_of(curve), SAMPLE_RATE))
    return float(20 * np.log10(response[round(frequency)]))


def test_the_response_follows_the_curve() -> None:
    curve = ((60.0, -6.0), (1000.0, 0.0), (8000.0, 9.0))
    for frequency, wanted in ((60, -6), (245, -3), (1000, 0), (8000, 9), (16000, 9)):
        assert gain_at(frequency, curve) == pytest.approx(wanted, abs=0.6)


def test_nothing_sounds_before_it_is_struck() -> None:
    click = np.zeros(4096, np.float32)
    click[2000] = 1
    heard = equalised(click, ((100.0, 12.0), (5000.0, -12.0)))
    assert np.abs(heard[:1999]).max() < 1e-6
    assert np.argmax(np.abs(heard)) < 2010


def test_cuts_cut_and_curves_add_up() -> None:
    both = joined(low_cut(100), high_cut(6000), ((1000.0, 3.0), (2000.0, 3.0)))
    assert gain_at(25, both) < -20
    assert gain_at(12000, both) < -12
    assert gain_at(1000, both) == pytest.approx(3, abs=0.5)


def test_channels_are_filtered_alike() -> None:
    noise = np.random.default_rng(0).normal(size=3000).astype(np.float32)
    stereo = equalised(np.stack([noise, -noise]), low_cut(80))
    np.testing.assert_allclose(stereo[0], -stereo[1], atol=1e-6)
    np.testing.assert_allclose(stereo[0], equalised(noise, low_cut(80)), atol=1e-6)
