"""The systems of a study, and who hears which of their samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from survey_db.errors import SurveyError
from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy
from survey_db.running.systems import NewSystem, count_systems
from survey_db.schema import Listener, Presentation, System
from survey_db.store import Store
from tests.survey_db.material import SIX_GENRES, begin, tone

MakeStudy = Callable[..., str]

OURS = NewSystem(name="Ours", version="1.2", settings={"top_p": 0.9})
PLAYERS = NewSystem(name="Players", kind="people")


def renderings(n_compositions: int = 4) -> list[NewSample]:
    """Each composition once by each of two systems."""
    return [
        NewSample(
            audio=tone(300 + 20 * place + 300 * number),
            intended_genre=SIX_GENRES[place % 6],
            system=system.name,
            composition=f"tune {place}",
        )
        for number, system in enumerate((OURS, PLAYERS))
        for place in range(n_compositions)
    ]


def make(store: Store, **options: object) -> str:
    new = NewStudy(title="Two systems", volume_check=False, systems=(OURS, PLAYERS), **options)
    return store.studies.create(new, renderings(), open_now=True).slug


def orders_heard(store: Store, slug: str, listeners: int) -> list[list[str]]:
    """What each of several listeners hears, by label, in order."""
    for _ in range(listeners):
        begin(store, slug)
    labels = {sample.id: sample.label for sample in store.samples.all(slug)}
    heard: dict[int, list[str]] = {}
    with store.reading() as session:
        rows = session.execute(
            select(Presentation.listener_id, Presentation.sample_id)
            .join(Listener, Listener.id == Presentation.listener_id)
            .where(Listener.study_id == store.studies.get(slug).id)
            .order_by(Presentation.listener_id, Presentation.position)
        )
        for listener, sample in rows:
            heard.setdefault(listener, []).append(labels[sample])
    return list(heard.values())


def test_samples_name_their_system_and_composition(store: Store) -> None:
    slug = make(store)
    samples = store.samples.all(slug)
    assert [sample.composition for sample in samples] == [f"tune {place}" for place in range(4)] * 2
    systems = [sample.system for sample in samples]
    assert [system and system.name for system in systems] == ["Ours"] * 4 + ["Players"] * 4
    first = systems[0]
    assert first is not None
    assert (first.kind, first.version, first.settings) == ("other_generator", "1.2", {"top_p": 0.9})
    with store.reading() as session:
        assert count_systems(session, store.studies.get(slug).id) == 2


def test_no_listener_hears_a_composition_twice_and_all_samples_come_up_equally_often(store: Store) -> None:
    slug = make(store)
    assert store.samples.per_listener(slug) == 4
    heard = orders_heard(store, slug, 32)
    by_label = {sample.label: sample for sample in store.samples.all(slug)}
    for order in heard:
        assert len({by_label[label].composition for label in order}) == len(order) == 4
        assert Counter(by_label[label].system_id for label in order).most_common()[0][1] == 2
    assert len(set(Counter(label for order in heard for label in order).values())) == 1


def test_renderings_meet_where_the_study_asks_for_it(store: Store) -> None:
    slug = make(store, renderings_together=True)
    assert store.samples.per_listener(slug) == 8
    assert {len(order) for order in orders_heard(store, slug, 3)} == {8}


def test_a_sitting_holds_as_many_as_asked_for_and_every_anchor(store: Store, make_study: MakeStudy) -> None:
    low = NewSample(audio=tone(900), intended_genre=None, control="low_anchor")
    again = NewSample(audio=tone(300), intended_genre=None, control="repeat", repeats="Sample 1")
    slug = make_study(low, again, sitting_size=3)
    heard = orders_heard(store, slug, 40)
    for order in heard:
        assert "Low anchor 1" in order
        assert ("Repeat 1" in order) == ("Sample 1" in order)
        assert sum(label.startswith("Sample") for label in order) == 3
    counts = Counter(label for order in heard for label in order if label.startswith("Sample"))
    assert set(counts.values()) == {20}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": " "}, "needs a name"),
        ({"name": "x" * 65}, "at most 64 characters"),
        ({"version": "x" * 65}, "at most 64 characters"),
        ({"kind": "robot"}, "A system is one of: this_generator"),
        ({"version": "2"}, "choose another name"),
        ({"settings": {}}, "choose another name"),
    ],
)
def test_a_system_that_makes_no_sense_is_refused(
    store: Store, make_study: MakeStudy, wrong: dict[str, object], message: str
) -> None:
    slug = make_study(status="draft", systems=(OURS,))
    sample = NewSample(audio=tone(800), intended_genre="pop")
    with pytest.raises(SurveyError, match=message):
        store.samples.add(slug, sample, replace(OURS, **wrong))
    assert len(store.samples.all(slug)) == 6


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"system": "Theirs"}, "no system “Theirs”; its systems are: Ours"),
        ({"composition": "x" * 65}, "at most 64 characters"),
        ({"composition": "tune", "control": "high_anchor"}, "not a control item or practice clip"),
        ({"composition": "tune", "practice": True}, "not a control item or practice clip"),
    ],
)
def test_a_sample_of_no_known_system_or_with_a_wrong_composition_is_refused(
    store: Store, make_study: MakeStudy, wrong: dict[str, object], message: str
) -> None:
    slug = make_study(status="draft", systems=(OURS,))
    with pytest.raises(SurveyError, match=message):
        store.samples.add(slug, replace(NewSample(audio=tone(800), intended_genre="pop"), **wrong))


def test_a_system_leaves_with_its_last_sample(store: Store) -> None:
    slug = store.studies.create(NewStudy(title="Draft")).slug
    for place, system in enumerate((OURS, OURS, PLAYERS)):
        store.samples.add(slug, NewSample(audio=tone(300 + 50 * place), intended_genre="pop"), system)

    def names() -> list[str]:
        with store.reading() as session:
            study = store.studies.get(slug)
            return list(session.scalars(select(System.name).where(System.study_id == study.id)))

    store.samples.remove(slug, "Sample 1")
    assert names() == ["Ours", "Players"]
    store.samples.remove(slug, "Sample 2")
    assert names() == ["Players"]
