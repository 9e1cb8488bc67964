"""A study's samples as its administrator sees them, and the ways to add one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import pandas as pd
import streamlit as st

from gmn_core.audio.decode import AUDIO_SUFFIXES
from gmn_core.audio.errors import AudioError
from gmn_core.audio.recording import Recording
from gmn_core.generation.provenance import record
from gmn_core.generation.request import MAX_SECONDS, MIN_SECONDS, GenerationError, GenerationRequest
from gmn_core.generation.sound.soundfont import find_soundfont
from gmn_core.genres import Genre
from gmn_core.models.card import model_version
from pages.admin.study_samples import for_listeners, random_notes
from pages.shared.classifiers import classify_upload
from pages.shared.texts import show_error
from pages.shared.work import have_done
from pages.workers import tasks
from pages.workers.errors import WorkError
from survey_db.errors import SurveyError
from survey_db.genres import GENRES
from survey_db.running.media import LENGTH_TOLERANCE
from survey_db.running.samples import NewSample
from survey_db.running.systems import NewSystem
from survey_db.schema import Sample, Study
from survey_db.store import Store
from survey_db.texts import MAX_NAME_LENGTH
from survey_db.vocabulary import SYSTEM_KINDS

DEFAULT_SECONDS = 30.0
_ROLES = {
    "none": "a sample to judge",
    "practice": "the practice clip",
    "high_anchor": "a high anchor: a human-made piece",
}


def judged(audio: bytes) -> dict[str, Any]:
    """Return what each classifier says of a sample as it is heard, and its version: fields of `NewSample`."""
    result = classify_upload("sample", audio)
    return {
        "predictions": {name: prediction.shares.tolist() for name, prediction in result.predictions.items()},
        "classifier_versions": {name: model_version(name) for name in result.predictions},
    }


def study_seconds(samples: list[Sample]) -> float | None:
    """Return the length of a study's samples; None where there is none to be judged."""
    return next((sample.media.seconds for sample in samples if sample.place > 0), None)


def add_recording(
    store: Store,
    study: Study,
    recording: Recording,
    *,
    seconds: float,
    genre: str | None,
    role: str,
    settings: Mapping[str, Any],
    system: NewSystem | None = None,
    composition: str | None = None,
) -> str:
    """Bring a recording to the study's length and loudness, classify it, add it; return its label."""
    audio = for_listeners(recording, seconds, study.target_loudness)
    practice = role == "practice"
    sample = NewSample(
        audio=audio,
        intended_genre=genre,
        settings={**settings, "prepared": {"seconds": seconds, "loudness_lufs": study.target_loudness}},
        control="none" if practice else role,
        practice=practice,
        composition=composition,
        **({} if practice else judged(audio)),
    )
    return store.samples.add(study.slug, sample, system).label


def samples_panel(store: Store, study: Study) -> None:
    """List a study's samples, to hear and, in a draft, to add, order, rename and remove."""
    samples = store.samples.all(study.slug)
    draft = study.status == "draft"
    if samples:
        # Only what some sample has, and no “None” where another lacks it.
        table = pd.DataFrame([_row(sample) for sample in samples], dtype="object").dropna(axis=1, how="all")
        st.dataframe(table.fillna("–").astype(str), hide_index=True)
        labels = [sample.label for sample in samples]
        kept = st.session_state.get("sample-shown")
        shown = st.selectbox(
            "Hear a sample", labels, labels.index(kept) if kept in labels else 0, key=f"hear-{labels}"
        )
        st.session_state["sample-shown"] = shown
        media = samples[labels.index(shown)].media
        st.audio(store.samples.audio(media.sha256), format=media.media_type)
        if draft:
            _sample_editor(store, study, shown)
    if not draft:
        st.caption(
            "Samples are fixed once a study has been opened: each listener's order is drawn from them."
        )
        return
    generate, upload, control = st.tabs(["Generate", "Upload", "Control items"])
    with generate:
        _generate_form(store, study, samples)
    with upload:
        _upload_form(store, study, study_seconds(samples))
    with control:
        _control_forms(store, study, samples)


def _row(sample: Sample) -> dict[str, Any]:
    """Return what the list of samples says of one."""
    request = sample.settings.get("request")
    return {
        "sample": sample.label,
        "made as": Genre(sample.intended_genre).display_name if sample.intended_genre else "–",
        "system": sample.system.name if sample.system else None,
        "composition": sample.composition,
        "seed": request.get("seed") if isinstance(request, dict) else sample.settings.get("seed"),
        "seconds": round(sample.media.seconds, 2),
        "LUFS": round(sample.media.loudness, 1),
    }


def _sample_editor(store: Store, study: Study, label: str) -> None:
    """Order, rename or remove a sample of a draft."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for words, earlier, icon in (("Earlier", True, "upward"), ("Later", False, "downward")):
            if st.button(
                words, icon=f":material/arrow_{icon}:", help="In this list; listeners' orders vary."
            ):
                store.editing.move(study.slug, label, earlier=earlier)
                st.rerun()
        if st.button(f"Remove {label}", icon=":material/delete:"):
            store.samples.remove(study.slug, label)
            st.rerun()
        with st.popover("Rename", icon=":material/edit:"), st.form(f"rename-{label}", border=False):
            name = st.text_input("Its name in the results", label, max_chars=MAX_NAME_LENGTH)
            if st.form_submit_button("Rename it"):
                try:
                    store.editing.rename(study.slug, label, name)
                except SurveyError as error:
                    show_error(error)
                else:
                    st.session_state["sample-shown"] = name
                    st.rerun()


def next_seed(samples: list[Sample]) -> int:
    """Return a seed that no generated sample of a study has."""
    requests = [sample.settings.get("request") for sample in samples]
    seeds = [int(request.get("seed", 0)) for request in requests if isinstance(request, dict)]
    return max(seeds, default=0) + 1


def _generate_form(store: Store, study: Study, samples: list[Sample]) -> None:
    seconds = study_seconds(samples)
    with st.form("generate"):
        genres = st.multiselect(
            "Genres, one sample each",
            list(Genre),
            format_func=lambda genre: genre.display_name,
            key="generate-genres",
        )
        seed = st.number_input(
            "Seed",
            *(0, 2**32 - 1, next_seed(samples)),
            help="Another seed makes another piece; the next one comes by itself.",
            # A new widget once there are new samples, which begins with the next seed.
            key=f"generate-seed-{study.slug}-{len(samples)}",
        )
        practice = st.checkbox("It is the practice clip")
        if seconds is None:
            seconds = st.number_input(
                "Length of every sample (s)",
                MIN_SECONDS,
                MAX_SECONDS,
                DEFAULT_SECONDS,
                key="generate-seconds",
            )
        if not st.form_submit_button("Generate and add"):
            return
    if not genres:
        st.error("Choose a genre first.")
    elif practice and len(genres) > 1:
        st.error("A study has one practice clip: choose one genre for it.")
    else:
        _try_to(lambda: _generate(store, study, genres, seed, seconds, practice=practice))


def _generate(
    store: Store, study: Study, genres: list[Genre], seed: int, seconds: float, *, practice: bool
) -> str:
    """Generate samples and add each as soon as it is made; a click on Cancel ends the rest."""
    bar = st.progress(0.0, "Preparing …")
    # Any click ends this run of the page, at the latest where the bar moves on.
    st.button("Cancel", icon=":material/cancel:", key="cancel-generating")
    labels = []
    for place, genre in enumerate(genres):

        def show(share: float, place: int = place, genre: Genre = genre) -> None:
            done = (place + share) / len(genres)
            bar.progress(done, f"{genre.display_name}: {place + 1} of {len(genres)} …")

        request = GenerationRequest(genre, seconds=seconds, seed=seed)
        sample = have_done(tasks.make_sample, request, on_progress=show)
        labels.append(
            add_recording(
                store,
                study,
                sample.recording,
                seconds=seconds,
                genre=genre.value,
                role="practice" if practice else "none",
                settings={"source": "generated", **record(sample)},
            )
        )
    return ", ".join(labels)


def _upload_form(store: Store, study: Study, seconds: float | None) -> None:
    with st.form("upload", clear_on_submit=True):
        file = st.file_uploader("Audio", type=[suffix.removeprefix(".") for suffix in AUDIO_SUFFIXES])
        genre = st.selectbox(
            "Its genre", GENRES, index=None, format_func=lambda genre: Genre(genre).display_name
        )
        role = st.radio("It is", list(_ROLES), format_func=_ROLES.__getitem__)
        made_by, kind, composition = st.columns(3)
        name = made_by.text_input("System (optional)", help="Who or what made it: results compare systems.")
        kind_of = kind.selectbox(
            "Kind of system", list(SYSTEM_KINDS), index=1, format_func=SYSTEM_KINDS.__getitem__
        )
        tune = composition.text_input(
            "Composition (optional)", help="Samples that play the same notes share the name of a composition."
        )
        if seconds is None:
            seconds = st.number_input(
                "Length of every sample (s)", 1.0, MAX_SECONDS, DEFAULT_SECONDS, key="upload-seconds"
            )
        cut = st.checkbox("Cut what is longer to the length of the study's samples")
        if not st.form_submit_button("Add") or file is None:
            return
    length = seconds

    def add() -> str:
        recording = have_done(tasks.decode_bytes, file.getvalue(), length + 1)
        if recording.seconds > length + LENGTH_TOLERANCE and not cut:
            raise AudioError(
                f"The audio is longer than {length:g} s, the length of the study's samples. Tick “Cut what "
                f"is longer” to add its first {length:g} s."
            )
        return add_recording(
            store,
            study,
            recording,
            seconds=length,
            genre=genre,
            role=role,
            settings={"source": "upload", "file": file.name, "sha256": sha256(file.getvalue()).hexdigest()},
            system=NewSystem(name=name, kind=kind_of) if name.strip() else None,
            composition=tune or None,
        )

    _try_to(add)


def _control_forms(store: Store, study: Study, samples: list[Sample]) -> None:
    st.write(
        "Control items tell how well listeners judge. They are marked in the data and left out of the "
        "headline figures. A high anchor, a piece made by people, can be uploaded."
    )
    seconds = study_seconds(samples)
    if seconds is None:
        st.caption("Add a sample first; control items take its length.")
        return
    if st.button("Add random notes as a low anchor", icon=":material/shuffle:"):
        seed = len(samples)
        _try_to(
            lambda: add_recording(
                store,
                study,
                random_notes(seed, seconds),
                seconds=seconds,
                genre=None,
                role="low_anchor",
                settings={
                    "source": "random notes",
                    "seed": seed,
                    "soundfont_sha256": find_soundfont().sha256,
                },
            )
        )
    repeated = {sample.repeat_of_id for sample in samples}
    choices = [
        sample.label
        for sample in samples
        if sample.place > 0 and sample.control != "repeat" and sample.id not in repeated
    ]
    original = st.selectbox("Sample to repeat", choices)
    if original and st.button("Repeat it", icon=":material/repeat:"):
        audio = store.samples.audio(
            next(sample.media.sha256 for sample in samples if sample.label == original)
        )
        repeat = NewSample(audio=audio, intended_genre=None, control="repeat", repeats=original)
        _try_to(lambda: store.samples.add(study.slug, repeat).label)


def _try_to(add: Callable[[], str]) -> None:
    """Add a sample and show the list anew, or say in one sentence why it cannot be."""
    try:
        with st.spinner("Preparing the sample …"):
            label = add()
    except (AudioError, GenerationError, SurveyError, WorkError) as error:
        show_error(error)
    else:
        st.toast(f"Added {label}.")
        st.rerun()
