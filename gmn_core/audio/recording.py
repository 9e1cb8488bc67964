"""The recording: stereo audio in memory, what the generator makes and people hear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gmn_core.audio.clip import Clip, Samples


@dataclass(frozen=True, eq=False)
class Recording:
    """Stereo audio that does not change.

    Parameters
    ----------
    samples : ndarray of float32, shape (n_samples, 2)
        Amplitudes of left and right in [-1, 1]. Kept read-only; an array
        that is already float32 is not copied.
    sample_rate : int
        Samples per second, in Hz.

    Raises
    ------
    ValueError
        If the samples are not of that shape or the rate is not positive.
    """

    samples: Samples
    sample_rate: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.shape[1] != 2:
            raise ValueError(f"a recording is stereo: expected shape (n, 2), got {self.samples.shape}")
        if self.sample_rate <= 0:
            raise ValueError(f"a sample rate is positive, got {self.sample_rate}")
        samples = np.ascontiguousarray(self.samples, dtype=np.float32).view()
        samples.flags.writeable = False
        object.__setattr__(self, "samples", samples)

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return len(self.samples) / self.sample_rate

    def mono(self) -> Clip:
        """Return the mean of both channels, as the classifiers hear it."""
        return Clip(self.samples.mean(axis=1), self.sample_rate)
