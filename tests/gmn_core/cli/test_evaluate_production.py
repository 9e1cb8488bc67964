"""The ``evaluate production`` command."""

from __future__ import annotations

from pathlib import Path

from gmn_core.cli.evaluate_production import summary
from tests.gmn_core.cli.conftest import Refused


def test_a_folder_without_gtzan_is_refused(refused: Refused, midi_corpus: Path, tmp_path: Path) -> None:
    words = ["evaluate", "production", "--midi", midi_corpus, "--gtzan", tmp_path]
    assert "too few clips of blues" in refused(*words)


def test_a_soundfont_that_is_none_is_refused(refused: Refused, midi_corpus: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sf2"
    other.write_bytes(b"nothing")
    words = ["evaluate", "production", "--midi", midi_corpus, "--gtzan", tmp_path, "--soundfont", other]
    assert "other.sf2" in refused(*words)


def test_the_summary_tells_each_way_with_its_interval() -> None:
    accuracy = {"value": 0.5, "low": 0.3, "high": 0.7, "n_right": 10, "n": 20}
    figures = {
        "n": 20,
        "recognition": {"cnn": {"accuracy": accuracy}},
        "distance": {"tags": 1.25},
        "processor_seconds": 2.04,
    }
    first, *others = summary(
        {"held-out": {"plain": figures}, "samples": {"plain": figures, "produced": figures}}
    )
    assert first == "held-out, plain (n = 20): cnn 0.500 [0.300, 0.700]; distance tags 1.25; 2.0 s"
    assert [line.split(" (")[0] for line in others] == ["samples, plain", "samples, produced"]
