"""What the examples in the docstrings find: the packages by name, and a folder with a few files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gmn_core
import survey_db


@pytest.fixture(autouse=True)
def example(request: pytest.FixtureRequest, doctest_namespace: dict[str, Any]) -> Iterator[None]:
    """Run each example in a copy of the folder that examples find; other tests are left alone."""
    if not isinstance(request.node, pytest.DoctestItem):
        yield
        return
    doctest_namespace.update(gmn_core=gmn_core, survey_db=survey_db)
    folder, before = request.getfixturevalue("tmp_path") / "example", Path.cwd()
    shutil.copytree(request.getfixturevalue("example_files"), folder)
    os.chdir(folder)
    yield
    os.chdir(before)


@pytest.fixture(scope="session")
def example_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``song.wav``, collections of such songs, and a survey with one study."""
    from tests.survey_db.published_store import store_published_study

    folder = tmp_path_factory.mktemp("examples")
    for name in ("song.wav", "music/jazz/1.wav", "music/metal/1.wav", "gtzan/blues/blues.00000.wav"):
        _song().save(folder / name)
    store = survey_db.open_store(f"sqlite:///{folder / 'survey.db'}")
    store_published_study(store)
    store.engine.dispose()
    return folder


def _song() -> gmn_core.Clip:
    """Return four seconds of two chords in turn: enough for every classifier to listen to."""
    time = np.arange(4 * 22_050) / 22_050
    chords = [(220.0, 277.2, 329.6), (246.9, 311.1, 370.0)]
    low, high = (sum(np.sin(2 * np.pi * pitch * time) for pitch in chord) for chord in chords)
    samples = 0.2 * np.where(time % 1 < 0.5, low, high) * np.exp(-3 * (time % 0.5))
    return gmn_core.Clip(samples.astype(np.float32), 22_050)
