"""The Classify page."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile
from streamlit.testing.v1 import AppTest


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
    assert "Choose a file" in app.info[0].value


def test_one_file_gets_a_verdict(app: AppTest, wav: bytes) -> None:
    app.run()
    app.file_uploader[0].set_value([("tone.wav", wav, "audio/wav")]).run()
    assert not app.exception
    assert not app.error
    assert app.subheader[0].value == "tone.wav"
    assert [metric.label for metric in app.metric] == [
        "k-NN on 57 descriptors",
        "CNN trained on GTZAN",
        "Pretrained CNN",
    ]
    assert any("classifiers say" in text.value for text in app.markdown)
    assert len(app.get("plotly_chart")) == 6, "three of shares, then wave, spectrogram and moments"
    assert len(app.dataframe[0].value) == 5


def test_what_is_not_music_is_told(app: AppTest, wav: bytes) -> None:
    app.run()
    app.file_uploader[0].set_value([("tone.wav", wav, "audio/wav")]).run()
    assert ["steady" in warning.value for warning in app.warning] == [True]


def test_a_network_is_explained_on_request(app: AppTest, wav: bytes) -> None:
    app.run()
    app.file_uploader[0].set_value([("tone.wav", wav, "audio/wav")]).run()
    app.segmented_control[1].set_value("cnn").run()
    app.toggle[0].set_value(True).run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 7
    assert any("was silenced once" in caption.value for caption in app.caption)


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
    assert list(table["file"]) == ["a.wav", "b.wav", "c.wav"]
    assert list(table["error"].fillna("")) == ["", "The file is empty.", ""]
    assert table["knn_descriptors_genre"].notna().tolist() == [True, False, True]
    app.selectbox[0].select(1).run()
    assert app.error[0].value == "b.wav: The file is empty."
