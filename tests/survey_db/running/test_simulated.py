"""Simulated listeners go through the store as real ones do, behave as stated, and are marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_db.errors import SurveyError
from survey_db.reporting.results import read_study
from survey_db.running.recruitment import Recruitment
from survey_db.running.samples import NewSample
from survey_db.running.simulated import MARK, Behaviour, play_listeners
from survey_db.running.studies import NewStudy
from survey_db.store import Store, open_store
from tests.survey_db.material import six_samples, tone


def make_study(folder: Path) -> Store:
    """A study with every screen that a study can have, in a folder of its own."""
    folder.mkdir(exist_ok=True)
    store = open_store(f"sqlite:///{folder / 'survey.db'}")
    practice = NewSample(audio=tone(900), intended_genre="pop", practice=True)
    new = NewStudy(title="What do you hear?", slug="heard", headphone_check=True)
    store.studies.create(new, [*six_samples(), practice], open_now=True)
    return store


@pytest.fixture
def simulation(tmp_path: Path) -> Store:
    return make_study(tmp_path)


def test_each_answers_every_sample_and_leaves_a_mark(simulation: Store) -> None:
    clock = simulation.clock
    play_listeners(simulation, "heard", 12, Behaviour())
    responses = read_study(simulation, "heard").responses
    assert len(responses) == 12 * 6
    assert responses["session_complete"].all()
    assert (responses["comment"] == MARK).all()
    assert (responses["seconds_heard"] > 0).all()
    assert simulation.clock is clock


def test_they_do_what_is_stated(simulation: Store) -> None:
    play_listeners(simulation, "heard", 30, Behaviour(hears=1.0, rating=10.0, spread_of_answers=0.0))
    responses = read_study(simulation, "heard").responses
    assert (responses["guess"] == responses["intended_genre"]).all()
    assert responses["rating"].mean() > 9


def test_the_same_seed_gives_the_same_answers(tmp_path: Path) -> None:
    def answers(name: str) -> list[tuple[str, int]]:
        store = make_study(tmp_path / name)
        play_listeners(store, "heard", 4, Behaviour(), seed=5)
        found = read_study(store, "heard").responses
        return sorted(zip(found["guess"], found["rating"], strict=True))

    assert answers("one") == answers("two")


def test_they_come_by_a_platform_and_name_what_is_offered(simulation: Store) -> None:
    new = NewStudy(
        title="Two genres",
        slug="two",
        genres=["rock", "jazz"],
        recruitment=Recruitment(identifiers=["PID"], one_per_identifier=True),
    )
    simulation.studies.create(new, six_samples(("rock", "jazz")), open_now=True)
    for _ in range(2):
        play_listeners(simulation, "two", 4, Behaviour(hears=0.0))
    assert set(read_study(simulation, "two").responses["guess"]) == {"rock", "jazz"}
    people = [attendance.identifiers["PID"] for attendance in simulation.attendances.all("two")]
    assert len(set(people)) == 8
    assert all(person.startswith("simulated ") for person in people)


def test_a_closed_study_takes_none(simulation: Store) -> None:
    simulation.studies.set_status("heard", "closed")
    with pytest.raises(SurveyError):
        play_listeners(simulation, "heard", 1, Behaviour())
