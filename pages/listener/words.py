"""What listeners read of a study: its own words, and the usual ones where it has none, in their language."""

from __future__ import annotations

from dataclasses import replace

from pages.listener.language import _
from survey_db.running.recruitment import recruitment_of
from survey_db.running.words import StudyWords, words_of
from survey_db.schema import Study

CONSENT = (
    "We keep your answers, when you gave them, which parts of each clip you played, and anything you choose "
    "to tell us on this page. We do not keep your name, e-mail address or internet address. You can stop at "
    "any time. If you want your answers deleted, give the people who run the study your listener number. "
    "You will find it at the bottom of each screen."
)
IDENTIFIERS = (
    "We also keep the ID that your link carries. It shows that you took part, so that you can be paid."
)
DEBRIEFING = (
    "A computer program made this music, or most of it. We want to find out two things: how musical people "
    "find it, and whether they can hear the genre that each piece was made as. Please do not tell others "
    "what you heard before they take part. Thank you for your help!"
)
AGREEMENT = "I have read this and agree to take part."


def shown_words(study: Study, language: str) -> StudyWords:
    """Return what listeners of a study read in a language; call it once the screens speak that language.

    What the study does not say itself is said in the usual words. Its title
    and introduction stay as they are where they have no translation.
    """
    own = words_of(study, language)
    return replace(
        own,
        title=own.title or study.title,
        introduction=own.introduction or _(study.introduction),
        consent=own.consent or usual_consent(study),
        debriefing=own.debriefing or _(DEBRIEFING),
    )


def usual_consent(study: Study) -> str:
    """Return the usual consent text; it says so where the study keeps an ID that the link carries."""
    kept = f" {_(IDENTIFIERS)}" if recruitment_of(study).identifiers else ""
    return _(CONSENT) + kept


def terms(words: StudyWords) -> list[tuple[str, str]]:
    """Return what else listeners should know before they agree, each with its heading, as Markdown."""
    said = [
        (_("Who can take part"), words.conditions),
        (_("What you get"), words.payment),
        (_("Who runs this study"), words.organiser),
        (_("Whom to ask"), words.contact),
    ]
    return [(heading, text) for heading, text in said if text]


def consent_record(words: StudyWords) -> str:
    """Return all that a listener has read before agreeing, word for word, as it is kept."""
    parts = [
        f"# {words.title}",
        words.introduction,
        words.duration,
        *(f"**{heading}**: {text}" for heading, text in terms(words)),
        words.consent,
        "[x] " + _(AGREEMENT),
    ]
    return "\n\n".join(part for part in parts if part)
