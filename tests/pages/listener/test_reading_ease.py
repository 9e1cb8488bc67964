"""What listeners read, from the welcome to the thanks and in every error, is plain English."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.guard.errors import sentence_for
from pages.listener.words import CONSENT
from survey_db.errors import UnavailableError
from survey_db.running.recruitment import Refusal
from survey_db.running.studies import DEFAULT_INTRODUCTION

ROOT = Path(__file__).parents[3]
LISTENERS_MODULES = (
    *sorted((ROOT / "pages/listener").glob("*.py")),
    ROOT / "pages/survey.py",
    ROOT / "pages/shared/player.py",
    ROOT / "survey_db/running/listening.py",
    ROOT / "survey_db/running/lookup.py",
    ROOT / "survey_db/running/feedback.py",
)
OTHER_DEVICES_PAGE = ROOT / "pages/guard/continue.html"
PLAIN, LONGEST_SENTENCE = 65, 25


def syllables(word: str) -> int:
    """Groups of vowels, a silent e at the end left out."""
    groups = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)


def reading_ease(text: str) -> float:
    """Flesch's (1948) formula: 60 and above is plain English, 30 and below reads like a contract."""
    text = re.sub(r":material/\w+:|&nbsp;", "", text).replace("·", ".")
    words = re.findall(r"[A-Za-z’'-]+", text)
    sentences = max(1, len(re.findall(r"[.:?!…](?:\s|$)", text)))
    return 206.835 - 1.015 * len(words) / sentences - 84.6 * sum(map(syllables, words)) / len(words)


def texts_of(module: Path) -> list[str]:
    """Find the sentences that a module can show: all texts of its code but those for programmers."""
    return [text for text in _texts(ast.parse(module.read_text(encoding="utf-8"))) if _is_sentence(text)]


def _texts(node: ast.AST) -> Iterator[str]:
    match node:
        case (
            ast.Call(func=ast.Name(id="ValueError")) | ast.Call(func=ast.Attribute(value=ast.Name(id="_log")))
        ):
            return
        case ast.Expr(value=ast.Constant()):  # a docstring
            return
        case ast.Constant(value=str() as text):
            yield re.sub(r"\{\w+\}", " six ", text)
        case ast.JoinedStr(values=parts):
            # What is filled in counts as one short word.
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else " six " for part in parts)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _texts(child)


def _is_sentence(text: str) -> bool:
    """Tell sentences from names, labels and style sheets."""
    return "<" not in text and len(re.findall(r"[A-Za-z’'-]+(?=[\s,.;:?!…])", text)) >= 4


def page_texts(page: Path) -> list[str]:
    """Find the sentences of the page that opens a personal link."""
    text = page.read_text(encoding="utf-8")
    english = text.partition("const ENGLISH = {")[2].partition("}")[0]
    return [*re.findall(r': "([^"]+)"', english), *re.findall(r"<noscript>([^<]+)", text)]


REFUSALS = set(map(str, Refusal))
ERRORS = {sentence_for(error, "ABCD-EFGH") for error in (UnavailableError("down"), KeyError("x"))}
TEXTS = sorted(
    ERRORS.union(
        REFUSALS, [DEFAULT_INTRODUCTION], page_texts(OTHER_DEVICES_PAGE), *map(texts_of, LISTENERS_MODULES)
    )
)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:40])
def test_a_text_for_listeners_is_easy_to_read(text: str) -> None:
    assert reading_ease(text) >= PLAIN
    assert all(len(sentence.split()) <= LONGEST_SENTENCE for sentence in re.split(r"(?<=[.?!…])\s", text))


def test_all_that_listeners_read_is_looked_at() -> None:
    for part in (
        CONSENT,
        "Nothing on this screen is stored.",
        "You will hear three tones",
        "All your answers are stored",
        "Please press Begin again",
        "Something went wrong on this page",
        "The study is closed now",
        "This link is not complete.",
    ):
        assert any(part in text for text in TEXTS), part


def test_hard_sentences_are_found() -> None:
    former = (
        "With them is stored when you answered, how long and how often you listened, and what you choose to "
        "tell below. You may stop at any time, and ask the study's organisers to delete your answers by your "
        "listener number, which stands at the foot of each screen."
    )
    assert reading_ease(former) < reading_ease(CONSENT)
    assert reading_ease("Participation necessitates acknowledgement of the information above.") < 0
