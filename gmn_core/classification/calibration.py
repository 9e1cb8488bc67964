"""Calibration: making shares mean what they say, and recognising low ones.

A network that says 80 % should be right four times out of five. Shares are
calibrated by one temperature (Guo et al., "On calibration of modern neural
networks", ICML 2017), fitted to predictions for clips that the model was not
trained on.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gmn_core.classification.evaluation.metrics import SMALLEST_SHARE
from gmn_core.classification.prediction import GenrePrediction

FloatArray = npt.NDArray[np.float64]

UNCERTAIN_BELOW = 0.5
"""A calibrated top share below which the verdict is more often wrong than right."""

_TEMPERATURES = (0.1, 10.0)


def fit_temperature(labels: npt.NDArray[np.intp], shares: FloatArray) -> float:
    """Return the temperature that minimises the log loss of held-out shares.

    Parameters
    ----------
    labels : ndarray of int, shape (n,)
        Indices into `GENRES`.
    shares : ndarray, shape (n, 10)
        Predictions by models that had not seen these clips.

    Returns
    -------
    float
        0.1 to 10; above 1 if the model is overconfident.
    """
    from scipy.optimize import minimize_scalar

    def loss(log_temperature: float) -> float:
        softened = apply_temperature(shares, float(np.exp(log_temperature)))
        return float(-np.mean(np.log(softened[np.arange(len(labels)), labels])))

    best = minimize_scalar(loss, bounds=np.log(_TEMPERATURES), method="bounded")
    return float(np.exp(best.x))


def apply_temperature(shares: FloatArray, temperature: float) -> FloatArray:
    """Soften (above 1) or sharpen (below 1) shares of shape (..., 10), which then sum to 1 again."""
    return normalised_exp(np.log(np.clip(shares, SMALLEST_SHARE, None)) / temperature)


def normalised_exp(scores: FloatArray) -> FloatArray:
    """Return the softmax over the last axis."""
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


def is_uncertain(prediction: GenrePrediction) -> bool:
    """Return whether a calibrated prediction is too weak to be a verdict."""
    return prediction.confidence < UNCERTAIN_BELOW
