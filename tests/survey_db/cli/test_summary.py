from __future__ import annotations

import json
from pathlib import Path

import pytest

from survey_db.cli import main
from survey_db.statistics.printing import percent
from survey_db.store import open_store
from tests.survey_db.published_store import store_published_study


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('summary') / 'survey.db'}"
    store_published_study(open_store(url))
    return url


def test_text_tells_the_headline(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--database", url, "summary", "published"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Reconstruction\n(complete and broken-off sessions)\n")
    for figure in ("6.17 ± 2.30", percent(63 / 192, 2), percent(25 / 32), percent(1 / 32)):
        assert figure in told
    assert "**" not in told


def test_json_is_all_of_it_and_nothing_else(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--database", url, "summary", "published", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["headline"]["right"] == 63


def test_html_writes_the_report_and_names_it(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "report.html"
    assert main(["--database", url, "summary", "published", "--html", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}\n"
    assert "Results of “Reconstruction”" in file.read_text(encoding="utf-8")


def test_filters_are_taken(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    days = ["--from", "2020-03-03", "--to", "2020-03-04", "--complete-only", "--passed-only"]
    assert main(["--database", url, "summary", "published", "--json", *days]) == 0
    read = json.loads(capsys.readouterr().out)
    assert read["headline"]["answers"] == 48
    assert read["filters"] == {
        "complete_only": True,
        "passed_checks_only": True,
        "first_day": "2020-03-03",
        "last_day": "2020-03-04",
    }


def test_what_cannot_be_done_is_one_sentence(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--database", url, "summary", "nowhere"]) == 1
    assert capsys.readouterr().err == "error: There is no study “nowhere”.\n"
    assert main(["--database", url, "summary", "published", "--html", str(tmp_path / "no" / "r.html")]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_wrong_usage_is_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in (["--from", "yesterday"], ["--json", "--html", "x.html"]):
        with pytest.raises(SystemExit) as ended:
            main(["--database", url, "summary", "published", *wrong])
        assert ended.value.code == 2
    assert "invalid" in capsys.readouterr().err
