"""Finding the key."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.generation.music.key import find_key

MAJOR, HARMONIC_MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 11)


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize(("scale", "minor"), [(MAJOR, False), (HARMONIC_MINOR, True)])
def test_a_scale_that_dwells_on_its_triad_has_its_key(
    tonic: int, scale: tuple[int, ...], minor: bool
) -> None:
    triad = {scale[0], scale[2], scale[4]}
    rows = [(0, 60 + tonic + step, 480 if step in triad else 240, 80) for step in scale]
    assert find_key([np.array(rows)]) == (tonic, minor)


def test_no_notes_have_no_key_but_an_answer() -> None:
    assert find_key([]) == (0, False)
