"""The form that makes a study from a folder, as ``python -m survey_db create`` does."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

import streamlit as st

from gmn_core.audio.decode import AUDIO_SUFFIXES
from pages.shared.texts import show_error
from survey_db.errors import SurveyError
from survey_db.running.folder import STUDY_FILE, read_files
from survey_db.store import Store


def folder_form(store: Store) -> str | None:
    """Ask for a folder; return the name in the link of the study that was made of it."""
    st.write(
        f"Choose a folder that holds your audio and a file `{STUDY_FILE}`, which says what each file is and "
        "which system made it. The study stays a draft until you open it."
    )
    with st.form("folder"):
        files = st.file_uploader(
            "Folder",
            type=["json", *(suffix.removeprefix(".") for suffix in AUDIO_SUFFIXES)],
            accept_multiple_files="directory",
        )
        if not st.form_submit_button("Make a study from this folder", type="primary") or not files:
            return None
    by_path = {file.name: file for file in files}
    try:
        with st.spinner("Reading the folder …"):
            paths = paths_in_folder(by_path)
            study, samples = read_files({name: by_path[path].getvalue() for name, path in paths.items()})
            return store.studies.create(study, samples).slug
    except SurveyError as error:
        show_error(error)
        return None


def paths_in_folder(paths: Iterable[str]) -> dict[str, str]:
    """Return the paths of uploaded files by their names as ``study.json`` knows them.

    Browsers put the name of the chosen folder before the names of its files.
    The folder of the study is the outermost with a ``study.json``.

    Examples
    --------
    >>> paths_in_folder(["bands/study.json", "bands/ours/1.mp3"])
    {'study.json': 'bands/study.json', 'ours/1.mp3': 'bands/ours/1.mp3'}
    """
    found = [PurePosixPath(path) for path in paths]
    studies = [path for path in found if path.name == STUDY_FILE]
    if not studies:
        raise SurveyError(f"The folder has no file {STUDY_FILE}.")
    folder = min(studies, key=lambda path: len(path.parts)).parent
    return {str(path.relative_to(folder)): str(path) for path in found if path.is_relative_to(folder)}
