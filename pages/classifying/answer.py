"""What was found in one file: the verdict, why it was given, and each classifier's answer."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from gmn_core.classification.batch import FileResult
from gmn_core.classification.calibration import is_uncertain
from gmn_core.classification.explanation import EXPLAINED_SECONDS, Explanation
from gmn_core.classification.names import MODEL_NAMES, MODEL_SENTENCES
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.classification.verdict import how_often_right, joint_verdict, named, percent_sure
from gmn_core.figures.audio import genre_shares
from gmn_core.figures.classification import influence_map
from pages.shared.charts import draw
from pages.shared.classifiers import (
    evaluated,
    explain_upload,
    view_of,
)
from pages.shared.listening_view import listening_view, moments_in_words
from pages.shared.share_card import share_card
from pages.shared.tables import wide_table
from pages.shared.texts import plain

SAME_CLIP_DISTANCE = 1.0  # other recordings are 10 and more away
PLAYER = "player"
SHORT_SECONDS = 5.0  # a few notes, or a bird's call


def show_result(result: FileResult, data: bytes, digest: bytes) -> None:
    """Show everything about one file: the verdict, why, and each classifier."""
    if result.error or result.seconds is None:
        st.error(f"{plain(result.name)}: {result.error}", icon=":material/error:")
        return
    *_, best = result.predictions.values()
    view = view_of(digest, data, best, PLAYER)
    show_verdict(result, view.doubt)
    with st.container(key=PLAYER):
        st.audio(data)
    listening_view(view.picture, key="view")
    st.caption(
        f"{moments_in_words(best, result.seconds)} The line follows the music; a click plays from there."
    )
    show_reasons(result.predictions, data, digest)
    show_classifiers(result.predictions)


def show_verdict(result: FileResult, doubt: str | None) -> None:
    """Show what it is, how sure that is, and what the weaker classifiers say."""
    *_, best = result.predictions.values()
    found = joint_verdict(result.predictions, evaluated(), doubt)
    with st.container(border=True):
        st.caption(plain(result.name))
        st.header(found.headline, anchor=False)
        for notice in result.notices:
            st.warning(notice)
        if doubt:
            st.warning(
                f"{doubt} What follows is the genre that it resembles most.",
                icon=":material/hearing_disabled:",
            )
        elif is_uncertain(best):
            st.write("It may mix genres, or be of a genre that the classifiers never learned.")
        if result.seconds is not None and result.seconds < SHORT_SECONDS:
            st.write(
                f"It lasts only {result.seconds:.0f} s. The classifiers were tested on recordings of 30 s; "
                "how often they are right about so short a sound is not known."
            )
        st.write(found.sureness)
        if found.others:
            st.write(found.others)
        with st.popover("Share", icon=":material/share:"):
            card = share_card(result.name, found.headline, best)
            st.image(card, caption="A picture of the verdict, to send or to post", alt=found.headline)
            st.download_button(
                "Save picture (PNG)",
                card,
                "verdict.png",
                "image/png",
                icon=":material/download:",
                on_click="ignore",
            )


def show_reasons(predictions: Mapping[str, GenrePrediction], data: bytes, digest: bytes) -> None:
    """Show what spoke for the verdict: words, and on request frequencies and moments."""
    networks = [model for model, prediction in predictions.items() if not prediction.neighbours]
    if not networks:
        return
    st.subheader("Why")
    if words := next((each.words for each in predictions.values() if each.words), ()):
        st.write(f"Words that the pretrained network puts to this recording: **{', '.join(words)}**.")
    if not st.toggle("Show which frequencies and moments spoke for the verdict (takes a few seconds)"):
        return
    chosen = st.segmented_control(
        "Verdict of",
        networks,
        default=networks[-1],
        format_func=MODEL_NAMES.__getitem__,
        required=True,
    )
    model = chosen or networks[-1]  # a browser can be made to take it away
    found = explain_upload(digest, data, model, predictions[model].genre)
    draw(
        influence_map(found),
        key="influence",
        alt=reasons_in_words(found),
        caption=f"{reasons_in_words(found)} Each cell of the first {EXPLAINED_SECONDS:.0f} s was silenced in "
        f"turn: blue cells spoke for {found.genre.display_name.lower()}, red cells against it.",
    )


def reasons_in_words(found: Explanation) -> str:
    """Say where the cell lies that spoke most for the verdict."""
    band, moment = divmod(int(found.influence.argmax()), found.influence.shape[1])
    low, high = found.band_edges[band : band + 2]
    start, end = found.moment_edges[moment : moment + 2]
    return (
        f"What spoke most for {found.genre.display_name.lower()} lay between {low:,.0f} and {high:,.0f} Hz, "
        f"from {start:.0f} to {end:.0f} s."
    )


def show_classifiers(predictions: Mapping[str, GenrePrediction]) -> None:
    """Show each classifier's answer, the best first, with what it is."""
    st.subheader("Each classifier's answer")
    for column, (model, prediction) in zip(
        st.columns(len(predictions), gap="medium"), reversed(list(predictions.items())), strict=True
    ):
        with column:
            show_classifier(model, prediction)
    for prediction in predictions.values():
        if prediction.neighbours:
            show_neighbours(prediction)


def show_classifier(model: str, prediction: GenrePrediction) -> None:
    """Show one classifier: its answer, its shares, and what it is."""
    kind = "of the votes" if prediction.neighbours else "sure"
    st.metric(
        MODEL_NAMES[model],
        named(prediction.leaders),
        f"{percent_sure(prediction.confidence)} {kind}",
        delta_color="off",
        delta_arrow="off",
    )
    if not prediction.neighbours and is_uncertain(prediction):
        st.badge("uncertain", icon=":material/question_mark:", color="orange")
    followers = [
        f"{genre.display_name.lower()} {share:.0%}"
        for genre, share in prediction.ranked()[:3]
        if share >= 0.005
    ]
    draw(
        genre_shares(prediction), key=f"shares {model}", alt=f"{MODEL_NAMES[model]}: {', '.join(followers)}."
    )
    rate = how_often_right(model, evaluated())  # below, so that the shares of all begin at one height
    st.caption(MODEL_SENTENCES[model] + (f" Right {rate} of the time in the test." if rate else ""))


def show_neighbours(prediction: GenrePrediction) -> None:
    """Show the training clips that voted."""
    with st.expander("Who voted in the k-NN"):
        st.write("The GTZAN clips that sound most similar; the smaller the distance, the more alike.")
        wide_table(
            pd.DataFrame(
                {"Clip": voter.track, "Genre": voter.genre.display_name, "Distance": f"{voter.distance:.1f}"}
                for voter in prediction.neighbours
            ),
            name="clips that voted",
        )
        if prediction.neighbours[0].distance < SAME_CLIP_DISTANCE:
            st.caption(
                "The nearest clip seems to be this same recording, so this is no test of the classifiers."
            )
