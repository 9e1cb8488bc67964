"""The evaluation reports that ship beside the models, and that the app shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

REPORTS_DIR = Path(__file__).parent / "reports"


def read_report(name: str) -> dict[str, Any] | None:
    """Return a report as it was written, or None where none of that name ships.

    Parameters
    ----------
    name : str
        ``cv``, ``valid``, ``test`` or ``music_check``.
    """
    path = REPORTS_DIR / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
