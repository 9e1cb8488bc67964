"""The survey's genres are those of the machine-learning core."""

from __future__ import annotations

import gmn_core.genres
import survey_db.genres
from gmn_core.figures import style
from survey_db.reporting import drawing


def test_both_packages_hold_one_list_in_one_order() -> None:
    assert tuple(genre.value for genre in gmn_core.genres.GENRES) == survey_db.genres.GENRES


def test_both_packages_show_the_same_names() -> None:
    for genre in gmn_core.genres.GENRES:
        assert survey_db.genres.genre_name(genre.value) == genre.display_name


def test_figures_have_the_same_ink() -> None:
    assert drawing.INK == style.INK
    assert drawing.MUTED == style.MUTED
    assert drawing.SHARE_SCALE == style.SHARE_SCALE
