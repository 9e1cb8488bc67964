"""``evaluate classifiers``: how good the classifiers are on clips that they were not trained on."""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gmn_core.cli.usage import Commands, UsageError, progress, require_folder

if TYPE_CHECKING:
    from gmn_core.classification.evaluation.comparison import Answers
    from gmn_core.classification.evaluation.contenders import Contender
    from gmn_core.classification.evaluation.inputs import ClipInputs
    from gmn_core.corpora.gtzan import Track
    from gmn_core.corpora.stored import StoredCorpus

MODELS = ("knn_descriptors", "cnn", "knn_pretrained", "cnn_pretrained")


def add_parser(models: Commands) -> None:
    """Declare the command."""
    parser = models.add_parser(
        "classifiers",
        help="accuracy, recall, calibration and comparison of the classifiers on GTZAN",
        description=(
            "test: the shipped models on the test clips. valid: retrained on the train clips. "
            "cv: retrained in every fold over train and valid, by artist and at random."
        ),
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="GTZAN in any form")
    parser.add_argument("--split", choices=("valid", "test", "cv"), required=True)
    parser.add_argument("--model", nargs="+", choices=MODELS, default=MODELS, metavar="NAME")
    parser.add_argument("--folds", type=int, default=10, help="folds of cv (default: 10)")
    parser.add_argument(
        "--prefer",
        choices=("audio", "stored"),
        default="audio",
        help="what to read if a clip has both (default: audio)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report here")
    parser.add_argument("--shares", type=Path, metavar="CSV", help="write the shares of each clip here")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Evaluate, print a table, and write the files asked for."""
    from gmn_core.classification.evaluation.comparison import report
    from gmn_core.classification.evaluation.contenders import all_contenders
    from gmn_core.classification.evaluation.inputs import ClipInputs
    from gmn_core.classification.pretrained.model import Tagger
    from gmn_core.corpora.stored import StoredCorpus
    from gmn_core.models.card import library_versions
    from gmn_core.models.reports import weights_sha256

    require_folder(arguments.data)
    if arguments.folds < 2:
        raise UsageError("Cross-validation needs at least 2 folds.")
    corpus = StoredCorpus(arguments.data)
    wanted = {"test": {"test"}, "valid": {"train", "valid"}, "cv": {"train", "valid"}}[arguments.split]
    tracks = [track for track in corpus.tracks if track.split in wanted]
    if not any(track.split in (arguments.split, "train") for track in tracks):
        raise UsageError(f"The folder {arguments.data} holds no clip that {arguments.split} needs.")
    inputs = ClipInputs(corpus, arguments.prefer, Tagger.shipped())
    contenders = [each for each in all_contenders() if each.name in arguments.model]
    protocols = _answers(arguments, corpus, inputs, contenders, tracks)
    record = {
        "split": arguments.split,
        "command": f"python -m gmn_core evaluate classifiers --data DIR --split {arguments.split}"
        + (f" --folds {arguments.folds}" if arguments.split == "cv" else "")
        + (" --prefer stored" if arguments.prefer == "stored" else "")
        + f" --model {' '.join(each.name for each in contenders)}",
        "prefer": arguments.prefer,
        "n_folds": arguments.folds if arguments.split == "cv" else None,
        "data": corpus.hashes(),
        "libraries": library_versions("numpy", "scikit-learn", "tensorflow-cpu", "tensorflow", "onnxruntime"),
        "protocols": {name: report(answers) for name, answers in protocols.items()},
    }
    if arguments.split == "test":
        record["models_sha256"] = weights_sha256(each.name for each in contenders)
    _print_table(record["protocols"])
    if arguments.json:
        arguments.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    if arguments.shares:
        _write_shares(protocols, arguments.shares)
    return 0


def _answers(
    arguments: argparse.Namespace,
    corpus: StoredCorpus,
    inputs: ClipInputs,
    contenders: Sequence[Contender],
    tracks: Sequence[Track],
) -> dict[str, list[Answers]]:
    """Ask every model under every protocol of the split."""
    from gmn_core.classification.evaluation import comparison
    from gmn_core.corpora.folds import find_repetitions

    models = progress(contenders, unit="models")
    if arguments.split == "test":
        return {"test": [comparison.answers_on_test(each, inputs, tracks) for each in models]}
    if arguments.split == "valid":
        return {"valid": [comparison.answers_on_valid(each, inputs, tracks) for each in models]}
    names = {track.name for track in tracks}
    repetitions = find_repetitions({name: mel for name, mel in corpus.mels.items() if name in names})
    return {
        kind: [
            comparison.cross_validated_answers(each, inputs, tracks, kind, arguments.folds, repetitions)
            for each in progress(contenders, unit="models")
        ]
        for kind in comparison.FOLD_KINDS
    }


def _print_table(protocols: dict[str, Any]) -> None:
    for protocol, figures in protocols.items():
        for model, row in figures["models"].items():
            line = f"{protocol:<7} {model:<16} {row['n_clips']:>4} of {row['n_asked']} clips"
            if row["n_clips"]:
                accuracy = row["accuracy"]
                line += (
                    f"   accuracy {accuracy['value']:.3f} [{accuracy['low']:.3f}, {accuracy['high']:.3f}]"
                    f"   macro recall {row['macro_recall']:.3f}   top 2 {row['top2_accuracy']['value']:.3f}"
                    f"   log loss {row['log_loss']:.3f}   ECE {row['calibration_error']:.3f}"
                )
            print(line)
        for pair in figures["comparisons"]:
            print(
                f"{protocol:<7} {pair['first']} against {pair['second']}: only one is right on "
                f"{pair['only_first']} and {pair['only_second']} of {pair['n_clips']} clips, "
                f"p = {pair['p_value']:.2g} (McNemar)"
            )


def _write_shares(protocols: dict[str, list[Answers]], path: Path) -> None:
    from gmn_core.genres import GENRES

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["protocol", "model", "track", *GENRES])
        for protocol, answers in protocols.items():
            for each in answers:
                for track, shares in zip(each.tracks, each.shares, strict=True):
                    writer.writerow([protocol, each.model, track, *(f"{share:.6f}" for share in shares)])
