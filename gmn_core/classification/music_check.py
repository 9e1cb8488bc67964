"""Does a clip sound like music at all? A genre classifier answers even if it does not.

Three rules on the log-mel spectrogram that the networks read:

- *hardly audible*: the level is below -60 dBFS;
- *steady*: most bands hardly change, as in noise, hum and test tones;
- *no music*: how its level and its colour move adds up to speech, an animal or a
  noise rather than to music (logistic regression on eight measures).

The third rule's numbers ship in ``music_check/rule.json``. They are set on real speech, sounds and
music, and tested on others (`gmn_core.corpora.sounds`); the card says how often it errs.
"""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.features.spectrogram import DYNAMIC_RANGE_DB, THINNED_FRAMES_PER_SECOND, thinned_mel
from gmn_core.files import StrPath
from gmn_core.models.card import intact_model_dir

NAME = "music_check"
RULE_FILE = "rule.json"
QUIET_DBFS = -60.0
STEADY_DB = 3.0
RULE = (
    f"Not music: level below {QUIET_DBFS:.0f} dBFS; or the median band's standard deviation over time below "
    f"{STEADY_DB:.0f} dB; or a weighted sum of eight measures of how level and colour move above a threshold."
)
"""The three rules in a sentence."""

_PAUSE_DB = 25.0
_SOFT_DB = 6.0
_HEARD_DB = 5.0
_EXCERPT_SECONDS = 30.0
_SYLLABLES_HZ = (2.0, 8.0)
_SLOWEST_HZ = 0.3


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
    syllables : float
        Share of the level's movement that is at the pace of syllables, 2 to 8 Hz.
    soft : float
        Share of frames more than 6 dB below the mean level.
    wander : float
        Standard deviation over time of the spectrum's centre, in bands.
    tilt : float
        Standard deviation of the bands' mean levels, in dB.
    swing : float
        Standard deviation of the level over time, in dB.
    """

    variation: float
    pauses: float
    flux: float
    syllables: float
    soft: float
    wander: float
    tilt: float
    swing: float


def movement(mel: npt.NDArray[np.float32]) -> Movement:
    """Measure a spectrogram of shape (n_frames, n_mels) from `thinned_mel`."""
    decibels = mel * DYNAMIC_RANGE_DB - DYNAMIC_RANGE_DB
    power = 10 ** (decibels / 10)
    levels = 10 * np.log10(power.sum(axis=1))
    centre = power @ np.arange(mel.shape[1]) / power.sum(axis=1)
    heard = decibels.mean(axis=0) > _HEARD_DB - DYNAMIC_RANGE_DB
    return Movement(
        variation=float(np.median(decibels.std(axis=0)[heard])) if heard.any() else 0.0,
        pauses=float(np.mean(levels < np.percentile(levels, 95) - _PAUSE_DB)),
        flux=float(np.abs(np.diff(decibels, axis=0)).mean()) if len(decibels) > 1 else 0.0,
        syllables=_syllables(levels),
        soft=float(np.mean(levels < levels.mean() - _SOFT_DB)),
        wander=float(centre.std()),
        tilt=float(decibels.mean(axis=0).std()),
        swing=float(levels.std()),
    )


def _syllables(levels: npt.NDArray[np.float32]) -> float:
    power = np.abs(np.fft.rfft((levels - levels.mean()) * np.hanning(len(levels)))) ** 2
    hertz = np.fft.rfftfreq(len(levels), 1 / THINNED_FRAMES_PER_SECOND)
    low, high = _SYLLABLES_HZ
    moving = power[hertz > _SLOWEST_HZ].sum()
    return float(power[(hertz > low) & (hertz < high)].sum() / moving) if moving > 0 else 0.0


@dataclass(frozen=True)
class MusicRule:
    """The third rule: a weighted sum of standardised measures.

    Parameters
    ----------
    mean, scale, weights : tuple of float
        One for each field of `Movement`, in order.
    bias : float
        Score of the mean clip.
    threshold : float
        A clip whose score is above this does not sound like music.
    """

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float

    def score(self, found: Movement) -> float:
        """Return the logarithm of the odds that a clip is no music."""
        standardised = (np.array(astuple(found)) - self.mean) / self.scale
        return float(standardised @ self.weights + self.bias)

    @classmethod
    def load(cls, path: StrPath) -> MusicRule:
        """Read a rule from JSON."""
        stored = json.loads(Path(path).read_text(encoding="utf-8"))
        numbers = {name: tuple(stored[name]) for name in ("mean", "scale", "weights")}
        return cls(**numbers, bias=stored["bias"], threshold=stored["threshold"])


@cache
def shipped_rule() -> MusicRule:
    """Return the rule that ships.

    Raises
    ------
    ModelError
        If its file is missing or damaged.
    """
    return MusicRule.load(intact_model_dir(NAME) / RULE_FILE)


def doubts_of(mel: npt.NDArray[np.float32], rule: MusicRule | None = None) -> str | None:
    """Return why a spectrogram does not look like music, in one sentence; None if it does."""
    found = movement(mel)
    if found.variation < STEADY_DB:
        return "This sounds steady, like noise or a tone, rather than like music: do not trust the verdict."
    rule = rule or shipped_rule()
    if rule.score(found) > rule.threshold:
        return "This sounds like speech or a noise rather than like music: do not trust the verdict."
    return None


def doubts(clip: Clip, rule: MusicRule | None = None) -> str | None:
    """Return why a clip does not look like music, in one sentence; None if it does.

    Of a long clip, only the 30 s in the middle are examined.
    """
    middle = clip.excerpt(max(0.0, (clip.seconds - _EXCERPT_SECONDS) / 2), _EXCERPT_SECONDS)
    level = 20 * np.log10(float(np.sqrt(np.mean(np.square(middle.samples, dtype=np.float64)))) + 1e-12)
    if level < QUIET_DBFS:
        return "This is hardly audible: do not trust the verdict."
    return doubts_of(thinned_mel(middle), rule)
