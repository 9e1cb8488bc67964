"""The Models page, on the reports that ship."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

from gmn_core.models import reports
from gmn_core.models.card import model_dir, read_card
from pages.shared.model_sections import CARDS, memorised, readable
from tests.pages.tables import tables

PAGE = Path(__file__).parents[2] / "pages" / "models.py"


def words(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption, *app.metric))


def test_the_figure_that_counts_comes_first_with_the_reason_to_believe_it() -> None:
    app = AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert not app.exception
    assert app.title[0].value == "Models"
    assert app.metric[0].value == "84%"
    assert app.metric[0].delta == "244 of 290; 95% interval 79%–88%"
    assert "no setting was chosen on them" in app.markdown[0].value
    assert "k nearest neighbours" in words(app)
    assert [tab.label for tab in app.tabs][1] == "Generator"


def test_every_figure_comes_from_the_shipped_reports() -> None:
    app = AppTest.from_file(str(PAGE), default_timeout=60).run()
    report = reports.read_report("cv")
    assert report is not None
    app.selectbox[0].select("artist").run()
    assert not app.exception
    accuracy = report["protocols"]["artist"]["models"]["cnn_pretrained"]["accuracy"]["value"]
    assert f"{accuracy:.1%}" in tables(app)[0].to_numpy()
    assert "evaluate classifiers" in app.code[0].value
    card = read_card("music_check")
    alarms = card.figures["false alarms on GTZAN"]
    assert f"{alarms['n_right']} of {alarms['n']} clips of GTZAN" in words(app)
    speech = card.figures["test: speech"]
    check = next(table for table in tables(app) if "Warned of" in table)
    assert f"{speech['n_right']} of {speech['n']}" in check["Warned of"].tolist()


def test_a_classifier_stays_chosen_though_a_browser_takes_it_away() -> None:
    app = AppTest.from_file(str(PAGE), default_timeout=60).run()
    (choice,) = (each for each in app.button_group if each.label == "Confusions of")
    state = WidgetState(id=choice.proto.id)
    state.string_array_value.SetInParent()
    app._run(WidgetStates(widgets=[state]))
    assert not app.exception


def test_the_generator_has_its_figures_beside_those_of_real_pieces() -> None:
    app = AppTest.from_file(str(PAGE), default_timeout=60).run()
    found = json.loads((model_dir("lstm") / "evaluation.json").read_text())["recognisability"]
    metric = next(metric for metric in app.metric if metric.label == "Genre recognised in its notes")
    assert metric.value == f"{found['samples']['accuracy']:.0%}"
    assert metric.delta == f"real pieces {found['held-out real']['accuracy']:.0%}"


def test_samples_that_share_more_with_a_training_piece_than_real_ones_are_counted() -> None:
    found = {genre: {"all together": {"samples beyond held-out": 0}} for genre in ("jazz", "metal")}
    assert memorised(found, 200).startswith("No sample shares a longer run")
    found["jazz"]["all together"]["samples beyond held-out"] = 1
    assert memorised(found, 200).startswith("One of 200 samples shares")
    found["metal"]["all together"]["samples beyond held-out"] = 2
    assert memorised(found, 200).startswith("3 of 200 samples share ")


def test_a_sample_of_the_generator_plays() -> None:
    app = AppTest.from_file(str(PAGE), default_timeout=120).run()
    assert not app.get("audio")
    next(button for button in app.button if button.label == "Play a sample").click().run()
    assert not app.exception
    assert len(app.get("audio")) == 1


@pytest.mark.parametrize("name", CARDS)
def test_each_card_can_be_read(name: str) -> None:
    app = AppTest.from_file(str(PAGE), default_timeout=60).run()
    app.selectbox[2].select(name).run()
    assert not app.exception
    assert read_card(name).summary in words(app)


def test_the_documentation_can_be_read_and_its_links_lead_nowhere_else() -> None:
    app = AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert "How it is measured" in words(app)
    assert readable("# A\nSee [](b.md), [c](c.md#d) and [e](https://e.org).") == (
        "#### A\nSee the documentation, c and [e](https://e.org)."
    )


def test_without_reports_it_says_how_to_make_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "REPORTS_DIR", tmp_path)
    app = AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert not app.exception
    assert "make models" in app.info[0].value
