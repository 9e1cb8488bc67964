"""The Home page: something to hear and guess at once, and what can be done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

from pages.front.pieces import shipped_pieces
from survey_db.store import open_store
from tests.pages.tables import tables
from tests.survey_db.published_store import store_published_study

APP = Path(__file__).parents[2] / "streamlit_app.py"


@pytest.fixture
def home(app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The Home page of an app with no study but the default one."""
    monkeypatch.setenv("GMN_DATABASE_URL", f"sqlite:///{tmp_path / 'survey.db'}")
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(part.value for part in [*app.markdown, *app.caption])


def column(table: pd.DataFrame, place: int) -> list[str]:
    """A column of a table, with plain spaces."""
    return [str(cell) for cell in table.iloc[:, place]]


def test_it_says_what_this_is_and_what_it_answers(home: AppTest) -> None:
    assert home.title[0].value == "Generative Music Network"
    assert "Is it musical?" in texts(home)
    assert "which genre it learned from?" in texts(home)


def test_a_click_that_comes_again_when_its_button_has_gone_skips_no_piece(home: AppTest) -> None:
    home.pills[0].set_value(shipped_pieces()[0].genre).run()
    (button,) = (each for each in home.button if each.label == "Next piece")
    for _ in range(2):
        home._run(WidgetStates(widgets=[WidgetState(id=button.proto.id, trigger_value=True)]))
        assert not home.exception
        assert home.pills[0].label.startswith("Piece 2 of")


def test_nothing_is_revealed_before_a_guess(home: AppTest) -> None:
    piece = shipped_pieces()[0]
    assert "The network was asked for" not in texts(home)
    home.pills[0].set_value(piece.genre).run()
    assert not home.exception
    assert f"Yes, the network was asked for **{piece.genre.display_name.lower()}**" in texts(home)
    assert "You: 1 of 1 right" in texts(home)


def test_after_the_last_piece_it_begins_again(home: AppTest) -> None:
    for place, piece in enumerate(shipped_pieces()):
        home.pills[0].set_value(piece.genre).run()
        assert f"You: {place + 1} of {place + 1} right" in texts(home)
        home.button[0].click().run()
    assert not home.exception
    assert "The network was asked for" not in texts(home)


def test_an_open_study_shows_no_figures_yet(home: AppTest) -> None:
    (table,) = tables(home)
    assert list(table.columns)[1:] == ["Published study", "What do you hear in this music? (open)"]
    assert column(table, 1) == ["6", "32", "6.17 ± 2.30", "32.81%", "Hip hop, 78.1%", "Rock, 3.1%"]
    assert column(table, 2) == ["6", "0", "–", "–", "–", "–"]


def test_a_closed_study_stands_beside_the_published_one(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'survey.db'}"
    store = open_store(url)
    store_published_study(store, slug="older", title="Older", shift=2)
    store_published_study(store, title="Ours")
    store.engine.dispose()
    monkeypatch.setenv("GMN_DATABASE_URL", url)
    app.run()
    assert not app.exception
    (table,) = tables(app)
    assert table.columns[2] == "Ours"
    assert column(table, 2)[1:4] == ["32", "6.17 ± 2.30", "32.81%"]
    assert "No study is open at the moment." in texts(app)


def test_the_first_page_loads_no_heavy_library(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        f"app = AppTest.from_file({str(APP)!r}, default_timeout=120).run()\n"
        "assert not app.exception, app.exception\n"
        "print(*{name.split('.')[0] for name in sys.modules})\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=APP.parent,
        env={"GMN_DATABASE_URL": f"sqlite:///{tmp_path / 'survey.db'}", "PATH": ""},
    )
    assert not {"tensorflow", "keras", "librosa", "numba", "sklearn", "onnxruntime"} & set(run.stdout.split())
