"""The generator's model card: written by training, completed by evaluation."""

from __future__ import annotations

import json
import math
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from gmn_core.corpora.midi import MidiPiece, Split, pieces_sha256
from gmn_core.files import StrPath
from gmn_core.generation.playing.model import DEFAULT_SAMPLING, GUIDANCE, MODEL_FILES, NAME, TUNING_FILE
from gmn_core.generation.playing.tuning import Tuning, save_tuning
from gmn_core.generation.training.fitting import Trainer, TrainingSettings
from gmn_core.generation.training.harmonist import HarmonistSettings
from gmn_core.genres import GENRES
from gmn_core.models.card import CARD_FILE, ModelCard, file_sha256, library_versions, write_card

_SUMMARY = (
    "Two LSTM layers over grid steps with an autoregressive head (RNN-NADE), conditioned on the genre; "
    "plays drums, bass, chords, pad, lead and second voice."
)
_LIMITS = (
    "Knows only the music of the MIDI files that it learned from.",
    "One tempo, key and set of instruments per piece; notes of a role struck together have one length.",
    "Melodies drift between the bars that return.",
)
_DISTRIBUTIONS = {
    "tensorflow": ("tensorflow-cpu", "tensorflow"),
    "jax": ("jax", "jaxlib"),
    "torch": ("torch",),
}
# Areas under the ROC curve of the two-sample tests.
_MOST_TOLD = 0.75
_TOLD_FROM_OUTSIDE = {
    "round trip from raw": ("Held-out files are told from their round trip", 0.75),
    "samples from round trip": ("Samples are told from the round trip of held-out files", 0.75),
    "samples from raw": ("Samples are told from raw held-out files", 0.85),
}
_FEW_FILES = 50  # of a genre: fewer are named among the limits
_MISSED = "missed targets"
_GROUPS = ("held-out real", "samples")


def write_training_card(
    folder: StrPath,
    splits: Mapping[Split, Sequence[MidiPiece]],
    settings: TrainingSettings,
    trainer: Trainer,
    start: str | None,
    command: str,
    harmonist: tuple[HarmonistSettings, Mapping[str, float]] | None = None,
) -> Path:
    """Write the card of a generator that has just been trained.

    It began with random weights, or with those whose SHA-256 is ``start``. A
    harmonist comes with its settings and its figures.
    """
    from keras.config import backend as keras_backend

    folder, backend = Path(folder), keras_backend()
    figures: dict[str, Any] = {"nats per step": round(trainer.best, 4)}
    if harmonist is not None:
        figures["chords"] = {name: round(own, 4) for name, own in harmonist[1].items()}
    card = ModelCard(
        name=NAME,
        summary=_SUMMARY,
        data={f"{split.value}, {len(own)} MIDI files": pieces_sha256(own) for split, own in splits.items()},
        split="by artist and title if a manifest names them, else by file",
        choices={
            "training": asdict(settings),
            "network": trainer.network_settings.to_json(),
            "backend": backend,
            "updates made": trainer.done,
            **({"harmonist": asdict(harmonist[0])} if harmonist else {}),
            "started from": f"weights {start}" if start else "random weights",
            "stopping": "the weights with the best likelihood of validation windows",
            "transposition": "every piece is learned in C; a sample is played in a key drawn from its genre",
            "sampling": {role.value: asdict(own) for role, own in DEFAULT_SAMPLING.items()},
            "guidance": GUIDANCE,
        },
        seed=settings.seed,
        figures={"validation": figures},
        limits=[*_LIMITS, *_limits_of_genres(splits[Split.TRAIN])],
        licence="MIT",
        command=command,
        weights={name: file_sha256(folder / name) for name in MODEL_FILES},
        libraries=library_versions(*_DISTRIBUTIONS[backend], "keras", "numpy"),
    )
    return write_card(card, folder)


def write_tuned(source: StrPath, folder: StrPath, tuning: Tuning, report: Mapping[str, Any]) -> Path:
    """Copy a generator and its card into a folder, with a tuning and what it was made with."""
    source, folder = Path(source), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in MODEL_FILES:
        shutil.copyfile(source / name, folder / name)
    save_tuning(folder / TUNING_FILE, tuning)
    card = ModelCard(**json.loads((source / CARD_FILE).read_text(encoding="utf-8")))
    weights = {**card.weights, TUNING_FILE: file_sha256(folder / TUNING_FILE)}
    return write_card(
        replace(card, choices={**card.choices, "tuning": dict(report)}, weights=weights), folder
    )


def _limits_of_genres(pieces: Sequence[MidiPiece]) -> list[str]:
    """Return a sentence for each genre of few files, and one for those of none."""
    counts = Counter(piece.genre for piece in pieces)
    few = [
        f"{genre.display_name} was learned from {counts[genre]} files only."
        for genre in GENRES
        if 0 < counts[genre] < _FEW_FILES
    ]
    absent = [genre.display_name.lower() for genre in GENRES if not counts[genre]]
    return few + ([f"Cannot play {', '.join(absent)}: there was no file to learn from."] if absent else [])


def add_figures(folder: StrPath, report: Mapping[str, Any], missed: Sequence[str]) -> Path:
    """Add the main figures of an evaluation report to a card, and the targets missed to its limits.

    Those of an earlier evaluation are replaced.
    """
    folder = Path(folder)
    card = ModelCard(**json.loads((folder / CARD_FILE).read_text(encoding="utf-8")))
    figures = {
        "validation": card.figures["validation"],
        "round trip of held-out files": report["round trip"],
        "held-out likelihood": report["likelihood"],
        "recognisability": report["recognisability"],
        "metrics inside the real quartiles, of 6": {
            genre: own["inside"] for genre, own in report["metrics"]["by genre"].items()
        },
        "memorisation": report["memorisation"],
        "harmony": {group: own["all"] for group, own in report["harmony"].items()},
        "chords": {group: report["chords"][group] for group in _GROUPS},
        "form": {group: report["form"][group]["all"] for group in _GROUPS},
        "endings": report["form"]["endings of samples"],
        "floor": report["floor"],
        "drafts": report["drafts"],
        "two-sample test": report["two-sample test"],
        "two-sample tests from outside": report["two-sample tests from outside"],
        "structure": report["structure"],
        "settings": report["settings"],
        _MISSED: list(missed),
    }
    lasting = [limit for limit in card.limits if limit not in card.figures.get(_MISSED, ())]
    return write_card(replace(card, figures=figures, limits=[*lasting, *missed]), folder)


def missed_targets(report: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each target that an evaluation report misses, with the size of the miss."""
    known, metrics = report["recognisability"], report["metrics"]
    lost, saved = report["round trip"]["lost"], report["likelihood"]["saved"]
    beyond = {
        f"{genre} ({name})": own["samples beyond held-out"]
        for genre, voices in report["memorisation"].items()
        for name, own in voices.items()
        if own["samples beyond held-out"]
    }
    below = known["genres below half of their own"]
    inside, n_genres = metrics["genres with at least 5 of 6 inside"], len(metrics["by genre"])
    share = known["share of the real accuracy"]
    fallen, auc = report["floor"]["samples below"], _auc(report["two-sample test"])
    outside = {name: _auc(own) for name, own in report["two-sample tests from outside"].items()}
    checks = (
        (
            max(lost.values()) > 0.1,
            f"The round trip loses {max(lost.values()):.1%} of an outside recogniser.",
        ),
        (saved < 0.15, f"The network saves {saved:.1%} of the best baseline's bits; 15 % was the target."),
        (share < 0.9, f"Samples reach {share:.2f} of the real recognisability; 0.9 was the target."),
        (bool(below), f"Recognised less than half as often as real pieces: {', '.join(below)}."),
        (
            inside < n_genres - 1,
            f"In {inside} of {n_genres} genres 5 of 6 metrics lie inside the real quartiles, "
            f"not in {n_genres - 1}.",
        ),
        (
            auc > _MOST_TOLD,
            f"Samples are told from held-out excerpts with an AUC of {auc:.3f}; {_MOST_TOLD} was the target.",
        ),
        *(
            (outside[name] > most, f"{told} with an AUC of {outside[name]:.3f}; {most} was the target.")
            for name, (told, most) in _TOLD_FROM_OUTSIDE.items()
        ),
        (bool(fallen), f"{fallen} of {report['floor']['of']} samples fall below the floor."),
        (bool(beyond), f"Samples that share longer runs than nine in ten real excerpts: {beyond}."),
    )
    return [sentence for missed, sentence in checks if missed]


def _auc(test: Mapping[str, Any]) -> float:
    """Return the area under the curve of a two-sample test; NaN if a report from a file has none."""
    return math.nan if test["auc"] is None else float(test["auc"])
