"""What a clip and a recording have in common."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.audio.recording import Recording
from gmn_core.audio.sound import Sound, mean_of_channels


@pytest.mark.parametrize("shape", [(6,), (6, 2)])
def test_its_samples_are_float32_and_read_only_and_the_callers_array_is_neither_copied_nor_frozen(
    shape: tuple[int, ...],
) -> None:
    source = np.zeros(shape, dtype=np.float32)
    sound = Sound(source, 4)
    assert sound.seconds == 1.5
    with pytest.raises(ValueError, match="read-only"):
        sound.samples[0] = 1
    source[0] = 1
    assert (sound.samples[0] == 1).all()
    assert Sound(np.zeros(shape), 4).samples.dtype == np.float32


def test_a_rate_is_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        Sound(np.zeros(3, dtype=np.float32), 0)


def test_nothing_about_it_can_be_set_afterwards() -> None:
    for sound in (Clip(np.zeros(3), 4), Recording(np.zeros((3, 2)), 4)):
        with pytest.raises(AttributeError):
            sound.sample_rate = 8  # type: ignore[misc]
        with pytest.raises(AttributeError):
            sound.samples = np.zeros(3)  # type: ignore[misc]


@pytest.mark.parametrize("n_channels", [1, 2, 3, 8])
def test_the_mean_of_channels_is_numpys_to_the_last_bit(n_channels: int) -> None:
    samples = np.random.default_rng(1).standard_normal((5000, n_channels)).astype(np.float32)
    samples *= np.float32(10) ** np.linspace(-40, 36, 5000, dtype=np.float32)[:, None]
    assert mean_of_channels(samples).tobytes() == samples.mean(axis=1, dtype=np.float32).tobytes()
