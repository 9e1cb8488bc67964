"""How good a classifier is: figures with intervals, and a test of two classifiers.

Conventions: ``labels`` are indices into `GENRES`, shape (n,); ``shares`` are
probabilities, shape (n, 10), in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gmn_core.genres import GENRES, Genre

FloatArray = npt.NDArray[np.float64]
Labels = npt.NDArray[np.intp]

N_BINS = 10
SMALLEST_SHARE = 1e-6
"""The smallest share in a log loss, worth 14 nats: the logarithm of zero would be infinite."""


@dataclass(frozen=True)
class Proportion:
    """A share of clips with its 95 % interval (Wilson, JASA 1927).

    Parameters
    ----------
    value, low, high : float
        The share and the ends of its interval; NaN if there are no clips.
    n_right, n : int
        What was counted, and of how many.
    """

    value: float
    low: float
    high: float
    n_right: int
    n: int


@dataclass(frozen=True)
class CalibrationBin:
    """Clips with a similar top share.

    Parameters
    ----------
    confidence : float
        Their mean top share.
    accuracy : Proportion
        How many of them were right.
    """

    confidence: float
    accuracy: Proportion


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` reports of one classifier on one set of clips.

    Parameters
    ----------
    accuracy, top2_accuracy : Proportion
        Whether the label has the largest share, or one of the two largest.
    macro_recall : float
        Mean of the genres' recalls, over the genres that occur.
    recall : dict
        Genre to `Proportion`.
    confusion : list of list of int
        Rows are labels, columns verdicts, in the order of `GENRES`.
    log_loss : float
        In nats per clip; shares below `SMALLEST_SHARE` count as that.
    calibration_error : float
        Expected calibration error in `N_BINS` bins of equal width.
    reliability : list of CalibrationBin
        The bins that hold clips.

    See Also
    --------
    evaluate : Compute one.
    gmn_core.figures.confusion : Draw the confusion matrix.

    Examples
    --------
    >>> import numpy as np
    >>> found = gmn_core.evaluate(["jazz", "rock"], np.eye(10)[[5, 5]])
    >>> found.accuracy.n_right, found.confusion[9][5], found.macro_recall
    (1, 1, 0.5)
    """

    accuracy: Proportion
    top2_accuracy: Proportion
    macro_recall: float
    recall: dict[str, Proportion]
    confusion: list[list[int]]
    log_loss: float
    calibration_error: float
    reliability: list[CalibrationBin]

    def record(self) -> dict[str, Any]:
        """Return the evaluation as plain values, for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class McNemarTest:
    """Result of McNemar's exact test of two classifiers on the same clips (Psychometrika, 1947).

    Parameters
    ----------
    only_first, only_second : int
        Clips on which only one classifier was right.
    p_value : float
        Two-sided; 1 if they never differ.

    See Also
    --------
    mcnemar_test : Compute one.

    Examples
    --------
    >>> import numpy as np
    >>> guesses = np.eye(10)[[5, 9]]
    >>> gmn_core.mcnemar_test(["jazz", "jazz"], guesses, guesses[::-1]).p_value
    1.0
    """

    only_first: int
    only_second: int
    p_value: float


def evaluate(labels: Labels | Sequence[str], shares: FloatArray) -> Evaluation:
    """Compute every figure of one classifier.

    Parameters
    ----------
    labels : sequence of str, or ndarray of int, shape (n,)
        The true genres, as names or as indices into `GENRES`; at least one.
    shares : ndarray, shape (n, 10)
        What `GenreClassifier.predict_proba` returned. Each row sums to 1.

    Returns
    -------
    Evaluation
        Accuracies and recalls with 95 % Wilson intervals, the confusion matrix,
        log loss and calibration.

    Raises
    ------
    ValueError
        If the shapes do not fit, there are no clips, a label is no genre, or a
        row does not sum to 1.

    See Also
    --------
    mcnemar_test : Compare two classifiers on the same clips.

    Examples
    --------
    >>> import numpy as np
    >>> shares = np.eye(10)[[5, 5, 9, 6]]  # three of four right, and sure of it
    >>> found = gmn_core.evaluate(["jazz", "jazz", "rock", "rock"], shares)
    >>> round(found.accuracy.value, 2), round(found.accuracy.low, 2), round(found.accuracy.high, 2)
    (0.75, 0.3, 0.95)
    >>> found.recall["rock"].n_right, found.recall["rock"].n
    (1, 2)
    """
    from sklearn.metrics import confusion_matrix, log_loss, recall_score

    labels = genre_indices(labels)
    _validate(labels, shares)
    all_labels = np.arange(len(GENRES))
    verdicts = shares.argmax(axis=1)
    # A stable sort breaks ties as argmax does, so that top 2 always holds top 1.
    best_two = np.argsort(-shares, axis=1, kind="stable")[:, :2]
    clipped = np.clip(shares, SMALLEST_SHARE, None)
    reliability = reliability_bins(labels, shares)
    return Evaluation(
        accuracy=proportion(int(np.sum(verdicts == labels)), len(labels)),
        top2_accuracy=proportion(int(np.sum(best_two == labels[:, None])), len(labels)),
        macro_recall=float(recall_score(labels, verdicts, labels=np.unique(labels), average="macro")),
        recall={str(genre): _recall(labels, verdicts, genre.position) for genre in GENRES},
        confusion=confusion_matrix(labels, verdicts, labels=all_labels).tolist(),
        log_loss=float(log_loss(labels, clipped / clipped.sum(axis=1, keepdims=True), labels=all_labels)),
        calibration_error=sum(
            abs(bin_.accuracy.value - bin_.confidence) * bin_.accuracy.n / len(labels) for bin_ in reliability
        ),
        reliability=reliability,
    )


def proportion(n_right: int, n: int) -> Proportion:
    """Return ``n_right`` of ``n`` with its 95 % Wilson interval."""
    from scipy.stats import binomtest

    if n == 0:
        return Proportion(np.nan, np.nan, np.nan, 0, 0)
    interval = binomtest(n_right, n).proportion_ci(method="wilson")
    return Proportion(n_right / n, float(interval.low), float(interval.high), n_right, n)


def _recall(labels: Labels, verdicts: Labels, genre: int) -> Proportion:
    return proportion(int(np.sum(verdicts[labels == genre] == genre)), int(np.sum(labels == genre)))


def reliability_bins(labels: Labels, shares: FloatArray) -> list[CalibrationBin]:
    """Group clips by their top share, in bins of equal width (Guo et al., ICML 2017)."""
    confidence = shares.max(axis=1)
    right = shares.argmax(axis=1) == labels
    bins = np.minimum((confidence * N_BINS).astype(int), N_BINS - 1)
    return [
        CalibrationBin(
            float(confidence[bins == bin_].mean()),
            proportion(int(right[bins == bin_].sum()), int(np.sum(bins == bin_))),
        )
        for bin_ in np.unique(bins)
    ]


def mcnemar_test(labels: Labels | Sequence[str], first: FloatArray, second: FloatArray) -> McNemarTest:
    """Test whether one of two classifiers is right more often on the same clips.

    Parameters
    ----------
    labels : sequence of str, or ndarray of int, shape (n,)
        The true genres, as names or as indices into `GENRES`.
    first, second : ndarray, shape (n, 10)
        What each classifier's ``predict_proba`` returned.

    Raises
    ------
    ValueError
        As `evaluate` does.

    See Also
    --------
    evaluate : Every figure of one classifier.

    Examples
    --------
    >>> import numpy as np
    >>> right, wrong = np.eye(10)[[5] * 6], np.eye(10)[[9] * 6]
    >>> gmn_core.mcnemar_test(["jazz"] * 6, right, wrong)
    McNemarTest(only_first=6, only_second=0, p_value=0.03125)
    """
    from scipy.stats import binomtest

    labels = genre_indices(labels)
    _validate(labels, first)
    _validate(labels, second)
    first_right = first.argmax(axis=1) == labels
    second_right = second.argmax(axis=1) == labels
    only_first = int(np.sum(first_right & ~second_right))
    only_second = int(np.sum(second_right & ~first_right))
    n_differing = only_first + only_second
    p_value = float(binomtest(only_first, n_differing).pvalue) if n_differing else 1.0
    return McNemarTest(only_first, only_second, p_value)


def genre_indices(labels: Labels | Sequence[str]) -> Labels:
    """Return genre names as indices into `GENRES`; indices stay as they are.

    Raises
    ------
    ValueError
        If a label is no genre.
    """
    array = np.asarray(labels)
    if array.dtype.kind in "iu":
        if len(array) and not (array.min() >= 0 and array.max() < len(GENRES)):
            raise ValueError(f"An index of a genre is from 0 to {len(GENRES) - 1}.")
        return array.astype(np.intp)
    if unknown := sorted(set(map(str, labels)) - set(GENRES)):
        raise ValueError(f"{unknown[0]!r} is none of {', '.join(GENRES)}.")
    return np.array([Genre(str(label)).position for label in labels], dtype=np.intp)


def _validate(labels: Labels, shares: FloatArray) -> None:
    if not len(labels):
        raise ValueError("There are no clips to evaluate on.")
    if shares.shape != (len(labels), len(GENRES)):
        raise ValueError(f"Expected shares of shape {(len(labels), len(GENRES))}, got {shares.shape}.")
    if not np.allclose(shares.sum(axis=1), 1, atol=1e-6):
        raise ValueError("The shares of a clip must sum to 1.")
