"""Classifiers of records that neither ship with the project nor had any number fitted to them.

Production profiles are fitted to what the project's own pretrained network hears, so that its verdict
on what they make flatters. These judges check it: three other networks of the musicnn package, with
heads fitted to GTZAN's clips, and a support vector machine on statistics of mel spectrograms.

References
----------
J. Pons, X. Serra, "musicnn: pre-trained convolutional neural networks for music audio tagging",
ISMIR late-breaking/demo, 2019, arXiv:1909.06654.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.classification.calibration import normalised_exp
from gmn_core.classification.classifier import GenreClassifier
from gmn_core.classification.onnx import cut_patches
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.classification.pretrained.model import N_FRAMES
from gmn_core.corpora.gtzan import Track
from gmn_core.corpora.stored import StoredCorpus, audible_clips
from gmn_core.features.spectrogram import musicnn_mel, thinned_mel
from gmn_core.files import StrPath
from gmn_core.genres import GENRES

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

FloatArray = npt.NDArray[np.float64]
Network = Callable[[npt.NDArray[np.float32]], tuple[npt.NDArray[Any], npt.NDArray[Any]]]

NETWORKS = ("MTT_musicnn", "MSD_vgg", "MTT_vgg")
"""The networks of the package that the project does not ship."""

_PATCH_HOP = 220  # frames: 3.5 s
_N_FOLDS = 5
_N_CEPSTRA = 26
_N_BANDS = 16
_WINDOW = 120  # thinned frames: 5 s
# Edges of the rates of movement in a window, as bins of its Fourier transform.
_RATE_EDGES = (1, 2, 4, 7, 11, 16, 23, 32, 45, 61)


@dataclass(frozen=True, eq=False)
class RecordJudge(GenreClassifier):
    """Statistics of a clip, and a linear or support vector classifier that was fitted to records.

    Parameters
    ----------
    name : str
        Its name in reports.
    describe : callable
        A clip to its statistics, shape (n,).
    head : sklearn.pipeline.Pipeline
        Statistics to genres; its classes are indices into `GENRES`.
    known : float
        Share of GTZAN's clips that it names right, in folds by artist.
    """

    name: str
    describe: Callable[[Clip], FloatArray]
    head: Pipeline
    known: float

    def classify(self, clip: Clip) -> GenrePrediction:
        """Return the genre shares of one clip of any sample rate."""
        scores = np.full(len(GENRES), -np.inf)
        scores[self.head.classes_] = self.head.decision_function(self.describe(clip)[None])[0]
        return GenrePrediction(normalised_exp(scores))


def train_judges(corpus: StoredCorpus, checkpoints: StrPath) -> list[RecordJudge]:
    """Fit the judges to clips of GTZAN.

    Parameters
    ----------
    corpus : StoredCorpus
        With audio and spectrograms.
    checkpoints : str or os.PathLike
        The folder that holds ``MTT_musicnn/`` and its siblings, from the musicnn package.

    Raises
    ------
    FileNotFoundError
        If a checkpoint is not there.
    ValueError
        If the corpus has too few clips.
    """
    from gmn_core.classification.pretrained.musicnn import load_trunk

    judges = [_machine(corpus)]
    # Each clip is read once for all networks.
    heard = [(track, _patches(clip)) for track, clip in audible_clips(corpus.tracks)]
    if not heard:
        raise ValueError(f"{corpus.folder} holds no audio of GTZAN's clips.")
    for name in NETWORKS:
        describe = NetworkStatistics(load_trunk(name, checkpoints).predict_on_batch)
        described = np.stack([describe.of_patches(patches) for _, patches in heard])
        # The vgg networks' last layer is wider, so that their head is held in more.
        head = _linear(0.003 if name.endswith("vgg") else 0.01)
        judges.append(_fitted(name, describe, head, described, [track for track, _ in heard]))
    return judges


@dataclass(frozen=True, eq=False)
class NetworkStatistics:
    """What one of the networks hears in a clip.

    Parameters
    ----------
    network : callable
        Patches of shape (n, 187, 96) to tags, shape (n, 50), and embeddings, shape (n, m).
    """

    network: Network

    def __call__(self, clip: Clip) -> FloatArray:
        """Return the roots of the mean tags, and mean and spread of the embedding, shape (50 + 2 m,)."""
        return self.of_patches(_patches(clip))

    def of_patches(self, patches: npt.NDArray[np.float32]) -> FloatArray:
        """Return the same of a clip's patches, shape (n, 187, 96)."""
        tags, embedding = (np.asarray(each, np.float64) for each in self.network(patches))
        return np.concatenate([np.sqrt(tags.mean(axis=0)), embedding.mean(axis=0), embedding.std(axis=0)])


def mel_statistics(mel: npt.NDArray[np.float32]) -> FloatArray:
    """Describe a log-mel spectrogram by its cepstra, the range of its bands, and how fast they move.

    Parameters
    ----------
    mel : ndarray of float32, shape (n_frames, 128)
        As `thinned_mel` gives it, of at least 5 s.

    Returns
    -------
    ndarray of float64, shape (254,)
    """
    from scipy.fft import dct

    level = np.asarray(mel, np.float64) - float(mel.mean())
    cepstra = dct(level, axis=1, norm="ortho")[:, :_N_CEPSTRA]
    bands = level.reshape(len(level), _N_BANDS, -1).mean(axis=2)
    windows = np.resize(bands, (max(len(bands) // _WINDOW, 1), _WINDOW, _N_BANDS))
    windows = windows - windows.mean(axis=1, keepdims=True)
    movement = np.abs(np.fft.rfft(windows * np.hanning(_WINDOW)[:, None], axis=1)).mean(axis=0)
    rates = [movement[low:high].mean(axis=0) for low, high in pairwise(_RATE_EDGES)]
    return np.concatenate(
        [
            cepstra.mean(axis=0),
            cepstra.std(axis=0),
            np.diff(cepstra, axis=0).std(axis=0),
            np.percentile(bands, [10, 90], axis=0).ravel(),
            np.log(np.stack(rates) + 1e-4).ravel(),
        ]
    )


def _machine(corpus: StoredCorpus) -> RecordJudge:
    """Fit the support vector machine to the stored spectrograms, of which there are more than clips."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    tracks = [track for track in corpus.tracks if track.split != "excluded" and track.name in corpus.mels]
    if not tracks:
        raise ValueError(f"{corpus.folder} holds no spectrograms of GTZAN's clips.")
    mels = (np.divide(corpus.mels[track.name].T, 255, dtype=np.float32) for track in tracks)
    head = make_pipeline(StandardScaler(), SVC(C=3, gamma="scale", class_weight="balanced"))
    described = np.stack([mel_statistics(mel) for mel in mels])
    return _fitted("mel statistics", lambda clip: mel_statistics(thinned_mel(clip)), head, described, tracks)


def _linear(softness: float) -> Pipeline:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        StandardScaler(), LogisticRegression(C=softness, max_iter=300, class_weight="balanced")
    )


def _fitted(
    name: str,
    describe: Callable[[Clip], FloatArray],
    head: Pipeline,
    described: FloatArray,
    tracks: Sequence[Track],
) -> RecordJudge:
    """Measure a head in folds by artist, then fit it to all clips."""
    from sklearn.model_selection import GroupKFold, cross_val_predict

    labels = np.array([GENRES.index(track.genre) for track in tracks], np.intp)
    groups = [track.fold_group for track in tracks]
    folds = GroupKFold(min(_N_FOLDS, len(set(groups))))
    named = cross_val_predict(head, described, labels, groups=groups, cv=folds)
    return RecordJudge(name, describe, head.fit(described, labels), float(np.mean(named == labels)))


def _patches(clip: Clip) -> npt.NDArray[np.float32]:
    return cut_patches(musicnn_mel(clip), N_FRAMES, _PATCH_HOP)[0]
