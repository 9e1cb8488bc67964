"""Sign-ins of administrators."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from survey_db.running.sign_ins import LONGEST, LONGEST_REST
from survey_db.schema import SignIn
from survey_db.store import Store
from tests.survey_db.material import Clock

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def clock(store: Store, monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(store, "clock", clock)
    store.sign_ins.end_all()
    return clock


def test_a_sign_in_is_found_by_the_secret_it_was_handed_over_for_and_by_no_other(store: Store) -> None:
    number, first = store.sign_ins.start(PASSWORD)
    assert store.sign_ins.find(first) is None
    second = store.sign_ins.hand_over(first)
    assert second is not None
    assert store.sign_ins.find(second) == number
    assert store.sign_ins.find(first) is None
    assert store.sign_ins.hand_over(first) is None
    assert store.sign_ins.hand_over(second) is None
    assert store.sign_ins.holds(number, PASSWORD)


def test_nothing_that_is_stored_opens_anything(store: Store) -> None:
    _, secret = store.sign_ins.start(PASSWORD)
    with store.reading() as session:
        row = session.scalars(select(SignIn)).one()
    assert secret not in row.secret_sha256
    assert PASSWORD not in row.password_check
    assert store.sign_ins.hand_over(row.secret_sha256) is None


def test_it_is_good_for_the_password_it_was_made_with(store: Store) -> None:
    number, _ = store.sign_ins.start(PASSWORD)
    assert not store.sign_ins.holds(number, "another password")
    assert store.sign_ins.holds(number, PASSWORD)
    assert not store.sign_ins.holds(number + 1, PASSWORD)


def test_it_ends_a_week_after_its_start_and_half_a_day_after_the_last_visit(
    store: Store, clock: Clock
) -> None:
    number, _ = store.sign_ins.start(PASSWORD)
    for _ in range(int(LONGEST / LONGEST_REST)):
        clock.now += LONGEST_REST - timedelta(minutes=10)
        last = store.sign_ins.holds(number, PASSWORD)
    assert last
    clock.now += timedelta(hours=4)
    assert not store.sign_ins.holds(number, PASSWORD), "a week has passed"

    number, _ = store.sign_ins.start(PASSWORD)
    clock.now += LONGEST_REST
    assert not store.sign_ins.holds(number, PASSWORD), "half a day has passed"
    with store.reading() as session:
        assert len(session.scalars(select(SignIn)).all()) == 1, "what is over is deleted at the next sign-in"


def test_a_page_that_renews_itself_keeps_no_sign_in_alive(store: Store, clock: Clock) -> None:
    number, _ = store.sign_ins.start(PASSWORD)
    for _ in range(2):
        clock.now += LONGEST_REST / 2 - timedelta(minutes=1)
        assert store.sign_ins.holds(number, PASSWORD, here=False)
    clock.now += timedelta(minutes=2)
    assert not store.sign_ins.holds(number, PASSWORD)


def test_it_can_be_ended_in_one_browser_and_in_all(store: Store) -> None:
    numbers = []
    for _ in range(3):
        number, first = store.sign_ins.start(PASSWORD)
        secret = store.sign_ins.hand_over(first) or ""
        numbers.append(number)
    store.sign_ins.end(numbers[0])
    store.sign_ins.end_by(secret)
    assert [store.sign_ins.holds(number, PASSWORD) for number in numbers] == [False, True, False]
    store.sign_ins.end_all()
    assert not any(store.sign_ins.holds(number, PASSWORD) for number in numbers)
