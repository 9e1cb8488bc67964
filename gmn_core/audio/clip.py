"""The clip: mono audio in memory, the unit that everything else works on."""

from __future__ import annotations

from dataclasses import dataclass

from gmn_core.audio.saving import SavableSound


@dataclass(frozen=True, eq=False)
class Clip(SavableSound):
    """Mono audio that does not change: a sound whose samples have shape (n_samples,).

    Raises
    ------
    ValueError
        If the samples are not one-dimensional or the rate is not positive.

    See Also
    --------
    load_audio : Read one from a file.

    Examples
    --------
    >>> import numpy as np
    >>> clip = gmn_core.Clip(np.sin(np.arange(44_100)), 22_050)
    >>> clip.seconds, clip.excerpt(0.5, 1.0).seconds, len(clip.resampled(8_000).samples)
    (2.0, 1.0, 16000)
    >>> clip.save("tone.wav")
    """

    def __post_init__(self) -> None:
        if self.samples.ndim != 1:
            raise ValueError(f"a clip is mono: expected shape (n,), got {self.samples.shape}")
        super().__post_init__()

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
