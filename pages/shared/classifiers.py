"""The classifiers and their answers, loaded and computed once for all visitors."""

from __future__ import annotations

from functools import partial
from threading import Thread

import plotly.graph_objects as go
import streamlit as st

from gmn_core.audio.decode import decode
from gmn_core.classification.batch import Outcome, classify
from gmn_core.classification.knn import DescriptorKnn
from gmn_core.features.spectrogram import log_mel
from gmn_core.figures import audio as figures
from gmn_core.warm_up import warm_up


@st.cache_resource(show_spinner=False)
def start_warming_up() -> Thread:
    """Load the audio routines in the background while the first visitor still looks around."""
    thread = Thread(target=warm_up, name="warm-up", daemon=True)
    thread.start()
    return thread


@st.cache_resource(show_spinner="Loading the classifiers …")
def descriptor_knn() -> DescriptorKnn:
    """Return the shipped k-NN."""
    start_warming_up().join()
    return DescriptorKnn.shipped()


@st.cache_resource(max_entries=64, show_spinner=False)
def classify_upload(name: str, data: bytes) -> Outcome:
    """Decode and classify one file; a rerun of the page does no work twice.

    The outcome is shared, not copied: all that is in it is immutable.
    """
    return classify(name, partial(decode, data), [descriptor_knn()])


@st.cache_data(max_entries=32, show_spinner=False)
def clip_figures(data: bytes) -> tuple[go.Figure, go.Figure]:
    """Return the waveform and the log-mel spectrogram of a file that can be decoded."""
    clip = decode(data).clip
    return figures.waveform(clip), figures.spectrogram(log_mel(clip))
