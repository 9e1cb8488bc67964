"""A network pretrained on a million songs, and two classifiers on top of it.

The pretrained musicnn network names 50 tags ("jazz", "happy", "80s", …) for
each patch of 3 s. `PretrainedCnn` derives GTZAN's genres from the tags, with a
second opinion from the network trained on GTZAN, which models rhythm;
`PretrainedKnn` finds the training clips with similar tags.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.classification.calibration import apply_temperature, normalised_exp
from gmn_core.classification.classifier import GenreClassifier
from gmn_core.classification.descriptor_knn.model import NearestNeighbours
from gmn_core.classification.evaluation.metrics import SMALLEST_SHARE
from gmn_core.classification.gtzan_cnn.model import PATCH_SECONDS, GenreCnn
from gmn_core.classification.onnx import cut_patches
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.classification.pretrained.tags import Taggram, words_of
from gmn_core.features.spectrogram import MUSICNN, musicnn_mel
from gmn_core.files import StrPath

FloatArray = npt.NDArray[np.float64]

N_FRAMES = 187
"""Frames in a patch: 3 s."""

HOP = 122
"""Frames from one patch to the next: 2 s. The 1 s of the published taggrams takes twice the time."""

LIBRARY_HOP = 3 * HOP
"""The same where many files are classified and nobody looks at one over time: 6 s, in a third of the time.

It names as many right, as docs/performance.md tells. At 10 s it would not.
"""

MAX_PATCHES = 60
"""Longer clips have patches at wider intervals, so that no visitor has to wait for ten minutes of them."""

NETWORK_FILE = "musicnn_msd.onnx"
HEAD_FILE = "head.npz"
BLEND_FILE = "blend.json"
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
        from gmn_core.classification.pretrained.trunk import MusicnnTrunk
        from gmn_core.models.card import intact_model_dir

        return cls(MusicnnTrunk(intact_model_dir("cnn_pretrained") / NETWORK_FILE))

    def __call__(self, clip: Clip, hop: int = HOP) -> tuple[Taggram, FloatArray]:
        """Return the taggram of a clip, shape (n_patches, 50), and each patch's start in seconds."""
        frames = musicnn_mel(clip)
        hop = max(hop, len(frames) // MAX_PATCHES)
        patches, starts = cut_patches(frames, N_FRAMES, hop)
        return self.network(patches)[0], starts / MUSICNN.frames_per_second


def tag_features(taggram: Taggram) -> FloatArray:
    """Return the classifiers' input: the square root of each tag's mean, shape (50,).

    Most tags are rare; the root makes a difference between 1 and 4 % matter.
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
    """

    mean: FloatArray
    scale: FloatArray
    weights: FloatArray
    bias: FloatArray

    def shares(self, features: FloatArray) -> FloatArray:
        """Return genre shares, not yet calibrated, shape (..., 10), of features of shape (..., 50)."""
        return normalised_exp((features - self.mean) / self.scale @ self.weights + self.bias)

    def save(self, path: StrPath) -> None:
        """Write the head as an npz file of numbers."""
        path = Path(path)
        np.savez_compressed(path, mean=self.mean, scale=self.scale, weights=self.weights, bias=self.bias)

    @classmethod
    def load(cls, path: StrPath) -> GenreHead:
        """Read what `save` wrote; nothing in the file can run."""
        path = Path(path)
        with np.load(path, allow_pickle=False) as file:
            return cls(*(file[name] for name in ("mean", "scale", "weights", "bias")))


@dataclass(frozen=True)
class Blend:
    """How two opinions become one: their logarithms are added (a logarithmic opinion pool).

    Parameters
    ----------
    weight : float
        Weight of the network trained on GTZAN; that of the tags is 1.
    temperature : float
        Of both together, fitted to held-out predictions.
    temperature_of_tags : float
        The same for the tags alone.

    References
    ----------
    C. Genest, J. V. Zidek, "Combining probability distributions: a critique
    and an annotated bibliography", Statistical Science, 1986.
    """

    weight: float = 0.3
    temperature: float = 1.0
    temperature_of_tags: float = 1.0

    def shares(self, of_tags: FloatArray, of_cnn: FloatArray | None = None) -> FloatArray:
        """Return calibrated shares of uncalibrated ones; both of shape (..., 10)."""
        if of_cnn is None:
            return apply_temperature(of_tags, self.temperature_of_tags)
        logs, others = (np.log(np.clip(shares, SMALLEST_SHARE, None)) for shares in (of_tags, of_cnn))
        return normalised_exp((logs + self.weight * others) / self.temperature)

    def save(self, path: StrPath) -> None:
        """Write the three numbers as JSON."""
        path = Path(path)
        path.write_text(json.dumps(asdict(self)) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: StrPath) -> Blend:
        """Read what `save` wrote."""
        path = Path(path)
        return cls(**json.loads(path.read_text(encoding="utf-8")))


@dataclass(frozen=True, eq=False)
class PretrainedCnn(GenreClassifier):
    """The pretrained network with a head for GTZAN's genres, and a second opinion.

    Parameters
    ----------
    tagger : Tagger
        The pretrained network.
    head : GenreHead
        Derives genres from its tags.
    second : GenreCnn, optional
        The network trained on GTZAN; without it, the tags decide alone.
    blend : Blend
        How the two are put together.
    hop : int
        Frames from one patch of the tagger to the next.
    """

    tagger: Tagger
    head: GenreHead
    second: GenreCnn | None = None
    blend: Blend = Blend()
    hop: int = HOP

    name = "cnn_pretrained"

    @classmethod
    def shipped(cls, tagger: Tagger | None = None, second: GenreCnn | None = None) -> PretrainedCnn:
        """Load the model that ships with the package, sharing networks that are loaded already."""
        from gmn_core.models.card import intact_model_dir

        folder = intact_model_dir(cls.name)
        return cls(
            tagger or Tagger.shipped(),
            GenreHead.load(folder / HEAD_FILE),
            second or GenreCnn.shipped(),
            Blend.load(folder / BLEND_FILE),
        )

    def classify(self, clip: Clip) -> GenrePrediction:
        """Name the genre of a clip of any sample rate and length."""
        taggram, starts = self.tagger(clip, self.hop)
        return self._blended(taggram, starts, self.second.listen(clip) if self.second else None)

    def classify_forms(self, taggram: Taggram, mel: npt.NDArray[np.float32] | None) -> GenrePrediction:
        """Name the genre of stored forms.

        Parameters
        ----------
        taggram : ndarray, shape (n_patches, 50)
            One patch per second.
        mel : ndarray, shape (n_frames, 128), optional
            From `thinned_mel`; without it the tags decide alone.
        """
        starts = np.arange(len(taggram), dtype=np.float64)
        heard = self.second.hear(mel) if self.second and mel is not None else None
        return self._blended(taggram, starts, heard)

    def patch_shares(self, patches: npt.NDArray[np.float32]) -> FloatArray:
        """Return what the tags alone say, shape (n, 10), of patches of shape (n, 187, 96)."""
        return self.blend.shares(self._patch_opinions(self.tagger.network(patches)[0]))

    def _patch_opinions(self, taggram: Taggram) -> FloatArray:
        return self.head.shares(np.sqrt(taggram.astype(np.float64)))

    def _blended(
        self, taggram: Taggram, starts: FloatArray, heard: tuple[FloatArray, FloatArray] | None
    ) -> GenrePrediction:
        whole, patches = self.head.shares(tag_features(taggram)), self._patch_opinions(taggram)
        if heard is None:
            return GenrePrediction(
                self.blend.shares(whole), self.blend.shares(patches), starts, words=words_of(taggram)
            )
        shares, begins = heard
        # The two networks' patches differ in length: each is paired with the one of the nearest middle.
        middles = starts + N_FRAMES / MUSICNN.frames_per_second / 2
        nearest = np.abs(middles[:, None] - (begins + PATCH_SECONDS / 2)).argmin(axis=1)
        pooled = np.exp(np.log(np.clip(shares, SMALLEST_SHARE, None)).mean(axis=0))
        return GenrePrediction(
            shares=self.blend.shares(whole, pooled),
            patch_shares=self.blend.shares(patches, shares[nearest]),
            patch_starts=starts,
            words=words_of(taggram),
        )


@dataclass(frozen=True, eq=False)
class PretrainedKnn(GenreClassifier):
    """k-NN on the pretrained network's tags: what the features alone are worth."""

    tagger: Tagger
    model: NearestNeighbours

    name = "knn_pretrained"

    @classmethod
    def shipped(cls, tagger: Tagger | None = None) -> PretrainedKnn:
        """Load the model that ships with the package, sharing a tagger that is loaded already."""
        from gmn_core.models.card import intact_model_dir

        folder = intact_model_dir(cls.name)
        return cls(tagger or Tagger.shipped(), NearestNeighbours.load(folder / KNN_FILE))

    def classify(self, clip: Clip) -> GenrePrediction:
        """Let the training clips with the nearest tags vote on a clip."""
        taggram, _ = self.tagger(clip)
        return self.classify_tags(taggram)

    def classify_tags(self, taggram: Taggram) -> GenrePrediction:
        """Let the training clips with the nearest tags vote on a taggram of shape (n_patches, 50)."""
        return self.model.classify(tag_features(taggram))
