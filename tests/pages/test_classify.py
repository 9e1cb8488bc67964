"""The Classify page."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

import gmn_core.models.card as card_module
from gmn_core.classification.gtzan_cnn.model import GenreCnn
from gmn_core.genres import Genre
from gmn_core.models.card import MODELS_DIR, intact_model_dir
from pages.shared import classifiers, work
from pages.workers import tasks
from tests.pages.tables import tables


@pytest.fixture
def app(app: AppTest) -> AppTest:
    """The app on its Classify page."""
    return app.switch_page("pages/classify.py")


@pytest.fixture(scope="module")
def wav() -> bytes:
    wave = 0.3 * np.sin(2 * np.pi * 330 * np.arange(3 * 22_050) / 22_050)
    file = io.BytesIO()
    soundfile.write(file, wave, 22_050, format="WAV")
    return file.getvalue()


def test_the_empty_page_says_what_to_do(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert app.title[0].value == "Classify"
    assert "Upload or record some music to begin" in app.info[0].value


def test_files_that_this_server_no_longer_has_are_asked_for_again(app: AppTest) -> None:
    state = WidgetState(id=app.run().file_uploader[0].proto.id)
    state.file_uploader_state_value.uploaded_file_info.add(file_id="of before a restart", name="tone.wav")
    app._run(WidgetStates(widgets=[state]))
    assert not app.exception
    assert "Upload or record some music to begin" in app.info[0].value


NAMES = ["Pretrained CNN", "CNN trained on GTZAN", "k-NN on 57 descriptors"]


def upload(app: AppTest, name: str, data: bytes) -> AppTest:
    return app.file_uploader[0].set_value([(name, data, "audio/wav")]).run()


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def test_one_file_gets_one_verdict_then_why_then_the_classifiers(app: AppTest, wav: bytes) -> None:
    upload(app.run(), "tone.wav", wav)
    assert not app.exception
    assert not app.error
    assert app.caption[0].value == "tone.wav"
    assert app.header[0].value == "Probably not music"
    assert [heading.value for heading in app.subheader] == ["Why", "Each classifier's answer"]
    assert [metric.label for metric in app.metric] == NAMES, "the best first"
    assert "On 290 test recordings by artists that none of them had heard" in texts(app)
    assert len(app.get("plotly_chart")) == 3
    assert len(tables(app)[0]) == 5, "the clips that voted"


def test_a_recording_of_a_known_genre_is_an_example_and_credited(app: AppTest) -> None:
    app.run()
    app.segmented_control[0].set_value("Example").run()
    assert not app.exception
    assert "“Chaos God” by Muldjord" in texts(app)
    assert "creativecommons.org/licenses/by-sa/3.0" in texts(app)
    assert app.header[0].value == "Metal"
    assert "% sure. When it was about as sure in the test, it was right" in texts(app)


def test_a_piece_by_the_generator_is_an_example(app: AppTest) -> None:
    app.run()
    app.segmented_control[0].set_value("Example").run()
    app.selectbox[0].select(Genre.REGGAE).run()
    assert not app.exception
    assert "reggae-1.ogg" in texts(app)
    assert "asked for reggae" in texts(app)


def test_a_file_is_still_there_after_a_visit_to_another_page_until_it_is_removed(
    app: AppTest, wav: bytes
) -> None:
    upload(app.run(), "tone.wav", wav)
    app.switch_page("pages/models.py").run()
    app.switch_page("pages/classify.py").run()
    assert "Still here from before: tone.wav." in texts(app)
    assert len(app.metric) == 3
    next(button for button in app.button if button.label == "Remove").click().run()
    assert not app.metric
    assert "Upload or record some music to begin" in app.info[0].value


def test_what_the_uploader_lets_go_of_is_gone(app: AppTest, wav: bytes) -> None:
    upload(app.run(), "tone.wav", wav)
    app.file_uploader[0].set_value([]).run()
    assert not app.metric


def test_what_is_not_music_is_reported(app: AppTest, wav: bytes) -> None:
    app.run()
    app.file_uploader[0].set_value([("tone.wav", wav, "audio/wav")]).run()
    assert ["steady" in warning.value for warning in app.warning] == [True]
    assert any("It lasts only 3 s." in shown.value for shown in app.markdown)


def test_a_network_is_explained_on_request(app: AppTest, wav: bytes) -> None:
    app.run()
    app.file_uploader[0].set_value([("tone.wav", wav, "audio/wav")]).run()
    app.toggle[0].set_value(True).run()
    app.segmented_control[1].set_value(None).run()  # no browser lets go of it
    assert not app.exception
    app.segmented_control[1].set_value("cnn").run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 4
    assert "What spoke most for" in texts(app)
    assert "was silenced in turn" in texts(app)


def test_a_bad_file_gets_one_sentence(app: AppTest) -> None:
    app.run()
    app.file_uploader[0].set_value([("report.wav", b"%PDF-1.7 and so on", "audio/wav")]).run()
    assert not app.exception
    assert [error.value for error in app.error] == ["report.wav: This is a PDF document, not an audio file."]
    assert not app.metric


def test_several_files_give_a_table_and_the_bad_one_stops_nothing(app: AppTest, wav: bytes) -> None:
    app.run()
    files = [("a.wav", wav, "audio/wav"), ("b.wav", b"", "audio/wav"), ("c.wav", wav, "audio/wav")]
    app.file_uploader[0].set_value(files).run()
    assert not app.exception
    table = app.dataframe[0].value
    assert list(table.columns) == ["File", "Length", "Verdict", "Sure", "Others agree", "Note"]
    assert list(table["File"]) == ["a.wav", "b.wav", "c.wav"]
    assert list(table["Note"].fillna("")) == ["", "The file is empty.", ""]
    assert list(table["Length"].fillna("")) == ["0:03", "", "0:03"]
    assert table["Verdict"].notna().tolist() == [True, False, True]
    app.selectbox[0].select(1).run()
    assert app.error[0].value == "b.wav: The file is empty."


class NoWorkers:
    """Has all work done in this process."""

    def do(self, function: Callable[..., object], *arguments: object, **_: object) -> object:
        return function(lambda share: None, *arguments)


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the shipped models that may be damaged."""
    shutil.copytree(MODELS_DIR, tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(card_module, "MODELS_DIR", tmp_path)
    # A worker would not know of the copy.
    monkeypatch.setattr(work, "worker_pool", NoWorkers)

    def forget() -> None:
        intact_model_dir.cache_clear()
        vars(GenreCnn)["shipped"].__func__.cache_clear()
        tasks.loaded.cache_clear()
        classifiers.loaded_classifiers.cache.clear()

    forget()
    yield tmp_path
    forget()


@pytest.mark.parametrize(
    ("damaged", "left"),
    [
        ("knn_descriptors/model.npz", ["Pretrained CNN", "CNN trained on GTZAN"]),
        ("cnn/network.onnx", ["k-NN on 57 descriptors"]),
    ],
)
def test_a_damaged_classifier_is_named_and_the_others_answer(
    app: AppTest, wav: bytes, models: Path, damaged: str, left: list[str]
) -> None:
    (models / damaged).write_bytes(b"damaged")
    app.run()
    name, file = damaged.split("/")
    uploads = [(f"{letter}.wav", wav, "audio/wav") for letter in "ab"]
    app.file_uploader[0].set_value(uploads).run()
    assert not app.exception
    assert not app.error
    assert f"The model {name} is damaged: {file} is not the file" in app.warning[0].value
    assert str(models) not in app.warning[0].value
    assert [metric.label for metric in app.metric] == left
    assert list(app.dataframe[0].value["Others agree"].str[-1]) == [str(len(left) - 1)] * 2


def test_without_any_classifier_the_page_says_so(app: AppTest, wav: bytes, models: Path) -> None:
    for name in ("knn_descriptors", "cnn", "cnn_pretrained"):
        (models / name / "card.json").unlink()
    app.run()
    app.file_uploader[0].set_value([("a.wav", wav, "audio/wav")]).run()
    assert not app.exception
    assert len(app.warning) == 3
    assert app.error[0].value == "No classifier can be used."


def test_a_file_name_is_no_markup(app: AppTest, wav: bytes) -> None:
    app.run()
    app.file_uploader[0].set_value([("![x](http://a.b/c.png).wav", wav, "audio/wav")]).run()
    assert app.caption[0].value == r"!\[x\](http\://a.b/c.png).wav"
    app.file_uploader[0].set_value([("![x](http://a.b/c.png).wav", b"", "audio/wav")]).run()
    assert app.error[0].value == r"!\[x\](http\://a.b/c.png).wav: The file is empty."
