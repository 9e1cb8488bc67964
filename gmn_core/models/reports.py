"""The evaluation reports that ship with the models and that the app shows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from gmn_core.files import StrPath, write_whole
from gmn_core.models.card import ModelError, read_card

REPORTS_DIR = Path(__file__).parent / "reports"

Report = dict[str, Any]

PROTOCOLS: dict[str, str] = {
    "test": "Test clips, models frozen",
    "artist": "Folds by artist",
    "valid": "Valid clips, trained on train",
    "random": "Random folds",
}
"""Display names of the protocols of `evaluate classifiers`, the most honest first."""

_EVALUATIONS = ("test", "cv", "valid")


def read_report(name: str) -> Report | None:
    """Return a report, or None if none of that name ships.

    Parameters
    ----------
    name : str
        File name without its ending, e.g. ``"cv"``.

    Raises
    ------
    ModelError
        If it is damaged.
    """
    path = REPORTS_DIR / f"{name}.json"
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    except (OSError, ValueError) as error:
        raise ModelError(f"The evaluation report {path.name} cannot be read.") from error


def read_evaluations() -> tuple[dict[str, Report], list[str]]:
    """Return all evaluations of the classifiers that ship, and the commands that made them.

    A report on the shipped models themselves is left out once their weights are others.

    Returns
    -------
    protocols : dict
        Key of `PROTOCOLS` to ``models`` and ``comparisons``, as
        `gmn_core.classification.evaluation.comparison.report` returns them.
    commands : list of str
    """
    reports = [report for name in _EVALUATIONS if (report := read_report(name)) and still_holds(report)]
    found = {key: protocol for report in reports for key, protocol in report["protocols"].items()}
    return {key: found[key] for key in PROTOCOLS if key in found}, [report["command"] for report in reports]


def weights_sha256(models: Iterable[str]) -> dict[str, str]:
    """Return the hash of each weight file of shipped models, as their cards have it.

    Parameters
    ----------
    models : iterable of str
        Names of models.

    Returns
    -------
    dict
        E.g. ``"cnn/network.onnx"`` to a SHA-256, in alphabetical order.
    """
    weights = {
        f"{model}/{file}": digest for model in models for file, digest in read_card(model).weights.items()
    }
    return dict(sorted(weights.items()))


def still_holds(report: Report) -> bool:
    """Return whether a report speaks of the weights that ship; one on models trained anew always does."""
    measured = report.get("models_sha256")
    return measured is None or measured == weights_sha256({name.split("/")[0] for name in measured})


def publish_report(path: StrPath) -> Path:
    """Put a report on the shipped models where the app shows it.

    Parameters
    ----------
    path : str or os.PathLike
        What ``gmn evaluate classifiers --split test --json`` wrote.

    Returns
    -------
    Path
        Where it went.

    Raises
    ------
    ModelError
        If it is no such report, or was made with other weights than those that ship.
    """
    path = Path(path)
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"The evaluation report {path.name} cannot be read.") from error
    if not isinstance(report, dict) or report.get("split") != "test" or "models_sha256" not in report:
        raise ModelError(f"{path.name} is no report of the shipped classifiers on the test clips.")
    if not still_holds(report):
        raise ModelError(f"{path.name} was made with other weights than those that ship: measure again.")
    target = REPORTS_DIR / "test.json"
    write_whole(target, (json.dumps(report, indent=1) + "\n").encode())
    return target
