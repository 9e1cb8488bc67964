"""The listener's way: start, checks, practice, forced listening, answers, end."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from sqlalchemy import func, select

from survey_db.errors import SurveyError
from survey_db.reporting.responses import read_responses
from survey_db.running.listener_state import Step
from survey_db.running.listening import AnswerOutcome, new_token
from survey_db.running.samples import NewSample, study_orders
from survey_db.running.studies import NewStudy
from survey_db.schema import Listener, Presentation, Response
from survey_db.statistics.selection import Filters
from survey_db.statistics.selection import select as select_responses
from survey_db.store import Store
from tests.survey_db.material import begin, finish, listen, state_of, tone

MakeStudy = Callable[..., str]


def order_of(store: Store, token: str) -> list[int]:
    with store.reading() as session:
        query = select(Presentation.sample_id).join(Listener, Listener.id == Presentation.listener_id)
        return list(session.scalars(query.where(Listener.token == token).order_by(Presentation.position)))


def test_a_listener_is_given_a_row_of_the_design_and_keeps_it(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    with store.reading() as session:
        orders = study_orders(session, store.studies.get(slug))
    tokens = [begin(store, slug, musical_training="none", device="headphones") for _ in orders]
    assert [order_of(store, token) for token in tokens] == orders
    listener = state_of(store, slug, tokens[0]).listener
    assert (listener.musical_training, listener.device) == ("none", "headphones")
    assert listener.consented_at == store.clock()


def test_starting_twice_with_one_token_makes_one_listener(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    token = begin(store, slug)
    order = order_of(store, token)
    store.listening.start(slug, token, device="loudspeakers")
    assert order_of(store, token) == order
    assert store.attendances.progress(slug).started == 1
    assert state_of(store, slug, token).listener.device is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"token": "short"}, "no listener’s token"),
        ({"musical_training": "lots"}, "musical training must be one of"),
        ({"device": "gramophone"}, "listening device must be one of"),
        ({"slug": "nowhere"}, "no study “nowhere”"),
    ],
)
def test_a_start_that_makes_no_sense_is_refused(
    store: Store, make_study: MakeStudy, options: dict[str, str], message: str
) -> None:
    with pytest.raises(SurveyError, match=message):
        store.listening.start(**{"slug": make_study(), "token": new_token(), **options})


@pytest.mark.parametrize("status", ["draft", "paused", "closed", "archived"])
def test_only_an_open_study_takes_listeners_but_every_study_can_be_tried(
    store: Store, make_study: MakeStudy, status: str
) -> None:
    slug = make_study(status="draft" if status == "draft" else "open")
    if status == "archived":
        store.studies.archive(slug)
    elif status != "draft":
        store.studies.set_status(slug, status)
    with pytest.raises(SurveyError, match="takes no new listeners"):
        begin(store, slug)
    token = begin(store, slug, preview_key=store.studies.get(slug).preview_key)
    assert state_of(store, slug, token).listener.is_test
    assert state_of(store, slug, token).step is Step.SAMPLE
    finish(store, slug, token)
    assert read_responses(store, store.studies.get(slug).id)["is_test"].tolist() == [True] * 6


@pytest.mark.parametrize("status", ["draft", "open", "closed"])
@pytest.mark.parametrize("key", ["", "a guess", "schlüssel", "\udcff", "\x00", "x" * 10_000])
def test_a_wrong_preview_key_starts_nobody(
    store: Store, make_study: MakeStudy, status: str, key: str
) -> None:
    slug = make_study(status="draft" if status == "draft" else "open")
    if status == "closed":
        store.studies.set_status(slug, "closed")
    with pytest.raises(SurveyError, match="preview link is not valid"):
        begin(store, slug, preview_key=key)
    assert store.attendances.all(slug) == []


def test_a_retake_is_marked_and_counts_nowhere(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    token = begin(store, slug, is_retake=True)
    finish(store, slug, token)
    other = begin(store, slug)
    assert state_of(store, slug, other).listener.order_row == 0, "a retake uses up no order"
    finish(store, slug, other, guess="jazz")
    frame = read_responses(store, store.studies.get(slug).id)
    assert frame.groupby("is_retake")["guess"].unique().map(list).to_dict() == {
        True: ["rock"],
        False: ["jazz"],
    }
    assert set(select_responses(frame, Filters())["guess"]) == {"jazz"}
    progress = store.attendances.progress(slug)
    assert (progress.started, progress.completed, sum(progress.answers.values())) == (1, 1, 6)
    assert store.listening.comparison(other).n_others == 0
    assert sorted(attendance.is_retake for attendance in store.attendances.all(slug)) == [False, True]


def test_the_steps_come_in_order_and_each_is_done_once(store: Store, make_study: MakeStudy) -> None:
    practice = NewSample(audio=tone(999, seconds=2), intended_genre="pop", practice=True)
    slug = make_study(practice, volume_check=True, headphone_check=True)
    token = begin(store, slug)

    def step() -> Step:
        return state_of(store, slug, token).step

    assert step() is Step.VOLUME
    store.listening.pass_volume_check(token)
    assert step() is Step.HEADPHONES
    store.listening.record_headphone_check(token, 4)
    store.listening.record_headphone_check(token, 6)
    assert state_of(store, slug, token).listener.headphone_correct == 4
    assert step() is Step.PRACTICE
    item = state_of(store, slug, token).item
    assert item is not None
    assert (item.position, item.seconds) == (0, 2)
    store.listening.finish_practice(token)
    assert step() is Step.SAMPLE
    finish(store, slug, token)
    assert step() is Step.FINISHED
    frame = read_responses(store, store.studies.get(slug).id)
    assert len(frame) == 6
    assert not frame["passed_checks"].any()
    with pytest.raises(SurveyError, match="has 6 trials"):
        store.listening.record_headphone_check(token, 7)


def test_each_sample_is_answered_in_the_stored_order_and_completion_has_a_code(
    store: Store, make_study: MakeStudy
) -> None:
    slug = make_study()
    token = begin(store, slug)
    for position, expected in enumerate(order_of(store, token), start=1):
        state = state_of(store, slug, token)
        assert state.item is not None
        assert (state.item.sample_id, state.item.position, state.item.total) == (expected, position, 6)
        assert state.listener.completion_code is None
        listen(store, slug, token)
        outcome = store.listening.answer(
            token, expected, guess="jazz", rating=position, known_piece=position == 2, comment="  \n"
        )
        assert outcome is AnswerOutcome.STORED
    listener = state_of(store, slug, token).listener
    assert listener.completion_code is not None
    assert len(listener.completion_code) == 9
    assert listener.completed_at == store.clock()
    frame = read_responses(store, store.studies.get(slug).id)
    assert frame["rating"].tolist() == frame["position"].tolist() == [1, 2, 3, 4, 5, 6]
    assert frame["known_piece"].tolist() == [False, True, False, False, False, False]
    assert frame["comment"].isna().all()
    assert frame["seconds_heard"].tolist() == [1.0] * 6


def test_a_second_answer_leaves_the_first_as_it_was(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    token = begin(store, slug)
    sample = listen(store, slug, token)
    assert store.listening.answer(token, sample, guess="jazz", rating=3) is AnswerOutcome.STORED
    assert store.listening.answer(token, sample, guess="rock", rating=9) is AnswerOutcome.ALREADY_ANSWERED
    frame = read_responses(store, store.studies.get(slug).id)
    assert frame[["guess", "rating"]].to_numpy().tolist() == [["jazz", 3]]


def test_the_same_answer_sent_again_is_stored_once_and_counts_as_stored(
    store: Store, make_study: MakeStudy
) -> None:
    slug = make_study()
    token = begin(store, slug)
    sample = listen(store, slug, token)
    for _ in range(3):
        outcome = store.listening.answer(token, sample, guess="jazz", rating=3, comment=" Nice. ")
        assert outcome is AnswerOutcome.STORED
    assert read_responses(store, store.studies.get(slug).id)["comment"].tolist() == ["Nice."]
    different = store.listening.answer(token, sample, guess="jazz", rating=3, comment="Not so nice.")
    assert different is AnswerOutcome.ALREADY_ANSWERED


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"guess": "techno"}, "one of the genres"),
        ({"guess": "blues"}, "one of the genres"),
        ({"rating": 0}, "rating from 1 to 10"),
        ({"rating": 11}, "rating from 1 to 10"),
        ({"comment": "x" * 2001}, "at most 2000"),
        ({"sample_id": 10**6}, "not part of"),
        ({"token": "somebody-else-entirely"}, "do not know this listener"),
    ],
)
def test_an_answer_that_is_not_complete_is_refused(
    store: Store, make_study: MakeStudy, answer: dict[str, object], message: str
) -> None:
    slug = make_study(genres=("rock", "jazz"))
    token = begin(store, slug)
    given = {"token": token, "sample_id": listen(store, slug, token), "guess": "rock", "rating": 5, **answer}
    with pytest.raises(SurveyError, match=message):
        store.listening.answer(**given)
    assert read_responses(store, store.studies.get(slug).id).empty


def test_a_pause_keeps_the_answer_under_way_and_a_closed_study_takes_none(
    store: Store, make_study: MakeStudy
) -> None:
    slug = make_study()
    token = begin(store, slug)
    sample = listen(store, slug, token)
    store.studies.set_status(slug, "paused")
    assert state_of(store, slug, token).step is Step.PAUSED
    assert store.listening.answer(token, sample, guess="rock", rating=5) is AnswerOutcome.STORED
    store.studies.set_status(slug, "open")
    assert state_of(store, slug, token).step is Step.SAMPLE
    sample = listen(store, slug, token)
    store.studies.set_status(slug, "closed")
    assert state_of(store, slug, token).step is Step.CLOSED
    with pytest.raises(SurveyError, match="is closed now"):
        store.listening.answer(token, sample, guess="rock", rating=5)


@pytest.mark.parametrize(("status", "shown"), [("open", True), ("paused", False)])
def test_an_answer_puts_the_next_clip_before_the_listener_where_it_is_to(
    store: Store, make_study: MakeStudy, status: str, shown: bool
) -> None:
    slug = make_study()
    token = begin(store, slug)
    first = listen(store, slug, token)
    store.listening.answer(token, first, guess="rock", rating=5)
    second = state_of(store, slug, token).item
    assert second is not None
    assert not second.shown
    store.clock.move(seconds=1)
    listen(store, slug, token)
    store.studies.set_status(slug, status)
    store.listening.answer(token, second.sample_id, guess="rock", rating=5, show_next=True)
    answered = store.clock()
    store.clock.move(seconds=9)
    store.studies.set_status(slug, "open")
    third = state_of(store, slug, token).item
    assert third is not None
    assert third.shown is shown
    store.listening.show(token, third.sample_id)
    with store.reading() as session:
        query = select(Presentation.shown_at).where(Presentation.sample_id == third.sample_id)
        assert session.scalar(query) == (answered if shown else store.clock())


def test_a_listener_who_has_finished_sees_their_code_in_a_closed_study_too(
    store: Store, make_study: MakeStudy
) -> None:
    slug = make_study()
    token = begin(store, slug)
    finish(store, slug, token)
    store.studies.set_status(slug, "closed")
    assert state_of(store, slug, token).step is Step.FINISHED


def test_a_token_is_known_in_its_own_study_only(store: Store, make_study: MakeStudy) -> None:
    token = begin(store, make_study())
    assert store.listening.state(make_study(), token) is None
    assert store.listening.state(make_study(), "nobody") is None


def in_threads(count: int, work: Callable[[int], object]) -> list[object]:
    """Run ``work`` in threads that set off together; returns what each gave or raised."""
    results: list[object] = [None] * count
    barrier = threading.Barrier(count)

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = work(number)
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_listeners_who_start_together_get_balanced_rows(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    tokens = [new_token() for _ in range(12)]
    assert in_threads(12, lambda number: store.listening.start(slug, tokens[number])) == [None] * 12
    with store.reading() as session:
        rows = Counter(session.scalars(select(Listener.order_row).where(Listener.token.in_(tokens))))
    assert rows == dict.fromkeys(range(6), 2)


def test_tabs_that_answer_together_leave_one_row(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    token = begin(store, slug)
    sample = listen(store, slug, token)
    outcomes = in_threads(
        8, lambda number: store.listening.answer(token, sample, guess="rock", rating=number + 1)
    )
    assert Counter(outcomes) == {AnswerOutcome.STORED: 1, AnswerOutcome.ALREADY_ANSWERED: 7}
    frame = read_responses(store, store.studies.get(slug).id)
    assert frame["rating"].tolist() == [outcomes.index(AnswerOutcome.STORED) + 1]


def test_tabs_that_start_together_with_one_token_make_one_listener(
    store: Store, make_study: MakeStudy
) -> None:
    slug, token = make_study(), new_token()
    assert in_threads(6, lambda _: store.listening.start(slug, token)) == [None] * 6
    assert store.attendances.progress(slug).started == 1


@pytest.mark.parametrize("n_samples", [6, 5])
def test_600_listeners_of_whom_30_percent_drop_out_keep_the_orders_balanced(
    store: Store, n_samples: int
) -> None:
    samples = [NewSample(audio=tone(300 + 50 * place), intended_genre="rock") for place in range(n_samples)]
    slug = store.studies.create(NewStudy(title="Balance", volume_check=False), samples).slug
    store.studies.set_status(slug, "open")
    numbers = np.random.default_rng(600)
    for _ in range(600):
        token = begin(store, slug)
        # Marking the row stands for the answers, which do not bear on the balance.
        with store.writing() as session:
            listener = session.scalars(select(Listener).where(Listener.token == token)).one()
            if numbers.random() >= 0.3:
                listener.completed_at, listener.completion_code = store.clock(), "done"
        store.clock.move(minutes=float(numbers.exponential(5)))
    n_rows = n_samples if n_samples % 2 == 0 else 2 * n_samples
    with store.reading() as session:
        study_id = store.studies.get(slug).id
        done = (Listener.study_id == study_id) & Listener.completed_at.is_not(None)
        rows = Counter(session.scalars(select(Listener.order_row).where(done)))
        places = session.execute(
            select(Presentation.sample_id, Presentation.position, func.count())
            .join(Listener, Listener.id == Presentation.listener_id)
            .where(done)
            .group_by(Presentation.sample_id, Presentation.position)
        ).all()
    assert 380 < rows.total() < 460
    # Only drop-outs not yet known as such can leave a row behind.
    assert len(rows) == n_rows
    assert max(rows.values()) - min(rows.values()) <= 3
    counts = [count for _, _, count in places]
    assert len(counts) == n_samples**2
    assert max(counts) / min(counts) < 1.1
    with store.reading() as session:
        assert session.scalar(select(func.count()).where(Response.study_id == study_id)) == 0
