"""How loud and soft, low and percussive clips are: what the tags and averages that fits read do not say.

A mix that only pleased those gives itself away here: by peaks that records do not have, by a volume
that stands still, by too little bass or too much of the drums.

References
----------
EBU Tech 3342 (2016), "Loudness range: a measure to supplement EBU R 128 loudness normalisation".
Fitzgerald (2010), "Harmonic/percussive separation using median filtering", DAFx.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.corpora.gtzan import Track
from gmn_core.corpora.stored import audible_clips
from gmn_core.features.running_median import running_median
from gmn_core.features.spectrogram import STANDARD, mel_frequencies, mel_power
from gmn_core.genres import Genre

FloatArray = npt.NDArray[np.float64]

LOW_END = 120.0
"""Hz below which is the low end."""

_MEDIAN = 17  # frames and bands
_SILENT = 1e-12


@dataclass(frozen=True)
class Dynamics:
    """Four measures of a clip that do not depend on its level.

    Parameters
    ----------
    crest : float
        Peak over effective value, in dB.
    loudness_range : float
        In LU.
    low_end : float
        Power below `LOW_END` relative to the whole, in dB.
    percussive : float
        Share of the power that stands out over frequency rather than over time, 0 to 1.
    """

    crest: float
    loudness_range: float
    low_end: float
    percussive: float


MEASURES = tuple(each.name for each in fields(Dynamics))


def measured(clip: Clip) -> Dynamics:
    """Measure a clip of at least 3 s."""
    import pyloudnorm

    samples = np.asarray(clip.samples, np.float64)
    effective = math.sqrt(float(np.mean(samples**2)) + _SILENT)
    meter = pyloudnorm.Meter(clip.sample_rate, filter_class="DeMan")
    power = mel_power(clip, STANDARD)
    low = power[mel_frequencies(STANDARD, STANDARD.n_mels + 2)[1:-1] < LOW_END]
    across_bands = running_median(power, _MEDIAN)
    across_frames = running_median(np.ascontiguousarray(power.T), _MEDIAN).T
    standing_out = across_bands / (across_bands + across_frames + np.float32(_SILENT))
    whole = float(power.sum()) + _SILENT
    return Dynamics(
        crest=20 * math.log10(float(np.abs(samples).max()) / effective + _SILENT),
        loudness_range=float(meter.loudness_range(samples)),
        low_end=10 * math.log10(float(low.sum()) / whole + _SILENT),
        percussive=float((standing_out * power).sum()) / whole,
    )


def of_records(tracks: Sequence[Track], seconds: float) -> dict[Genre, list[Dynamics]]:
    """Measure the first ``seconds`` of GTZAN's clips, by genre."""
    found: dict[Genre, list[Dynamics]] = {}
    for track, clip in audible_clips(tracks):
        beginning = Clip(clip.samples[: round(seconds * clip.sample_rate)], clip.sample_rate)
        found.setdefault(track.genre, []).append(measured(beginning))
    return found


def medians(clips: Sequence[Dynamics]) -> dict[str, float]:
    """Return the median of each measure."""
    return dict(zip(MEASURES, np.median(_table(clips), axis=0).round(3).tolist(), strict=True))


def distances(
    heard: Mapping[Genre, Sequence[Dynamics]], records: Mapping[Genre, Sequence[Dynamics]]
) -> dict[str, float]:
    """Return how far medians are from those of records, per measure.

    Parameters
    ----------
    heard, records : mapping of Genre to sequence of Dynamics
        Clips of each genre; what has no records does not count.

    Returns
    -------
    dict of str to float
        Mean over genres of the distance of the medians, in spreads of the
        genre's own records (half of the range between their quartiles).
        Empty if no genre has records.
    """
    apart = [
        _distance(_table(own), _table(records[genre])) for genre, own in heard.items() if genre in records
    ]
    return dict(zip(MEASURES, np.mean(apart, axis=0).round(3).tolist(), strict=True)) if apart else {}


def _distance(heard: FloatArray, records: FloatArray) -> FloatArray:
    low, middle, high = np.percentile(records, [25, 50, 75], axis=0)
    return np.asarray(np.abs(np.median(heard, axis=0) - middle) / np.maximum((high - low) / 2, 1e-6))


def _table(clips: Sequence[Dynamics]) -> FloatArray:
    """Return one row per clip, one column per measure."""
    return np.array([astuple(each) for each in clips])
