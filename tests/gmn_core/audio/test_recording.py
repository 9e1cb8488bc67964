import numpy as np
import pytest

from gmn_core.audio.recording import Recording


def test_mono_is_the_mean_of_both_channels() -> None:
    recording = Recording(np.array([[1.0, 0.0], [0.5, 0.5], [0.25, -0.25]], dtype=np.float32), 4)
    np.testing.assert_allclose(recording.mono().samples, [0.5, 0.5, 0.0])
    assert recording.mono().sample_rate == 4
    assert recording.seconds == 0.75


def test_its_samples_cannot_be_written_and_the_callers_still_can() -> None:
    samples = np.zeros((8, 2), dtype=np.float32)
    recording = Recording(samples, 48_000)
    with pytest.raises(ValueError, match="read-only"):
        recording.samples[0] = 1
    samples[0] = 1


@pytest.mark.parametrize(("shape", "rate"), [((8,), 48_000), ((8, 1), 48_000), ((2, 8), 48_000), ((8, 2), 0)])
def test_what_is_not_stereo_is_refused(shape: tuple[int, ...], rate: int) -> None:
    with pytest.raises(ValueError, match=r"stereo|positive"):
        Recording(np.zeros(shape, dtype=np.float32), rate)
