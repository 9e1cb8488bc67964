from __future__ import annotations

import pytest

from survey_db.statistics.published import PUBLISHED


def test_shares_are_of_whole_answers() -> None:
    """The printed percentages are those of 63 of 192, 25 of 32 and 1 of 32."""
    answers = PUBLISHED.listeners * PUBLISHED.samples
    assert PUBLISHED.share_right * answers == pytest.approx(63, abs=0.005)
    assert PUBLISHED.best_share * PUBLISHED.listeners == pytest.approx(25, abs=0.02)
    assert PUBLISHED.worst_share * PUBLISHED.listeners == pytest.approx(1, abs=0.02)


def test_sentence_has_every_figure() -> None:
    sentence = PUBLISHED.sentence().replace("\N{NO-BREAK SPACE}", " ")
    for figure in ("6.17 ± 2.30", "32.81 %", "78.1 % (Hip hop)", "3.1 % (Rock)", "32 listeners, 6 samples"):
        assert figure in sentence
