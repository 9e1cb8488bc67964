"""The classifiers' answers, computed by workers.

What was found in an upload belongs to the visit and ends with it. The server
itself keeps no classifier and no decoded audio.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import streamlit as st
from cachetools import LRUCache

from gmn_core.classification.batch import FileResult
from gmn_core.classification.explanation import Explanation
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.classification.verdict import Evaluated
from gmn_core.genres import Genre
from gmn_core.models.card import ModelError
from gmn_core.models.reports import read_evaluations
from pages.shared.kept import kept, kept_in_visit
from pages.shared.work import have_done
from pages.workers import tasks
from pages.workers.tasks import ClipView

MAX_FILES = 500
"""Files of a visit whose results are kept, each some kilobytes."""


@kept()
def loaded_classifiers() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the classifiers' names, from the study's own to the strongest, and why others are missing."""
    with st.spinner("Loading the classifiers …"):
        return have_done(tasks.available)


def fingerprint(data: bytes) -> bytes:
    """Return what the caches of this module know a file's content by."""
    return hashlib.sha256(data).digest()


def classify_upload(
    name: str,
    data: bytes,
    digest: bytes | None = None,
    on_progress: Callable[[float], object] = lambda share: None,
    player: str | None = None,
) -> FileResult:
    """Decode and classify one file; a rerun of the page does no work twice.

    Parameters
    ----------
    name, data : str, bytes
        The file.
    digest : bytes, optional
        What `fingerprint` returns of it.
    on_progress : callable
        Called with the share of the work that is done.
    player : str, optional
        Makes what `view_of` returns for this player at the same time.

    Raises
    ------
    WorkError
        If it could not be done this time.
    """
    return _classified(digest or fingerprint(data), name, data, on_progress, player)


@kept_in_visit(MAX_FILES, key=lambda digest, name, data, on_progress, player: (digest, name))
def _classified(
    digest: bytes, name: str, data: bytes, on_progress: Callable[[float], object], player: str | None
) -> FileResult:
    heard = have_done(tasks.classify_bytes, name, data, player, on_progress=on_progress)
    if player is not None and heard.view is not None:
        _views()[digest, player] = heard.view
    return heard.result


@kept()
def evaluated() -> Evaluated:
    """Return how good the classifiers are: on the test clips, or else in the next most honest way."""
    try:
        protocols, _ = read_evaluations()
    except ModelError:
        return {}  # the Models page says so
    return next((report["models"] for report in protocols.values()), {})


def view_of(digest: bytes, data: bytes, prediction: GenrePrediction, player: str) -> ClipView:
    """Return what there is to see of a file that can be decoded, and to say of it beside its genre."""
    views = _views()
    if (digest, player) not in views:
        views[digest, player] = have_done(tasks.look_at, data, prediction, player)
    return views[digest, player]


def _views() -> LRUCache[tuple[bytes, str], ClipView]:
    """Return what this visit has seen of its files, each a tenth of a megabyte."""
    views: LRUCache[tuple[bytes, str], ClipView] = st.session_state.setdefault("views of files", LRUCache(4))
    return views


@kept_in_visit(4, key=lambda digest, data, model, genre: (digest, model, genre))
def explain_upload(digest: bytes, data: bytes, model: str, genre: Genre) -> Explanation:
    """Return what spoke for a genre in a file, in the ears of one of the networks."""
    with st.spinner("Silencing one piece of the spectrogram after the other …"):
        return have_done(tasks.explain_bytes, data, model, genre)
