"""How listeners come to a study and leave it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from survey_db.errors import SurveyError
from survey_db.reporting.responses import read_responses
from survey_db.running.attendance import DROP_OUT_AFTER
from survey_db.running.listener_state import Step
from survey_db.running.recruitment import Recruitment, Refusal, onward_link, recruitment_of
from survey_db.running.studies import NewStudy
from survey_db.store import Store
from tests.survey_db.material import Clock, begin, finish, state_of

MakeStudy = Callable[..., str]
PROLIFIC = Recruitment(identifiers=["PROLIFIC_PID", "SESSION_ID"], one_per_identifier=True)


def test_a_study_lets_everyone_in_unless_it_says_otherwise(store: Store, make_study: MakeStudy) -> None:
    slug = make_study()
    assert recruitment_of(store.studies.get(slug)) == Recruitment()
    assert store.recruiting.refusal(slug, {}, None) is None


def test_each_identifier_takes_part_once_and_only_those_asked_for_are_kept(
    store: Store, make_study: MakeStudy
) -> None:
    slug = make_study(recruitment=PROLIFIC)
    link = {"PROLIFIC_PID": " p1\n", "SESSION_ID": "x" * 200, "utm_source": "mail"}
    finish(store, slug, begin(store, slug, identifiers=link))
    (attendance,) = store.attendances.all(slug)
    assert attendance.identifiers == {"PROLIFIC_PID": "p1", "SESSION_ID": "x" * 128}
    assert not any("p1" in str(cell) for cell in read_responses(store, store.studies.get(slug).id).to_numpy())
    for told, reason in (
        ({"PROLIFIC_PID": "p1"}, Refusal.TAKEN),
        ({"SESSION_ID": "1"}, Refusal.NO_IDENTIFIER),
    ):
        assert store.recruiting.refusal(slug, told, None) is reason
        with pytest.raises(SurveyError, match=str(reason)[:20]):
            begin(store, slug, identifiers=told)
    begin(store, slug, identifiers={"PROLIFIC_PID": "p2"})
    begin(store, slug, identifiers={}, preview_key=store.studies.get(slug).preview_key)


def test_a_quota_counts_who_has_finished_and_who_is_there(store: Store, make_study: MakeStudy) -> None:
    slug = make_study(recruitment=Recruitment(quota=2))
    finish(store, slug, begin(store, slug))
    begin(store, slug)
    begin(store, slug, preview_key=store.studies.get(slug).preview_key)
    with pytest.raises(SurveyError, match="all the people it needs"):
        begin(store, slug)
    assert isinstance(store.clock, Clock)
    store.clock.move(seconds=(DROP_OUT_AFTER + timedelta(seconds=1)).total_seconds())
    finish(store, slug, begin(store, slug))
    assert store.recruiting.refusal(slug, {}, None) is Refusal.FULL
    store.recruiting.set(slug, Recruitment(quota=3))
    assert store.recruiting.refusal(slug, {}, None) is None


def test_an_invitation_lets_one_listener_in(store: Store, make_study: MakeStudy) -> None:
    slug, other = make_study(), make_study()
    (foreign,) = store.recruiting.invite(other, 1)
    first, second = store.recruiting.invite(slug, 2)
    token = begin(store, slug, invitation=first)
    for code, reason in (
        (None, Refusal.NOT_INVITED),
        (foreign, Refusal.NOT_INVITED),
        (first, Refusal.INVITATION_USED),
    ):
        assert store.recruiting.refusal(slug, {}, code) is reason
    name = state_of(store, slug, token).listener.short_id
    assert [(state.code, state.listener) for state in store.recruiting.invitations(slug)] == [
        (first, name),
        (second, None),
    ]
    store.attendances.withdraw(slug, name)
    assert store.recruiting.refusal(slug, {}, first) is None


def test_who_fails_a_check_that_is_required_is_screened_out_and_counted_apart(
    store: Store, make_study: MakeStudy
) -> None:
    slug = make_study(headphone_check=True, recruitment=Recruitment(headphones_required=True, quota=1))
    failed = begin(store, slug)
    store.listening.record_headphone_check(failed, 4)
    assert state_of(store, slug, failed).step is Step.SCREENED_OUT
    passed = begin(store, slug)
    store.listening.record_headphone_check(passed, 5)
    finish(store, slug, passed)
    progress = store.attendances.progress(slug)
    assert (progress.started, progress.completed, progress.screened_out, progress.dropped_out) == (2, 1, 1, 0)


@pytest.mark.parametrize(
    ("recruitment", "reason"),
    [
        (Recruitment(identifiers=["study"]), "cannot name an identifier"),
        (Recruitment(identifiers=["A&B"]), "cannot name an identifier"),
        (Recruitment(identifiers=["A", "A"]), "each once"),
        (Recruitment(one_per_identifier=True), "Name the identifier"),
        (Recruitment(quota=0), "at least one"),
        (Recruitment(completion_url="javascript:alert(1)"), "no web address"),
        (Recruitment(full_url="https://"), "no web address"),
        (Recruitment(completion_url="https://a.example/{PID}"), "neither {code} nor"),
        (Recruitment(headphones_required=True), "headphone check"),
        (Recruitment(completion_code="x" * 65), "at most 64"),
    ],
)
def test_unfit_settings_are_refused(store: Store, recruitment: Recruitment, reason: str) -> None:
    with pytest.raises(SurveyError, match=reason):
        store.studies.create(NewStudy(title="Unfit", recruitment=recruitment))
    slug = store.studies.create(NewStudy(title="Fit")).slug
    with pytest.raises(SurveyError, match=reason):
        store.recruiting.set(slug, recruitment)
    assert recruitment_of(store.studies.get(slug)) == Recruitment()


def test_a_completion_link_is_filled_in_and_nothing_in_it_breaks_out() -> None:
    url = "https://a.example/end?pid={PROLIFIC_PID}&cc={code}"
    assert onward_link(url, "AB-12", {"PROLIFIC_PID": "x&y=#/"}) == (
        "https://a.example/end?pid=x%26y%3D%23%2F&cc=AB-12"
    )
    assert onward_link(url, "AB-12", {}) == "https://a.example/end?pid=&cc=AB-12"
