"""The ``evaluate generator`` command."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from gmn_core.cli import main
from gmn_core.cli.evaluate_generator import summary, without_nan
from gmn_core.generation.training.card import missed_targets
from tests.gmn_core.cli.conftest import Refused, Run


def strict(path: Path) -> Any:
    """Read JSON as every reader does that knows no NaN."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(path.read_text("utf-8"), parse_constant=refuse)


@pytest.fixture(scope="session")
def corpus_words(midi_corpus: Path, corpus_cache: Path) -> tuple[str, ...]:
    """The words that name the small corpus, encoded before."""
    return "evaluate", "generator", "--midi", str(midi_corpus), "--cache", str(corpus_cache)


@pytest.fixture(scope="session")
def report_file(
    trained_generator: Path, corpus_words: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The report of two samples a genre beside validation pieces."""
    path = tmp_path_factory.mktemp("reports") / "new" / "report.json"
    words = ("--model", trained_generator, "--split", "valid", "--samples", "2", "--seconds", "12")
    assert main([*corpus_words, *map(str, words), "--guidance", "1.2", "--json", str(path)]) == 0
    return path


def test_a_generator_just_trained_is_measured_beside_validation_pieces(report_file: Path) -> None:
    report = strict(report_file)
    assert report["settings"] == {
        "held-out pieces": "valid",
        "samples per genre": 2,
        "seconds": 12,
        "seed": 1000,
        "guidance": 1.2,
    }
    assert report["pieces"] == {"train": 18, "valid": 2, "test": 4}
    assert report["recognisability"]["samples"]["n"] == 4
    assert report["round trip"]["raw files"]["n"] == 2
    assert report["likelihood"]["passages"] == 2
    assert set(report["memorisation"]) == set(report["metrics"]["by genre"]) == {"jazz", "metal"}


def test_a_report_has_a_summary_and_a_sentence_for_each_miss(report_file: Path) -> None:
    report = strict(report_file)
    lines = summary(report)
    assert [line.split(":")[0] for line in lines] == [
        "round trip",
        "likelihood",
        "recognisability",
        "metrics",
        "harmony",
        "floor",
        "two-sample test",
        "from outside",
        "memorisation",
    ]
    assert f"saved {report['likelihood']['saved']:.1%}" in lines[1]
    sentences = missed_targets(report)
    assert sentences
    assert all(sentence.endswith(".") for sentence in sentences)


def test_what_does_not_depend_on_samples_may_come_from_an_earlier_report(
    trained_generator: Path,
    corpus_words: tuple[str, ...],
    report_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    earlier = strict(report_file)
    earlier["likelihood"]["saved"] = 0.123456
    earlier["structure"] = "not to be taken over"
    (tmp_path / "earlier.json").write_text(json.dumps(earlier))
    generator, path = tmp_path / "generator", tmp_path / "again.json"
    shutil.copytree(trained_generator, generator)
    before = strict(generator / "card.json")
    words = ("--model", generator, "--samples", "2", "--seconds", "12", "--seed", "5", "--card")
    words += ("--json", path, "--samples-only", tmp_path / "earlier.json")
    assert main([*corpus_words, *map(str, words)]) == 0
    again = strict(path)
    assert again["likelihood"] == earlier["likelihood"]
    assert again["round trip"] == earlier["round trip"]
    assert again["settings"]["held-out pieces"] == "test"
    assert set(again["structure"]) > {"jazz", "metal"}
    printed = capsys.readouterr().out.splitlines()
    assert printed[-9 - len(missed_targets(again)) :] == [*summary(again), *missed_targets(again)]

    card = strict(generator / "card.json")
    assert card["figures"]["validation"] == before["figures"]["validation"]
    assert card["figures"]["held-out likelihood"]["saved"] == 0.123456
    assert card["figures"]["structure"] == again["structure"]
    assert card["limits"] == [*before["limits"], *missed_targets(again)]
    assert card["weights"] == before["weights"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--samples", "1"), "At least two samples per genre are needed."),
        (
            ("--card", "--split", "valid"),
            "A card holds figures of test pieces: --card goes with --split test.",
        ),
        (
            ("--card", "--guidance", "2"),
            "--guidance takes a strength from 0 to 10, and a card has figures at the model's own.",
        ),
        (("--model", "absent"), "absent holds no trained generator."),
        (("--samples-only", "absent.json"), "absent.json holds no report."),
        (("--samples-only", "cut.json"), "cut.json holds no report."),
        (("--samples-only", "sound.json"), "sound.json holds no report."),
        (("--samples-only", "list.json"), "list.json holds no report."),
        (("--samples-only", "other.json"), "other.json holds no report."),
        ((), "absent holds no genre-named folders of MIDI files."),
    ],
)
def test_wrong_usage_is_one_sentence_before_any_work(
    refused: Refused, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "cut.json").write_text('{"round trip": {"lost"')
    (tmp_path / "sound.json").write_bytes(b"RIFF\xff\xfe\x00")
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "other.json").write_text('{"round trip": {}}')
    assert refused("evaluate", "generator", "--midi", "absent", *words) == sentence


def test_wrong_usage_needs_no_traceback_in_a_shell(run_gmn: Run) -> None:
    done = run_gmn("evaluate", "generator", "--midi", "absent", "--samples", "1")
    assert done.returncode == 2
    assert done.stderr == "error: At least two samples per genre are needed.\n"


def test_what_is_not_defined_becomes_none_at_any_depth() -> None:
    nan = float("nan")
    report = {"a": nan, "b": [1.0, nan, {"c": (nan, 2)[1], "d": nan}], "e": "nan", "f": 0, "g": None}
    assert without_nan(report) == {
        "a": None,
        "b": [1.0, None, {"c": 2, "d": None}],
        "e": "nan",
        "f": 0,
        "g": None,
    }
