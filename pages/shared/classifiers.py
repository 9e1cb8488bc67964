"""The classifiers and their answers, loaded and computed once for all visitors.

What an upload was decoded to and what was found in it belong to the visit and
end with it. Where a function takes a file's bytes and its clip, the bytes are what the
cache goes by; the clip was decoded when the file was classified.
"""

from __future__ import annotations

from functools import partial
from threading import Thread

import plotly.graph_objects as go
import streamlit as st

from gmn_core.audio.clip import Clip
from gmn_core.audio.decode import decode
from gmn_core.classification.batch import FileResult, classify_file
from gmn_core.classification.classifier import GenreClassifier
from gmn_core.classification.explanation import Explanation, explain
from gmn_core.classification.gtzan_cnn.model import GenreCnn
from gmn_core.classification.music_check import doubts
from gmn_core.classification.pretrained.model import PretrainedCnn
from gmn_core.classification.shipped import usable_classifiers
from gmn_core.features.spectrogram import log_mel
from gmn_core.figures import audio as figures
from gmn_core.genres import Genre
from gmn_core.warm_up import warm_up
from pages.shared.kept import kept


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


@st.cache_resource(max_entries=8, show_spinner=False, scope="session")
def classify_upload(name: str, data: bytes) -> FileResult:
    """Decode and classify one file; a rerun of the page does no work twice.

    The result is shared, not copied: all that is in it is immutable.
    """
    return classify_file(name, partial(decode, data), list(classifiers().values()))


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def doubts_about(data: bytes, _clip: Clip) -> str | None:
    """Return why a file's clip does not look like music; None where it does."""
    return doubts(_clip)


@st.cache_data(max_entries=2, show_spinner=False, scope="session")
def clip_figures(data: bytes, _clip: Clip) -> tuple[go.Figure, go.Figure]:
    """Return the waveform and the log-mel spectrogram of a file's clip."""
    return figures.waveform(_clip), figures.spectrogram(log_mel(_clip))


@st.cache_resource(
    max_entries=4, show_spinner="Silencing one piece of the spectrogram after the other …", scope="session"
)
def explain_upload(data: bytes, _clip: Clip, model: str, genre: Genre) -> Explanation:
    """Return what spoke for a genre in a file's clip, in the ears of one of the networks."""
    network = classifiers()[model]
    if not isinstance(network, GenreCnn | PretrainedCnn):
        raise TypeError(f"{model} is not a network")
    return explain(network, _clip, genre)
