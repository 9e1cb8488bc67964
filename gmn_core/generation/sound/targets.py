"""What records of a genre sound like, as numbers, and how far from them a set of renderings is.

There are two views of the sound: the 50 tags of the pretrained network, and descriptors of the log-mel
spectrogram (its average by bands, how much each band moves, and how fast). Both are computed
from GTZAN's stored forms, so that no audio is needed.

References
----------
Kilgour et al. (2019), "Fréchet audio distance: a reference-free metric for evaluating music
enhancement algorithms", Interspeech. With a few dozen clips per genre, covariances cannot be
estimated, so the features are taken as independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.audio.recording import Recording
from gmn_core.classification.pretrained.model import PretrainedCnn, tag_features
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.features.spectrogram import THINNED_FRAMES_PER_SECOND, thinned_mel
from gmn_core.genres import GENRES, Genre

FloatArray = npt.NDArray[np.float64]

N_BANDS = 16
# Edges in Hz of the rates at which bands swell and fade: phrases, beats, fast notes.
_RATES = (0.3, 1.5, 3.5, 10.0)
_WINDOW = 96  # thinned frames: 4 s
_GTZAN_RATE = 22_050


@dataclass(frozen=True, eq=False)
class Heard:
    """The features of one clip.

    Parameters
    ----------
    tags : ndarray of float64, shape (50,)
        See `gmn_core.classification.pretrained.model.tag_features`.
    descriptors : ndarray of float64, shape (n,)
        See `descriptors`.
    """

    tags: FloatArray
    descriptors: FloatArray


def descriptors(mel: npt.NDArray[np.float32]) -> FloatArray:
    """Describe a log-mel spectrogram.

    Parameters
    ----------
    mel : ndarray of float32, shape (n_frames, 128)
        As `thinned_mel` gives it, 0 to 1.

    Returns
    -------
    ndarray of float64, shape (5 × `N_BANDS`,)
        Of each band: its level relative to the mean, its spread over time, and the depth of
        its movement at three ranges of rates, as logarithms.
    """
    bands = np.asarray(mel, np.float64).reshape(len(mel), N_BANDS, -1).mean(axis=2)
    starts = np.arange(0, max(len(bands) - _WINDOW, 0) + 1, _WINDOW // 2)
    windows = np.stack([np.resize(bands[start:], (_WINDOW, N_BANDS)) for start in starts])
    windows = windows - windows.mean(axis=1, keepdims=True)
    movement = np.abs(np.fft.rfft(windows * np.hanning(_WINDOW)[:, None], axis=1)).mean(axis=0)
    rates = np.fft.rfftfreq(_WINDOW, 1 / THINNED_FRAMES_PER_SECOND)
    ranges = [movement[(rates >= low) & (rates < high)].mean(axis=0) for low, high in pairwise(_RATES)]
    level = bands.mean(axis=0)
    return np.concatenate(
        [level - level.mean(), bands.std(axis=0), *(np.log(each + 1e-3) for each in ranges)]
    )


def as_in_gtzan(recording: Recording) -> Clip:
    """Return a recording in the form of GTZAN's clips, mono at 22,050 Hz, as classifiers know records."""
    return Clip(recording.samples.mean(axis=1), recording.sample_rate).resampled(_GTZAN_RATE)


class SoundAnalyser:
    """Computes features of clips in the form of GTZAN's; see `as_in_gtzan`."""

    def __init__(self) -> None:
        self.classifier = PretrainedCnn.shipped()

    def __call__(self, clip: Clip) -> Heard:
        """Return the features of a clip."""
        taggram, _ = self.classifier.tagger(clip)
        return Heard(tag_features(taggram), descriptors(thinned_mel(clip)))

    def surprise(self, heard: Heard, genre: Genre) -> float:
        """Return the negative logarithm of the share that the tags give a genre, in nats."""
        shares = self.classifier.head.shares(heard.tags)
        return -float(np.log(max(shares[GENRES.index(genre)], 1e-4)))


@dataclass(frozen=True, eq=False)
class Target:
    """Mean and spread of both views over the records of a genre."""

    tags: tuple[FloatArray, FloatArray]
    descriptors: tuple[FloatArray, FloatArray]

    def distance(self, heard: Sequence[Heard]) -> dict[str, float]:
        """Return the Fréchet distances of both views, per feature, in units of the records' spread."""
        return {
            "tags": _frechet(np.stack([each.tags for each in heard]), *self.tags),
            "descriptors": _frechet(np.stack([each.descriptors for each in heard]), *self.descriptors),
        }


def read_targets(corpus: StoredCorpus, splits: Sequence[str] = ("train",)) -> dict[Genre, Target]:
    """Measure the records of each genre, of splits of the fault-filtered partition.

    Raises
    ------
    ValueError
        If a genre has fewer than two clips with both stored forms.
    """
    targets = {}
    for genre in GENRES:
        tracks = [track for track in corpus.tracks if track.genre is genre and track.split in splits]
        tags = [
            tag_features(corpus.taggrams[track.name]) for track in tracks if track.name in corpus.taggrams
        ]
        mels = [corpus.mels[track.name] for track in tracks if track.name in corpus.mels]
        described = [descriptors(np.divide(mel.T, 255, dtype=np.float32)) for mel in mels]
        if min(len(tags), len(described)) < 2:
            raise ValueError(
                f"{corpus.folder} holds too few clips of {genre} with taggrams and spectrograms."
            )
        targets[genre] = Target(_spread(np.stack(tags)), _spread(np.stack(described)))
    return targets


def _spread(features: FloatArray) -> tuple[FloatArray, FloatArray]:
    return features.mean(axis=0), features.std(axis=0) + 0.02


def _frechet(features: FloatArray, mean: FloatArray, spread: FloatArray) -> float:
    apart = ((features.mean(axis=0) - mean) / spread) ** 2
    wider = (features.std(axis=0) / spread - 1) ** 2
    return float(np.mean(apart + wider))
