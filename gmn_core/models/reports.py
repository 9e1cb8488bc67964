"""The evaluation reports that ship with the models and that the app shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gmn_core.models.card import ModelError

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

    Returns
    -------
    protocols : dict
        Key of `PROTOCOLS` to ``models`` and ``comparisons``, as
        `gmn_core.classification.evaluation.comparison.report` returns them.
    commands : list of str
    """
    reports = [report for name in _EVALUATIONS if (report := read_report(name))]
    found = {key: protocol for report in reports for key, protocol in report["protocols"].items()}
    return {key: found[key] for key in PROTOCOLS if key in found}, [report["command"] for report in reports]
