"""What can be taken home of a piece: files, and the link that makes it again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

import streamlit as st

from gmn_core.generation.request import GenerationError
from pages.shared.generated import KeptSample
from pages.shared.piece_link import link_parameters
from pages.workers.errors import WorkError


def show_downloads(sample: KeptSample, index: int) -> None:
    """Offer the files; the large one is made when it is asked for, and says so."""
    files = (
        ("Ogg", "ogg", "audio/ogg", sample.ogg, "The sound, small."),
        (
            "MIDI as played",
            "mid",
            "audio/midi",
            sample.midi_file,
            "The notes as they are played, a little loosely.",
        ),
        (
            "MIDI on the grid",
            "quantised.mid",
            "audio/midi",
            sample.score,
            "The same notes, to edit or to print.",
        ),
        (
            "Piece",
            "json",
            "application/json",
            sample.piece_file,
            "The notes and their recipe, to go on from later.",
        ),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, suffix, mime, data, help_text in files:
            st.download_button(
                label,
                data,
                f"{sample.name}.{suffix}",
                mime,
                key=f"{suffix}-{index}",
                icon=":material/download:",
                on_click="ignore",
                help=help_text,
            )
    with st.container(horizontal=True):  # a row of their own, since each takes an equal share of it
        offer_made(WAV, sample, index)
        offer_made(STEMS, sample, index)
        offer_made(SCORES, sample, index)


@dataclass(frozen=True)
class MadeOnRequest:
    """A file for which a piece is played once more."""

    name: str
    suffix: str
    mime: str
    help: str
    make: Callable[[KeptSample, Callable[[float], None]], bytes]


WAV = MadeOnRequest("WAV", "wav", "audio/wav", "The sound, uncompressed.", KeptSample.wav)
STEMS = MadeOnRequest(
    "stems",
    "stems.zip",
    "application/zip",
    "Each player alone as a WAV file, in one ZIP archive: for a mix of your own.",
    KeptSample.stems,
)
SCORES = MadeOnRequest(
    "scores",
    "scores.zip",
    "application/zip",
    "MusicXML to read and to print, as in MuseScore: every player, and the tune under its chords.",
    KeptSample.scores,
)


@st.fragment
def offer_made(file: MadeOnRequest, sample: KeptSample, index: int) -> None:
    """Offer a file that takes a while, and say so."""
    slot = st.empty()
    if not slot.button(
        f"Make {file.name}",
        key=f"make-{file.suffix}-{index}",
        icon=":material/graphic_eq:",
        help=file.help,
    ):
        return
    words = f"Making the {file.name} …"
    bar = slot.progress(0.0, words)

    def show(share: float) -> None:
        bar.progress(min(share, 1.0), words)

    try:
        data = file.make(sample, show)
    except (GenerationError, WorkError) as error:
        slot.error(str(error))
        return
    slot.download_button(
        f"Save {file.name} ({_size(len(data))})",
        data,
        f"{sample.name}.{file.suffix}",
        file.mime,
        key=f"{file.suffix}-{index}",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:.0f} MB" if n_bytes >= 1e6 else f"{n_bytes / 1e3:.0f} kB"


def offer_all(made: list[KeptSample]) -> None:
    """Offer the notes of all pieces in one file."""
    st.download_button(
        f"All {len(made)} as MIDI (ZIP)",
        partial(zipped_notes, tuple(made)),
        f"{made[0].name}-and-more.zip",
        "application/zip",
        icon=":material/folder_zip:",
        on_click="ignore",
        help="The notes of every piece on this page, for a music program.",
    )


def zipped_notes(samples: Sequence[KeptSample]) -> bytes:
    """Return the MIDI files of pieces as one ZIP archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as chosen:
        for sample in samples:
            chosen.writestr(f"{sample.name}.mid", sample.midi_file)
    return archive.getvalue()


def show_link(sample: KeptSample) -> None:
    """Show the address that makes the same piece again."""
    how = played_how(sample)
    if sample.request.opening is not None or sample.request.start is not None:
        st.caption(f"{how} To make it again, upload the same opening: a link cannot hold it.")
        return
    st.caption(f"{how} This link makes the same piece again:")
    parameters = urlencode(link_parameters(sample.request))
    st.code(f"{st.context.url or ''}?{parameters}", language=None, wrap_lines=True)


def played_how(sample: KeptSample) -> str:
    """Return a sentence on how a piece was played and produced."""
    request = sample.request
    blend = f" and {request.blend.display_name.lower()}" if request.blend else ""
    manner = "mixed plainly" if request.plain else f"produced as {request.genre.display_name.lower()}{blend}"
    return f"Played on {sample.soundfont.name}, {manner}."
