"""What listeners read of a study: words of its own, in one language or several."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_db.errors import SurveyError
from survey_db.running.lookup import find_study
from survey_db.schema import ConsentText, Listener, Study, Wording
from survey_db.texts import MAX_INTRODUCTION_LENGTH, MAX_TITLE_LENGTH, clean, clean_line, limited
from survey_db.transactions import Transactions
from survey_db.vocabulary import LANGUAGES

_LINES = {
    "title": "A title",
    "organiser": "The name of who runs a study",
    "contact": "A contact",
    "duration": "A duration",
}
_TEXTS = {
    "introduction": "An introduction",
    "payment": "A text on payment",
    "conditions": "A text on who can take part",
    "consent": "A consent text",
    "debriefing": "A debriefing",
}


@dataclass(frozen=True, kw_only=True)
class StudyWords:
    """What listeners read of a study in one language; a text that is empty is the usual one.

    Parameters
    ----------
    language : str
        One of `survey_db.vocabulary.LANGUAGES`.
    title : str
        What the study is called in this language; its own title where it is empty.
    organiser, contact : str
        Who runs the study, and whom to ask.
    duration : str
        How long it takes; worked out from its clips where it is empty.
    introduction, payment, conditions, consent, debriefing : str
        Markdown: what the study is, what listeners get, who can take part,
        what is kept of them, and what they are told at the end.

    See Also
    --------
    NewStudy : The study that has these words.

    Examples
    --------
    >>> words = survey_db.StudyWords(language="de", title="Was hörst du?", contact="a@example.org")
    >>> survey_db.NewStudy(title="What do you hear?", words=[words]).words[0].consent
    ''
    """

    language: str = "en"
    title: str = ""
    introduction: str = ""
    organiser: str = ""
    contact: str = ""
    duration: str = ""
    payment: str = ""
    conditions: str = ""
    consent: str = ""
    debriefing: str = ""


@dataclass(frozen=True)
class ConsentVersion:
    """A consent text that listeners of a study have agreed to, and how many of them did."""

    sha256: str
    text: str
    listeners: int


class StudyWordings:
    """The words of every study; reached as ``Store.wordings``."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def set(self, slug: str, words: StudyWords) -> None:
        """Give a study words in a language, in the place of those that it has there.

        They may change while listeners take part: each listener's answers name
        the consent text that this listener read.

        Raises
        ------
        SurveyError
            If the language is unknown, a text is too long, or the study is closed.
        """
        row = wording(words, 0)
        with self._database.writing() as session:
            study = find_study(session, slug, for_update=True)
            _demand_not_closed(study)
            places = {held.language: held.place for held in study.words}
            row.study_id = study.id
            row.place = places.get(row.language, max(places.values(), default=-1) + 1)
            session.merge(row)

    def remove(self, slug: str, language: str) -> None:
        """Offer a study in a language no longer; who takes part in it goes on in it."""
        with self._database.writing() as session:
            study = find_study(session, slug, for_update=True)
            _demand_not_closed(study)
            study.words = [held for held in study.words if held.language != language]

    def consents(self, slug: str) -> list[ConsentVersion]:
        """List the consent texts that listeners of a study have agreed to, tests left out."""
        with self._database.reading() as session:
            study = find_study(session, slug)
            rows = session.execute(
                select(ConsentText.sha256, ConsentText.text, func.count(Listener.id))
                .join(Listener, Listener.consent_sha256 == ConsentText.sha256)
                .where(Listener.study_id == study.id, Listener.is_test.is_(False))
                .group_by(ConsentText.sha256, ConsentText.text)
                .order_by(func.min(Listener.consented_at))
            )
            return [ConsentVersion(sha256, text, listeners) for sha256, text, listeners in rows]


def wording(words: StudyWords, place: int) -> Wording:
    """Return words as they are stored, cleaned.

    Raises
    ------
    SurveyError
        If the language is unknown or a text is too long.
    """
    if words.language not in LANGUAGES:
        raise SurveyError(f"A study can be worded in one of: {', '.join(LANGUAGES)}.")
    return Wording(
        language=words.language,
        place=place,
        **{
            name: limited(what, clean_line(getattr(words, name)), MAX_TITLE_LENGTH)
            for name, what in _LINES.items()
        },
        **{
            name: limited(what, clean(getattr(words, name)), MAX_INTRODUCTION_LENGTH)
            for name, what in _TEXTS.items()
        },
    )


def wordings(words: Sequence[StudyWords]) -> list[Wording]:
    """Return the words of a new study, a language each.

    Raises
    ------
    SurveyError
        As `wording` does, or if a language comes twice.
    """
    if len({one.language for one in words}) < len(words):
        raise SurveyError("A study has its words once per language.")
    return [wording(one, place) for place, one in enumerate(words)]


def languages_of(study: Study) -> list[str]:
    """List the languages that listeners of a study may choose, the usual one first."""
    return [row.language for row in study.words] or [next(iter(LANGUAGES))]


def words_of(study: Study, language: str) -> StudyWords:
    """Return a study's own words in a language, as far as it has them."""
    row = next((row for row in study.words if row.language == language), None)
    if row is None:
        return StudyWords(language=language)
    return StudyWords(**{field.name: getattr(row, field.name) for field in fields(StudyWords)})


def keep_consent(session: Session, text: str) -> str:
    """Keep a consent text in an open transaction; return its SHA-256.

    Another study may keep the same text for the first time at the same moment: the
    transaction then breaks a rule at its end, and is to be tried again.
    """
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    if session.get(ConsentText, sha256) is None:
        session.add(ConsentText(sha256=sha256, text=text))
        session.flush()
    return sha256


def _demand_not_closed(study: Study) -> None:
    if study.status == "closed":
        raise SurveyError("The study is closed: nobody would read other words.")
