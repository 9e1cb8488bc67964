"""The Generate page: set the controls, hear a new piece, download it."""

from __future__ import annotations

import io
import secrets
import zipfile
from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gmn_core.generation.request import (
    DEFAULT_TYPICALITY,
    MAX_SECONDS,
    MAX_TEMPERATURE,
    MAX_TEMPO,
    MIN_SECONDS,
    MIN_TEMPERATURE,
    MIN_TEMPO,
    GenerationError,
    GenerationRequest,
)
from gmn_core.genres import GENRES, Genre
from gmn_core.models.card import ModelError
from pages.admin.add_to_study import add_to_study_button
from pages.shared.charts import draw
from pages.shared.generated import KeptSample, sample_cache, verdict, what_it_is_worth
from pages.shared.piece_link import MAX_COUNT, MAX_SEED, PLAY, link_parameters, wrong_settings
from pages.shared.texts import plain
from pages.workers.errors import WorkError

MAX_OPENING_MB = 1
MAX_DICE = 999_999  # dice give seeds that can be read aloud
FOLDED = ("blend", "share", "tempo", "temperature", "typicality", "plain", "count")
BY_NAME = {genre.display_name: genre for genre in GENRES}


def main() -> None:
    st.title("Generate")
    st.write(
        "A small neural network, trained on music of ten genres, composes a piece for a band, and "
        "sampled instruments play it. Each click makes a new piece; the same settings and seed give it again."
    )
    leave_out_what_is_wrong()
    throw_first_dice()
    requests = chosen_requests()
    if requests and PLAY in st.query_params:
        st.session_state.asked = True
    if requests and st.session_state.pop("asked", False):
        st.query_params.pop(PLAY, None)
        st.session_state.wanted, st.session_state.made = requests, []
        st.session_state.used_seed = st.session_state.seed
    make_and_show()


def leave_out_what_is_wrong() -> None:
    """Take out of the address what cannot be, before the controls read it, and say what that was."""
    for name, sentence in wrong_settings(st.query_params.to_dict()).items():
        del st.query_params[name]
        st.warning(f"{plain(sentence)} The link's other settings are used.", icon=":material/link_off:")


def throw_first_dice() -> None:
    """Let each visit begin with a seed of its own, unless its link brings one."""
    if "seed" not in st.session_state and "seed" not in st.query_params:
        st.session_state.seed = st.session_state.used_seed = secrets.randbelow(MAX_DICE + 1)


def ask() -> None:
    """Have a piece made: a new one, unless its seed is locked or was typed in and not yet used."""
    used = st.session_state.get("used_seed")
    if st.session_state.seed == used and not st.session_state.get("lock"):
        st.session_state.seed = secrets.randbelow(MAX_DICE + 1)
    st.session_state.asked = True


def chosen_requests() -> list[GenerationRequest]:
    """Show a few knobs, fold the others; the address of the page follows them."""
    with st.container(border=True):
        what, how_long = st.columns(2, gap="medium")
        with what:
            genre = genre_knob()
        with how_long:
            seconds = length_knob()
        with st.expander(
            "More settings", icon=":material/tune:", expanded=any(name in st.query_params for name in FOLDED)
        ):
            left, middle, right = st.columns(3, gap="medium")
            with left:
                blend, share = blend_knobs()
            with middle:
                tempo, temperature, typicality, plainly = music_knobs()
            with right:
                count, opening = choice_knobs()
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.button("Generate", type="primary", icon=":material/music_note:", on_click=ask)
            seed = seed_knob()
    try:
        return [
            GenerationRequest(
                genre,
                seconds,
                tempo,
                temperature,
                each,
                typicality=typicality,
                blend=blend,
                blend_weight=share,
                opening=opening,
                plain=plainly,
            )
            for each in range(seed, seed + count)
        ]
    except GenerationError as error:
        st.error(str(error))
        return []


def genre_knob() -> Genre:
    """Ask for the genre."""
    name = st.selectbox(
        "Genre",
        list(BY_NAME),
        key="genre",
        bind="query-params",
        help="What the piece should sound like.",
    )
    return BY_NAME[name]


def length_knob() -> float:
    """Ask for the length in seconds."""
    return float(
        st.slider(
            "Length (s)",
            *(int(MIN_SECONDS), int(MAX_SECONDS), 30, 5),
            key="seconds",
            bind="query-params",
            help="How long the piece lasts, including its ending.",
        )
    )


def seed_knob() -> int:
    """Show the seed, which may be typed in and locked."""
    seed = st.number_input(
        "Seed",
        *(0, MAX_SEED, 1, 1),
        key="seed",
        bind="query-params",
        width=180,
        help="Names the piece: the same settings and seed give it again. Type one in to have that piece.",
    )
    st.toggle(
        "Lock the seed", key="lock", help="Keeps the seed from click to click, to hear what a setting does."
    )
    return int(seed)


def blend_knobs() -> tuple[Genre | None, float]:
    """Ask for a second genre and its share."""
    blend = st.selectbox(
        "Second genre",
        list(BY_NAME),
        index=None,
        placeholder="None",
        key="blend",
        bind="query-params",
        help="Mixes another genre into the first: one piece with features of both.",
    )
    share = st.slider(
        "Share of the second genre",
        *(5, 95, 50, 5),
        format="%d%%",
        key="share",
        bind="query-params",
        disabled=blend is None,
        help="How much of the second genre is in the mix.",
    )
    return (BY_NAME[blend], share / 100) if blend else (None, 0.0)


def music_knobs() -> tuple[float | None, float, float, bool]:
    """Ask for tempo (None: as the genre), adventurousness, typicality, and a plain sound."""
    tempo = st.number_input(
        "Tempo (beats per minute)",
        *(int(MIN_TEMPO), int(MAX_TEMPO), None, 1),
        key="tempo",
        bind="query-params",
        placeholder="as the genre",
        help="How fast the beat is; if left empty, a tempo usual in the genre is chosen.",
    )
    temperature = st.slider(
        "Adventurousness",
        *(MIN_TEMPERATURE, MAX_TEMPERATURE, 1.0, 0.1),
        key="temperature",
        bind="query-params",
        help="Low values play it safe, high ones take risks; 1 follows the music it learned from.",
    )
    typicality = st.slider(
        "Typicality",
        *(0, 100, round(100 * DEFAULT_TYPICALITY), 5),
        format="%d%%",
        key="typicality",
        bind="query-params",
        help="High values start from pieces and instruments typical of the genre; "
        "below 50%, instruments that the genre seldom uses appear too.",
    )
    plainly = st.toggle(
        "Plain sound",
        key="plain",
        bind="query-params",
        help="Plays the notes as written and mixes every genre alike. Otherwise the piece is played, "
        "arranged and mixed like records of its genre, with a voice on syllables where they have one.",
    )
    # The browser counts in steps of 0.1 that are not exact: the link must give the very number that was used.
    return (
        None if tempo is None else float(tempo),
        round(float(temperature), 2),
        typicality / 100,
        plainly,
    )


def choice_knobs() -> tuple[int, bytes | None]:
    """Ask for the number of pieces and an opening."""
    count = st.slider(
        "How many",
        *(1, MAX_COUNT, 1),
        key="count",
        bind="query-params",
        help="Makes several pieces, with seeds counting up from this one.",
    )
    opening = st.file_uploader(
        "Opening (optional)",
        type=["mid", "midi"],
        max_upload_size=MAX_OPENING_MB,
        key="opening",
        help="A MIDI file whose first bars the piece continues; it is not stored.",
    )
    return int(count), opening.getvalue() if opening else None


def cancel() -> None:
    """Keep what is complete; the click itself has ended the run that was at work."""
    st.session_state.wanted = st.session_state.wanted[: len(st.session_state.made)]


def make_and_show() -> None:
    """Show what is made and make what is missing, each shown when it is complete."""
    wanted: list[GenerationRequest] = st.session_state.get("wanted", [])
    made: list[KeptSample] = st.session_state.get("made", [])
    work = st.empty()
    slots = [show_sample(sample, index) for index, sample in enumerate(made)]
    if len(made) < len(wanted):
        with work.container(horizontal=True, vertical_alignment="center"):
            bar = st.progress(0.0)
            st.button("Cancel", icon=":material/close:", on_click=cancel)
        while len(made) < len(wanted):
            index = len(made)
            text = f"Composing {index + 1} of {len(wanted)} …" if len(wanted) > 1 else "Composing …"

            def show(part: float, text: str = text) -> None:
                bar.progress(min(part, 1.0), text)

            try:
                made.append(sample_cache().get(wanted[index], show))
            except (GenerationError, WorkError) as error:
                st.session_state.wanted = wanted[:index]
                work.error(str(error))
                break
            slots.append(show_sample(made[index], index))
        else:
            work.empty()
    if len(made) > 1:
        offer_all(made)
    for sample, slot in zip(made, slots, strict=True):
        with slot:
            show_verdict(sample)


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


def show_sample(sample: KeptSample, index: int) -> DeltaGenerator:
    """Show one piece, and return the slot for its verdict, which takes longer."""
    with st.container(border=True):
        st.subheader(title(sample.request))
        st.audio(sample.ogg, format="audio/ogg")
        draw(sample.roll, key=f"roll-{index}", alt=notes_in_words(sample), caption=how_to_read(sample))
        drawn, heard = st.columns(2, gap="medium")
        with drawn:
            st.markdown("**What the network drew**")
            st.markdown("\n".join(f"- {name}: {value}" for name, value in sample.drawn.items()))
        show_downloads(sample, index)
        with st.container(horizontal=True, vertical_alignment="center"):
            add_to_study_button(sample)
        show_link(sample)
    return heard.container()


def notes_in_words(sample: KeptSample) -> str:
    """Say what the picture of the notes shows, for those who cannot see it."""
    parts = [
        f"{role.display_name.lower()} {len(sample.band.notes[role])} notes"
        for role in sample.band.roles
        if sample.band.notes[role]
    ]
    return f"The notes of the piece over {sample.band.seconds:.0f} s: {', '.join(parts)}."


def how_to_read(sample: KeptSample) -> str:
    """Say how to read the notes, and where a continuation begins."""
    read = "Each bar is a note, higher for higher pitches and darker for louder ones; the drums are below."
    if sample.band.join:
        joined = sample.band.in_seconds(sample.band.join)
        read += f" Up to the dashed line at {joined:.1f} s these are your opening's notes."
    return read


def title(request: GenerationRequest) -> str:
    """Return what a piece is called, e.g. "Jazz with 30% disco, seed 7"."""
    blend = f" with {request.blend_weight:.0%} {request.blend.display_name.lower()}" if request.blend else ""
    return f"{request.genre.display_name}{blend}, seed {request.seed}"


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
        offer_wav(sample, index)


@st.fragment
def offer_wav(sample: KeptSample, index: int) -> None:
    """Offer the uncompressed sound, for which the piece is played once more."""
    slot = st.empty()
    if not slot.button(
        "Make WAV", key=f"make-wav-{index}", icon=":material/graphic_eq:", help="The sound, uncompressed."
    ):
        return
    bar = slot.progress(0.0, "Playing it again for the WAV file …")

    def show(share: float) -> None:
        bar.progress(min(share, 1.0), "Playing it again for the WAV file …")

    try:
        data = sample.wav(show)
    except WorkError as error:
        slot.error(str(error))
        return
    slot.download_button(
        f"Save WAV ({len(data) / 1e6:.0f} MB)",
        data,
        f"{sample.name}.wav",
        "audio/wav",
        key=f"wav-{index}",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )


def show_link(sample: KeptSample) -> None:
    """Show the address that makes the same piece again."""
    how = played_how(sample)
    if sample.request.opening is not None:
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


def show_verdict(sample: KeptSample) -> None:
    """Show which genre the app's own classifier hears in the piece, and what that is worth."""
    st.markdown("**What the machine hears**")
    try:
        found = verdict(sample.ogg)
    except (ModelError, WorkError) as error:
        st.caption(str(error))
        return
    (first, share), *others = found.ranked()[:3]
    followers = " and ".join(f"{genre.display_name.lower()} ({part:.0%})" for genre, part in others)
    st.metric("Sounds most like", first.display_name, f"{share:.0%}", delta_color="off", delta_arrow="off")
    st.caption(f"Then {followers}. {what_it_is_worth(sample.request, first)}")


main()
