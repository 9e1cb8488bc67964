"""The classifiers that ship: all of them, one by name, or the answer of one."""

from __future__ import annotations

from functools import cache

from gmn_core.audio.source import AudioLike, as_clip
from gmn_core.classification.classifier import GenreClassifier
from gmn_core.classification.descriptor_knn.model import DescriptorKnn
from gmn_core.classification.gtzan_cnn.model import GenreCnn
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.classification.pretrained.model import PretrainedCnn, PretrainedKnn
from gmn_core.models.card import ModelError

STRONGEST = PretrainedCnn.name
_SHIPPED = {each.name: each for each in (DescriptorKnn, GenreCnn, PretrainedKnn, PretrainedCnn)}
CLASSIFIERS: tuple[str, ...] = tuple(_SHIPPED)
"""Names of the classifiers that ship, from the study's own to the strongest."""
_JUDGES = (DescriptorKnn, GenreCnn, PretrainedCnn)
JUDGES: tuple[str, ...] = tuple(kind.name for kind in _JUDGES)
"""Names of those that judge a listener's audio."""


def shipped_classifiers() -> tuple[GenreClassifier, ...]:
    """Load the classifiers that judge a listener's audio, from the study's own to the strongest.

    The pretrained k-NN is left out: it is there for comparison, and adds nothing
    to the pretrained CNN.

    Raises
    ------
    ModelError
        If the files of one are missing or damaged.
    """
    usable, problems = usable_classifiers()
    if problems:
        raise ModelError(problems[0])
    return usable


def usable_classifiers() -> tuple[tuple[GenreClassifier, ...], tuple[str, ...]]:
    """Load those of `shipped_classifiers` that can be loaded.

    Returns
    -------
    classifiers : tuple of GenreClassifier
        Those whose files are all there and whole.
    problems : tuple of str
        A sentence for each of the others.
    """
    usable: list[GenreClassifier] = []
    problems: list[str] = []
    for kind in _JUDGES:
        try:
            usable.append(kind.shipped())
        except ModelError as error:
            problems.append(str(error))
    # One damaged file may spoil two.
    return tuple(usable), tuple(dict.fromkeys(problems))


@cache
def load_classifier(name: str = STRONGEST) -> GenreClassifier:
    """Load a classifier that ships; a second call returns the same one.

    Parameters
    ----------
    name : {"knn_descriptors", "cnn", "knn_pretrained", "cnn_pretrained"}
        k nearest neighbours on 57 summary descriptors; a convolutional network
        trained on GTZAN alone; k nearest neighbours on the tags of a pretrained
        network; that network with a head for the ten genres, the strongest.

    Raises
    ------
    ValueError
        If no classifier of that name ships.
    ModelError
        If its files are missing or damaged.

    See Also
    --------
    classify : One recording, one call.
    GenreClassifier : What every classifier can do.

    Examples
    --------
    >>> classifier = gmn_core.load_classifier("cnn")
    >>> classifier.predict_proba(["song.wav"]).shape
    (1, 10)
    """
    if name not in _SHIPPED:
        raise ValueError(f"No classifier is called {name!r}; there are {', '.join(CLASSIFIERS)}.")
    return _SHIPPED[name].shipped()


def classify(
    audio: AudioLike, sample_rate: int | None = None, *, classifier: str | GenreClassifier = STRONGEST
) -> GenrePrediction:
    """Name the genre of one recording.

    Parameters
    ----------
    audio : str, os.PathLike, ndarray, Clip or Recording
        A file, or an array of shape (n_samples,) or (n_samples, n_channels)
        that holds floats in [-1, 1] or integers.
    sample_rate : int, optional
        Samples per second of an array.
    classifier : str or GenreClassifier
        Which one to use; see `load_classifier`.

    Returns
    -------
    GenrePrediction
        The shares of the ten genres, and over time if the classifier works
        patch by patch.

    Raises
    ------
    AudioError
        If the audio cannot be used; the message is a sentence for people.
    TypeError
        If an array comes without its rate.
    ValueError
        If no classifier of that name ships.

    See Also
    --------
    load_classifier : Many recordings, with ``predict`` and ``predict_proba``.

    Examples
    --------
    >>> prediction = gmn_core.classify("song.wav")
    >>> prediction.genre in gmn_core.GENRES, 0 < prediction.confidence <= 1
    (True, True)

    >>> clip = gmn_core.load_audio("song.wav")
    >>> again = gmn_core.classify(clip.samples, clip.sample_rate)
    >>> again.genre is prediction.genre
    True
    """
    asked = load_classifier(classifier) if isinstance(classifier, str) else classifier
    return asked.classify(as_clip(audio, sample_rate))
