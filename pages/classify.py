"""The Classify page: bring audio, and see which genre it sounds like, how sure that is, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from gmn_core.audio.decode import AUDIO_SUFFIXES, MAX_SECONDS
from gmn_core.classification.batch import FileResult, as_csv
from gmn_core.classification.calibration import is_uncertain
from gmn_core.classification.explanation import EXPLAINED_SECONDS, Explanation
from gmn_core.classification.names import MODEL_NAMES, MODEL_SENTENCES
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.classification.verdict import headline, how_often_right, joint_verdict, named, percent_sure
from gmn_core.figures.audio import genre_shares
from gmn_core.figures.classification import influence_map
from gmn_core.generation.request import GenerationRequest
from gmn_core.genres import GENRES, Genre
from pages.shared.charts import draw
from pages.shared.classifiers import (
    classify_upload,
    evaluated,
    explain_upload,
    fingerprint,
    loaded_classifiers,
    view_of,
)
from pages.shared.generated import sample_cache
from pages.shared.listening_view import listening_view, moments_in_words
from pages.shared.recordings import RECORDINGS, ExampleRecording
from pages.shared.share_card import share_card
from pages.shared.texts import plain
from pages.shared.work import failures_told

EXAMPLE_SEED = 1
SAME_CLIP_DISTANCE = 1.0  # other recordings are 10 and more away
MAX_KEPT_BYTES = 100 * 2**20  # of uploads, while their visitor looks at another page
UPLOADS, RECORDING, KEPT = "uploads", "recording", "kept for classifying"
PLAYER = "player"
SHOWN_GENRES = 5

Source = tuple[str, bytes]
"""A file's name and content."""


def main() -> None:
    st.title("Classify")
    st.write(
        "Which genre does it sound like? Bring a piece of music, and three classifiers compare it with "
        "ten genres, from blues to rock. Your uploads are not stored."
    )
    with failures_told():
        if sources := chosen_sources():
            compare(sources)
        else:
            st.info(
                "Choose a file to begin. Thirty seconds of music are enough.", icon=":material/music_note:"
            )


def compare(sources: Sequence[Source]) -> None:
    """Classify the files and show what was found."""
    if not classifiers_are_there():
        return
    digests = [fingerprint(data) for _, data in sources]
    results = classify_all(sources, digests)
    index = 0
    if len(results) > 1:
        show_table(results)
        index = st.selectbox(
            "Look at one file", range(len(results)), format_func=lambda index: results[index].name
        )
    show_result(results[index], sources[index][1], digests[index])


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
    """Return what the page's uploader or recorder holds."""
    files = st.session_state.get(UPLOADS) or []
    if recording := st.session_state.get(RECORDING):
        return [("recording.wav", recording.getvalue())]
    return [(file.name, file.getvalue()) for file in files]


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


def classifiers_are_there() -> bool:
    """Say which classifiers are missing, and return whether any is left."""
    usable, problems = loaded_classifiers()
    for problem in problems:
        st.warning(problem, icon=":material/extension_off:")
    if not usable:
        st.error("No classifier can be used.", icon=":material/error:")
    return bool(usable)


def classify_all(sources: Sequence[Source], digests: Sequence[bytes]) -> list[FileResult]:
    """Classify every file, with a progress bar that moves within a long one too."""
    bar = st.progress(0.0)
    results = []
    for index, (name, data) in enumerate(sources):

        def show(share: float, index: int = index, name: str = name) -> None:
            bar.progress(min(1.0, (index + share) / len(sources)), f"Listening to {plain(name)} …")

        show(0.0)
        results.append(classify_upload(name, data, digests[index], show))
    bar.empty()
    return results


def show_table(results: Sequence[FileResult]) -> None:
    """Show one row per file, with a download."""
    st.dataframe([table_row(result) for result in results], hide_index=True)
    st.download_button(
        "Download all results (CSV)",
        as_csv(results),
        "genres.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def table_row(result: FileResult) -> dict[str, str | None]:
    """Return a file's row in the table for people."""
    if not result.predictions or result.seconds is None:
        empty = dict.fromkeys(("Length", "Verdict", "Sure", "Others agree"))
        return {"File": result.name, **empty, "Note": result.error}
    *weaker, best = result.predictions.values()
    n_agree = sum(each.leaders == best.leaders for each in weaker)
    minutes, seconds = divmod(round(result.seconds), 60)
    return {
        "File": result.name,
        "Length": f"{minutes}:{seconds:02}",
        "Verdict": headline(best),
        "Sure": percent_sure(best.confidence),
        "Others agree": f"{n_agree} of {len(weaker)}",
        "Note": " ".join(result.notices) or None,
    }


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
    show_reasons(result.predictions, view.words, data, digest)
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


def show_reasons(
    predictions: Mapping[str, GenrePrediction], words: Sequence[str], data: bytes, digest: bytes
) -> None:
    """Show what spoke for the verdict: words, and on request frequencies and moments."""
    networks = [model for model, prediction in predictions.items() if not prediction.neighbours]
    if not networks:
        return
    st.subheader("Why")
    if words:
        st.write(f"Words that the pretrained network puts to this recording: **{', '.join(words)}**.")
    if not st.toggle("Show which frequencies and moments spoke for the verdict (takes a few seconds)"):
        return
    model = st.segmented_control(
        "Verdict of",
        networks,
        default=networks[-1],
        format_func=MODEL_NAMES.__getitem__,
        required=True,
    )
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
    rate = how_often_right(model, evaluated())
    st.caption(MODEL_SENTENCES[model] + (f" Right {rate} of the time in the test." if rate else ""))
    followers = [
        f"{genre.display_name.lower()} {share:.0%}"
        for genre, share in prediction.ranked()[:3]
        if share >= 0.005
    ]
    draw(
        genre_shares(prediction), key=f"shares {model}", alt=f"{MODEL_NAMES[model]}: {', '.join(followers)}."
    )


def show_neighbours(prediction: GenrePrediction) -> None:
    """Show the training clips that voted."""
    with st.expander("Who voted in the k-NN"):
        st.write("The GTZAN clips that sound most similar; the smaller the distance, the more alike.")
        st.table(
            [
                {"Clip": voter.track, "Genre": voter.genre.display_name, "Distance": f"{voter.distance:.1f}"}
                for voter in prediction.neighbours
            ],
            hide_index=True,
        )
        if prediction.neighbours[0].distance < SAME_CLIP_DISTANCE:
            st.caption(
                "The nearest clip seems to be this same recording, so this is no test of the classifiers."
            )


main()
