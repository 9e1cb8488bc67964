"""What the Models page shows beside the classifiers: the generator, the check for music, cards and guides."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from gmn_core.classification.evaluation import music_check as music_check_evaluation
from gmn_core.classification.music_check import NAME as MUSIC_CHECK
from gmn_core.classification.names import MODEL_NAMES
from gmn_core.generation.playing.model import NAME as GENERATOR
from gmn_core.generation.request import GenerationError, GenerationRequest
from gmn_core.genres import GENRES, Genre
from gmn_core.models.card import ModelError, model_dir, read_card
from gmn_core.models.card_text import card_markdown
from pages.shared.generated import sample_cache
from pages.shared.tables import wide_table
from pages.workers.errors import WorkError

SAMPLE_SEED, SAMPLE_SECONDS = 1, 15.0
CARDS = (*MODEL_NAMES, GENERATOR, "production", MUSIC_CHECK)
CARD_NAMES = {
    **MODEL_NAMES,
    GENERATOR: "Generator",
    "production": "Production of each genre",
    MUSIC_CHECK: "Check for music",
}
GUIDES = {
    "How the classifiers are measured": "classification.md",
    "How the generator works and is measured": "generator.md",
    "What is wrong with the data": "data.md",
}
DOCS = Path(__file__).parents[2] / "docs"
_LINK = re.compile(r"\[([^\]]*)\]\((?!https?:)[^)]*\)")
_HEADING = re.compile(r"^(#+) ", re.MULTILINE)


def show_generator() -> None:
    """Say how good the generator is, and let it be heard."""
    st.subheader("How good is the generator?")
    st.write(read_card(GENERATOR).summary)
    try:
        found = json.loads((model_dir(GENERATOR) / "evaluation.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        st.info("No evaluation report ships with this generator; `evaluate generator` writes it.")
    else:
        show_generator_figures(found)
    st.markdown("**Hear it**")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        genre = st.selectbox(
            "Genre of the sample", GENRES, format_func=lambda genre: genre.display_name, width=220
        )
        play = st.button("Play a sample", icon=":material/music_note:")
    if play:
        play_sample(genre)
    st.caption("Not chosen: always the piece with seed 1. The Generate page makes others.")


def play_sample(genre: Genre) -> None:
    """Make the sample of a genre and show its player."""
    bar = st.progress(0.0)

    def show(share: float) -> None:
        bar.progress(min(share, 1.0), "Composing …")

    try:
        sample = sample_cache().get(GenerationRequest(genre, SAMPLE_SECONDS, seed=SAMPLE_SEED), show)
    except (GenerationError, WorkError) as error:
        st.error(str(error))
        return
    bar.empty()
    st.audio(sample.ogg, format="audio/ogg")


def show_generator_figures(found: Mapping[str, Any]) -> None:
    """Show the generator's figures beside those of real pieces and of baselines."""
    heard, saved = found["recognisability"], found["likelihood"]["saved"]
    real, samples = heard["held-out real"], heard["samples"]
    low, high = samples["accuracy, 95 % interval"]
    left, middle, right = st.columns(3, gap="medium")
    left.metric(
        "Genre recognised in its notes",
        f"{samples['accuracy']:.0%}",
        f"real pieces {real['accuracy']:.0%}",
        delta_color="off",
        delta_arrow="off",
    )
    middle.metric(
        "Better at guessing the next notes",
        f"{saved:.0%}",
        "fewer bits than the best baseline",
        delta_color="off",
        delta_arrow="off",
    )
    right.metric(
        "Told from real pieces by a machine",
        f"{found['two-sample test']['auc']:.0%}",
        "of pairs; 50% would be by chance",
        delta_color="off",
        delta_arrow="off",
    )
    st.caption(
        "A recogniser that was trained on the notes of real pieces names the genre of "
        f"{samples['accuracy']:.0%} of {samples['n']} samples ({low:.0%} to {high:.0%}, 95% interval), and "
        f"of {real['accuracy']:.0%} of real excerpts that it never saw; chance is 10%. The network spends "
        f"{saved:.0%} fewer bits on the notes of held-out pieces than the best of two simple baselines. "
        "Shown a sample and a real piece, a classifier that compares statistics of whole pieces tells which "
        f"is which {found['two-sample test']['auc']:.0%} of the time, so there is much left to learn. "
        f"{memorised(found['memorisation'], samples['n'])}"
    )
    wide_table(
        pd.DataFrame(
            {
                "Genre": genre.display_name,
                "Samples recognised": f"{samples['recall'][genre]:.0%}",
                "Real pieces recognised": f"{real['recall'][genre]:.0%}",
            }
            for genre in GENRES
        ),
        name="how often each genre is recognised",
    )


def memorised(found: Mapping[str, Any], n_samples: int) -> str:
    """Say how many samples share more bars with a training piece than nine in ten real pieces do."""
    beyond = sum(parts["all together"]["samples beyond held-out"] for parts in found.values())
    who = {0: "No sample shares", 1: f"One of {n_samples} samples shares"}
    return (
        f"{who.get(beyond, f'{beyond} of {n_samples} samples share')} a longer run of bars with a training "
        "piece than nine in ten real pieces by others do."
    )


def show_music_check() -> None:
    """Say how often the music check is wrong."""
    st.subheader("Is it music at all?")
    try:
        card = read_card(MUSIC_CHECK)
    except ModelError as error:
        st.warning(str(error), icon=":material/extension_off:")
        return
    st.write(
        "A genre classifier answers whatever it hears. The Classify page therefore warns where a "
        "recording sounds like speech, noise or a tone. The check was set on some sources of real sounds "
        "and tested on others."
    )
    alarms = card.figures[music_check_evaluation.FALSE_ALARMS]
    wide_table(
        pd.DataFrame(check_row(kind, rate) for kind, rate in card.figures.items() if "," not in kind),
        name="what the check for music warned of",
    )
    st.caption(
        f"It gave a false alarm on {alarms['n_right']} of {alarms['n']} clips of GTZAN, on which it was set. "
        f"{' '.join(card.limits)}"
    )


def check_row(kind: str, rate: Mapping[str, Any]) -> dict[str, str]:
    """Return one row of the table of what was warned of."""
    name = kind.removeprefix(music_check_evaluation.TESTED)
    tested = name != kind
    return {
        "Sounds": f"{name[0].upper()}{name[1:]}" + (", from sources it was not set on" if tested else ""),
        "Warned of": f"{rate['n_right']} of {rate['n']}",
        "95% interval": f"{rate['low']:.0%} to {rate['high']:.0%}",
    }


def show_cards() -> None:
    """Show one model's card."""
    st.subheader("Model cards")
    chosen = st.selectbox("Card of", CARDS, format_func=CARD_NAMES.__getitem__)
    try:
        card = read_card(chosen)
    except ModelError as error:
        st.warning(str(error), icon=":material/extension_off:")
        return
    with st.container(border=True):
        st.markdown(_HEADING.sub(r"##\1 ", card_markdown(card)))


def show_guides() -> None:
    """Show the documentation where it lies beside the app."""
    there = {name: DOCS / file for name, file in GUIDES.items() if (DOCS / file).is_file()}
    if not there:
        return
    st.subheader("Documentation")
    for name, file in there.items():
        with st.expander(name, icon=":material/menu_book:"):
            st.markdown(readable(file.read_text(encoding="utf-8")))


def readable(text: str) -> str:
    """Return a page of the documentation as the app shows it: its links as words, small headings."""
    return _HEADING.sub(r"###\1 ", _LINK.sub(lambda link: link[1] or "the documentation", text))
