"""The study of the same notes, plain and produced, from composing to a listener's sitting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from gmn_core.audio.decode import decode_stereo
from gmn_core.audio.loudness import integrated_loudness
from gmn_core.genres import Genre
from pages.admin.notes_or_sound import LOUDNESS, SYSTEMS, notes_or_sound, write_study
from survey_db.running.folder import read_folder
from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy
from survey_db.schema import Presentation, Sample
from survey_db.store import Store, open_store
from tests.survey_db.material import begin

SECONDS = 10.0
GENRES = (Genre.CLASSICAL, Genre.HIPHOP)


@pytest.fixture(scope="module")
def made() -> tuple[NewStudy, list[NewSample]]:
    return notes_or_sound(GENRES, seconds=SECONDS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'survey.db'}")
    yield store
    store.engine.dispose()


def test_each_composition_has_two_versions_of_the_same_notes(made: tuple[NewStudy, list[NewSample]]) -> None:
    _, samples = made
    assert [sample.system for sample in samples] == [system.name for system in SYSTEMS.values()] * len(GENRES)
    for plain, produced in zip(samples[::2], samples[1::2], strict=True):
        assert plain.composition == produced.composition
        assert plain.settings["sha256"]["mid"] == produced.settings["sha256"]["mid"]
        assert plain.settings["sha256"]["wav"] != produced.settings["sha256"]["wav"]
    assert len({sample.composition for sample in samples}) == len(GENRES)


def test_all_versions_are_equally_loud(made: tuple[NewStudy, list[NewSample]]) -> None:
    for sample in made[1]:
        assert integrated_loudness(decode_stereo(sample.audio)) == pytest.approx(LOUDNESS, abs=0.2)


def test_it_survives_the_way_through_a_folder(made: tuple[NewStudy, list[NewSample]], tmp_path: Path) -> None:
    write_study(tmp_path, *made)
    study, samples = read_folder(tmp_path)
    assert [system.name for system in study.systems] == [system.name for system in made[0].systems]
    assert not study.renderings_together
    assert [sample.audio for sample in samples] == [sample.audio for sample in made[1]]
    assert [sample.composition for sample in samples] == [sample.composition for sample in made[1]]


def test_nobody_hears_both_versions_of_a_composition(
    made: tuple[NewStudy, list[NewSample]], store: Store
) -> None:
    slug = store.studies.create(*made, open_now=True).slug
    listeners = 6
    for _ in range(listeners):
        begin(store, slug)
    with store.reading() as session:
        rows = session.execute(
            select(Presentation.listener_id, Sample.composition).join(
                Sample, Sample.id == Presentation.sample_id
            )
        ).all()
    assert len({listener for listener, _ in rows}) == listeners
    assert len(rows) == len(set(rows)) == listeners * len(GENRES)
