from __future__ import annotations

import pytest

from survey_db.cli import main
from survey_db.statistics.planning import PlannedStudy, needed_sentences, power_sentence


def test_listeners_needed_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--right", "30%", "--samples", "8"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert "hears 8 samples and chooses from 10 genres" in printed[0]
    assert printed[1:] == list(needed_sentences(PlannedStudy(0.3, samples=8), 0.8))


def test_power_of_a_number_of_listeners_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--right", "0.25", "--genres", "6", "--level", "0.01", "--listeners", "20"]) == 0
    study = PlannedStudy(0.25, offered=6, level=0.01)
    assert capsys.readouterr().out.splitlines()[1] == power_sentence(study, 20)


def test_no_database_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--database", "nonsense://", "plan", "--right", "0.3", "--listeners", "10"]) == 0


def test_impossible_studies_are_refused_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "--right", "0.05"]) == 1
    assert capsys.readouterr().err.startswith("error: The share right must be above 10.0")


@pytest.mark.parametrize("text", ["much", "0", "130%", "-0.2"])
def test_what_is_no_share_is_wrong_usage(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["plan", f"--right={text}"])
    assert stopped.value.code == 2
    assert "is not a share such as 0.3 or 30%" in capsys.readouterr().err
