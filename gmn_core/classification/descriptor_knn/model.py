"""k nearest neighbours: the study's first classifier, on any vector of features.

A model is fitted with scikit-learn; at prediction it is a distance to a few
hundred reference clips, computed here so that no visitor has to wait for
scikit-learn to load. A test checks that the two agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.classification.classifier import GenreClassifier
from gmn_core.classification.prediction import GenrePrediction, Neighbour
from gmn_core.files import StrPath
from gmn_core.genres import GENRES, Genre

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Metric = Literal["euclidean", "manhattan"]
VoteWeights = Literal["uniform", "distance"]
FloatArray = npt.NDArray[np.float64]

EXCERPT_SECONDS = 30.0


@dataclass(frozen=True)
class KnnSettings:
    """What is chosen by cross-validation.

    Parameters
    ----------
    k : int
        Number of neighbours that vote.
    metric : {"euclidean", "manhattan"}
        Distance between standardised feature vectors.
    weights : {"uniform", "distance"}
        Whether each vote counts 1, or 1 over its distance.
    """

    k: int
    metric: Metric
    weights: VoteWeights


@dataclass(frozen=True, eq=False)
class NearestNeighbours:
    """A fitted k-NN model.

    Parameters
    ----------
    settings : KnnSettings
        How neighbours are found and counted.
    mean, scale : ndarray, shape (n_features,)
        Standardisation of each feature.
    references : ndarray, shape (n_clips, n_features)
        The training clips, standardised.
    tracks : tuple of str
        Their names; the part before the dot is the genre.
    """

    settings: KnnSettings
    mean: FloatArray
    scale: FloatArray
    references: FloatArray
    tracks: tuple[str, ...]

    @classmethod
    def fit(cls, features: FloatArray, tracks: Sequence[str], settings: KnnSettings) -> NearestNeighbours:
        """Fit the model to clips.

        Parameters
        ----------
        features : ndarray, shape (n_clips, n_features)
            One row per clip, in any units.
        tracks : sequence of str
            GTZAN's names of the clips, which contain their genres.
        settings : KnnSettings
            How neighbours are found and counted.
        """
        scaler = sklearn_pipeline(settings).fit(features, genre_positions(tracks))[0]
        return cls(settings, scaler.mean_, scaler.scale_, scaler.transform(features), tuple(tracks))

    def classify(self, features: FloatArray) -> GenrePrediction:
        """Let the nearest training clips vote on one clip, given as (n_features,)."""
        distances = self._distances((features - self.mean) / self.scale)
        nearest = np.argsort(distances, kind="stable")[: self.settings.k]
        votes = np.ones(len(nearest))
        if self.settings.weights == "distance":
            # As in scikit-learn: a clip at distance 0 decides alone.
            same = distances[nearest] == 0
            votes = same.astype(float) if same.any() else 1 / distances[nearest]
        shares = np.zeros(len(GENRES))
        np.add.at(shares, genre_positions([self.tracks[index] for index in nearest]), votes)
        neighbours = tuple(
            Neighbour(self.tracks[index], genre_of(self.tracks[index]), float(distances[index]))
            for index in nearest
        )
        return GenrePrediction(shares / shares.sum(), neighbours=neighbours)

    def _distances(self, standardised: FloatArray) -> FloatArray:
        differences = self.references - standardised
        if self.settings.metric == "manhattan":
            return np.asarray(np.abs(differences).sum(axis=1))
        return np.asarray(np.sqrt((differences**2).sum(axis=1)))

    def save(self, path: StrPath) -> None:
        """Write the model as a compressed npz file, which holds numbers and names only."""
        path = Path(path)
        np.savez_compressed(
            path,
            k=self.settings.k,
            metric=self.settings.metric,
            weights=self.settings.weights,
            mean=self.mean,
            scale=self.scale,
            references=self.references.astype(np.float32),
            tracks=np.array(self.tracks),
        )

    @classmethod
    def load(cls, path: StrPath) -> NearestNeighbours:
        """Read what `save` wrote; nothing in the file can run."""
        path = Path(path)
        with np.load(path, allow_pickle=False) as file:
            settings = KnnSettings(int(file["k"]), file["metric"].item(), file["weights"].item())
            return cls(
                settings,
                file["mean"],
                file["scale"],
                file["references"].astype(np.float64),
                tuple(str(track) for track in file["tracks"]),
            )


class DescriptorKnn(GenreClassifier):
    """The study's k-NN: 57 summary descriptors, standardised.

    Parameters
    ----------
    model : NearestNeighbours
        Fitted to descriptors in the order of `DESCRIPTORS`.
    """

    name = "knn_descriptors"

    def __init__(self, model: NearestNeighbours) -> None:
        self.model = model

    @classmethod
    def shipped(cls) -> DescriptorKnn:
        """Load the model that ships with the package."""
        from gmn_core.models.card import intact_model_dir

        return cls(NearestNeighbours.load(intact_model_dir(cls.name) / "model.npz"))

    def classify(self, clip: Clip) -> GenrePrediction:
        """Name the genre of a clip of any sample rate and length.

        The reference clips last 30 s, and tempo or variance differ in meaning
        over ten minutes; a longer clip is therefore judged excerpt by
        excerpt, and the shares are averaged.
        """
        return self.classify_in_steps(clip, lambda share: None)

    def classify_in_steps(self, clip: Clip, on_progress: Callable[[float], object]) -> GenrePrediction:
        """Name the genre of a clip, with word after each excerpt; see `classify`."""
        from gmn_core.features.summary import describe

        starts = _excerpt_starts(clip.seconds)
        excerpts = []
        for start in starts:
            excerpts.append(self.model.classify(describe(clip.excerpt(start, EXCERPT_SECONDS))))
            on_progress(len(excerpts) / len(starts))
        shares = np.stack([excerpt.shares for excerpt in excerpts])
        return GenrePrediction(
            shares.mean(axis=0),
            patch_shares=shares,
            patch_starts=np.array(starts),
            neighbours=_nearest([voter for excerpt in excerpts for voter in excerpt.neighbours]),
        )


def _excerpt_starts(seconds: float) -> list[float]:
    """Starts of consecutive excerpts; a rest of less than half an excerpt is left out."""
    n_excerpts = max(1, round(seconds / EXCERPT_SECONDS))
    return [index * EXCERPT_SECONDS for index in range(n_excerpts)]


def _nearest(voters: Sequence[Neighbour]) -> tuple[Neighbour, ...]:
    """Sort by distance and keep each clip once."""
    nearest: dict[str, Neighbour] = {}
    for voter in sorted(voters, key=lambda voter: voter.distance):
        nearest.setdefault(voter.track, voter)
    return tuple(nearest.values())


def sklearn_pipeline(settings: KnnSettings) -> Pipeline:
    """Return the unfitted scikit-learn pipeline with these settings."""
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        StandardScaler(),
        KNeighborsClassifier(settings.k, metric=settings.metric, weights=settings.weights),
    )


def genre_of(track: str) -> Genre:
    """Return the genre in a GTZAN name, e.g. ``"blues.00042"``."""
    return Genre(track.split(".")[0])


def genre_positions(tracks: Sequence[str]) -> npt.NDArray[np.intp]:
    """Return the index of each track's genre in `GENRES`, shape (n_tracks,)."""
    return np.array([genre_of(track).position for track in tracks], dtype=np.intp)
