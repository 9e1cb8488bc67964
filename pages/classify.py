"""The Classify page: bring audio, and see which genre it sounds like and why."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from gmn_core.audio.decode import AUDIO_SUFFIXES, MAX_SECONDS
from gmn_core.classification.batch import Outcome
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.figures import audio as figures
from pages.shared.classifiers import classify_upload, clip_figures, start_warming_up

SAME_CLIP_DISTANCE = 1.0  # other recordings are 10 and more away

Source = tuple[str, bytes]
"""A file's name and content."""


def main() -> None:
    start_warming_up()
    st.title("Classify")
    st.write(
        "Which genre does it sound like? Bring a piece of music; it is compared with clips of ten genres, "
        "from blues to rock. Nothing that you upload is stored."
    )
    sources = chosen_sources()
    if not sources:
        st.info("Choose a file to begin. Thirty seconds of music are enough.", icon=":material/music_note:")
        return
    outcomes = classify_all(sources)
    if len(outcomes) > 1:
        show_table(outcomes)
        place = st.selectbox(
            "Look at one file", range(len(outcomes)), format_func=lambda place: outcomes[place].name
        )
    else:
        place = 0
    show_outcome(outcomes[place], sources[place][1])


def chosen_sources() -> list[Source]:
    """Ask where the audio comes from."""
    way = st.segmented_control(
        "Where is the music?", ["Upload", "Record"], default="Upload", label_visibility="collapsed"
    )
    if way == "Record":
        recording = st.audio_input("Record with the microphone: hold it to a loudspeaker, or play something.")
        return [("recording.wav", recording.getvalue())] if recording else []
    files = st.file_uploader(
        f"Audio files; of each, up to {MAX_SECONDS / 60:.0f} minutes are analysed",
        type=[suffix.removeprefix(".") for suffix in AUDIO_SUFFIXES],
        accept_multiple_files=True,
    )
    return [(file.name, file.getvalue()) for file in files]


def classify_all(sources: Sequence[Source]) -> list[Outcome]:
    """Classify every file, with a bar where that takes a while."""
    bar = st.progress(0.0)
    outcomes = []
    for place, (name, data) in enumerate(sources):
        bar.progress(place / len(sources), f"Listening to {name} …")
        outcomes.append(classify_upload(name, data))
    bar.empty()
    return outcomes


def show_table(outcomes: Sequence[Outcome]) -> None:
    """Show one row a file, with a download."""
    table = pd.DataFrame([outcome.record() for outcome in outcomes])
    verdicts = table.columns[table.columns.str.endswith("_genre")]
    st.dataframe(table[["file", "seconds", *verdicts, "error", "notice"]], hide_index=True)
    st.download_button(
        "Download all results (CSV)", table.to_csv(index=False), "genres.csv", "text/csv", on_click="ignore"
    )


def show_outcome(outcome: Outcome, data: bytes) -> None:
    """Show all that is known of one file."""
    if outcome.error or outcome.clip is None:
        st.error(f"{outcome.name}: {outcome.error}", icon=":material/error:")
        return
    st.subheader(outcome.name, divider="gray")
    for notice in outcome.notices:
        st.warning(notice)
    st.audio(data)
    for prediction in outcome.predictions.values():
        show_verdict(prediction)
    waveform, spectrogram = clip_figures(data)
    st.plotly_chart(waveform, key="waveform")
    st.plotly_chart(spectrogram, key="spectrogram")


def show_verdict(prediction: GenrePrediction) -> None:
    """Show the shares, the top three in words, and the clips that voted."""
    words, bars = st.columns([1, 2])
    with words:
        (first, share), *others = prediction.ranked()[:3]
        st.metric(
            "Sounds most like",
            first.display_name,
            f"{share:.0%} of the votes",
            delta_color="off",
            delta_arrow="off",
        )
        followers = [f"{genre.display_name} ({share:.0%})" for genre, share in others if share >= 0.005]
        st.write(f"Then {' and '.join(followers)}." if followers else "No other genre was heard in it.")
    with bars:
        st.plotly_chart(figures.genre_shares(prediction), key="shares")
    show_neighbours(prediction)


def show_neighbours(prediction: GenrePrediction) -> None:
    """Show the training clips that voted."""
    st.markdown(
        "**Who voted**: the GTZAN clips that sound nearest, "
        "by 57 measures of timbre, level, rhythm and harmony"
    )
    st.dataframe(
        [
            {"clip": voter.track, "genre": voter.genre.display_name, "distance": round(voter.distance, 1)}
            for voter in prediction.neighbours
        ],
        hide_index=True,
    )
    if prediction.neighbours[0].distance < SAME_CLIP_DISTANCE:
        st.caption(
            "The nearest clip seems to be this very recording, so the verdict is no test of the classifier."
        )


main()
