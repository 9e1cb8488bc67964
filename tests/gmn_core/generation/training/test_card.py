"""The generator's card: complete after the training, completed by figures, honest about what was missed."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest

from gmn_core.corpora.midi import MidiPiece, Split
from gmn_core.generation.playing.model import MODEL_FILES
from gmn_core.generation.training.card import add_figures, missed_targets, write_training_card
from gmn_core.generation.training.dataset import Dataset
from gmn_core.generation.training.export import export_generator
from gmn_core.genres import GENRES, Genre
from gmn_core.models.card import CARD_FILE, ModelCard
from tests.gmn_core.generation.conftest import SIX_UPDATES, TINY, Trained

Splits = dict[Split, list[MidiPiece]]
COMMAND = "python -m gmn_core train lstm --midi DIR"


def read(folder: Path) -> ModelCard:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return ModelCard(**json.loads((folder / CARD_FILE).read_text("utf-8"), parse_constant=refuse))


@pytest.fixture(scope="module")
def published(dataset: Dataset, trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    export_generator(folder, trained.weights, dataset, {})
    return folder


@pytest.fixture
def folder(published: Path, splits: Splits, trained: Trained) -> Path:
    """A generator with the card of its training."""
    write_training_card(published, splits, SIX_UPDATES, trained.trainer, None, COMMAND)
    return published


def test_the_card_of_a_training_is_complete(folder: Path, trained: Trained) -> None:
    card = read(folder)
    assert card.name == "lstm"
    assert all(getattr(card, field.name) for field in fields(card) if field.name != "seed")
    assert card.seed == SIX_UPDATES.seed
    assert card.command == COMMAND
    assert card.choices["training"] == asdict(SIX_UPDATES)
    assert card.choices["network"] == TINY.to_json()
    assert card.choices["updates made"] == 6
    assert card.choices["started from"] == "random weights"
    assert card.figures == {"validation": {"nats per step": round(trained.trainer.best, 4)}}
    assert {"tensorflow", "tensorflow-cpu"} & set(card.libraries)


def test_the_card_holds_the_hashes_of_all_files(folder: Path) -> None:
    assert read(folder).weights == {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in MODEL_FILES
    }


def test_the_card_names_the_weights_that_a_training_started_from(
    published: Path, splits: Splits, trained: Trained
) -> None:
    write_training_card(published, splits, SIX_UPDATES, trained.trainer, "0" * 64, COMMAND)
    assert read(published).choices["started from"] == f"weights {'0' * 64}"


def test_the_card_counts_the_files_of_each_split(folder: Path, splits: Splits) -> None:
    data = read(folder).data
    assert set(data) == {f"{split.value}, {len(own)} MIDI files" for split, own in splits.items()}
    assert len(set(data.values())) == len(Split)
    assert all(len(digest) == 64 for digest in data.values())


def test_the_data_hash_changes_with_a_file_its_genre_or_its_name(
    published: Path, splits: Splits, trained: Trained, tmp_path: Path
) -> None:
    def digest(*pieces: MidiPiece) -> str:
        own = {Split.TRAIN: list(pieces)}
        write_training_card(published, own, SIX_UPDATES, trained.trainer, None, COMMAND)
        (found,) = read(published).data.values()
        return found

    one, same, other_name = (tmp_path / name for name in ("a/one.mid", "b/one.mid", "a/two.mid"))
    for path in (one, same, other_name):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"music")
    first = digest(MidiPiece(one, Genre.POP))
    assert digest(MidiPiece(same, Genre.POP)) == first
    assert digest(MidiPiece(one, Genre.ROCK)) != first
    assert digest(MidiPiece(other_name, Genre.POP)) != first
    one.write_bytes(b"other music")
    assert digest(MidiPiece(one, Genre.POP)) != first


def report_without_misses() -> dict[str, Any]:
    """Return a made-up report in which every target is just met."""
    voice = {"samples beyond held-out": 0, "samples, longest": 3}
    return {
        "settings": {"seed": 1000},
        "round trip": {"lost": {"accuracy": 0.1, "macro recall": 0.02}},
        "likelihood": {"saved": 0.15},
        "recognisability": {"share of the real accuracy": 0.9, "genres below half of their own": []},
        "metrics": {
            "genres with at least 5 of 6 inside": 9,
            "by genre": {genre.value: {"inside": 5, "metrics": {}} for genre in GENRES},
        },
        "memorisation": {genre.value: {name: dict(voice) for name in ("lead", "bass")} for genre in GENRES},
        "structure": {"jazz": {"samples": {"diversity": 0.5}}},
        "harmony": {"samples": {"all": {"collapsed windows": 0.1}, "jazz": {"collapsed windows": 0.1}}},
        "chords": {group: {"changes per bar": 0.5} for group in ("held-out real", "samples")},
        "form": {
            "held-out real": {"all": {"tune returns after 4 bars": 0.2}},
            "samples": {"all": {"tune returns after 4 bars": 0.3}},
            "endings of samples": {"led to by another chord": 0.9},
        },
        "floor": {"samples below": 0, "of": 200, "why": {}},
        "drafts": {"one draft": {"diversity": 0.9, "critic": None}},
        "two-sample test": {"auc": 0.75, "95 % interval": [0.7, 0.8]},
        "two-sample tests from outside": {
            "round trip from raw": {"auc": 0.75},
            "samples from round trip": {"auc": 0.75},
            "samples from raw": {"auc": 0.85},
        },
    }


def changed(*path: str, value: object) -> dict[str, Any]:
    report = copy.deepcopy(report_without_misses())
    place = report
    for name in path[:-1]:
        place = place[name]
    assert path[-1] in place
    place[path[-1]] = value
    return report


def test_a_report_that_meets_every_target_has_nothing_to_say() -> None:
    assert missed_targets(report_without_misses()) == []


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("round trip", "lost", "accuracy"), 0.123, ("round trip", "12.3%")),
        (("round trip", "lost", "macro recall"), 0.31, ("round trip", "31.0%")),
        (("likelihood", "saved"), 0.149, ("best baseline", "14.9%", "15 %")),
        (("likelihood", "saved"), -0.2, ("best baseline", "-20.0%")),
        (("recognisability", "share of the real accuracy"), 0.8765, ("recognisability", "0.88", "0.9")),
        (("recognisability", "genres below half of their own"), ["pop", "rock"], ("half", "pop, rock.")),
        (("metrics", "genres with at least 5 of 6 inside"), 8, ("In 8 of 10 genres", "not in 9")),
        (("two-sample test", "auc"), 0.912, ("0.912", "0.75")),
        (("two-sample tests from outside", "samples from raw", "auc"), 0.871, ("0.871", "0.85", "raw")),
        (
            ("two-sample tests from outside", "round trip from raw", "auc"),
            0.76,
            ("round trip", "0.760", "0.75"),
        ),
        (("floor", "samples below"), 3, ("3 of 200", "floor")),
        (("memorisation", "jazz", "lead", "samples beyond held-out"), 4, ("longer runs", "jazz (lead)", "4")),
    ],
)
def test_each_missed_target_is_one_sentence_with_the_size_of_the_miss(
    path: tuple[str, ...], value: object, told: tuple[str, ...]
) -> None:
    (sentence,) = missed_targets(changed(*path, value=value))
    assert all(part in sentence for part in told), sentence
    assert sentence.endswith(".")


def test_all_misses_are_reported_together() -> None:
    report = changed("likelihood", "saved", value=0.0)
    report["round trip"]["lost"]["accuracy"] = 0.5
    report["recognisability"] = {
        "share of the real accuracy": 0.3,
        "genres below half of their own": ["blues"],
    }
    report["metrics"]["genres with at least 5 of 6 inside"] = 0
    report["memorisation"]["pop"]["bass"]["samples beyond held-out"] = 1
    assert len(missed_targets(report)) == 6
    assert "bass" in missed_targets(report)[-1]


def test_figures_are_added_and_those_of_the_training_stay(folder: Path) -> None:
    before, report = read(folder), report_without_misses()
    add_figures(folder, report, ["It sings out of tune."])
    card = read(folder)
    assert card.figures["validation"] == before.figures["validation"]
    for name, part in (
        ("round trip of held-out files", "round trip"),
        ("held-out likelihood", "likelihood"),
        ("recognisability", "recognisability"),
        ("memorisation", "memorisation"),
        ("structure", "structure"),
        ("settings", "settings"),
    ):
        assert card.figures[name] == report[part]
    assert card.figures["metrics inside the real quartiles, of 6"] == {genre.value: 5 for genre in GENRES}
    assert card.limits == [*before.limits, "It sings out of tune."]
    for field in fields(card):
        if field.name not in ("figures", "limits"):
            assert getattr(card, field.name) == getattr(before, field.name)


def test_a_later_evaluation_replaces_figures_and_misses(folder: Path) -> None:
    limits = read(folder).limits
    add_figures(folder, report_without_misses(), ["It sings out of tune."])
    add_figures(folder, changed("likelihood", "saved", value=0.4), ["It is late."])
    card = read(folder)
    assert card.figures["held-out likelihood"]["saved"] == 0.4
    assert card.figures["validation"]
    assert card.limits == [*limits, "It is late."]
