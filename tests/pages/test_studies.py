"""The Studies page: the gate, and running a study."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import FileUploader

from gmn_core.audio.encoding import to_wav
from gmn_core.audio.recording import Recording
from gmn_core.generation.provenance import make_again
from gmn_core.genres import Genre
from pages.admin import gate
from pages.admin.throttle import Throttle
from survey_db.reporting.responses import read_machine_predictions
from survey_db.running.preregistration import preregistration_of, sheet_sha256
from survey_db.running.studies import NewStudy
from survey_db.store import Store, open_store
from tests.survey_db.material import Clock, begin, finish, six_samples, state_of

PASSWORD = "correct horse"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'survey.db'}"
    monkeypatch.setenv("GMN_DATABASE_URL", url)
    monkeypatch.setenv("GMN_ADMIN_PASSWORD", PASSWORD)
    # Its clock stands still: how fast the page answers decides nothing.
    monkeypatch.setattr(gate, "throttle", Throttle(clock=lambda: 0.0))
    store = open_store(url)
    store.clock = Clock()
    store.studies.create(NewStudy(title="The first", volume_check=False), six_samples(), open_now=True)
    yield store
    store.engine.dispose()


@pytest.fixture
def page(app: AppTest, store: Store) -> AppTest:
    """The page, with the gate open."""
    app.switch_page("pages/studies.py").run()
    app.text_input[0].input(PASSWORD)
    press(app, "Sign in")
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run(timeout=280)


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_nothing_is_shown_before_the_password(app: AppTest, store: Store) -> None:
    app.switch_page("pages/studies.py").run()
    assert labels(app) == ["Sign in"]
    assert not app.selectbox
    for _ in range(3):
        app.text_input[0].input("wrong")
        press(app, "Sign in")
    assert "That is not the password. You can try again in 1 s." in app.error[0].value
    app.text_input[0].input(PASSWORD)
    press(app, "Sign in")
    assert "was not looked at. Wait 1 s" in app.error[0].value
    assert not app.selectbox


def test_a_study_is_opened_paused_closed_and_archived(page: AppTest, store: Store) -> None:
    for label, status in (
        ("Pause", "paused"),
        ("Go on", "open"),
        ("Close", "closed"),
        ("Open again", "open"),
    ):
        press(page, label)
        assert store.studies.get("the-first").status == status
    press(page, "Archive")
    assert store.studies.all() == []
    assert "no study yet" in page.info[0].value
    page.toggle[0].set_value(True).run()
    press(page, "Take out of the archive")
    assert [study.slug for study in store.studies.all()] == ["the-first"]


def test_progress_link_and_answers_are_shown(page: AppTest, store: Store) -> None:
    finish(store, "the-first", begin(store, "the-first"))
    page.run()
    shown = {metric.label: metric.value for metric in page.metric}
    of_the_server = {"Visits connected", "Answers stored", "Work done"}
    assert of_the_server < set(shown)
    assert {
        label: value for label, value in shown.items() if label not in of_the_server and "," not in label
    } == {
        "Started": "1",
        "Listening now": "0",
        "Completed": "1",
        "Dropped out": "0",
        "Screened out": "0",
        "Answers": "6",
    }
    assert any("since this server was started" in caption.value for caption in page.caption)
    assert page.code[0].value.endswith("/survey?study=the-first")
    downloads = [button.proto.label for button in page.get("download_button")]
    assert downloads == ["Download the list (CSV)", "Download 6 answers (CSV)"]
    samples, listeners = (frame.value for frame in page.dataframe[:2])
    assert "None" not in samples.to_string()
    assert "composition" not in samples.columns, "no sample has one"
    assert listeners["answers"].tolist() == [6]


def test_a_listener_is_withdrawn_only_when_that_is_confirmed(page: AppTest, store: Store) -> None:
    token = begin(store, "the-first")
    finish(store, "the-first", token)
    code = state_of(store, "the-first", token).listener.completion_code
    name = next(text for text in page.text_input if text.label.startswith("Listener number"))
    name.input(str(code))
    press(page, "Withdraw the listener")
    assert store.attendances.progress("the-first").completed == 1
    name = next(text for text in page.text_input if text.label.startswith("Listener number"))
    name.input(str(code))
    next(box for box in page.checkbox if box.label.startswith("Delete")).check()
    press(page, "Withdraw the listener")
    assert "Deleted the listener and 6 answers." in page.success[0].value
    assert store.attendances.progress("the-first").started == 0


def music(seconds: float = 3.0, root: float = 220) -> bytes:
    """A loud chord, longer and louder than the study wants it."""
    time = np.arange(round(seconds * 44_100)) / 44_100
    wave = sum(0.25 * np.sin(2 * np.pi * pitch * time) for pitch in (root, 277, 330))
    return to_wav(Recording(np.stack([wave, wave], axis=1).astype(np.float32), 44_100))


def audio_uploader(app: AppTest) -> FileUploader:
    return next(uploader for uploader in app.file_uploader if uploader.label == "Audio")


def upload(
    app: AppTest, genre: str, seconds: float | None = None, *, root: float = 220, cut: bool = True
) -> None:
    audio_uploader(app).set_value([("rock.wav", music(root=root), "audio/wav")])
    next(box for box in app.checkbox if box.label.startswith("Cut what is longer")).set_value(cut)
    next(box for box in app.selectbox if box.label == "Its genre").select(genre)
    if seconds is not None:
        app.number_input(key="upload-seconds").set_value(seconds)
    press(app, "Add")


def test_a_study_is_made_filled_with_uploads_and_control_items_and_opened(
    page: AppTest, store: Store
) -> None:
    page.text_input[0].input("My own")
    press(page, "Create the study")
    assert not page.exception
    upload(page, "rock", seconds=2.0)
    upload(page, "jazz", root=233)
    assert not page.error
    press(page, "Add random notes as a low anchor")
    press(page, "Repeat it")
    samples = store.samples.all("my-own")
    assert [sample.label for sample in samples] == ["Sample 1", "Sample 2", "Low anchor 1", "Repeat 1"]
    assert samples[0].settings == {
        "source": "upload",
        "file": "rock.wav",
        "sha256": hashlib.sha256(music()).hexdigest(),
        "prepared": {"seconds": 2.0, "loudness_lufs": -16.0},
    }
    assert all(abs(sample.media.loudness + 16) < 0.5 for sample in samples)
    assert all(abs(sample.media.seconds - 2) < 0.05 for sample in samples)
    predictions = read_machine_predictions(store, store.studies.get("my-own").id)
    assert set(predictions["sample"]) == {"Sample 1", "Sample 2", "Low anchor 1"}
    press(page, "Remove Sample 1")
    assert [sample.label for sample in store.samples.all("my-own")] == ["Sample 2", "Low anchor 1"]
    press(page, "Open to listeners")
    assert store.studies.get("my-own").status == "open"
    assert not any(label.startswith(("Remove", "Add")) for label in labels(page))


def test_an_upload_names_its_system_and_composition(page: AppTest, store: Store) -> None:
    page.text_input[0].input("Two bands")
    press(page, "Create the study")
    next(text for text in page.text_input if text.label.startswith("System")).input("Players")
    next(box for box in page.selectbox if box.label == "Kind of system").select("people")
    next(text for text in page.text_input if text.label.startswith("Composition")).input("tune 1")
    upload(page, "rock", seconds=2.0)
    assert not page.error
    (sample,) = store.samples.all("two-bands")
    assert sample.system is not None
    assert (sample.system.name, sample.system.kind, sample.composition) == ("Players", "people", "tune 1")


def test_samples_come_from_the_generator_and_from_the_generate_page(page: AppTest, store: Store) -> None:
    page.text_input[0].input("Generated")
    press(page, "Create the study")
    page.multiselect(key="generate-genres").select(Genre.ROCK)
    page.number_input(key="generate-seconds").set_value(10.0)
    press(page, "Generate and add")
    page.switch_page("pages/generate.py").run()
    page.slider(key="seconds").set_value(10)
    page.selectbox(key="blend").select("Disco").run()
    page.slider(key="share").set_value(95)
    press(page, "Generate")
    press(page, "Add")
    assert page.success[0].value == "Added as Sample 2."
    first, second = store.samples.all("generated")
    # Nineteen parts disco and one part blues is disco.
    assert (first.intended_genre, second.intended_genre) == ("rock", "disco")
    assert all(sample.settings["source"] == "generated" for sample in (first, second))
    assert first.settings["request"]["seed"] == 1
    assert first.settings.keys() == second.settings.keys()
    assert make_again(second.settings).request.blend is Genre.DISCO
    assert abs(first.media.seconds - second.media.seconds) < 0.05
    predictions = read_machine_predictions(store, store.studies.get("generated").id)
    assert predictions["sample"].value_counts().to_dict() == {"Sample 1": 3, "Sample 2": 3}


def test_whoever_adds_a_blend_of_equal_parts_says_which_genre_counts(page: AppTest, store: Store) -> None:
    page.text_input[0].input("Blends")
    press(page, "Create the study")
    page.switch_page("pages/generate.py").run()
    page.slider(key="seconds").set_value(10)
    page.selectbox(key="blend").select("Disco").run()
    press(page, "Generate")
    assert next(button for button in page.button if button.label == "Add").disabled
    page.radio[0].set_value(Genre.BLUES).run()
    press(page, "Add")
    (sample,) = store.samples.all("blends")
    assert sample.intended_genre == "blues"
    assert sample.settings["request"]["blend_weight"] == 0.5


def test_what_cannot_be_done_is_said_in_one_sentence(page: AppTest, store: Store) -> None:
    press(page, "Create the study")
    assert page.error[0].value == "A study needs a title."
    page.text_input[0].input("Empty")
    press(page, "Create the study")
    opening = next(button for button in page.button if button.label == "Open to listeners")
    assert opening.disabled
    assert "A study without a sample cannot be opened" in page.info[0].value
    upload(page, "rock", seconds=30.0)
    assert page.error[0].value == "The audio lasts 3.0 s; the study's samples last 30.0 s."


def test_audio_that_is_too_long_is_cut_only_when_that_is_asked_for(page: AppTest, store: Store) -> None:
    page.text_input[0].input("Long")
    press(page, "Create the study")
    upload(page, "rock", seconds=2.0, cut=False)
    assert "is longer than 2 s" in page.error[0].value
    assert store.samples.all("long") == []
    upload(page, "rock", seconds=2.0)
    assert not page.error
    upload(page, "jazz")
    assert "has this audio already, as Sample 1" in page.error[0].value


def test_generating_again_makes_another_piece_and_a_practice_clip_has_one_genre(
    page: AppTest, store: Store
) -> None:
    page.text_input[0].input("Again")
    press(page, "Create the study")
    page.multiselect(key="generate-genres").select(Genre.ROCK).select(Genre.JAZZ)
    page.number_input(key="generate-seconds").set_value(10.0)
    practice = next(box for box in page.checkbox if box.label == "It is the practice clip")
    practice.check()
    press(page, "Generate and add")
    assert "one practice clip" in page.error[0].value
    assert store.samples.all("again") == []
    next(box for box in page.checkbox if box.label == "It is the practice clip").uncheck()
    page.multiselect(key="generate-genres").unselect(Genre.JAZZ)
    press(page, "Generate and add")
    press(page, "Generate and add")
    first, second = store.samples.all("again")
    assert [sample.settings["request"]["seed"] for sample in (first, second)] == [1, 2]
    assert first.media_sha256 != second.media_sha256


def test_a_draft_is_changed_and_an_opened_study_shown_as_fixed(page: AppTest, store: Store) -> None:
    title = page.text_input(key="title-of-the-first")
    assert title.disabled
    assert any("fixed since the study was opened" in text.value for text in page.caption)
    page.text_input(key="title-of-the-first")
    duplicate = next(box for box in page.text_input if box.label == "Title of the duplicate")
    duplicate.input("The second")
    press(page, "Duplicate the study")
    assert page.selectbox(key="study").value == "the-second"
    page.text_input(key="title-of-the-second").input("Second thoughts")
    press(page, "Save the settings")
    assert store.studies.get("the-second").title == "Second thoughts"
    press(page, "Later")
    assert [sample.label for sample in store.samples.all("the-second")][:2] == ["Sample 2", "Sample 1"]
    next(box for box in page.text_input if box.label == "Its name in the results").input("First of all")
    press(page, "Rename it")
    assert store.samples.all("the-second")[1].label == "First of all"
    assert store.samples.all("the-first")[0].label == "Sample 1"


def test_a_plan_is_written_before_a_study_is_opened_and_fixed_after(page: AppTest, store: Store) -> None:
    store.editing.duplicate("the-first", "Planned")
    page.run()
    page.selectbox(key="study").select("planned").run()
    page.text_area(key="hypotheses-planned").input("More than blind.")
    press(page, "Save the plan")
    plan = preregistration_of(store.studies.get("planned"))
    assert plan.hypotheses == "More than blind."
    assert sheet_sha256("Planned", plan) in [code.value for code in page.code]
    press(page, "Open to listeners")
    assert page.text_area(key="hypotheses-planned").disabled
