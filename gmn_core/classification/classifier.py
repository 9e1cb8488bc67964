"""Genre classifiers in the manner of scikit-learn: ``predict`` and ``predict_proba`` over many recordings."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.audio.source import AudioLike, as_clips
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.genres import GENRES


class GenreClassifier(ABC):
    """Anything that names the genre of audio.

    A classifier of your own needs a ``name`` and a method `classify`, which
    judges one clip; the rest comes with this class.

    Attributes
    ----------
    name : str
        The classifier's name in reports.
    classes_ : ndarray of str, shape (n_genres,)
        The genres, in the order of the columns of `predict_proba`.

    See Also
    --------
    load_classifier : Load a classifier that ships.
    evaluate : Measure how good its answers are.

    Examples
    --------
    A classifier that knows only one genre, as a baseline:

    >>> import numpy as np
    >>> class AlwaysJazz(gmn_core.GenreClassifier):
    ...     name = "always_jazz"
    ...     def classify(self, clip):
    ...         shares = np.array([genre is gmn_core.Genre.JAZZ for genre in gmn_core.GENRES])
    ...         return gmn_core.GenrePrediction(shares.astype(float))
    >>> AlwaysJazz().predict(["song.wav"])
    array(['jazz'], dtype='<U9')
    """

    name: str

    @abstractmethod
    def classify(self, clip: Clip) -> GenrePrediction:
        """Return the genre shares of one clip of any sample rate."""

    def classify_in_steps(self, clip: Clip, on_progress: Callable[[float], object]) -> GenrePrediction:
        """Return the same as `classify`, and say meanwhile which share of the work is done.

        Parameters
        ----------
        clip : Clip
            At any sample rate.
        on_progress : callable
            Called with 0 to 1; just once, at the end, where a classifier works in one step.
        """
        prediction = self.classify(clip)
        on_progress(1.0)
        return prediction

    @property
    def classes_(self) -> npt.NDArray[np.str_]:
        """The genres, in the order of the columns of `predict_proba`."""
        return np.array([str(genre) for genre in GENRES])

    def predict_proba(
        self, recordings: Iterable[AudioLike], sample_rate: int | None = None
    ) -> npt.NDArray[np.float64]:
        """Return the probability of each genre for each recording.

        Parameters
        ----------
        recordings : iterable of path, ndarray, Clip or Recording
            Files, or arrays of shape (n_samples,) or (n_samples, n_channels),
            or one array of shape (n_recordings, n_samples).
        sample_rate : int, optional
            Samples per second of arrays.

        Returns
        -------
        ndarray, shape (n_recordings, n_genres)
            Rows sum to 1; the columns are those of `classes_`.

        Raises
        ------
        AudioError
            If one of the recordings cannot be used.
        TypeError
            If a single recording is given, or arrays without their rate.
        """
        shares = [self.classify(clip).shares for clip in as_clips(recordings, sample_rate)]
        return np.array(shares).reshape(-1, len(GENRES))

    def predict(
        self, recordings: Iterable[AudioLike], sample_rate: int | None = None
    ) -> npt.NDArray[np.str_]:
        """Return the most probable genre of each recording, shape (n_recordings,); see `predict_proba`."""
        best = self.predict_proba(recordings, sample_rate).argmax(axis=1)
        return np.asarray(self.classes_[best])
