"""The Survey page, as far as it can be driven without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, select
from streamlit.testing.v1 import AppTest

from pages.shared.survey_store import the_store
from survey_db.reporting.responses import read_responses
from survey_db.running.questions import Question
from survey_db.running.recruitment import Recruitment, Refusal
from survey_db.running.samples import NewSample
from survey_db.running.studies import NewStudy
from survey_db.running.words import StudyWords
from survey_db.schema import Listener
from survey_db.store import Store, open_store
from tests.survey_db.material import SIX_GENRES, six_samples, tone
from tests.survey_db.material import begin as begin_elsewhere


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'survey.db'}"
    monkeypatch.setenv("GMN_DATABASE_URL", url)
    store = open_store(url)
    yield store
    store.engine.dispose()


def make(store: Store, *more: NewSample, **settings: object) -> str:
    new = NewStudy(**{"title": "A study", "volume_check": False, "require_full_hearing": False, **settings})
    samples = six_samples([genre for genre in SIX_GENRES if genre in new.genres])
    return store.studies.create(new, [*samples, *more], open_now=True).slug


def preview(app: AppTest, monkeypatch: pytest.MonkeyPatch, slug: str, key: str) -> AppTest:
    """Come by a preview link, which leaves its key in a cookie."""
    monkeypatch.setattr("pages.guard.keep.cookies", lambda: {f"preview-{slug}": key})
    return visit(app, study=slug, preview="1")


def visit(app: AppTest, **query: str) -> AppTest:
    app.switch_page("pages/survey.py")
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def begin(app: AppTest) -> None:
    assert app.button[0].disabled
    app.checkbox[0].check().run()
    app.button[0].click().run()


def answer(app: AppTest, genre: str, rating: int) -> None:
    """Answer the clip on the screen and go on."""
    assert app.button[0].disabled
    app.pills[0].select(genre).run()
    assert app.button[0].disabled
    app.segmented_control[0].select(rating).run()
    app.button[0].click().run()


def texts(app: AppTest) -> str:
    return " ".join(element.value for element in (*app.title, *app.markdown, *app.caption, *app.info))


def test_a_listener_goes_from_consent_to_the_completion_code(app: AppTest, store: Store) -> None:
    slug = make(store)
    visit(app, study=slug)
    assert app.title[0].value == "A study"
    app.selectbox[0].select("3_to_10")
    app.selectbox[1].select("loudspeakers")
    begin(app)
    for rating in range(1, 7):
        answer(app, "rock", rating)
        assert not app.exception
    assert app.title[0].value == "Thank you!"
    (attendance,) = store.attendances.all(slug)
    assert app.code[0].value == attendance.completion_code
    assert [metric.value for metric in app.metric] == ["1 of 6", "1.0 of 6"]
    frame = read_responses(store, store.studies.get(slug).id)
    assert frame["rating"].tolist() == [1, 2, 3, 4, 5, 6]
    assert set(frame["musical_training"]) == {"3_to_10"}
    assert set(frame["device"]) == {"loudspeakers"}
    assert not frame["is_test"].any()


def test_a_click_on_next_waits_for_the_disk_once(app: AppTest, store: Store) -> None:
    slug = make(store)
    visit(app, study=slug)
    begin(app)
    commits: list[object] = []
    event.listen(the_store().engine, "commit", commits.append)
    answer(app, "rock", 5)
    app.run()  # the next clip was put before the listener together with the answer
    assert len(commits) == 1
    assert sum(store.attendances.progress(slug).answers.values()) == 1


def test_only_the_genres_of_the_study_are_offered_and_none_is_chosen(app: AppTest, store: Store) -> None:
    visit(app, study=make(store, genres=("rock", "hiphop")))
    begin(app)
    assert app.pills[0].options == ["Hip hop", "Rock"]
    assert app.pills[0].value is None
    assert app.segmented_control[0].options == [str(rating) for rating in range(1, 11)]
    assert app.segmented_control[0].value is None


def test_where_full_hearing_is_demanded_answers_alone_do_not_open_the_way(app: AppTest, store: Store) -> None:
    visit(app, study=make(store, require_full_hearing=True))
    begin(app)
    app.pills[0].select("rock").run()
    app.segmented_control[0].select(5).run()
    assert app.button[0].disabled


def test_the_practice_clip_is_not_stored(app: AppTest, store: Store) -> None:
    practice = NewSample(audio=tone(990), intended_genre="pop", practice=True)
    slug = make(store, practice)
    visit(app, study=slug)
    begin(app)
    assert app.title[0].value == "Practice"
    answer(app, "rock", 5)
    assert not app.title
    assert read_responses(store, store.studies.get(slug).id).empty


def test_a_preview_is_marked_as_a_test_and_works_in_draft(
    app: AppTest, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = store.studies.create(
        NewStudy(title="Draft", volume_check=False, require_full_hearing=False), six_samples()
    ).slug
    preview(app, monkeypatch, slug, store.studies.get(slug).preview_key)
    assert "preview" in app.info[0].value
    begin(app)
    answer(app, "jazz", 2)
    assert "(test)" in texts(app)
    assert read_responses(store, store.studies.get(slug).id)["is_test"].tolist() == [True]


@pytest.mark.parametrize("key", ["", "wrong", "schlüssel"])
def test_a_wrong_preview_key_says_so_and_starts_nobody(
    app: AppTest, store: Store, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    slug = make(store)
    preview(app, monkeypatch, slug, key)
    assert "This preview link is not valid" in app.error[0].value
    assert not app.info
    assert not app.checkbox
    assert not store.attendances.all(slug)


def test_a_preview_of_a_closed_study_takes_its_answers(
    app: AppTest, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug = make(store)
    store.studies.set_status(slug, "closed")
    preview(app, monkeypatch, slug, store.studies.get(slug).preview_key)
    begin(app)
    for rating in range(1, 7):
        answer(app, "rock", rating)
    assert app.title[0].value == "Thank you!"
    assert read_responses(store, store.studies.get(slug).id)["is_test"].tolist() == [True] * 6


@pytest.mark.parametrize(("status", "title"), [("paused", "is paused"), ("closed", "is closed")])
def test_a_paused_or_closed_study_says_so(app: AppTest, store: Store, status: str, title: str) -> None:
    slug = make(store)
    store.studies.set_status(slug, status)
    visit(app, study=slug)
    assert title in app.title[0].value
    assert not app.button


def test_a_listener_of_a_study_that_is_paused_is_asked_to_come_back(app: AppTest, store: Store) -> None:
    slug = make(store)
    visit(app, study=slug)
    begin(app)
    store.studies.set_status(slug, "paused")
    app.run()
    assert "is paused" in app.title[0].value
    store.studies.set_status(slug, "open")
    app.run()
    assert app.pills


def test_the_next_listener_on_a_device_starts_anew(app: AppTest, store: Store) -> None:
    slug = make(store)
    visit(app, study=slug)
    begin(app)
    for _ in range(6):
        answer(app, "rock", 5)
    app.button[0].click().run()
    assert app.title[0].value == "A study"
    begin(app)
    assert store.attendances.progress(slug).started == 2


def test_an_unknown_study_is_reported(app: AppTest, store: Store) -> None:
    make(store)
    visit(app, study="nowhere")
    assert "no study “nowhere”" in app.error[0].value


def test_a_database_that_cannot_be_used_is_reported_without_its_place(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "survey.db").write_text("This is no database. " * 100)
    monkeypatch.setenv("GMN_DATABASE_URL", f"sqlite:///{tmp_path / 'survey.db'}")
    visit(app, study="any")
    assert not app.exception
    assert app.error[0].value == "The survey's database cannot be used; the server's log says why."
    assert str(tmp_path) in caplog.text


def test_a_title_is_no_markup(app: AppTest, store: Store) -> None:
    slug = make(store, title="![x](http://a.b/c)")
    assert visit(app).subheader[0].value == r"!\[x\](http\://a.b/c)"
    visit(app, study=slug)
    assert app.title[0].value == r"!\[x\](http\://a.b/c)"


def test_a_change_that_arrives_together_with_the_click_is_what_is_stored(app: AppTest, store: Store) -> None:
    slug = make(store)
    visit(app, study=slug)
    begin(app)
    app.pills[0].select("rock").run()
    app.segmented_control[0].select(5).run()
    app.segmented_control[0].select(9)
    app.text_input[0].input("Typed last.")
    app.button[0].click().run()
    frame = read_responses(store, store.studies.get(slug).id)
    assert frame[["rating", "comment"]].to_numpy().tolist() == [[9, "Typed last."]]


def test_a_study_in_two_languages_is_read_answered_and_ended_in_the_one_that_was_chosen(
    app: AppTest, store: Store
) -> None:
    words = [
        StudyWords(organiser="Ada Lovelace", contact="ada@example.org"),
        StudyWords(language="de", title="Was hören Sie?", debriefing="Das war *alles*."),
    ]
    slug = make(store, words=words)
    visit(app, study=slug)
    assert "**Who runs this study**: Ada Lovelace" in texts(app)
    app.segmented_control[0].select("de").run()
    assert app.title[0].value == "Was hören Sie?"
    assert app.checkbox[0].label == "Ich habe dies gelesen und nehme teil."
    begin(app)
    assert app.header[0].value == "Hörbeispiel 1 von 6"
    assert app.pills[0].options[1] == "Klassik"
    for rating in range(1, 7):
        answer(app, "rock", rating)
    assert app.title[0].value == "Vielen Dank!"
    assert "Das war *alles*." in texts(app)
    frame = read_responses(store, store.studies.get(slug).id)
    assert set(frame["language"]) == {"de"}
    (consent,) = store.wordings.consents(slug)
    assert consent.text.startswith("# Was hören Sie?")
    assert consent.text.endswith("[x] Ich habe dies gelesen und nehme teil.")
    assert set(frame["consent_version"]) == {consent.sha256[:12]}


def test_what_is_missing_is_said_until_nothing_is(app: AppTest, store: Store) -> None:
    visit(app, study=make(store, require_full_hearing=True))
    begin(app)
    assert "Still to do: hear the clip to its end, choose a genre, choose a rating." in texts(app)
    app.pills[0].select("rock").run()
    app.segmented_control[0].select(5).run()
    assert "Still to do: hear the clip to its end." in texts(app)


def test_a_tab_that_another_one_has_overtaken_is_told(app: AppTest, store: Store) -> None:
    slug = make(store)
    visit(app, study=slug)
    begin(app)
    (listener,) = store.attendances.all(slug)
    with store.reading() as session:
        token = session.scalar(select(Listener.token).where(Listener.short_id == listener.short_id))
    item = store.listening.state(slug, token).item
    store.listening.answer(token, item.sample_id, guess="rock", rating=5)
    app.pills[0].select("jazz").run()
    assert app.header[0].value == "Clip 2 of 6"
    assert "in another tab" in app.warning[0].value
    answer(app, "rock", 3)
    assert not app.warning


def test_a_listener_from_a_platform_is_sent_back_with_the_code(app: AppTest, store: Store) -> None:
    recruitment = Recruitment(
        identifiers=["PROLIFIC_PID"],
        one_per_identifier=True,
        completion_code="C1A2",
        completion_url="https://a.example/?cc={code}&pid={PROLIFIC_PID}",
    )
    slug = make(store, recruitment=recruitment)
    visit(app, study=slug)
    assert "lacks your ID" in app.info[0].value
    assert not app.checkbox
    visit(app, study=slug, PROLIFIC_PID="p 1")
    assert "the ID that your link carries" in texts(app)
    begin(app)
    for rating in range(1, 7):
        answer(app, "rock", rating)
    assert app.code[0].value == "C1A2"
    (link,) = app.get("link_button")
    assert link.proto.url == "https://a.example/?cc=C1A2&pid=p%201"
    assert store.attendances.all(slug)[0].identifiers == {"PROLIFIC_PID": "p 1"}
    assert store.recruiting.refusal(slug, {"PROLIFIC_PID": "p 1"}, None) is Refusal.TAKEN


def test_who_comes_too_late_is_sent_on(app: AppTest, store: Store) -> None:
    slug = make(store, recruitment=Recruitment(quota=1, full_url="https://a.example/full"))
    begin_elsewhere(store, slug)
    visit(app, study=slug)
    assert "all the people it needs" in app.info[0].value
    assert app.get("link_button")[0].proto.url == "https://a.example/full"


def test_who_is_screened_out_goes_no_further(app: AppTest, store: Store) -> None:
    recruitment = Recruitment(headphones_required=True, screen_out_url="https://a.example/out")
    slug = make(store, headphone_check=True, recruitment=recruitment)
    visit(app, study=slug)
    begin(app)
    (listener,) = store.attendances.all(slug)
    with store.reading() as session:
        token = session.scalar(select(Listener.token).where(Listener.short_id == listener.short_id))
    store.listening.record_headphone_check(token, 2)
    app.run()
    assert app.title[0].value == "Thank you for your interest"
    assert app.get("link_button")[0].proto.url == "https://a.example/out"


def test_questions_of_the_study_are_asked_before_the_clips_and_after_them(app: AppTest, store: Store) -> None:
    questions = [
        Question(
            name="home",
            text={"en": "Where do you live?", "de": "Wo leben Sie?"},
            options={"en": ["1. Here", "Elsewhere"], "de": ["Hier", "Anderswo"]},
            required=True,
        ),
        Question(name="age", text={"en": "How old are you?"}, kind="number"),
        Question(name="check", text={"en": "Choose 2."}, kind="scale", moment="after", expected=2),
        Question(name="remark", text={"en": "Anything else?"}, kind="text", moment="after"),
    ]
    visit(app, study=make(store, genres=("blues", "rock"), questions=questions, cannot_tell=True))
    begin(app)
    assert app.title[0].value == "First, a few questions"
    assert app.radio[0].label == r"Where do you live? \*"
    assert app.radio[0].options == [r"1\. Here", "Elsewhere"]
    assert app.button[0].disabled
    assert "Questions still to answer: 1." in texts(app)
    app.number_input[0].set_value(41).run()
    app.radio[0].set_value(2).run()
    app.button[0].click().run()
    assert app.pills[0].options == ["Blues", "Rock", "None of these, or I cannot tell"]
    for genre in (*["cannot_tell"] * 5, "rock"):
        answer(app, genre, 5)
    assert app.title[0].value == "Last, a few questions"
    app.text_area[0].input("Nice").run()
    app.segmented_control[0].select(2).run()
    app.button[0].click().run()
    assert not app.exception
    assert app.title[0].value == "Thank you!"
    assert "None of these" in str(app.dataframe[0].value.to_dict())
    with store.reading() as session:
        (listener,) = session.scalars(select(Listener))
    assert listener.questionnaire == {"home": 2, "age": 41, "check": 2, "remark": "Nice"}
