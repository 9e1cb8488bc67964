"""Where the audio to be classified comes from: uploads, the microphone, examples."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from gmn_core.audio.decode import AUDIO_SUFFIXES, MAX_SECONDS
from gmn_core.generation.request import GenerationRequest
from gmn_core.genres import GENRES, Genre
from pages.shared.generated import sample_cache
from pages.shared.recordings import RECORDINGS, ExampleRecording
from pages.shared.texts import plain

EXAMPLE_SEED = 1
MAX_KEPT_BYTES = 100 * 2**20  # of uploads, while their visitor looks at another page
UPLOADS, RECORDING, KEPT = "uploads", "recording", "kept for classifying"

Source = tuple[str, bytes]
"""A file's name and content."""


def chosen_sources() -> list[Source]:
    """Ask where the audio comes from."""
    way = st.segmented_control(
        "Where is the music?", ["Upload", "Record", "Example"], default="Upload", label_visibility="collapsed"
    )
    if way == "Example":
        return [example()]
    if way == "Record":
        st.audio_input(
            "Record with the microphone: hold it near a loudspeaker, or play.", key=RECORDING, on_change=keep
        )
    else:
        st.file_uploader(
            f"Audio files (the first {MAX_SECONDS / 60:.0f} minutes of each are analysed)",
            type=[suffix.removeprefix(".") for suffix in AUDIO_SUFFIXES],
            accept_multiple_files=True,
            key=UPLOADS,
            on_change=keep,
        )
    return brought() or kept_before()


def brought() -> list[Source]:
    """Return what the page's uploader or recorder holds.

    A browser may speak of files that this server no longer has, e.g. after a restart.
    """
    recording = st.session_state.get(RECORDING)
    if isinstance(recording, UploadedFile):
        return [("recording.wav", recording.getvalue())]
    files = st.session_state.get(UPLOADS) or []
    return [(file.name, file.getvalue()) for file in files if isinstance(file, UploadedFile)]


def keep() -> None:
    """Remember what was brought or taken away: a visit to another page empties the page's controls."""
    sources = brought()
    small = sum(len(data) for _, data in sources) <= MAX_KEPT_BYTES
    st.session_state[KEPT] = sources if small else []


def kept_before() -> list[Source]:
    """Return what was brought before a visit to another page, which may be taken away."""
    before: list[Source] = st.session_state.get(KEPT, [])
    if before:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Still here from before: {', '.join(plain(name) for name, _ in before)}.")
            if st.button("Remove", icon=":material/close:", type="tertiary"):
                del st.session_state[KEPT]
                st.rerun()
    return before


def example() -> Source:
    """Offer recordings of a known genre, and pieces by the generator."""
    offered: list[ExampleRecording | Genre] = [*RECORDINGS, *GENRES]
    chosen = st.selectbox("Example", offered, format_func=example_name)
    if isinstance(chosen, ExampleRecording):
        st.caption(chosen.credit)
        return f"{chosen.title}.ogg", chosen.read()
    bar = st.progress(0.0)

    def show(share: float) -> None:
        bar.progress(share, "Playing …")

    sample = sample_cache().get(GenerationRequest(chosen, seed=EXAMPLE_SEED), show)
    bar.empty()
    st.caption(f"Composed and played by this app's own generator, asked for {chosen.display_name.lower()}.")
    return f"{sample.name}.ogg", sample.ogg


def example_name(offered: ExampleRecording | Genre) -> str:
    """Return what an example is called in the list."""
    if isinstance(offered, Genre):
        return f"Generated: {offered.display_name.lower()}"
    return f"Recording: {offered.title}, {offered.artist}"
