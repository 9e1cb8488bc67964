"""The classifiers and their answers, loaded and computed once for all visitors.

What an upload was decoded to and what was found in it belong to the visit and
end with it. Where a function takes a file's digest and its clip, the digest is what the
cache goes by; the clip was decoded when the file was classified.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from threading import Thread

import streamlit as st

from gmn_core.audio.clip import Clip
from gmn_core.audio.decode import decode
from gmn_core.classification.batch import FileResult, classify_file
from gmn_core.classification.classifier import GenreClassifier
from gmn_core.classification.explanation import Explanation, explain
from gmn_core.classification.gtzan_cnn.model import GenreCnn
from gmn_core.classification.music_check import doubts
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.classification.pretrained.model import PretrainedCnn
from gmn_core.classification.pretrained.tags import words_of
from gmn_core.classification.shipped import usable_classifiers
from gmn_core.classification.verdict import Evaluated
from gmn_core.genres import Genre
from gmn_core.models.card import ModelError
from gmn_core.models.reports import read_evaluations
from gmn_core.warm_up import warm_up
from pages.shared.kept import kept
from pages.shared.listening_view import picture_of

CLASSIFIED = "classified"
MAX_CLASSIFIED = 8


@kept()
def start_warming_up() -> Thread:
    """Load the audio routines in the background while the first visitor still looks around."""
    thread = Thread(target=warm_up, name="warm-up", daemon=True)
    thread.start()
    return thread


@kept()
def loaded_classifiers() -> tuple[dict[str, GenreClassifier], tuple[str, ...]]:
    """Return the classifiers by name, from the study's own to the strongest, and why others are missing."""
    with st.spinner("Loading the classifiers …"):
        start_warming_up().join()
        usable, problems = usable_classifiers()
    return {classifier.name: classifier for classifier in usable}, problems


def classifiers() -> dict[str, GenreClassifier]:
    """Return the classifiers that can be used, by name."""
    return loaded_classifiers()[0]


def fingerprint(data: bytes) -> bytes:
    """Return what the caches of this module know a file's content by."""
    return hashlib.sha256(data).digest()


def classify_upload(
    name: str,
    data: bytes,
    digest: bytes | None = None,
    on_progress: Callable[[float], object] = lambda share: None,
) -> FileResult:
    """Decode and classify one file; a rerun of the page does no work twice.

    Kept by hand: Streamlit's caches take note of what is shown meanwhile, and a moving bar is none of theirs.
    The result is shared, not copied: all that is in it is immutable.
    """
    digest = digest or fingerprint(data)
    results: dict[tuple[str, bytes], FileResult] = st.session_state.setdefault(CLASSIFIED, {})
    if (name, digest) not in results:
        found = classify_file(name, partial(decode, data), list(classifiers().values()), on_progress)
        while len(results) >= MAX_CLASSIFIED:
            del results[next(iter(results))]
        results[name, digest] = found
    return results[name, digest]


@kept()
def evaluated() -> Evaluated:
    """Return how good the classifiers are: on the test clips, or else in the next most honest way."""
    try:
        protocols, _ = read_evaluations()
    except ModelError:
        return {}  # the Models page says so
    return next((report["models"] for report in protocols.values()), {})


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def words_for(digest: bytes, _clip: Clip) -> tuple[str, ...]:
    """Return the words that the pretrained network puts to a file's clip, the surest first."""
    network = classifiers().get(PretrainedCnn.name)
    if not isinstance(network, PretrainedCnn):
        return ()
    taggram, _ = network.tagger(_clip)
    return words_of(taggram)


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def doubts_about(digest: bytes, _clip: Clip) -> str | None:
    """Return why a file's clip does not look like music; None where it does."""
    return doubts(_clip)


@st.cache_data(max_entries=2, show_spinner=False, scope="session")
def view_of(digest: bytes, _clip: Clip, _prediction: GenrePrediction, player: str) -> bytes:
    """Return a file's clip as `listening_view` draws it."""
    return picture_of(_clip, _prediction, player)


@st.cache_resource(
    max_entries=4, show_spinner="Silencing one piece of the spectrogram after the other …", scope="session"
)
def explain_upload(digest: bytes, _clip: Clip, model: str, genre: Genre) -> Explanation:
    """Return what spoke for a genre in a file's clip, in the ears of one of the networks."""
    network = classifiers()[model]
    if not isinstance(network, GenreCnn | PretrainedCnn):
        raise TypeError(f"{model} is not a network")
    return explain(network, _clip, genre)
