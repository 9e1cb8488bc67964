"""What a network that has heard a million songs makes of a clip, and two classifiers on top of it.

The pretrained musicnn network names 50 tags ("jazz", "happy", "80s", …) for
each patch of 3 s. `PretrainedCnn` reads GTZAN's genres off the tags;
`PretrainedKnn` asks which training clips have like tags.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.classification.calibration import normalised_exp
from gmn_core.classification.knn import NearestNeighbours
from gmn_core.classification.musicnn import N_FRAMES
from gmn_core.classification.onnx import Network, cut_patches
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.features.spectrogram import MUSICNN, musicnn_mel

FloatArray = npt.NDArray[np.float64]
Taggram = npt.NDArray[np.float32]

HOP = 122
"""Frames from one patch to the next: 2 s. The published taggrams' 1 s costs twice the time."""

MAX_PATCHES = 60
"""Longer clips are heard at wider intervals, so that no visitor waits for ten minutes of patches."""

NETWORK_FILE = "musicnn_msd.onnx"
HEAD_FILE = "head.npz"
KNN_FILE = "model.npz"


@dataclass(frozen=True, eq=False)
class Tagger:
    """The pretrained network.

    Parameters
    ----------
    network : callable
        Patches of shape (n, 187, 96) to a list whose first entry is the tags'
        probabilities, shape (n, 50).
    """

    network: Callable[[npt.NDArray[np.float32]], list[npt.NDArray[np.float32]]]

    @classmethod
    def shipped(cls) -> Tagger:
        """Load the network that ships with the package."""
        from gmn_core.models.card import model_dir

        return cls(Network(model_dir("cnn_pretrained") / NETWORK_FILE))

    def __call__(self, clip: Clip, hop: int = HOP) -> tuple[Taggram, FloatArray]:
        """Return the taggram of a clip, shape (n_patches, 50), and each patch's start in seconds."""
        frames = musicnn_mel(clip)
        hop = max(hop, len(frames) // MAX_PATCHES)
        patches, starts = cut_patches(frames, N_FRAMES, hop)
        return self.network(patches)[0], starts / MUSICNN.frames_per_second


def tag_features(taggram: Taggram) -> FloatArray:
    """Return what the classifiers read of a taggram: the square root of each tag's mean, shape (50,).

    Most tags are rare; the root lets a difference between 1 and 4 % count.
    """
    return np.asarray(np.sqrt(taggram.astype(np.float64).mean(axis=0)))


@dataclass(frozen=True, eq=False)
class GenreHead:
    """A linear layer from standardised tags to genres.

    Parameters
    ----------
    mean, scale : ndarray, shape (50,)
        Standardisation of `tag_features`.
    weights : ndarray, shape (50, 10)
        Score of each genre per standard deviation of each tag.
    bias : ndarray, shape (10,)
        Score of each genre for the mean clip.
    temperature : float
        Fitted to held-out predictions.
    """

    mean: FloatArray
    scale: FloatArray
    weights: FloatArray
    bias: FloatArray
    temperature: float = 1.0

    def shares(self, features: FloatArray) -> FloatArray:
        """Return genre shares, shape (..., 10), of features of shape (..., 50)."""
        scores = (features - self.mean) / self.scale @ self.weights + self.bias
        return normalised_exp(scores / self.temperature)

    def save(self, path: Path) -> None:
        """Write the head as an npz file of numbers."""
        np.savez_compressed(
            path,
            mean=self.mean,
            scale=self.scale,
            weights=self.weights,
            bias=self.bias,
            temperature=self.temperature,
        )

    @classmethod
    def load(cls, path: Path) -> GenreHead:
        """Read what `save` wrote; nothing in the file can run."""
        with np.load(path, allow_pickle=False) as file:
            mean, scale, weights, bias = (file[name] for name in ("mean", "scale", "weights", "bias"))
            return cls(mean, scale, weights, bias, float(file["temperature"]))


@dataclass(frozen=True, eq=False)
class PretrainedCnn:
    """The pretrained network with a head for GTZAN's genres."""

    tagger: Tagger
    head: GenreHead

    name = "cnn_pretrained"

    @classmethod
    def shipped(cls, tagger: Tagger | None = None) -> PretrainedCnn:
        """Load the model that ships with the package, sharing a tagger that is there already."""
        from gmn_core.models.card import model_dir

        return cls(tagger or Tagger.shipped(), GenreHead.load(model_dir(cls.name) / HEAD_FILE))

    def predict(self, clip: Clip) -> GenrePrediction:
        """Name the genre of a clip of any sample rate and length."""
        return self.predict_tags(*self.tagger(clip))

    def patch_shares(self, patches: npt.NDArray[np.float32]) -> FloatArray:
        """Return the calibrated shares, shape (n, 10), of patches of shape (n, 187, 96)."""
        return self.head.shares(np.sqrt(self.tagger.network(patches)[0].astype(np.float64)))

    def predict_tags(self, taggram: Taggram, patch_starts: FloatArray | None = None) -> GenrePrediction:
        """Name the genre of a taggram of shape (n_patches, 50), one patch a second unless told."""
        return GenrePrediction(
            shares=self.head.shares(tag_features(taggram)),
            patch_shares=self.head.shares(np.sqrt(taggram.astype(np.float64))),
            patch_starts=np.arange(len(taggram), dtype=np.float64) if patch_starts is None else patch_starts,
        )


@dataclass(frozen=True, eq=False)
class PretrainedKnn:
    """k-NN on the pretrained network's tags: what the features alone are worth."""

    tagger: Tagger
    model: NearestNeighbours

    name = "knn_pretrained"

    @classmethod
    def shipped(cls, tagger: Tagger | None = None) -> PretrainedKnn:
        """Load the model that ships with the package, sharing a tagger that is there already."""
        from gmn_core.models.card import model_dir

        return cls(tagger or Tagger.shipped(), NearestNeighbours.load(model_dir(cls.name) / KNN_FILE))

    def predict(self, clip: Clip) -> GenrePrediction:
        """Let the training clips with the nearest tags vote on a clip."""
        taggram, _ = self.tagger(clip)
        return self.predict_tags(taggram)

    def predict_tags(self, taggram: Taggram) -> GenrePrediction:
        """Let the training clips with the nearest tags vote on a taggram of shape (n_patches, 50)."""
        return self.model.predict(tag_features(taggram))
