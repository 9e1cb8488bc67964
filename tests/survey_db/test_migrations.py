"""Databases of older revisions are brought up to date with all that they hold."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, MetaData

from survey_db import database
from survey_db.database import database_url, for_writing, open_engine
from survey_db.reporting.responses import read_machine_predictions, read_responses
from survey_db.running.listener_state import Step
from survey_db.running.listening import new_token
from survey_db.running.preregistration import preregistration_of
from survey_db.running.questions import questions_of
from survey_db.running.recruitment import Recruitment, recruitment_of
from survey_db.running.words import StudyWords
from survey_db.store import open_store
from tests.survey_db.material import state_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


# An open study with one listener, as every revision can hold them.
STUDY = {
    **{"id": 1, "slug": "old", "title": "Old", "introduction": "As before.", "status": "open"},
    **{"preview_key": "key", "created_at": NOW, "require_full_hearing": False, "volume_check": False},
    **{"headphone_check": False, "target_loudness": -16.0},
}
GENRE = {"study_id": 1, "genre": "rock", "place": 0}
MEDIA = {
    **{"sha256": "0" * 64, "media_type": "audio/mpeg", "seconds": 30.0, "loudness": -16.0},
    "content": b"-",
}
LISTENER = {
    **{"id": 1, "study_id": 1, "short_id": "LOLD01", "is_test": False},
    **{"order_row": 0, "consented_at": NOW, "last_seen_at": NOW},
}


def bring_to(engine: Engine, revision: str) -> MetaData:
    """Make the tables of an older revision; returns them as they were then."""
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    tables = MetaData()
    with for_writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        tables.reflect(connection)
    return tables


def test_a_study_of_the_first_release_goes_on_where_it_was(empty_url: str) -> None:
    engine = open_engine(database_url(empty_url))
    tables = bring_to(engine, "0001")
    token = new_token()
    rows = {
        "study": {**STUDY, "introduction": "", "require_full_hearing": True, "show_comparison": True},
        "study_genre": GENRE,
        "media": MEDIA,
        "listener": {**LISTENER, "token": token},
    }
    with for_writing(engine).begin() as connection:
        for table, row in rows.items():
            connection.execute(tables.tables[table].insert(), row)
        silent = {**rows["study"], "id": 2, "slug": "silent", "show_comparison": False}
        connection.execute(tables.tables["study"].insert(), silent)
        for number in (1, 2):
            sample = {"id": number, "study_id": 1, "place": number, "label": f"Sample {number}"}
            made = {"media_sha256": "0" * 64, "intended_genre": "rock", "control": "none", "settings": {}}
            connection.execute(tables.tables["sample"].insert(), {**sample, **made})
            heard = {"listener_id": 1, "sample_id": number, "study_id": 1}
            heard |= {"seconds_heard": 31.5, "times_played": 2}
            shown = {**heard, "position": number, "shown_at": NOW}
            connection.execute(tables.tables["presentation"].insert(), shown)
            if number == 1:
                answer = {"guess": "rock", "rating": 7, "known_piece": False, "answered_at": NOW}
                connection.execute(tables.tables["response"].insert(), {**heard, **answer})
    engine.dispose()

    store = open_store(empty_url)
    assert [store.studies.get(slug).feedback for slug in ("old", "silent")] == ["at_once", "never"]
    for sample in store.samples.all("old"):
        assert (sample.system, sample.composition) == (None, None)
    (row,) = read_responses(store, 1).to_dict("records")
    assert (row["rating"], row["seconds_heard"], row["intervals_heard"]) == (7, 31.5, None)
    assert not row["is_retake"]
    item = state_of(store, "old", token).item
    assert item is not None
    assert (item.sample_id, item.intervals) == (2, ())
    assert store.listening.hear(token, 2, [(0, 30), (0, 10)], ended=True)
    store.listening.answer(token, 2, guess="rock", rating=5)
    assert read_responses(store, 1)["intervals_heard"].tolist() == [None, "[[0.0, 30.0], [0.0, 10.0]]"]
    store.engine.dispose()


def test_an_administrator_can_sign_in_on_a_database_that_knew_no_sign_ins(empty_url: str) -> None:
    engine = open_engine(database_url(empty_url))
    assert "sign_in" not in bring_to(engine, "0002").tables
    engine.dispose()
    store = open_store(empty_url)
    number, _ = store.sign_ins.start("correct horse")
    assert store.sign_ins.holds(number, "correct horse")
    store.engine.dispose()


def test_listeners_who_agreed_before_versions_were_kept_go_on(empty_url: str) -> None:
    engine = open_engine(database_url(empty_url))
    tables = bring_to(engine, "0004")
    assert "wording" not in tables.tables
    token = new_token()
    study = {**STUDY, "renderings_together": False}
    listener = {**LISTENER, "token": token, "is_retake": False}
    with for_writing(engine).begin() as connection:
        connection.execute(tables.tables["study"].insert(), study)
        connection.execute(tables.tables["listener"].insert(), listener)
    engine.dispose()

    store = open_store(empty_url)
    state = state_of(store, "old", token)
    assert (state.listener.language, state.listener.consent_sha256) == (None, None)
    assert state.study.words == []
    store.wordings.set("old", StudyWords(language="de", title="Alt"))
    assert store.studies.get("old").words[0].title == "Alt"
    store.engine.dispose()


def test_a_study_that_knew_no_recruitment_lets_everyone_in(empty_url: str) -> None:
    engine = open_engine(database_url(empty_url))
    tables = bring_to(engine, "0005")
    study = {**STUDY, "renderings_together": False}
    listener = {**LISTENER, "token": new_token(), "is_retake": False}
    with for_writing(engine).begin() as connection:
        connection.execute(tables.tables["study"].insert(), study)
        connection.execute(tables.tables["listener"].insert(), listener)
    engine.dispose()

    store = open_store(empty_url)
    assert recruitment_of(store.studies.get("old")) == Recruitment()
    assert store.recruiting.refusal("old", {}, None) is None
    (attendance,) = store.attendances.all("old")
    assert (attendance.identifiers, attendance.screened_out) == ({}, False)
    assert preregistration_of(store.studies.get("old")).empty
    assert store.studies.get("old").opened_at is None
    (code,) = store.recruiting.invite("old", 1)
    assert store.recruiting.refusal("old", {}, code) is None
    store.engine.dispose()


def test_what_classifiers_said_before_their_versions_were_kept_stays(empty_url: str) -> None:
    engine = open_engine(database_url(empty_url))
    tables = bring_to(engine, "0008")
    sample = {"id": 1, "study_id": 1, "place": 1, "label": "Sample 1", "media_sha256": "0" * 64}
    sample |= {"intended_genre": "rock", "control": "none", "settings": {}}
    rows = {
        **{"study": STUDY, "study_genre": GENRE, "media": MEDIA, "sample": sample},
        "machine_prediction": {"sample_id": 1, "model": "cnn", "shares": [0.1] * 10},
    }
    with for_writing(engine).begin() as connection:
        for table, row in rows.items():
            connection.execute(tables.tables[table].insert(), row)
    engine.dispose()

    store = open_store(empty_url)
    (row,) = read_machine_predictions(store, 1).to_dict("records")
    assert (row["model"], row["version"], row["rock"]) == ("cnn", "", 0.1)
    store.engine.dispose()


def test_answers_of_a_study_without_questions_are_kept_and_go_on(empty_url: str) -> None:
    engine = open_engine(database_url(empty_url))
    tables = bring_to(engine, "0007")
    token = new_token()
    rows = {
        "study": STUDY,
        "study_genre": GENRE,
        "media": MEDIA,
        "listener": {**LISTENER, "token": token},
    }
    with for_writing(engine).begin() as connection:
        for table, row in rows.items():
            connection.execute(tables.tables[table].insert(), row)
        for number in (1, 2):
            sample = {"id": number, "study_id": 1, "place": number, "label": f"Sample {number}"}
            made = {"media_sha256": "0" * 64, "intended_genre": "rock", "control": "none", "settings": {}}
            connection.execute(tables.tables["sample"].insert(), {**sample, **made})
            heard = {"listener_id": 1, "sample_id": number, "study_id": 1}
            heard |= {"seconds_heard": 30.0, "times_played": 1}
            connection.execute(tables.tables["presentation"].insert(), {**heard, "position": number})
        answer = {"guess": "rock", "rating": 7, "known_piece": True, "comment": "Ja", "answered_at": NOW}
        heard |= {"sample_id": 1, "intervals_heard": [[0.0, 30.0]]}
        connection.execute(tables.tables["response"].insert(), {**heard, **answer})
    engine.dispose()

    store = open_store(empty_url)
    study = store.studies.get("old")
    assert (study.cannot_tell, questions_of(study)) == (False, [])
    (row,) = read_responses(store, 1).to_dict("records")
    kept = (row["guess"], row["rating"], row["known_piece"], row["comment"], row["intervals_heard"])
    assert kept == ("rock", 7, True, "Ja", "[[0.0, 30.0]]")
    assert not row["is_inattentive"]
    store.listening.answer(token, 2, guess="rock", rating=5)
    assert state_of(store, "old", token).step is Step.FINISHED
    store.engine.dispose()
