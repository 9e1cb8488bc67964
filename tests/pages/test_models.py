"""The Models page, on the reports that ship."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from gmn_core.models import reports
from gmn_core.models.card import read_card

PAGE = Path(__file__).parents[2] / "pages" / "models.py"


def test_every_figure_comes_from_the_shipped_reports() -> None:
    app = AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert not app.exception
    assert app.title[0].value == "Models"
    report = reports.read_report("cv")
    assert report is not None
    app.selectbox[0].select("artist").run()
    assert not app.exception
    rows = app.dataframe[0].value
    accuracy = report["protocols"]["artist"]["models"]["cnn_pretrained"]["accuracy"]["value"]
    assert f"{accuracy:.1%}" in rows["accuracy"].tolist()
    assert "evaluate classifiers" in app.code[0].value
    alarms = read_card("music_check").figures["false alarms on GTZAN"]
    assert any(f"{alarms['n_right']} of {alarms['n']} clips of GTZAN" in text.value for text in app.markdown)


def test_without_reports_it_says_how_to_make_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "REPORTS_DIR", tmp_path)
    app = AppTest.from_file(str(PAGE), default_timeout=60).run()
    assert not app.exception
    assert "make models" in app.info[0].value
