"""A small corpus of MIDI files, for the generator and for its commands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gmn_core.generation.music.band import Role
from gmn_core.genres import Genre
from tests.gmn_core.generation.conftest import make_band


@pytest.fixture(scope="session")
def midi_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two genres of twelve pieces each, told apart by tempo and instrument."""
    folder = tmp_path_factory.mktemp("midi")
    for genre, tempo, program in ((Genre.JAZZ, 180.0, 26), (Genre.METAL, 100.0, 30)):
        (folder / genre.value).mkdir()
        for seed in range(12):
            own = make_band(tonic=seed % 5, seed=seed + 100 * program)
            own = replace(own, tempo=tempo, programs={**own.programs, Role.CHORDS: program})
            (folder / genre.value / f"{seed:02}.mid").write_bytes(own.to_midi())
    return folder


@pytest.fixture(scope="session")
def corpus_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the small corpus is kept once it is encoded."""
    return tmp_path_factory.mktemp("cache")
