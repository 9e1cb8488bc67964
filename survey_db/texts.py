"""Which texts the survey takes, cleaned and limited alike for every database.

SQLite keeps what PostgreSQL refuses, such as a NUL or a title that is too long;
half a surrogate pair is refused by both. What people write is therefore cleaned
here before it is stored, and what identifies something is held against its form
before it is looked up.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

from survey_db.errors import SurveyError

MAX_TITLE_LENGTH = 200
MAX_SLUG_LENGTH = 64
MAX_INTRODUCTION_LENGTH = 10_000
MAX_COMMENT_LENGTH = 2000
MAX_NAME_LENGTH = 64
MIN_TOKEN_LENGTH, MAX_TOKEN_LENGTH = 16, 64

_SLUG = re.compile(rf"(?=.{{1,{MAX_SLUG_LENGTH}}}\Z)[a-z0-9]+(-[a-z0-9]+)*")
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{MIN_TOKEN_LENGTH},{MAX_TOKEN_LENGTH}}}")


def clean(text: str) -> str:
    r"""Return a text without what no database and no page can keep.

    Control characters but tabs and line ends go, line ends become ``\n``,
    halves of surrogate pairs become U+FFFD, and space around the text goes.

    Examples
    --------
    >>> clean(" one\r\ntwo\x00 \ud800")
    'one\ntwo �'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_kept(character) for character in lines).strip()


def clean_line(text: str) -> str:
    r"""Return a cleaned text as one line, with a single space in the place of any other space.

    Examples
    --------
    >>> clean_line("What do\tyou\n hear? ")
    'What do you hear?'
    """
    return " ".join(clean(text).split())


def limited(what: str, text: str, length: int) -> str:
    """Return a text that is not too long.

    Raises
    ------
    SurveyError
        If it has more than ``length`` characters; it says what they are of.
    """
    if len(text) > length:
        raise SurveyError(f"{what} may have at most {length} characters; this one has {len(text)}.")
    return text


def clean_record(record: Any) -> Any:
    """Return something of JSON with all its texts cleaned, those that name its values too.

    Raises
    ------
    SurveyError
        If it holds a number that JSON cannot, or something that is not of JSON.
    """
    match record:
        case None | bool() | int():
            return record
        case str():
            return clean(record)
        case float() if math.isfinite(record):
            return record
        case dict():
            return {clean(str(name)): clean_record(value) for name, value in record.items()}
        case list() | tuple():
            return [clean_record(value) for value in record]
    raise SurveyError(f"The settings of a sample cannot hold {record!r:.80}.")


def is_slug(text: str) -> bool:
    """Return whether a text can be a study's name in its link."""
    return _SLUG.fullmatch(text) is not None


def is_token(text: str) -> bool:
    """Return whether a text can be a listener's token."""
    return _TOKEN.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Return whether a text can name a thing of the survey, such as a classifier, as it stands."""
    return 0 < len(text) <= MAX_NAME_LENGTH and clean_line(text) == text


def _kept(character: str) -> str:
    if character in "\n\t":
        return character
    category = unicodedata.category(character)
    return "" if category == "Cc" else "\ufffd" if category == "Cs" else character
