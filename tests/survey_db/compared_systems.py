"""Three systems compared in a simulated study, in which the first is better and the others are alike."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from survey_db.statistics.system_studies import SystemStudy, simulated_answers
from survey_db.statistics.systems import SystemComparison, compare_systems

NAMES = {"System 0": "Ours", "System 1": "Theirs", "System 2": "Players"}


def system_answers(study: SystemStudy | None = None, better_by: float = 4.0) -> pd.DataFrame:
    """Return the answers of a study whose first system is rated higher by so many points."""
    frame, _ = simulated_answers(study or SystemStudy(24, 3, 6), np.random.default_rng(0))
    better = frame["system"] == "System 0"
    return frame.assign(rating=frame["rating"] + better_by * better, system=frame["system"].map(NAMES))


@cache
def compared_systems() -> SystemComparison:
    """Return the systems compared."""
    found = compare_systems(system_answers())
    assert found is not None
    return found
