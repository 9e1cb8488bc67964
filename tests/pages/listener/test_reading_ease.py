"""What every listener reads before they begin is plain English."""

from __future__ import annotations

import re

import pytest

from pages.listener.screens import CONSENT
from survey_db.running.studies import DEFAULT_INTRODUCTION


def syllables(word: str) -> int:
    """Groups of vowels, a silent e at the end left out."""
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


def reading_ease(text: str) -> float:
    """Flesch's (1948) formula: 60 and above is plain English, 30 and below reads like a contract."""
    words = re.findall(r"[A-Za-z’'-]+", text)
    sentences = max(1, len(re.findall(r"[.:?!](?:\s|$)", text)))
    return 206.835 - 1.015 * len(words) / sentences - 84.6 * sum(map(syllables, words)) / len(words)


@pytest.mark.parametrize("text", [CONSENT, DEFAULT_INTRODUCTION], ids=["consent", "introduction"])
def test_a_text_for_listeners_is_easy_to_read(text: str) -> None:
    assert reading_ease(text) >= 65
    assert all(len(sentence.split()) <= 25 for sentence in re.split(r"(?<=[.?!])\s", text))


def test_what_it_replaced_was_not() -> None:
    former = (
        "With them is stored when you answered, how long and how often you listened, and what you choose to "
        "tell below. You may stop at any time, and ask the study's organisers to delete your answers by your "
        "listener number, which stands at the foot of each screen."
    )
    assert reading_ease(former) < reading_ease(CONSENT)
