"""Questions of a study's own, which listeners answer before the clips or after them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeAlias

from survey_db.errors import SurveyError
from survey_db.running.lookup import find_study
from survey_db.running.samples import demand_draft
from survey_db.schema import Study
from survey_db.texts import MAX_COMMENT_LENGTH, MAX_TITLE_LENGTH, clean, clean_line, limited
from survey_db.transactions import Transactions
from survey_db.vocabulary import LANGUAGES

QUESTION_KINDS: dict[str, str] = {
    "choice": "One of several answers",
    "scale": "A scale",
    "number": "A number",
    "text": "A text",
}
"""How a question is answered, by the value that is stored."""

MOMENTS: dict[str, str] = {"before": "Before the clips", "after": "After the clips"}
"""When a question is asked, by the value that is stored."""

MOST_QUESTIONS = 60
MAX_STEPS = 11
MAX_QUESTION_LENGTH = 1000

Answers: TypeAlias = Mapping[str, int | float | str]
"""What a listener answered, by the questions' names."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question to listeners.

    Parameters
    ----------
    name : str
        What its column in the exports is called, after ``q_``.
    text : mapping of str to str
        What is asked, by language; in a language that it lacks, the first is shown.
    kind, moment : str
        One of `QUESTION_KINDS`, and one of `MOMENTS`.
    required : bool
        Whether listeners must answer it to go on.
    options : mapping of str to sequence of str
        Of a choice, the answers by language; of a scale, what its first and last
        step mean. Answers are stored as numbers from 1, whatever the language.
    steps : int
        Of a scale.
    least, most : float, optional
        Bounds of a number.
    expected : int, optional
        The answer that the text asks for, of an attention check (an instructed
        response): who gives another one is left out of the results.
    scale : str
        The published scale that it is an item of, such as ``"msi_training"``.
    reverse : bool
        Whether a high answer counts as a low one there.

    See Also
    --------
    NewStudy : The study that asks it.

    Examples
    --------
    >>> age = survey_db.Question(name="age", text={"en": "How old are you?"}, kind="number", least=16)
    >>> survey_db.NewStudy(title="Jazz?", questions=[age]).questions[0].moment
    'before'
    """

    name: str
    text: Mapping[str, str]
    kind: str = "choice"
    moment: str = "before"
    required: bool = False
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    steps: int = 7
    least: float | None = None
    most: float | None = None
    expected: int | None = None
    scale: str = ""
    reverse: bool = False

    @property
    def column(self) -> str:
        """Its column in the exports."""
        return f"q_{self.name}"

    @property
    def numbers(self) -> range:
        """The answers to a choice or a scale; none of another kind."""
        if self.kind == "choice":
            return range(1, len(next(iter(self.options.values()), ())) + 1)
        return range(1, self.steps + 1) if self.kind == "scale" else range(0)

    def asked(self, language: str) -> str:
        """Return what is asked in a language, or in the first that there is."""
        return self.text.get(language) or next(iter(self.text.values()))

    def labels(self, language: str) -> Sequence[str]:
        """Return the answers, or the ends of the scale, in a language, or in the first that there is."""
        return self.options.get(language) or next(iter(self.options.values()), ())


class Questionnaires:
    """The questions of every study; reached as ``Store.questionnaires``."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def set(self, slug: str, questions: Sequence[Question]) -> None:
        """Have a study in draft ask these questions, in this order.

        Raises
        ------
        SurveyError
            If the study has been opened, or a question is unfit.
        """
        records = question_records(questions)
        with self._database.writing() as session:
            study = find_study(session, slug, for_update=True)
            demand_draft(study)
            study.questions = records


def questions_of(study: Study, moment: str | None = None) -> list[Question]:
    """Return the questions of a study in order; those of one moment alone where it is given."""
    questions = [Question(**record) for record in study.questions]
    return [question for question in questions if moment in (None, question.moment)]


def question_records(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """Return questions as they are stored, cleaned.

    Raises
    ------
    SurveyError
        If one is unfit, two have one name, or there are too many.
    """
    if len(questions) > MOST_QUESTIONS:
        raise SurveyError(f"A study asks {MOST_QUESTIONS} questions at most.")
    fit = [_checked(question) for question in questions]
    names = [question.name for question in fit]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SurveyError(f"Two questions are called “{twice[0]}”.")
    return [
        {**asdict(question), "options": {code: list(labels) for code, labels in question.options.items()}}
        for question in fit
    ]


def checked_answers(
    questions: Sequence[Question], answers: Mapping[str, Any]
) -> dict[str, int | float | str]:
    """Return the answers to questions, cleaned; what was left open is left out.

    Raises
    ------
    SurveyError
        If one that is required is missing, or one is not of its question's kind.
    """
    found: dict[str, int | float | str] = {}
    for question in questions:
        answer = answers.get(question.name)
        if isinstance(answer, str):
            answer = clean(answer)
        if answer is None or answer == "":
            if question.required:
                raise SurveyError("Please answer every question that is marked with a star.")
            continue
        if not _answers(question, answer):
            raise SurveyError("Please check your answers: one of them does not fit its question.")
        found[question.name] = answer
    return found


def attentive(questions: Sequence[Question], answers: Answers) -> bool:
    """Return whether every attention check was answered as its text asks."""
    return all(
        answers.get(question.name) == question.expected
        for question in questions
        if question.expected is not None
    )


def _answers(question: Question, answer: object) -> bool:
    if question.kind == "text":
        return isinstance(answer, str) and len(answer) <= MAX_COMMENT_LENGTH
    if isinstance(answer, bool) or not isinstance(answer, int | float) or not math.isfinite(answer):
        return False
    if question.kind == "number":
        least, most = question.least, question.most
        return (least is None or answer >= least) and (most is None or answer <= most)
    return isinstance(answer, int) and answer in question.numbers


def _checked(question: Question) -> Question:
    name = question.name
    if not _NAME.fullmatch(name):
        raise SurveyError(
            f"“{name[:40]}” cannot name a question: use small letters, digits and underscores, and start "
            "with a letter."
        )
    if question.kind not in QUESTION_KINDS or question.moment not in MOMENTS:
        kinds, moments = ", ".join(QUESTION_KINDS), ", ".join(MOMENTS)
        raise SurveyError(f"A question is of one of these kinds: {kinds}; and asked at one of: {moments}.")
    text = {
        code: limited("A question", clean(said), MAX_QUESTION_LENGTH) for code, said in question.text.items()
    }
    text = {code: said for code, said in text.items() if said}
    if not text or not set(text) <= set(LANGUAGES):
        raise SurveyError(f"The question “{name}” needs a text in one of: {', '.join(LANGUAGES)}.")
    options = {code: [clean_line(label) for label in labels] for code, labels in question.options.items()}
    fit = replace(question, text=text, options={code: labels for code, labels in options.items() if labels})
    _check_options(fit)
    _check_numbers(fit)
    if fit.expected is not None:
        return replace(fit, required=True)
    return fit


def _check_options(question: Question) -> None:
    name, options = question.name, question.options
    for labels in options.values():
        if not all(labels) or len(set(labels)) < len(labels):
            raise SurveyError(f"The answers to “{name}” must be different, and none of them empty.")
        for label in labels:
            limited("An answer", label, MAX_TITLE_LENGTH)
    lengths = {len(labels) for labels in options.values()}
    if question.kind == "choice" and (len(lengths) != 1 or min(lengths) < 2):
        raise SurveyError(f"“{name}” needs two answers or more, as many in each language.")
    if question.kind == "scale" and lengths - {2}:
        raise SurveyError(f"“{name}” needs a meaning for its first and its last step, in each language.")
    if question.kind in ("number", "text") and options:
        raise SurveyError(f"“{name}” has no answers to choose from.")
    if not set(options) <= set(question.text):
        raise SurveyError(f"“{name}” has answers in a language in which it is not asked.")


def _check_numbers(question: Question) -> None:
    name = question.name
    if question.kind == "scale" and not 2 <= question.steps <= MAX_STEPS:
        raise SurveyError(f"The scale of “{name}” has from 2 to {MAX_STEPS} steps.")
    least, most = question.least, question.most
    if least is not None and most is not None and least > most:
        raise SurveyError(f"The bounds of “{name}” leave no number.")
    if question.expected is not None and question.expected not in question.numbers:
        raise SurveyError(f"The answer that “{name}” asks for is none of its answers.")
    if question.scale and not question.numbers:
        raise SurveyError(f"An item of a published scale is a choice or a scale; “{name}” is neither.")
