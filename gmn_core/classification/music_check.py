"""Does a clip look like music at all? A genre classifier answers even if it is not.

Three simple rules on the log-mel spectrogram that the networks read:

- *hardly audible*: the level is below -60 dBFS;
- *steady*: most bands hardly change, as in noise, hum and test tones;
- *pauses*: frames fall silent often and change fast, as in speech.

The thresholds lie between GTZAN's clips and what they must catch;
`gmn_core.classification.evaluation.music_check` measures how often they are wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.features.spectrogram import DYNAMIC_RANGE_DB, thinned_mel

QUIET_DBFS = -60.0
STEADY_DB = 3.0
PAUSE_SHARE = 0.08
FLUX_DB = 7.0
RULE = (
    f"Not music: level below {QUIET_DBFS:.0f} dBFS; or the median band's standard deviation over time below "
    f"{STEADY_DB:.0f} dB; or more than {PAUSE_SHARE:.0%} of the frames silent and a mean change from "
    f"frame to frame above {FLUX_DB:.0f} dB."
)
"""The three rules in a sentence."""

_PAUSE_DB = 25.0
_HEARD_DB = 5.0
_EXCERPT_SECONDS = 30.0


@dataclass(frozen=True)
class Movement:
    """How a spectrogram changes over time.

    Parameters
    ----------
    variation : float
        Standard deviation over time, in dB, of the median band among those that are heard.
    pauses : float
        Share of frames more than 25 dB below the loud ones (95th percentile).
    flux : float
        Mean change from frame to frame, in dB per band.
    """

    variation: float
    pauses: float
    flux: float


def movement(mel: npt.NDArray[np.float32]) -> Movement:
    """Measure a spectrogram of shape (n_frames, n_mels) from `thinned_mel`."""
    decibels = mel * DYNAMIC_RANGE_DB - DYNAMIC_RANGE_DB
    levels = 10 * np.log10(np.sum(10 ** (decibels / 10), axis=1))
    heard = decibels.mean(axis=0) > _HEARD_DB - DYNAMIC_RANGE_DB
    return Movement(
        variation=float(np.median(decibels.std(axis=0)[heard])) if heard.any() else 0.0,
        pauses=float(np.mean(levels < np.percentile(levels, 95) - _PAUSE_DB)),
        flux=float(np.abs(np.diff(decibels, axis=0)).mean()) if len(decibels) > 1 else 0.0,
    )


def doubts_of(mel: npt.NDArray[np.float32]) -> str | None:
    """Return why a spectrogram does not look like music, in one sentence; None if it does."""
    found = movement(mel)
    if found.variation < STEADY_DB:
        return "This sounds steady, like noise or a tone, rather than like music: do not trust the verdict."
    if found.pauses > PAUSE_SHARE and found.flux > FLUX_DB:
        return "This sounds like speech rather than like music: do not trust the verdict."
    return None


def doubts(clip: Clip) -> str | None:
    """Return why a clip does not look like music, in one sentence; None if it does.

    Of a long clip, only the 30 s in the middle are examined.
    """
    middle = clip.excerpt(max(0.0, (clip.seconds - _EXCERPT_SECONDS) / 2), _EXCERPT_SECONDS)
    level = 20 * np.log10(float(np.sqrt(np.mean(np.square(middle.samples, dtype=np.float64)))) + 1e-12)
    if level < QUIET_DBFS:
        return "This is hardly audible: do not trust the verdict."
    return doubts_of(thinned_mel(middle))
