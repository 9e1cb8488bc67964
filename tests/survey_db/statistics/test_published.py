from __future__ import annotations

from dataclasses import replace

import pytest

from survey_db.statistics.published import PUBLISHED


def test_shares_are_of_whole_answers() -> None:
    """The printed percentages are those of 63 of 192, 25 of 32 and 1 of 32."""
    answers = PUBLISHED.listeners * PUBLISHED.samples
    assert PUBLISHED.share_right * answers == pytest.approx(63, abs=0.005)
    assert PUBLISHED.best_share * PUBLISHED.listeners == pytest.approx(25, abs=0.02)
    assert PUBLISHED.worst_share * PUBLISHED.listeners == pytest.approx(1, abs=0.02)


def test_what_it_shows_is_computed_from_the_printed_figures() -> None:
    told = PUBLISHED.what_it_shows()
    assert (PUBLISHED.right, PUBLISHED.most_expected) == (63, pytest.approx(1 / 6))
    assert "expect at most 16.7% right" in told
    assert "32 of them would reach 63 of 192 at most once in 100,000 studies" in told
    assert "show that listeners heard something" in told
    assert "cannot show it for a single sample (Hip hop 78.1%, Rock 3.1%)" in told


def test_fewer_right_would_not_show_it() -> None:
    told = replace(PUBLISHED, share_right=0.2).what_it_shows()
    assert "do not show that listeners heard something" in told


def test_sentence_has_every_figure() -> None:
    sentence = PUBLISHED.sentence()
    for figure in ("6.17 ± 2.30", "32.81%", "78.1% (Hip hop)", "3.1% (Rock)", "32 listeners, 6 samples"):
        assert figure in sentence
