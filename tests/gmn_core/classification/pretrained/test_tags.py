"""Words for music."""

from __future__ import annotations

import numpy as np

from gmn_core.classification.pretrained.tags import MSD_TAGS, words_of


def test_the_surest_words_come_first_and_faint_ones_not_at_all() -> None:
    taggram = np.full((3, 50), 0.01, dtype=np.float32)
    taggram[:, MSD_TAGS.index("Hip-Hop")] = 0.4, 0.5, 0.6
    taggram[:, MSD_TAGS.index("party")] = 0.6, 0.6, 0.6
    taggram[0, MSD_TAGS.index("jazz")] = 0.27
    assert words_of(taggram) == ("party", "hip-hop")
    assert words_of(taggram, most=1) == ("party",)


def test_noise_gets_no_words() -> None:
    assert words_of(np.zeros((2, 50), dtype=np.float32)) == ()
