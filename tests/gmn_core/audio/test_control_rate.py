import numpy as np
import pytest

from gmn_core.audio.control_rate import at_samples


@pytest.mark.parametrize("step", [96, 48, 11])
@pytest.mark.parametrize("n_steps", [1, 2, 700])
def test_gains_are_those_of_numpy(step: int, n_steps: int) -> None:
    gains = np.random.default_rng(n_steps).uniform(0, 1, n_steps)
    length = n_steps * step - step // 3
    middles = (np.arange(n_steps) + 0.5) * step
    expected = np.interp(np.arange(length), middles, gains).astype(np.float32)
    np.testing.assert_array_equal(at_samples(gains, step, length), expected)


def test_of_nothing_there_are_no_gains() -> None:
    assert at_samples(np.zeros(0), 96, 0).shape == (0,)
