"""Making studies and changing their state."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from survey_db.errors import SurveyError
from survey_db.genres import GENRES
from survey_db.running.lookup import find_study
from survey_db.running.studies import NewStudy
from survey_db.schema import Sample
from survey_db.store import Store
from tests.survey_db.material import begin, six_samples

MakeStudy = Callable[..., str]


def test_a_study_keeps_what_it_was_made_with(store: Store) -> None:
    made = store.studies.create(
        NewStudy(
            title=" Is it rock? ",
            slug="is-it-rock",
            introduction="Listen.",
            genres=["rock", "blues"],
            require_full_hearing=False,
            headphone_check=True,
            target_loudness=-23,
        )
    )
    study = store.studies.get("is-it-rock")
    assert study.id == made.id
    assert (study.title, study.status, study.introduction) == ("Is it rock?", "draft", "Listen.")
    assert [genre.genre for genre in study.genres] == ["blues", "rock"]
    assert (study.require_full_hearing, study.headphone_check, study.volume_check) == (False, True, True)
    assert study.target_loudness == -23
    assert study.created_at == store.clock()
    assert study.archived_at is None


def test_a_study_offers_all_ten_genres_by_itself(store: Store) -> None:
    slug = store.studies.create(NewStudy(title="All")).slug
    assert tuple(genre.genre for genre in store.studies.get(slug).genres) == GENRES


def test_the_links_name_comes_from_the_title_and_is_free(store: Store) -> None:
    slugs = [store.studies.create(NewStudy(title="Hören & raten!")).slug for _ in range(3)]
    assert slugs == ["h-ren-raten", "h-ren-raten-2", "h-ren-raten-3"]
    assert store.studies.create(NewStudy(title="音楽")).slug == "study"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"title": "  "}, "needs a title"),
        ({"genres": ()}, "one or more of these genres"),
        ({"genres": ("techno",)}, "one or more of these genres"),
        ({"slug": "Big Letters"}, "small letters, digits"),
        ({"slug": "x" * 65}, "small letters, digits"),
        ({"feedback": "soon"}, "one of these times: at_once, after_closing, never"),
        ({"sitting_size": 0}, "at least one sample"),
    ],
)
def test_a_study_that_makes_no_sense_is_refused(store: Store, wrong: dict[str, object], message: str) -> None:
    with pytest.raises(SurveyError, match=message):
        store.studies.create(NewStudy(**{"title": "Good", **wrong}))


def test_a_name_that_is_taken_is_refused(store: Store) -> None:
    store.studies.create(NewStudy(title="One", slug="taken"))
    with pytest.raises(SurveyError, match="already"):
        store.studies.create(NewStudy(title="Two", slug="taken"))


def test_a_study_whose_sample_is_unfit_is_not_made_at_all(store: Store) -> None:
    samples = six_samples()
    with pytest.raises(SurveyError, match="match its loudness"):
        store.studies.create(NewStudy(title="Unfit", slug="unfit", target_loudness=-30), samples)
    with pytest.raises(SurveyError, match="no study “unfit”"):
        store.studies.get("unfit")


def test_a_study_goes_from_draft_to_open_paused_and_closed_and_back(
    store: Store, make_study: MakeStudy
) -> None:
    slug = make_study(status="draft")
    for status in ("open", "paused", "open", "open", "closed", "open"):
        store.studies.set_status(slug, status)
        assert store.studies.get(slug).status == status


@pytest.mark.parametrize(("status", "wrong"), [("draft", "paused"), ("open", "draft"), ("open", "lost")])
def test_a_change_that_makes_no_sense_is_refused(
    store: Store, make_study: MakeStudy, status: str, wrong: str
) -> None:
    slug = make_study(status=status)
    with pytest.raises(SurveyError, match=f"in state “{status}” cannot become “{wrong}”"):
        store.studies.set_status(slug, wrong)


def test_a_study_without_samples_cannot_be_opened(store: Store) -> None:
    slug = store.studies.create(NewStudy(title="Empty")).slug
    with pytest.raises(SurveyError, match="Add a sample to judge first"):
        store.studies.set_status(slug, "open")


def test_a_draft_with_a_genre_that_is_not_offered_cannot_be_opened(
    store: Store, make_study: MakeStudy
) -> None:
    """Older versions let such samples in."""
    slug = make_study(genres=("rock", "jazz"), status="draft")
    with store.writing() as session:
        session.execute(
            update(Sample)
            .where(Sample.study_id == find_study(session, slug).id, Sample.label == "Sample 6")
            .values(intended_genre="pop")
        )
    with pytest.raises(SurveyError, match="Pop, is not one"):
        store.studies.set_status(slug, "open")
    assert store.studies.get(slug).status == "draft"


def test_an_archived_study_is_closed_kept_and_left_out_of_lists(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    begin(store, slug)
    store.studies.archive(slug)
    assert slug not in {study.slug for study in store.studies.all()}
    assert slug in {study.slug for study in store.studies.all(archived=True)}
    assert store.studies.get(slug).status == "closed"
    with pytest.raises(SurveyError, match="archived cannot become"):
        store.studies.set_status(slug, "open")
    assert store.attendances.progress(slug).started == 1
    store.studies.archive(slug, archived=False)
    store.studies.set_status(slug, "open")


def test_the_newest_study_is_listed_first(store: Store) -> None:
    first = store.studies.create(NewStudy(title="Older")).slug
    store.clock.move(days=1)
    second = store.studies.create(NewStudy(title="Newer")).slug
    assert [study.slug for study in store.studies.all()][:2] == [second, first]
