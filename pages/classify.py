"""The Classify page: bring audio, and see which genre it sounds like and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from gmn_core.audio.clip import Clip
from gmn_core.audio.decode import AUDIO_SUFFIXES, MAX_SECONDS
from gmn_core.classification.batch import FileResult, as_csv
from gmn_core.classification.calibration import is_uncertain
from gmn_core.classification.descriptor_knn.model import DescriptorKnn
from gmn_core.classification.explanation import EXPLAINED_SECONDS
from gmn_core.classification.prediction import GenrePrediction, agreement
from gmn_core.figures import audio as figures
from gmn_core.figures.classification import MODEL_NAMES, genres_over_time, influence_map
from gmn_core.generation.request import GenerationRequest
from gmn_core.genres import GENRES, Genre
from pages.shared.classifiers import (
    classify_upload,
    clip_figures,
    doubts_about,
    explain_upload,
    loaded_classifiers,
    start_warming_up,
)
from pages.shared.generated import sample_cache
from pages.shared.texts import plain

EXAMPLE_SEED = 1
SAME_CLIP_DISTANCE = 1.0  # other recordings are 10 and more away

Source = tuple[str, bytes]
"""A file's name and content."""


def main() -> None:
    start_warming_up()
    st.title("Classify")
    st.write(
        "Which genre does it sound like? Bring a piece of music, and three classifiers compare it with "
        "ten genres, from blues to rock. Your uploads are not stored."
    )
    sources = chosen_sources()
    if not sources:
        st.info("Choose a file to begin. Thirty seconds of music are enough.", icon=":material/music_note:")
        return
    if not classifiers_are_there():
        return
    results = classify_all(sources)
    if len(results) > 1:
        show_table(results)
        index = st.selectbox(
            "Look at one file", range(len(results)), format_func=lambda index: results[index].name
        )
    else:
        index = 0
    show_result(results[index], sources[index][1])


def chosen_sources() -> list[Source]:
    """Ask where the audio comes from."""
    way = st.segmented_control(
        "Where is the music?", ["Upload", "Record", "Example"], default="Upload", label_visibility="collapsed"
    )
    if way == "Example":
        return [example()]
    if way == "Record":
        recording = st.audio_input("Record with the microphone: hold it near a loudspeaker, or play.")
        return [("recording.wav", recording.getvalue())] if recording else []
    files = st.file_uploader(
        f"Audio files (the first {MAX_SECONDS / 60:.0f} minutes of each are analysed)",
        type=[suffix.removeprefix(".") for suffix in AUDIO_SUFFIXES],
        accept_multiple_files=True,
    )
    return [(file.name, file.getvalue()) for file in files]


def example() -> Source:
    """Let the generator play something: music by a machine, judged by machines."""
    genre = st.selectbox(
        "A piece by this app's own generator, in the genre",
        GENRES,
        index=GENRES.index(Genre.JAZZ),
        format_func=lambda genre: genre.display_name,
    )
    bar = st.progress(0.0)

    def show(share: float) -> None:
        bar.progress(share, "Playing …")

    sample = sample_cache().get(GenerationRequest(genre, seed=EXAMPLE_SEED), show)
    bar.empty()
    return f"{sample.name}.ogg", sample.ogg


def classifiers_are_there() -> bool:
    """Say which classifiers are missing, and return whether any is left."""
    usable, problems = loaded_classifiers()
    for problem in problems:
        st.warning(problem, icon=":material/extension_off:")
    if not usable:
        st.error("No classifier can be used.", icon=":material/error:")
    return bool(usable)


def classify_all(sources: Sequence[Source]) -> list[FileResult]:
    """Classify every file, with a progress bar."""
    bar = st.progress(0.0)
    results = []
    for index, (name, data) in enumerate(sources):
        bar.progress(index / len(sources), f"Listening to {plain(name)} …")
        results.append(classify_upload(name, data))
    bar.empty()
    return results


def show_table(results: Sequence[FileResult]) -> None:
    """Show one row per file, with a download."""
    verdicts = [f"{model}_genre" for model in loaded_classifiers()[0]]
    columns = ("file", "seconds", *verdicts, "error", "notice")
    st.dataframe(
        [{name: record.get(name) for name in columns} for record in map(FileResult.record, results)],
        hide_index=True,
    )
    st.download_button(
        "Download all results (CSV)", as_csv(results), "genres.csv", "text/csv", on_click="ignore"
    )


def show_result(result: FileResult, data: bytes) -> None:
    """Show everything about one file."""
    if result.error or result.clip is None:
        st.error(f"{plain(result.name)}: {result.error}", icon=":material/error:")
        return
    st.subheader(plain(result.name), divider="gray")
    for notice in result.notices:
        st.warning(notice)
    st.audio(data)
    if doubt := doubts_about(data, result.clip):
        st.warning(doubt, icon=":material/hearing_disabled:")
    st.markdown(agreement(result.predictions))
    for column, (model, prediction) in zip(
        st.columns(len(result.predictions)), result.predictions.items(), strict=True
    ):
        with column:
            show_verdict(model, prediction)
    show_moments(result.predictions, result.clip, data)
    if DescriptorKnn.name in result.predictions:
        show_neighbours(result.predictions[DescriptorKnn.name])


def show_verdict(model: str, prediction: GenrePrediction) -> None:
    """Show one classifier's shares, and the top three in words."""
    (first, share), *others = prediction.ranked()[:3]
    st.metric(
        MODEL_NAMES[model],
        first.display_name,
        f"{share:.0%} of the votes" if prediction.neighbours else f"{share:.0%} sure",
        delta_color="off",
        delta_arrow="off",
    )
    if not prediction.neighbours and is_uncertain(prediction):
        st.badge("uncertain", icon=":material/question_mark:", color="orange")
    followers = [f"{genre.display_name} ({share:.0%})" for genre, share in others if share >= 0.005]
    st.write(f"Then {' and '.join(followers)}." if followers else "No other genre came close.")
    st.plotly_chart(figures.genre_shares(prediction), key=f"shares {model}")


def show_moments(predictions: Mapping[str, GenrePrediction], clip: Clip, data: bytes) -> None:
    """Show the clip over time: waveform, spectrogram, genres, and what spoke for the verdict."""
    networks = [model for model, prediction in predictions.items() if not prediction.neighbours]
    waveform, spectrogram = clip_figures(data, clip)
    if not networks:
        st.plotly_chart(waveform, key="waveform")
        st.plotly_chart(spectrogram, key="spectrogram")
        return
    model = st.segmented_control(
        "Follow the verdict of",
        networks,
        default=networks[-1],
        format_func=MODEL_NAMES.__getitem__,
        required=True,
    )
    st.plotly_chart(waveform, key="waveform")
    st.plotly_chart(spectrogram, key="spectrogram")
    st.plotly_chart(genres_over_time(predictions[model], clip.seconds), key="moments")
    if st.toggle("Show which frequencies and moments spoke for the verdict (takes a few seconds)"):
        genre = predictions[model].genre
        st.plotly_chart(influence_map(explain_upload(data, clip, model, genre)), key="influence")
        st.caption(
            f"Each cell of the first {EXPLAINED_SECONDS:.0f} s was silenced in turn: blue cells spoke for "
            f"{genre.display_name}, red cells against it. The unit is the drop in the logarithm of its share."
        )


def show_neighbours(prediction: GenrePrediction) -> None:
    """Show the training clips that voted."""
    st.markdown(
        "**Who voted in the k-NN**: the GTZAN clips that sound most similar, "
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
        st.caption("The nearest clip seems to be this same recording, so this is no test of the classifiers.")


main()
