"""What listeners read in other languages is complete, and filled in with the same things."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from gmn_core.genres import GENRES
from pages.listener import language, words
from pages.listener.connection import LOST
from survey_db.running import listening, lookup, questions, starting
from survey_db.running.recruitment import Refusal
from survey_db.running.studies import DEFAULT_INTRODUCTION
from survey_db.vocabulary import DEVICES, LANGUAGES, MUSICAL_TRAINING, RATING_ANCHORS

ROOT = Path(__file__).parents[3]
OTHERS = [code for code in LANGUAGES if code != language.ENGLISH]
CONSTANTS = {
    *RATING_ANCHORS.values(),
    *MUSICAL_TRAINING.values(),
    *DEVICES.values(),
    *(genre.display_name for genre in GENRES),
    *(LOST, DEFAULT_INTRODUCTION),
    *(words.CONSENT, words.IDENTIFIERS, words.DEBRIEFING, words.AGREEMENT),
    *map(str, Refusal),
}


def messages(module: Path) -> Iterator[tuple[str, ...]]:
    """Find what a module says to listeners: the arguments of `_` and of `plural`."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "plural"}:
            texts = tuple(
                word.value
                for word in node.args
                if isinstance(word, ast.Constant) and isinstance(word.value, str)
            )
            if texts:
                yield texts


def errors(module: Path) -> Iterator[str]:
    """Find the errors of a module that always have the same words."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="SurveyError"), args=[ast.Constant(value=str() as text)]):
                yield text


SAID = {
    texts
    for module in (
        *sorted((ROOT / "pages/listener").glob("*.py")),
        ROOT / "pages/survey.py",
        ROOT / "pages/guard/errors.py",
    )
    for texts in messages(module)
}


@pytest.fixture(params=OTHERS)
def file(request: pytest.FixtureRequest) -> Path:
    return language.FOLDER / request.param / "LC_MESSAGES" / f"{language.DOMAIN}.po"


def test_every_message_is_translated(file: Path) -> None:
    with file.open("rb") as source:
        catalogue = read_po(source)
    wanted = SAID | {(text,) for text in CONSTANTS}
    assert len(wanted) > 80
    for texts in wanted:
        message = catalogue.get(texts[0])
        assert message is not None, texts
        assert message.string if len(texts) == 1 else all(message.string), texts
        assert not message.fuzzy, texts


def test_a_translation_is_filled_in_with_the_same_things(file: Path) -> None:
    with file.open("rb") as source:
        for message in read_po(source):
            if message.id:
                original = message.id if isinstance(message.id, str) else message.id[-1]
                translated = message.string if isinstance(message.string, str) else message.string[-1]
                names = [sorted(re.findall(r"{\w+}", text)) for text in (original, translated)]
                assert names[0] == names[1], original


def test_nothing_is_translated_that_is_said_no_longer(file: Path) -> None:
    known = CONSTANTS | {text for texts in SAID for text in texts}
    known |= {
        text for module in (listening, lookup, questions, starting) for text in errors(Path(module.__file__))
    }
    known |= {"Choose a rating from 1 to 10."}  # whose bounds are filled in
    with file.open("rb") as source:
        for message in read_po(source):
            text = message.id if isinstance(message.id, str) else message.id[0]
            assert not text or text in known, text


def test_what_is_compiled_is_what_is_written(file: Path) -> None:
    compiled = language.catalogue(file.parents[1].name)
    with file.open("rb") as written:
        for message in read_po(written):
            if isinstance(message.id, str):
                assert not message.id or compiled.gettext(message.id) == message.string, "make translations"
            else:
                read = tuple(compiled.ngettext(*message.id, number) for number in (1, 2))
                assert read == message.string, "make translations"


def test_numbers_and_plurals_follow_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    one, many = "The other listener", "The mean of {number} others"
    assert (language.decimals(1.25), language.plural(one, many, 3)) == ("1.2", "The mean of 3 others")
    monkeypatch.setattr(language, "spoken", lambda: "de")
    assert (language.decimals(1.25), language.plural(one, many, 3)) == ("1,2", "3 andere im Mittel")
    assert language.plural(one, many, 1) == "Die andere Person"
    assert language._("Words that nobody has translated") == "Words that nobody has translated"


def test_the_page_behind_personal_links_says_the_same_in_both_languages() -> None:
    page = (ROOT / "pages/guard/continue.html").read_text(encoding="utf-8")
    english, german = (
        dict(re.findall(r'(\w+): "([^"]+)"', page.partition(f"const {name} = {{")[2].partition("}")[0]))
        for name in ("ENGLISH", "GERMAN")
    )
    assert english.keys() == german.keys() == set(re.findall(r'say\("(\w+)"\)', page))
    assert not set(english.values()) & set(german.values())
