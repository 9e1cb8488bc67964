from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_db.cli import main
from survey_db.cli.calibrate import PARTS, marks
from survey_db.statistics import calibration, sequential_studies, system_studies


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A report made without the minutes that a real one takes; `test_calibration` makes a real one."""
    lines = ["Share of 7 simulated studies", "| pool |"]

    def report(studies: int) -> Iterator[str]:
        assert studies == 7
        return iter(lines)

    for module in (calibration, sequential_studies, system_studies):
        monkeypatch.setattr(module, "report", report)
    return lines


def test_tables_are_printed(tables: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", "--draws", "7"]) == 0
    assert capsys.readouterr().out.splitlines() == tables


@pytest.mark.parametrize("part", PARTS)
def test_tables_replace_those_that_were_there(tables: list[str], tmp_path: Path, part: str) -> None:
    file = tmp_path / "results.md"
    start, end = marks(part)
    file.write_text(f"before\n{start}\nold tables\n{end}\nafter\n", encoding="utf-8")
    assert main(["calibrate", part, "--draws", "7", "--write", str(file)]) == 0
    assert file.read_text(encoding="utf-8") == "\n".join(["before", start, *tables, end, "after", ""])


def test_a_file_without_marks_is_refused_before_anything_is_drawn(
    tables: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "results.md"
    file.write_text("no marks", encoding="utf-8")
    for target, reason in ((file, "lacks the marks"), (tmp_path / "none.md", "cannot be read")):
        assert main(["calibrate", "--draws", "7", "--write", str(target)]) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert reason in printed.err
    assert file.read_text(encoding="utf-8") == "no marks"


def test_the_documentation_has_the_marks_and_tables_of_a_full_run() -> None:
    text = (Path(__file__).parents[3] / "docs" / "results.md").read_text(encoding="utf-8")
    start, end = marks("guesses")
    tables = text.partition(start)[2].partition(end)[0]
    assert "Share of 1,000 simulated studies" in tables
    assert "32 listeners, 6 samples of 6 genres" in tables


def test_the_power_of_the_tests_is_drawn_in_a_file(
    tables: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    powers = calibration.powers
    monkeypatch.setattr(calibration, "powers", lambda studies, _permutations: powers(studies, permutations=9))
    figure = tmp_path / "power.svg"
    assert main(["calibrate", "--draws", "7", "--figure", str(figure)]) == 0
    assert figure.read_text(encoding="utf-8").startswith("<svg")
    assert main(["calibrate", "systems", "--draws", "7", "--figure", str(figure)]) == 1
    assert "guesses alone" in capsys.readouterr().err
