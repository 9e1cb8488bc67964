"""Whatever listeners do, in whatever order, each answered sample has one row and each order is whole."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from survey_db.errors import SurveyError
from survey_db.reporting.responses import read_responses
from survey_db.running.listener_state import Step
from survey_db.running.listening import AnswerOutcome, new_token
from survey_db.running.samples import NewSample, study_orders
from survey_db.running.studies import NewStudy
from survey_db.schema import Listener, Presentation
from survey_db.store import Store
from tests.survey_db.material import state_of, tone

N_SAMPLES = 3
TABS = st.integers(0, 1)
RATINGS = st.integers(-1, 12)
GUESSES = st.sampled_from(["rock", "jazz", "techno"])


class Listeners(RuleBasedStateMachine):
    """Two listeners with two tabs each; a tab shows what it showed at its last reload."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        samples = [
            NewSample(audio=tone(300 + 50 * place), intended_genre="rock") for place in range(N_SAMPLES)
        ]
        new = NewStudy(title="Sequences", volume_check=False, genres=("rock", "jazz"))
        self.slug = store.studies.create(new, samples).slug
        store.studies.set_status(self.slug, "open")
        self.study_id = store.studies.get(self.slug).id
        with store.reading() as session:
            self.orders = study_orders(session, store.studies.get(self.slug))
        self.tokens = [new_token(), new_token()]
        self.shown: dict[tuple[int, int], int] = {}
        self.heard: set[tuple[int, int]] = set()
        self.answers: dict[tuple[int, int], tuple[str, int]] = {}

    @initialize()
    def the_first_starts(self) -> None:
        self.store.listening.start(self.slug, self.tokens[0])

    @rule(who=st.integers(0, 1))
    def start(self, who: int) -> None:
        self.store.listening.start(self.slug, self.tokens[who])

    @rule(who=st.integers(0, 1), tab=TABS)
    def reload(self, who: int, tab: int) -> None:
        state = self.store.listening.state(self.slug, self.tokens[who])
        self.shown.pop((who, tab), None)
        if state is not None and state.item is not None:
            self.shown[who, tab] = state.item.sample_id
            self.store.listening.show(self.tokens[who], state.item.sample_id)

    @precondition(lambda self: self.shown)
    @rule(data=st.data(), whole=st.booleans())
    def listen(self, data: st.DataObject, whole: bool) -> None:
        who, tab = data.draw(st.sampled_from(sorted(self.shown)))
        sample = self.shown[who, tab]
        self.store.clock.move(seconds=1)
        heard = self.store.listening.hear(self.tokens[who], sample, [(0, 1.0 if whole else 0.4)], ended=whole)
        if whole:
            self.heard.add((who, sample))
        assert heard == ((who, sample) in self.heard)

    @precondition(lambda self: self.shown)
    @rule(data=st.data(), guess=GUESSES, rating=RATINGS, times=st.integers(1, 3))
    def submit(self, data: st.DataObject, guess: str, rating: int, times: int) -> None:
        """Submit what a tab shows, perhaps long answered elsewhere, perhaps clicking twice."""
        who, tab = data.draw(st.sampled_from(sorted(self.shown)))
        key = who, self.shown[who, tab]
        allowed = key in self.heard and guess != "techno" and 1 <= rating <= 10
        for _ in range(times):
            # The same answer again is as good as stored.
            stored = self.answers.get(key, (guess, rating)) == (guess, rating)
            try:
                outcome = self.store.listening.answer(self.tokens[who], key[1], guess=guess, rating=rating)
            except SurveyError:
                assert not allowed
                assert key not in self.answers
            else:
                assert outcome is (AnswerOutcome.STORED if stored else AnswerOutcome.ALREADY_ANSWERED)
                self.answers.setdefault(key, (guess, rating))

    @rule()
    def pause_for_a_moment(self) -> None:
        self.store.studies.set_status(self.slug, "paused")
        self.store.studies.set_status(self.slug, "open")

    @invariant()
    def each_answered_sample_has_one_row(self) -> None:
        with self.store.reading() as session:
            listeners = session.scalars(select(Listener).where(Listener.study_id == self.study_id))
            names = {listener.token: listener.short_id for listener in listeners}
        frame = read_responses(self.store, self.study_id)
        labels = {sample.id: sample.label for sample in self.store.samples.all(self.slug)}
        expected = {
            (names[self.tokens[who]], labels[sample], guess, rating)
            for (who, sample), (guess, rating) in self.answers.items()
        }
        rows = list(frame[["listener", "sample", "guess", "rating"]].itertuples(index=False, name=None))
        assert len(rows) == len(expected)
        assert set(rows) == expected

    @invariant()
    def each_order_is_a_row_of_the_design_and_is_walked_in_order(self) -> None:
        for who, token in enumerate(self.tokens):
            with self.store.reading() as session:
                query = select(Presentation.sample_id).join(Listener, Listener.id == Presentation.listener_id)
                order = list(
                    session.scalars(query.where(Listener.token == token).order_by(Presentation.position))
                )
            if not order:
                continue
            assert order in self.orders
            left = [sample for sample in order if (who, sample) not in self.answers]
            state = state_of(self.store, self.slug, token)
            if left:
                assert state.item is not None
                assert state.item.sample_id == left[0]
            else:
                assert state.step is Step.FINISHED
                assert state.listener.completion_code


def test_any_sequence_leaves_one_row_an_answered_sample_and_whole_orders(store: Store) -> None:
    run_state_machine_as_test(
        lambda: Listeners(store),
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
