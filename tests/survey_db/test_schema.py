"""The rules that the database itself keeps, whatever the code above it does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import StatementError

from survey_db.errors import ConflictError
from survey_db.running.systems import NewSystem
from survey_db.schema import Listener, Media, Presentation, Response, Sample, Study, StudyGenre, System
from survey_db.store import Store
from tests.survey_db.material import begin, finish

MakeStudy = Callable[..., str]


@pytest.fixture(scope="module")
def answered(store: Store, make_study: MakeStudy) -> Store:
    """A study with one listener who has answered everything."""
    slug = make_study(genres=("rock", "jazz", "metal"), systems=(NewSystem(name="Ours"),))
    finish(store, slug, begin(store, slug))
    return store


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (Response, {"rating": 0}),
        (Response, {"rating": 11}),
        (Response, {"rating": None}),
        (Response, {"guess": "techno"}),
        (Response, {"guess": "blues"}),  # a genre, but not offered in this study
        (Response, {"seconds_heard": -1.0}),
        (Response, {"times_played": -1}),
        (Presentation, {"position": 0}),
        (Presentation, {"seconds_heard": -0.5}),
        (Presentation, {"times_played": -1}),
        (Listener, {"musical_training": "lots"}),
        (Listener, {"device": "gramophone"}),
        (Listener, {"headphone_correct": 7}),
        (Listener, {"completion_code": None}),
        (Listener, {"study_id": 99}),
        (Sample, {"intended_genre": "techno"}),
        (Sample, {"intended_genre": None}),
        (Sample, {"control": "placebo"}),
        (Sample, {"control": "repeat"}),
        (Sample, {"repeat_of_id": 1}),
        (Sample, {"place": -1}),
        (Sample, {"label": "Sample 1"}),
        (Sample, {"media_sha256": "0" * 64}),
        (Media, {"sha256": "short"}),
        (Media, {"seconds": 0.0}),
        (Study, {"status": "forgotten"}),
        (Study, {"target_loudness": 3.0}),
        (Study, {"feedback": "soon"}),
        (Study, {"sitting_size": 0}),
        (Sample, {"system_id": 99}),
        (System, {"kind": "robot"}),
        (System, {"name": ""}),
        (StudyGenre, {"genre": "techno"}),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused(answered: Store, table: type, values: dict[str, object]) -> None:
    with pytest.raises(ConflictError), answered.writing() as session:
        session.execute(update(table).values(values))


def test_a_second_answer_to_a_sample_is_refused(answered: Store) -> None:
    with answered.reading() as session:
        row = session.execute(select(Response.__table__)).mappings().first()
    assert row is not None
    with pytest.raises(ConflictError), answered.writing() as session:
        session.execute(insert(Response).values(**row))


def test_an_answer_to_a_sample_outside_the_listeners_order_is_refused(
    answered: Store, make_study: MakeStudy
) -> None:
    other = make_study()
    foreign = answered.samples.all(other)[0].id
    with answered.reading() as session:
        row = session.execute(select(Response.__table__)).mappings().first()
    assert row is not None
    with pytest.raises(ConflictError), answered.writing() as session:
        session.execute(insert(Response).values(**{**row, "sample_id": foreign}))


def test_two_samples_cannot_stand_at_one_place_of_an_order(answered: Store) -> None:
    with pytest.raises(ConflictError), answered.writing() as session:
        session.execute(update(Presentation).where(Presentation.position == 2).values(position=1))


def test_a_failed_transaction_leaves_nothing_behind(answered: Store) -> None:
    def half_of_it() -> None:
        with answered.writing() as session:
            session.execute(update(Response).values(comment="changed"))
            session.execute(update(Response).values(rating=11))

    with pytest.raises(ConflictError):
        half_of_it()
    with answered.reading() as session:
        assert set(session.scalars(select(Response.comment))) == {None}


def test_moments_are_utc_however_they_were_given(answered: Store) -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    with answered.writing() as session:
        session.execute(update(Study).values(archived_at=moment))
    with answered.reading() as session:
        found = session.scalar(select(Study.archived_at))
    assert found == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert found.tzinfo is UTC
    with pytest.raises(StatementError, match="needs a time zone"), answered.writing() as session:
        session.execute(update(Study).values(archived_at=moment.replace(tzinfo=None)))
