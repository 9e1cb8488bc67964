"""The clip: mono audio in memory, the unit that everything else works on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Clip:
    """Mono audio that does not change.

    Parameters
    ----------
    samples : ndarray of float32, shape (n_samples,)
        Amplitudes in [-1, 1]. Kept read-only; an array that is already
        float32 is not copied.
    sample_rate : int
        Samples per second, in Hz.

    Raises
    ------
    ValueError
        If the samples are not one-dimensional or the rate is not positive.
    """

    samples: Samples
    sample_rate: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 1:
            raise ValueError(f"a clip is mono: expected shape (n,), got {self.samples.shape}")
        if self.sample_rate <= 0:
            raise ValueError(f"a sample rate is positive, got {self.sample_rate}")
        # A view: freezing the caller's own array would be a surprise.
        samples = np.ascontiguousarray(self.samples, dtype=np.float32).view()
        samples.flags.writeable = False
        object.__setattr__(self, "samples", samples)

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return len(self.samples) / self.sample_rate

    def resampled(self, sample_rate: int) -> Clip:
        """Return the clip at another rate (soxr, high quality).

        Parameters
        ----------
        sample_rate : int
            The rate wanted, in Hz.

        Returns
        -------
        Clip
            This very clip where it has that rate already.
        """
        if sample_rate == self.sample_rate:
            return self
        import soxr

        return Clip(soxr.resample(self.samples, self.sample_rate, sample_rate, quality="HQ"), sample_rate)

    def excerpt(self, start: float, seconds: float) -> Clip:
        """Return the part from ``start`` on, at most ``seconds`` long (both in seconds)."""
        first = max(0, round(start * self.sample_rate))
        return Clip(self.samples[first : first + round(seconds * self.sample_rate)], self.sample_rate)
