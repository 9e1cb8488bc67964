"""Musical training as the Goldsmiths Musical Sophistication Index asks for it: seven items and their sum.

Müllensiefen, D., Gingras, B., Musil, J. & Stewart, L. (2014). The musicality of
non-musicians: an index for assessing musical sophistication in the general
population. PLoS ONE 9(2), e89642. https://doi.org/10.1371/journal.pone.0089642

The items, in the order of the questionnaire, are numbers 14, 27, 32, 33, 35, 36
and 37 of version 1.0. Each is answered in seven steps, from 1 to 7; the two
statements (14 and 27) are reversed. The score is the sum, from 7 to 49. The
German texts are a translation of this project's own: Schaal, Bauer and
Müllensiefen (2014, https://doi.org/10.1177/1029864914541851) validated one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey_db.running.questions import Answers, Question

SCALE = "msi_training"
SCALE_NAME = "Gold-MSI musical training"
LOWEST, HIGHEST = 7, 49
REFERENCE = (
    "Müllensiefen, D., Gingras, B., Musil, J. & Stewart, L. (2014). The musicality of non-musicians: an "
    "index for assessing musical sophistication in the general population. PLoS ONE 9(2), e89642. "
    "https://doi.org/10.1371/journal.pone.0089642"
)

_AGREEMENT = {
    "en": (
        "Completely disagree",
        "Strongly disagree",
        "Disagree",
        "Neither agree nor disagree",
        "Agree",
        "Strongly agree",
        "Completely agree",
    ),
    "de": (
        "Stimme überhaupt nicht zu",
        "Stimme nicht zu",
        "Stimme eher nicht zu",
        "Weder noch",
        "Stimme eher zu",
        "Stimme zu",
        "Stimme voll und ganz zu",
    ),
}
_STATEMENTS = (
    (
        "msi_14",
        "I have never been complimented for my talents as a musical performer.",
        "Ich bin noch nie dafür gelobt worden, wie gut ich Musik mache.",
    ),
    (
        "msi_27",
        "I would not consider myself a musician.",
        "Ich würde mich selbst nicht als Musikerin oder Musiker bezeichnen.",
    ),
)
# Name, sentence in English and in German, the seven answers.
_AMOUNTS = (
    (
        "msi_32",
        "I engaged in regular, daily practice of a musical instrument (including voice) for ___ years.",
        "Ich habe ___ Jahre lang regelmäßig und täglich ein Instrument (oder Gesang) geübt.",
        ("0", "1", "2", "3", "4–5", "6–9", "10 or more"),
    ),
    (
        "msi_33",
        "At the peak of my interest, I practised my primary instrument for ___ hours per day.",
        "Als mein Interesse am größten war, habe ich mein Hauptinstrument ___ Stunden am Tag geübt.",
        ("0", "0.5", "1", "1.5", "2", "3–4", "5 or more"),
    ),
    (
        "msi_35",
        "I have had formal training in music theory for ___ years.",
        "Ich habe ___ Jahre Unterricht in Musiktheorie gehabt.",
        ("0", "0.5", "1", "2", "3", "4–6", "7 or more"),
    ),
    (
        "msi_36",
        "I have had ___ years of formal training on a musical instrument (including voice) during my "
        "lifetime.",
        "Ich habe in meinem Leben ___ Jahre Unterricht auf einem Instrument (oder in Gesang) gehabt.",
        ("0", "0.5", "1", "2", "3–5", "6–9", "10 or more"),
    ),
    (
        "msi_37",
        "I can play ___ musical instruments.",
        "Ich kann ___ Musikinstrumente spielen.",
        ("0", "1", "2", "3", "4", "5", "6 or more"),
    ),
)


def training_items(*, moment: str = "before", required: bool = True) -> list[Question]:
    """Return the seven items as questions, in English and German."""
    statements = [
        Question(
            name=name,
            text={"en": english, "de": german},
            options=_AGREEMENT,
            moment=moment,
            required=required,
            scale=SCALE,
            reverse=True,
        )
        for name, english, german in _STATEMENTS
    ]
    amounts = [
        Question(
            name=name,
            text={"en": english, "de": german},
            options={"en": answers, "de": [_in_german(answer) for answer in answers]},
            moment=moment,
            required=required,
            scale=SCALE,
        )
        for name, english, german, answers in _AMOUNTS
    ]
    return [*statements, *amounts]


def asks_for_training(questions: Sequence[Question]) -> bool:
    """Return whether questions hold the whole scale."""
    asked = {question.name for question in questions if question.scale == SCALE}
    return asked >= {item.name for item in training_items()}


def training_score(questions: Sequence[Question], answers: Answers) -> int | None:
    """Return the sum of the seven items, from 7 to 49; None unless all of them have been answered.

    Examples
    --------
    >>> items = training_items()
    >>> training_score(items, {"msi_14": 1, "msi_27": 7} | {item.name: 2 for item in items[2:]})
    18
    """
    total = 0
    known: Mapping[str, Question] = {question.name: question for question in questions}
    for item in training_items():
        answer, question = answers.get(item.name), known.get(item.name)
        if question is None or question.scale != SCALE or not isinstance(answer, int):
            return None
        total += len(item.numbers) + 1 - answer if question.reverse else answer
    return total


def _in_german(answer: str) -> str:
    return answer.replace(".", ",").replace("or more", "oder mehr")
