"""The four jobs of the app, each with something that is true today."""

from __future__ import annotations

import streamlit as st

from gmn_core.classification.names import MODEL_NAMES
from gmn_core.classification.shipped import JUDGES
from gmn_core.generation.request import GenerationRequest
from gmn_core.genres import Genre
from gmn_core.models.card import ModelError
from gmn_core.models.reports import Report, read_evaluations
from pages.shared.generated import sample_cache
from pages.shared.piece_link import link_parameters
from pages.shared.survey_store import survey_store
from pages.shared.texts import plain
from survey_db.errors import DatabaseError
from survey_db.reporting.results import fingerprint
from survey_db.schema import Study

LATEST = 3
SUGGESTIONS = (
    GenerationRequest(Genre.REGGAE, seed=7),
    GenerationRequest(Genre.JAZZ, seed=7, blend=Genre.HIPHOP, blend_weight=0.4),
    GenerationRequest(Genre.METAL, seed=7),
)


def show_jobs() -> None:
    """Show the jobs as cards, two in a row."""
    for row in ((_classify, _generate), (_take_part, _read_results)):
        for column, card in zip(st.columns(2, gap="medium"), row, strict=True):
            with column, st.container(border=True, height="stretch"):
                card()


def _classify() -> None:
    st.subheader("Name a genre")
    st.write("Bring a song, and three classifiers say which of ten genres it sounds like, and why.")
    try:
        protocols, _ = read_evaluations()
    except ModelError:
        protocols = {}
    if protocols:
        report = next(iter(protocols.values()))
        st.html(ladder(report))
        clips = max(figures.get("n_clips", 0) for figures in report["models"].values())
        st.caption(f"Named right, of {clips} songs that they had not learned from. Blind guessing: 10%.")
    st.page_link("pages/classify.py", label="Classify a song", icon=":material/graphic_eq:")
    st.page_link("pages/models.py", label="How far to trust them", icon=":material/leaderboard:")


def ladder(report: Report) -> str:
    """Return each judge's accuracy as HTML: a name, a bar and a figure per row, the best first."""
    accuracies = {
        model: figures["accuracy"]["value"]
        for model, figures in report["models"].items()
        if model in JUDGES and "accuracy" in figures
    }
    rows = [
        f'<div role="listitem"><span>{MODEL_NAMES[model]}</span>'
        f'<span class="track"><span class="bar" style="width: {accuracy:.1%}"></span></span>'
        f"<strong>{accuracy:.0%}</strong></div>"
        for model, accuracy in sorted(accuracies.items(), key=lambda item: -item[1])
    ]
    return f'<div class="ladder" role="list">{"".join(rows)}</div>'


def _generate() -> None:
    st.subheader("Make music")
    st.write(
        "Choose a genre, or a blend of two, and the network composes a piece for a band. "
        "Take it home as sound or as MIDI."
    )
    latest = sample_cache().latest(LATEST)
    st.caption("Made here last:" if latest else "For a start:")
    for request in latest or SUGGESTIONS:
        st.page_link(
            "pages/generate.py",
            label=piece_name(request),
            icon=":material/music_note:",
            query_params=link_parameters(request),
        )
    st.page_link("pages/generate.py", label="Make a piece of your own", icon=":material/piano:")


def piece_name(request: GenerationRequest) -> str:
    """Return what a piece is called, e.g. "Jazz with 40% hip hop, 30 s"."""
    blend = f" with {request.blend_weight:.0%} {request.blend.display_name.lower()}" if request.blend else ""
    return f"{request.genre.display_name}{blend}, {request.seconds:.0f} s"


def _take_part() -> None:
    st.subheader("Take part in a study")
    st.write(
        "Hear short pieces, name the genre of each and say how musical you find it. Nobody asks who you are."
    )
    for study in studies("open")[:2]:
        store = survey_store()
        clips = store.samples.per_listener(study.slug)
        begun = fingerprint(store, study.slug).listeners
        st.markdown(
            f"**{plain(study.title)}** is open: {clips} clips"
            + (
                f", {begun} listener{'s' if begun > 1 else ''} so far."
                if begun
                else ". Be the first listener."
            )
        )
        st.page_link(
            "pages/survey.py",
            label="Take part",
            icon=":material/hearing:",
            query_params={"study": study.slug},
        )
    if not studies("open"):
        st.caption("No study is open at the moment.")


def _read_results() -> None:
    st.subheader("Read the results, or run a study")
    st.write(
        "Results show how certain each figure is. "
        "A study of your own needs a folder of sounds, or pieces made here, and a link to send round."
    )
    closed = studies("closed")
    if closed:
        st.caption(f"{len(closed)} closed, {len(studies('open'))} open on this server.")
    st.page_link("pages/results.py", label="See the results", icon=":material/monitoring:")
    st.page_link("pages/studies.py", label="Run a study", icon=":material/science:")


def studies(status: str) -> list[Study]:
    """Return the studies in a state, the newest first; none where the database cannot be asked."""
    try:
        return [study for study in survey_store().studies.all() if study.status == status]
    except DatabaseError:
        return []
