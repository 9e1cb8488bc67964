"""The Results page, on the reconstruction of the published study."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from survey_db.running.studies import NewStudy
from survey_db.statistics.printing import percent
from survey_db.statistics.published import PUBLISHED
from survey_db.store import Store, open_store
from tests.pages.signing_in import sign_in
from tests.survey_db.material import begin, six_samples, state_of
from tests.survey_db.published_store import store_published_study

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A closed study, another like it with higher ratings, an open one, one nobody answered, a draft."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('results') / 'survey.db'}")
    store_published_study(store)
    store_published_study(store, slug="higher", title="Higher ratings", shift=2)
    store_published_study(store, slug="running", title="Still running", status="open")
    store.studies.create(NewStudy(title="Unanswered", slug="unanswered"), six_samples())
    store.studies.set_status("unanswered", "open")
    store.studies.create(NewStudy(title="Not begun", slug="draft"), six_samples())
    return store


@pytest.fixture(scope="module", autouse=True)
def environment(store: Store) -> Iterator[None]:
    """The app on that database; what it computed is kept from test to test, as from visitor to visitor."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GMN_DATABASE_URL", store.engine.url.render_as_string(hide_password=False))
        patch.setenv("GMN_ADMIN_PASSWORD", PASSWORD)
        yield


@pytest.fixture
def results(app: AppTest) -> AppTest:
    """The app on the Results page of the closed study, run once."""
    return show(app, "published")


def show(app: AppTest, slug: str) -> AppTest:
    app.query_params["of"] = slug
    app.switch_page("pages/results.py").run()
    assert not app.exception
    return app


def choose(app: AppTest, label: str, choice: str) -> AppTest:
    (box,) = (box for box in app.selectbox if box.label == label)
    box.select(next(option for option in box.options if option.startswith(choice))).run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption, *app.info))


def test_headline_stands_beside_the_published_study(results: AppTest) -> None:
    assert [(metric.label, metric.value) for metric in results.metric] == [
        ("Mean rating", "6.17 ± 2.30"),
        ("Genres guessed right", percent(63 / 192, 2)),
        ("Best: Sample 4, Hip hop", percent(25 / 32)),
        ("Worst: Sample 5, Rock", percent(1 / 32)),
    ]
    assert PUBLISHED.sentence() in texts(results)
    assert "192 answers of 32 listeners" in texts(results)
    assert "25 of 32" in texts(results)


def test_every_part_is_there_with_its_charts_and_tables(results: AppTest) -> None:
    assert len(results.header) == 12 + 2
    assert len(results.get("plotly_chart")) == 7
    assert len(results.expander) == 7
    assert "32 people agreed to take part; 32 count" in texts(results)
    assert "6 clips, 1.0 to 1.0 s long" in texts(results)
    assert len([part for part in results.html if "wide-table" in part.value]) >= 6 + 5
    assert "Yes, listeners can hear it. 63 of 192 guesses" in texts(results)
    assert PUBLISHED.what_it_shows() in texts(results)
    assert "Listeners beside the CNN trained on GTZAN: only listeners are right on" in texts(results)


def test_filters_change_what_counts(results: AppTest) -> None:
    results.date_input[0].set_value((date(2020, 3, 2), date(2020, 3, 3))).run()
    assert not results.exception
    assert "An interval over listeners needs at least 12 of them, not 8." in texts(results)
    results.toggle[0].set_value(True).run()
    results.toggle[1].set_value(True).run()
    assert not results.exception


def test_half_a_range_of_days_counts_all(results: AppTest) -> None:
    results.date_input[0].set_value((date(2020, 3, 3),)).run()
    assert not results.exception
    assert results.metric[0].value == "6.17 ± 2.30"


def test_drafts_are_not_offered_and_closed_studies_come_first(results: AppTest) -> None:
    options = results.selectbox[0].options
    assert not any("Not begun" in option for option in options)
    assert [option.endswith("(closed)") for option in options] == [True, True, False, False]


def test_an_unanswered_study_says_so_and_shows_a_marked_example(results: AppTest) -> None:
    choose(results, "Study", "Unanswered")
    assert "Nobody has answered yet." in results.info[0].value
    assert "an example, which no listener gave" in results.info[0].value
    assert results.metric[0].value == "6.17 ± 2.30"
    assert PUBLISHED.sentence() in texts(results)
    assert results.query_params["of"] == "unanswered"
    names = [button.label for button in results.get("download_button")]
    assert all(name.endswith(".csv") for name in names), "no report of answers that nobody gave"


def test_a_running_study_is_shown_to_its_administrators_alone(results: AppTest) -> None:
    choose(results, "Study", "Still running")
    assert "shown to everyone once it is closed" in texts(results)
    assert not results.metric
    assert not results.get("plotly_chart")
    results.text_input[0].input(PASSWORD)
    results.button[0].click().run()
    assert not results.exception
    assert results.metric[0].value == "6.17 ± 2.30"


def test_responses_are_for_administrators(results: AppTest) -> None:
    def offered() -> set[str]:
        return {button.proto.label for button in results.get("download_button")}

    assert {"Report with figures and methods (HTML)", "All statistics (JSON)"} <= offered()
    assert "Responses (CSV)" not in offered()
    sign_in(results)
    results.run()
    assert {"Responses (CSV)", "Responses (Parquet)", "Data dictionary (CSV)"} <= offered()


def test_two_studies_are_compared(results: AppTest) -> None:
    choose(results, "Second study", "Higher ratings")
    assert len(results.get("plotly_chart")) == 9
    assert "Mean rating: 6.17 in “Reconstruction”, " in texts(results)
    (box,) = (box for box in results.selectbox if box.label == "Second study")
    assert not any("Still running" in option for option in box.options)


def test_a_rerun_computes_nothing_again(results: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    from survey_db.reporting.results import StudyData

    computed = []
    original = StudyData.summarise
    monkeypatch.setattr(
        StudyData, "summarise", lambda self, filters: computed.append(filters) or original(self, filters)
    )
    results.run()
    assert computed == []
    results.toggle[0].set_value(True).run()
    assert len(computed) == 1


def test_no_study_at_all(app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = open_store(f"sqlite:///{tmp_path / 'survey.db'}")
    empty.studies.create(NewStudy(title="Not begun", slug="draft"), six_samples())
    monkeypatch.setenv("GMN_DATABASE_URL", empty.engine.url.render_as_string(hide_password=False))
    app.switch_page("pages/results.py").run()
    assert not app.exception
    assert "No study has been opened yet" in app.info[0].value


def test_filters_that_leave_no_answer_say_so(app: AppTest, store: Store) -> None:
    new = NewStudy(title="Broken off", slug="broken", volume_check=False, require_full_hearing=False)
    store.studies.create(new, six_samples(), open_now=True)
    token = begin(store, "broken")
    item = state_of(store, "broken", token).item
    assert item is not None
    store.listening.answer(token, item.sample_id, guess="rock", rating=5)
    store.studies.set_status("broken", "closed")
    page = show(app, "broken")
    assert page.metric[0].value == "5.00"
    page.toggle[0].set_value(True).run()
    assert "None of the answers passes these filters (complete sessions only)" in page.warning[0].value
    assert not page.metric
