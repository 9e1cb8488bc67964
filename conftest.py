"""What the examples in the docstrings find: the packages by name, and a folder with a few files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def examples_folder(
    request: pytest.FixtureRequest,
    doctest_namespace: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Run each example in a folder of its own that holds ``song.wav`` and collections of such songs."""
    if not isinstance(request.node, pytest.DoctestItem):
        yield
        return
    import gmn_core
    import survey_db

    doctest_namespace.update(gmn_core=gmn_core, survey_db=survey_db)
    folder, before = tmp_path_factory.mktemp("example"), Path.cwd()
    for place in ("song.wav", "music/jazz/1.wav", "music/metal/1.wav", "gtzan/blues/blues.00000.wav"):
        _song().save(folder / place)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _song() -> Any:
    """Return four seconds of a chord that changes, enough for every classifier to listen to."""
    from gmn_core.audio.clip import Clip

    time = np.arange(4 * 22_050) / 22_050
    chords = [(220.0, 277.2, 329.6), (246.9, 311.1, 370.0)]
    parts = [sum(np.sin(2 * np.pi * pitch * time) for pitch in chord) for chord in chords]
    samples = 0.2 * np.where(time % 1 < 0.5, *parts) * np.exp(-3 * (time % 0.5))
    return Clip(samples.astype(np.float32), 22_050)
