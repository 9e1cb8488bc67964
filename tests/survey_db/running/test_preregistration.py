"""What is planned of a study is written down, hashed, and fixed when it is opened."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from survey_db.errors import SurveyError
from survey_db.reporting.description import description
from survey_db.reporting.results import read_study
from survey_db.running.preregistration import Preregistration, preregistration_of, sheet, sheet_sha256
from survey_db.store import Store
from tests.survey_db.material import begin, finish

MakeStudy = Callable[..., str]
PLAN = Preregistration(hypotheses="More than blind.", stopping_rule="After 2 sessions.", planned_listeners=2)


def test_a_plan_is_printed_beside_what_was_done(store: Store, make_study: MakeStudy) -> None:
    slug = make_study(status="draft")
    store.preregistering.set(slug, PLAN)
    store.studies.set_status(slug, "open")
    opened = store.studies.get(slug).opened_at
    assert opened == store.clock()
    finish(store, slug, begin(store, slug))
    finish(store, slug, begin(store, slug, is_retake=True))
    begin(store, slug)
    for status in ("paused", "open", "closed"):
        store.studies.set_status(slug, status)
    assert store.studies.get(slug).opened_at == opened
    section = description(read_study(store, slug))[-1]
    assert section.title == "Preregistration"
    assert hashlib.sha256(sheet("A study", PLAN).encode()).hexdigest() in section.text[0]
    rows = {row["part"]: row for row in section.tables[0].frame.to_dict("records")}
    assert list(rows) == ["Hypotheses", "Stopping rule", "Listeners"]
    assert rows["Listeners"]["planned"] == "2"
    assert rows["Listeners"]["done"] == "2 count in the results, 1 of them completed the session"
    assert rows["Stopping rule"]["done"].endswith("The study is closed.")


def test_a_plan_is_fixed_once_the_study_is_opened(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    with pytest.raises(SurveyError, match="fixed once it has been opened"):
        store.preregistering.set(slug, PLAN)
    assert preregistration_of(store.studies.get(slug)).empty
    assert [part.title for part in description(read_study(store, slug))] == ["Participants", "Stimuli"]


def test_unfit_plans_are_refused(store: Store, make_study: MakeStudy) -> None:
    slug = make_study(status="draft")
    for plan, reason in (
        (Preregistration(planned_listeners=0), "at least one"),
        (Preregistration(hypotheses="x" * 10_001), "at most"),
    ):
        with pytest.raises(SurveyError, match=reason):
            store.preregistering.set(slug, plan)


def test_any_change_of_the_plan_changes_its_hash() -> None:
    others = [Preregistration(hypotheses="More than blind."), Preregistration(exclusion="More than blind.")]
    assert len({sheet_sha256("A study", plan) for plan in (PLAN, *others)}) == 3
