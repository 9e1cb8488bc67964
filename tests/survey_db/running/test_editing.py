"""Changing a draft, and making a draft of a study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from survey_db.errors import SurveyError
from survey_db.genres import GENRES
from survey_db.reporting.responses import read_machine_predictions
from survey_db.running.recruitment import Recruitment
from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy
from survey_db.running.systems import NewSystem
from survey_db.running.words import StudyWords
from survey_db.store import Store
from tests.survey_db.material import begin, finish, six_samples, tone

MakeStudy = Callable[..., str]


def labels(store: Store, slug: str) -> list[str]:
    return [sample.label for sample in store.samples.all(slug)]


def test_settings_are_read_as_they_were_given_and_changed(store: Store, make_study: MakeStudy) -> None:
    slug = make_study(
        status="draft",
        genres=("rock", "jazz", "metal"),
        words=[StudyWords(language="de", title="Was?")],
        systems=[NewSystem(name="Ours", settings={"top_p": 0.9})],
        recruitment=Recruitment(quota=3),
        sitting_size=2,
    )
    held = store.editing.settings(slug)
    assert (held.words[0].title, held.systems[0].settings) == ("Was?", {"top_p": 0.9})
    assert held.recruitment.quota == 3
    new = replace(
        held,
        title=" Another\n title ",
        genres=("pop", "rock", "jazz", "metal"),
        feedback="never",
        headphone_check=True,
        sitting_size=None,
    )
    store.editing.change(slug, new)
    changed = store.editing.settings(slug)
    assert changed == replace(new, title="Another title", genres=["jazz", "metal", "pop", "rock"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": " "}, "needs a title"),
        ({"genres": ("pop",)}, "is not one that the listeners"),
        ({"target_loudness": -23.0}, "have been set to"),
        ({"sitting_size": 0}, "at least one"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(
    store: Store, make_study: MakeStudy, change: dict[str, object], reason: str
) -> None:
    slug = make_study(status="draft")
    held = store.editing.settings(slug)
    with pytest.raises(SurveyError, match=reason):
        store.editing.change(slug, replace(held, **change))
    assert store.editing.settings(slug) == held


def test_an_opened_study_is_fixed(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    for act in (
        lambda: store.editing.change(slug, store.editing.settings(slug)),
        lambda: store.editing.move(slug, "Sample 2", earlier=True),
        lambda: store.editing.rename(slug, "Sample 2", "Two"),
    ):
        with pytest.raises(SurveyError, match="fixed once it has been opened"):
            act()


def test_samples_change_places_and_the_practice_clip_stays(store: Store, make_study: MakeStudy) -> None:
    practice = NewSample(audio=tone(990), intended_genre="pop", practice=True)
    slug = make_study(practice, status="draft", genres=("rock", "jazz", "metal"))
    store.editing.move(slug, "Sample 1", earlier=False)
    assert labels(store, slug)[:4] == ["Practice", "Sample 2", "Sample 1", "Sample 3"]
    for label in ("Practice", "Sample 2"):
        store.editing.move(slug, label, earlier=True)
    store.editing.move(slug, labels(store, slug)[-1], earlier=False)
    assert labels(store, slug)[:4] == ["Practice", "Sample 2", "Sample 1", "Sample 3"]


def test_a_sample_is_renamed_to_a_name_that_is_free(store: Store, make_study: MakeStudy) -> None:
    slug = make_study(status="draft")
    store.editing.rename(slug, "Sample 2", " The  waltz ")
    assert labels(store, slug)[1] == "The waltz"
    for name, reason in (("Sample 1", "already"), ("", "needs a name"), ("x" * 65, "at most 64")):
        with pytest.raises(SurveyError, match=reason):
            store.editing.rename(slug, "The waltz", name)
    assert labels(store, slug)[1] == "The waltz"


def test_a_duplicate_has_the_samples_and_nothing_of_the_listeners(store: Store) -> None:
    shares = [0.1] * len(GENRES)
    samples = [
        NewSample(
            audio=tone(300 + 50 * place),
            intended_genre="rock",
            system="Ours",
            composition=f"tune {place}",
            predictions={"cnn": shares},
            settings={"seed": place},
        )
        for place in range(3)
    ]
    samples.append(NewSample(audio=tone(300), intended_genre=None, control="repeat", repeats="Sample 1"))
    new = NewStudy(
        title="One",
        volume_check=False,
        systems=[NewSystem(name="Ours")],
        words=[StudyWords(contact="a@b.example")],
    )
    slug = store.studies.create(new, samples, open_now=True).slug
    store.recruiting.invite(slug, 1)
    (code,) = (invitation.code for invitation in store.recruiting.invitations(slug))
    begin(store, slug, invitation=code)
    made = store.editing.duplicate(slug, "Two")
    assert (made.slug, made.status, made.words[0].contact) == ("two", "draft", "a@b.example")
    assert store.recruiting.invitations("two") == []
    assert store.attendances.progress("two").started == 0
    pairs = zip(store.samples.all(slug), store.samples.all("two"), strict=True)
    for first, second in pairs:
        for name in ("label", "place", "media_sha256", "settings", "composition", "control"):
            assert getattr(first, name) == getattr(second, name)
        assert second.study_id == made.id
    repeat = store.samples.all("two")[-1]
    assert repeat.repeat_of_id == store.samples.all("two")[0].id
    assert len(read_machine_predictions(store, made.id)) == 3
    store.editing.rename("two", "Sample 1", "First")
    assert labels(store, slug)[0] == "Sample 1"
    store.studies.set_status("two", "open")
    finish(store, "two", begin(store, "two"))
    # The audio is shared: removing it from one study leaves it to the other.
    store.studies.archive(slug)
    assert store.samples.audio(repeat.media_sha256)


def test_the_same_audio_is_refused_but_as_a_repeat(store: Store) -> None:
    slug = store.studies.create(NewStudy(title="Twice"), six_samples()).slug
    with pytest.raises(SurveyError, match="this audio already, as Sample 1; to play it twice, repeat it"):
        store.samples.add(slug, NewSample(audio=tone(300), intended_genre="jazz"))
    store.samples.add(
        slug, NewSample(audio=tone(300), intended_genre=None, control="repeat", repeats="Sample 1")
    )
    assert len(store.samples.all(slug)) == 7
