"""Which instruments play which role, in the training pieces and in the samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gmn_core.generation.evaluation.excerpts import MeasuredPiece
from gmn_core.generation.music.band import Role
from gmn_core.generation.music.instruments import instrument_name
from gmn_core.generation.training.dataset import EncodedPiece
from gmn_core.generation.training.orchestration import Programs, usual_programs
from gmn_core.genres import GENRES

_NAMED = 8  # commonest instruments of each role that are named


def instruments_report(train: Sequence[EncodedPiece], samples: Sequence[MeasuredPiece]) -> dict[str, Any]:
    """Count the instruments of each role in training pieces and in samples, and those that are unusual."""
    report: dict[str, Any] = {}
    for genre in GENRES:
        theirs = [piece.sheet.programs for piece in train if piece.genre is genre]
        ours = [each.sheet.programs for each in samples if each.genre is genre]
        if not theirs or not ours:
            continue
        usual = usual_programs(theirs)
        report[genre.value] = {
            role.value: {
                "training pieces": _commonest(role, theirs),
                "samples": _commonest(role, ours),
                "unusual in training pieces": _unusual(role, theirs, usual),
                "unusual in samples": _unusual(role, ours, usual),
            }
            for role in usual
        }
    return report


def _commonest(role: Role, bands: Sequence[Programs]) -> dict[str, int]:
    counts = Counter(instrument_name(role, band[role]) for band in bands if role in band)
    return dict(counts.most_common(_NAMED))


def _unusual(role: Role, bands: Sequence[Programs], usual: Mapping[Role, frozenset[int]]) -> float:
    own = [band[role] not in usual[role] for band in bands if role in band]
    return float(np.mean(own)) if own else 0.0
