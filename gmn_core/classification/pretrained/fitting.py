"""Fitting the head of the pretrained network, and its k-NN.

There are few artists per genre (blues has six here), so a head that fits them
best recognises artists. Two constraints help with unknown artists:

- all artists of a genre weigh the same, and so do all genres, however many clips
  there are of each;
- the penalty pulls the weights not to zero but to the meaning of the tags: the
  tag "jazz" speaks for jazz, "Hip-Hop" for hip hop (`TAG_MEANINGS`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gmn_core.classification.calibration import normalised_exp
from gmn_core.classification.pretrained.model import GenreHead
from gmn_core.classification.pretrained.tags import MSD_TAGS
from gmn_core.corpora.folds import artist_weights
from gmn_core.genres import GENRES, Genre

FloatArray = npt.NDArray[np.float64]
Labels = npt.NDArray[np.intp]

TAG_MEANINGS: dict[Genre, tuple[str, ...]] = {
    Genre.BLUES: ("blues",),
    Genre.CLASSICAL: ("instrumental",),
    Genre.COUNTRY: ("country",),
    Genre.DISCO: ("dance",),
    Genre.HIPHOP: ("Hip-Hop",),
    Genre.JAZZ: ("jazz",),
    Genre.METAL: ("metal", "heavy metal"),
    Genre.POP: ("pop",),
    Genre.ROCK: ("rock", "classic rock"),
}
"""Tags that mean a genre, or come nearest; there is none for reggae."""


@dataclass(frozen=True)
class HeadSettings:
    """How the head is fitted.

    Parameters
    ----------
    softness : float
        Variance of the weights about their prior, relative to the loss of one
        clip per clip (scikit-learn's C, where the sample weights sum to the
        number of clips).
    meaning : float
        Weight that the tags' meanings start from, in scores per standard deviation.
    """

    softness: float = 0.03
    meaning: float = 1.0


def fit_head(
    features: FloatArray, labels: Labels, groups: Sequence[str], settings: HeadSettings
) -> GenreHead:
    """Fit the linear layer by weighted multinomial regression.

    Parameters
    ----------
    features : ndarray, shape (n_clips, 50)
        What `tag_features` returns.
    labels : ndarray of int, shape (n_clips,)
        Indices into `GENRES`.
    groups : sequence of str
        The artist of each clip.
    settings : HeadSettings
        How strong the constraints are.
    """
    from scipy.optimize import minimize

    mean, scale = features.mean(axis=0), features.std(axis=0)
    inputs = (features - mean) / scale
    targets = np.eye(len(GENRES))[labels]
    importance = artist_weights(labels, groups)[:, None]
    prior = settings.meaning * meaning_weights()

    def loss_and_gradient(parameters: FloatArray) -> tuple[float, FloatArray]:
        weights, bias = parameters[: prior.size].reshape(prior.shape), parameters[prior.size :]
        shares = normalised_exp(inputs @ weights + bias)
        departure = weights - prior
        loss = -np.sum(importance * targets * np.log(np.clip(shares, 1e-300, None)))
        loss += np.sum(departure**2) / (2 * settings.softness)
        errors = importance * (shares - targets)
        gradient = inputs.T @ errors + departure / settings.softness
        return float(loss), np.concatenate([gradient.ravel(), errors.sum(axis=0)])

    start = np.concatenate([prior.ravel(), np.zeros(len(GENRES))])
    found = minimize(loss_and_gradient, start, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    weights, bias = found.x[: prior.size].reshape(prior.shape), found.x[prior.size :]
    return GenreHead(mean, scale, weights, bias)


def meaning_weights() -> FloatArray:
    """Return the prior of the weights, shape (50, 10): tags that mean one genre share a weight of 1."""
    weights = np.zeros((len(MSD_TAGS), len(GENRES)))
    for genre, tags in TAG_MEANINGS.items():
        for tag in tags:
            weights[MSD_TAGS.index(tag), genre.position] = 1 / len(tags)
    return weights
