"""The recording: stereo audio in memory, as the generator makes it and people hear it."""

from __future__ import annotations

from dataclasses import dataclass

from gmn_core.audio.clip import Clip
from gmn_core.audio.saving import SavableSound
from gmn_core.audio.sound import mean_of_channels


@dataclass(frozen=True, eq=False)
class Recording(SavableSound):
    """Stereo audio that does not change: a sound whose samples, left and right, have shape (n_samples, 2).

    Raises
    ------
    ValueError
        If the samples are not of that shape or the rate is not positive.

    See Also
    --------
    Clip : Mono audio.

    Examples
    --------
    >>> import numpy as np
    >>> recording = gmn_core.Recording(np.zeros((48_000, 2)), 48_000)
    >>> recording.seconds, recording.mono().samples.shape
    (1.0, (48000,))
    """

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.shape[1] != 2:
            raise ValueError(f"a recording is stereo: expected shape (n, 2), got {self.samples.shape}")
        super().__post_init__()

    def mono(self) -> Clip:
        """Return the mean of both channels, as the classifiers hear it."""
        return Clip(mean_of_channels(self.samples), self.sample_rate)
