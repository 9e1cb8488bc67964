"""The convolutional network trained on GTZAN alone.

It hears log-mel patches of 10.6 s, long enough for a rhythm, that begin every
3.9 s; the clip's shares are the geometric mean of its patches' shares,
calibrated by one temperature. Its architecture is in
`gmn_core.classification.gtzan_cnn.network`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.classification.calibration import apply_temperature, normalised_exp
from gmn_core.classification.classifier import GenreClassifier
from gmn_core.classification.once_per_clip import OncePerClip
from gmn_core.classification.onnx import OnnxNetwork, cut_patches
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.features.spectrogram import THINNED_FRAMES_PER_SECOND, thinned_mel
from gmn_core.files import StrPath

N_FRAMES = 256
HOP = 93
"""Six patches then fill a clip of 30 s to its last frame."""

PATCH_SECONDS = N_FRAMES / THINNED_FRAMES_PER_SECOND
N_MELS = 128
EXCERPT_SECONDS = 30.0
NETWORK_FILE = "network.onnx"
CALIBRATION_FILE = "calibration.json"

FloatArray = npt.NDArray[np.float32]
PatchShares = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class GenreCnn(GenreClassifier):
    """A trained network and its temperature.

    Parameters
    ----------
    network : callable
        Patches of shape (n, `N_FRAMES`, 128 mels), 0 to 1, to a list whose first
        entry is the shares, shape (n, 10).
    temperature : float
        Fitted to held-out predictions.
    """

    network: Callable[[FloatArray], list[FloatArray]]
    temperature: float
    _listened: OncePerClip[tuple[PatchShares, npt.NDArray[np.float64]]] = field(
        default_factory=OncePerClip, init=False, repr=False
    )

    name = "cnn"

    @classmethod
    @cache
    def shipped(cls) -> GenreCnn:
        """Load the model that ships with the package, once: the pretrained classifier uses it too."""
        from gmn_core.models.card import intact_model_dir

        return cls.load(intact_model_dir(cls.name))

    @classmethod
    def load(cls, folder: StrPath) -> GenreCnn:
        """Load a model from the folder that training wrote."""
        folder = Path(folder)
        calibration = json.loads((folder / CALIBRATION_FILE).read_text(encoding="utf-8"))
        return cls(OnnxNetwork(folder / NETWORK_FILE), float(calibration["temperature"]))

    def classify(self, clip: Clip) -> GenrePrediction:
        """Name the genre of a clip of any sample rate and length."""
        return self.pooled(*self.listen(clip))

    def listen(self, clip: Clip) -> tuple[PatchShares, npt.NDArray[np.float64]]:
        """Return what `hear` does, for a clip of any sample rate and length.

        Levels are relative to the maximum of 30 s, as in GTZAN; a longer clip is
        processed excerpt by excerpt. Who asks about the same clip again, as the
        pretrained classifier does, gets the same arrays.
        """
        return self._listened(self._listen, clip)

    def _listen(self, clip: Clip) -> tuple[PatchShares, npt.NDArray[np.float64]]:
        starts = np.arange(max(1, round(clip.seconds / EXCERPT_SECONDS))) * EXCERPT_SECONDS
        excerpts = [self.hear(thinned_mel(clip.excerpt(start, EXCERPT_SECONDS))) for start in starts]
        offsets = [begins + start for (_, begins), start in zip(excerpts, starts, strict=True)]
        return np.concatenate([shares for shares, _ in excerpts]), np.concatenate(offsets)

    def classify_mel(self, mel: FloatArray) -> GenrePrediction:
        """Name the genre of a spectrogram of shape (n_frames, 128) from `thinned_mel`."""
        return self.pooled(*self.hear(mel))

    def hear(self, mel: FloatArray) -> tuple[PatchShares, npt.NDArray[np.float64]]:
        """Return each patch's shares, shape (n_patches, 10), before calibration, and its start in seconds."""
        patches, starts = cut_patches(mel, N_FRAMES, HOP)
        return self.network(patches)[0].astype(np.float64), starts / THINNED_FRAMES_PER_SECOND

    def patch_shares(self, patches: FloatArray) -> PatchShares:
        """Return the calibrated shares, shape (n, 10), of patches of shape (n, `N_FRAMES`, 128)."""
        return apply_temperature(self.network(patches)[0].astype(np.float64), self.temperature)

    def pooled(self, patch_shares: PatchShares, patch_starts: npt.NDArray[np.float64]) -> GenrePrediction:
        """Combine the patches of one clip into one calibrated prediction."""
        scores = np.log(np.clip(patch_shares, 1e-7, None)) / self.temperature
        return GenrePrediction(
            shares=normalised_exp(scores.mean(axis=0)),
            patch_shares=normalised_exp(scores),
            patch_starts=patch_starts,
        )
