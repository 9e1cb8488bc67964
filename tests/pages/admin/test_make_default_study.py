"""The study that the first start opens."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from gmn_core.genres import GENRES
from pages.admin.make_default_study import PRACTICE, SAMPLES, SECONDS
from pages.shared.survey_store import DEFAULT_SLUG, DEFAULT_STUDY, make_default_study
from survey_db.reporting.responses import read_machine_predictions
from survey_db.running.folder import read_folder
from survey_db.running.listener_state import Step
from survey_db.store import Store, open_store
from tests.survey_db.material import begin, state_of


def test_the_shipped_study_has_one_sample_each_of_six_genres() -> None:
    study, samples = read_folder(DEFAULT_STUDY)
    judged = [sample for sample in samples if not sample.practice]
    assert [sample.intended_genre for sample in judged] == [genre.value for genre in SAMPLES]
    assert {"hiphop", "rock"} < {sample.intended_genre for sample in judged}
    assert [sample.intended_genre for sample in samples if sample.practice] == [PRACTICE[0].value]
    assert len(study.genres) == len(GENRES)
    for sample in judged:
        assert sample.settings["request"]["seconds"] == SECONDS
        assert sample.settings["request"]["genre"] == sample.intended_genre
        assert all(sum(shares) == pytest.approx(1, abs=1e-3) for shares in sample.predictions.values())
        assert len(sample.predictions) >= 2


def test_the_shipped_audio_tells_nothing() -> None:
    _, samples = read_folder(DEFAULT_STUDY)
    for sample in samples:
        with av.open(io.BytesIO(sample.audio)) as container:
            assert set(container.metadata) <= {"encoder"}
        # In no case that anybody would write; among half a million bytes some read "rOcK" by chance.
        genre = str(sample.intended_genre)
        assert not any(word.encode() in sample.audio for word in (genre, genre.title(), genre.upper()))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'survey.db'}")
    yield store
    store.engine.dispose()


def test_the_first_start_opens_it_once(store: Store) -> None:
    make_default_study(store)
    make_default_study(store)
    (study,) = store.studies.all()
    assert (study.slug, study.status) == (DEFAULT_SLUG, "open")
    token = begin(store, DEFAULT_SLUG)
    assert state_of(store, DEFAULT_SLUG, token).step is Step.VOLUME
    predictions = read_machine_predictions(store, study.id)
    assert predictions["sample"].nunique() == 6
