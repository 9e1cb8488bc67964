"""The Generate page: set the controls, hear a new piece, download it."""

from __future__ import annotations

import secrets
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
from pages.shared.generated import KeptSample, sample_cache, verdict
from pages.shared.piece_link import PLAY, link_parameters
from pages.workers.errors import WorkError

MAX_COUNT = 6
MAX_OPENING_MB = 1
MAX_DICE = 999_999  # dice give seeds that can be read aloud
BY_NAME = {genre.display_name: genre for genre in GENRES}


def main() -> None:
    st.title("Generate")
    st.write(
        "A small neural network, trained on music of ten genres, composes a piece for a band, and "
        "sampled instruments play it. The same settings and seed always give the same piece."
    )
    requests = chosen_requests()
    asked = st.button("Generate", type="primary", icon=":material/music_note:", disabled=not requests)
    if requests and (asked or PLAY in st.query_params):
        st.query_params.pop(PLAY, None)
        st.session_state.wanted, st.session_state.made = requests, []
    make_and_show()


def chosen_requests() -> list[GenerationRequest]:
    """Show the knobs; the address of the page follows them."""
    with st.container(border=True):
        what, how, which = st.columns(3, gap="medium")
    with what:
        genre, blend, share = genre_knobs()
    with how:
        seconds, tempo, temperature, typicality, plain = music_knobs()
    with which:
        seeds, opening = choice_knobs()
    try:
        return [
            GenerationRequest(
                genre,
                seconds,
                tempo,
                temperature,
                seed,
                typicality=typicality,
                blend=blend,
                blend_weight=share,
                opening=opening,
                plain=plain,
            )
            for seed in seeds
        ]
    except GenerationError as error:
        st.error(str(error))
        return []


def genre_knobs() -> tuple[Genre, Genre | None, float]:
    """Ask for the genre, a second one, and the share of the second."""
    genre = st.selectbox(
        "Genre",
        list(BY_NAME),
        key="genre",
        bind="query-params",
        help="What the piece should sound like.",
    )
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
    return (BY_NAME[genre], BY_NAME[blend], share / 100) if blend else (BY_NAME[genre], None, 0.0)


def music_knobs() -> tuple[float, float | None, float, float, bool]:
    """Ask for length, tempo (None: as the genre), adventurousness, typicality, and a plain sound."""
    seconds = st.slider(
        "Length (s)",
        *(int(MIN_SECONDS), int(MAX_SECONDS), 30, 5),
        key="seconds",
        bind="query-params",
        help="How long the piece lasts, including its ending.",
    )
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
    plain = st.toggle(
        "Plain sound",
        key="plain",
        bind="query-params",
        help="Plays the notes as written and mixes every genre alike. Otherwise the piece is played, "
        "arranged and mixed like records of its genre, with a voice on syllables where they have one.",
    )
    # The browser counts in steps of 0.1 that are not exact: the link must give the very number that was used.
    return (
        float(seconds),
        None if tempo is None else float(tempo),
        round(float(temperature), 2),
        typicality / 100,
        plain,
    )


def choice_knobs() -> tuple[range, bytes | None]:
    """Ask for the seeds and an opening."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = st.number_input(
            "Seed",
            *(0, 2**32 - 1, 1, 1),
            key="seed",
            bind="query-params",
            help="Each seed gives another piece with the same settings.",
        )
        st.button("Roll", icon=":material/casino:", on_click=roll, help="Picks a random seed.")
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
    return range(int(seed), int(seed) + int(count)), opening.getvalue() if opening else None


def roll() -> None:
    """Choose a random seed."""
    st.session_state.seed = secrets.randbelow(MAX_DICE + 1)


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
    for sample, slot in zip(made, slots, strict=True):
        with slot:
            show_verdict(sample)


def show_sample(sample: KeptSample, index: int) -> DeltaGenerator:
    """Show one piece, and return the slot for its verdict, which takes longer."""
    with st.container(border=True):
        st.subheader(title(sample.request))
        st.audio(sample.ogg, format="audio/ogg")
        drawn, heard = st.columns(2, gap="medium")
        drawn.markdown("**What was drawn**")
        drawn.markdown("\n".join(f"- {name}: {value}" for name, value in sample.drawn.items()))
        st.plotly_chart(sample.roll, key=f"roll-{index}")
        with st.container(horizontal=True, vertical_alignment="center"):
            show_downloads(sample, index)
            add_to_study_button(sample)
        show_link(sample)
    return heard.container()


def title(request: GenerationRequest) -> str:
    """Return what a piece is called, e.g. "Jazz with 30% disco, seed 7"."""
    blend = f" with {request.blend_weight:.0%} {request.blend.display_name.lower()}" if request.blend else ""
    return f"{request.genre.display_name}{blend}, seed {request.seed}"


def show_downloads(sample: KeptSample, index: int) -> None:
    """Offer the files; the large one is made when it is asked for."""
    for suffix, mime, data in (
        ("wav", "audio/wav", sample.wav),
        ("ogg", "audio/ogg", sample.ogg),
        ("mid", "audio/midi", sample.midi),
    ):
        st.download_button(
            {"wav": "WAV", "ogg": "Ogg", "mid": "MIDI"}[suffix],
            data,
            f"{sample.name}.{suffix}",
            mime,
            key=f"{suffix}-{index}",
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
    """Show which genre the app's own classifier hears in the piece."""
    st.markdown("**What the machine hears**")
    try:
        (first, share), *others = verdict(sample.ogg).ranked()[:3]
    except (ModelError, WorkError) as error:
        st.caption(str(error))
        return
    followers = " and ".join(f"{genre.display_name.lower()} ({part:.0%})" for genre, part in others)
    st.metric("Sounds most like", first.display_name, f"{share:.0%}", delta_color="off", delta_arrow="off")
    st.caption(f"Then {followers}. The classifier hears only the sound and does not know the genre.")


main()
