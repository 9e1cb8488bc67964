"""Answers to a study's own questions: as columns, as a codebook, and as tables of the results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from survey_db.reporting.parts import Table
from survey_db.running.gold_msi import (
    HIGHEST,
    LOWEST,
    SCALE,
    SCALE_NAME,
    asks_for_training,
    training_score,
)
from survey_db.running.questions import MOMENTS, Question
from survey_db.statistics.effects import SCORE
from survey_db.vocabulary import LANGUAGES

if TYPE_CHECKING:
    import pandas as pd

_LANGUAGE = next(iter(LANGUAGES))


def question_columns(questions: Sequence[Question]) -> dict[str, str]:
    """Return the columns that questions add to the table of participants, and what each means."""
    columns = {question.column: _meaning(question) for question in questions}
    if asks_for_training(questions):
        columns[SCORE] = (
            f"{SCALE_NAME} (Müllensiefen et al., 2014): the sum of its seven items, msi_14 and msi_27 "
            "reversed; empty unless all were answered"
        )
    return columns


def question_values(questions: Sequence[Question]) -> dict[str, str]:
    """Return which values those columns can hold, in words."""
    values = {question.column: _values(question) for question in questions}
    if asks_for_training(questions):
        values[SCORE] = f"{LOWEST} to {HIGHEST}"
    return values


def question_record(questions: Sequence[Question], answers: dict[str, Any]) -> dict[str, Any]:
    """Return what one listener answered, by column; None where they did not."""
    record: dict[str, Any] = {question.column: answers.get(question.name) for question in questions}
    if asks_for_training(questions):
        record[SCORE] = training_score(questions, answers)
    return record


def question_types(questions: Sequence[Question]) -> dict[str, str]:
    """Return the types of those columns in a data frame; texts are left as they are."""
    types = {
        question.column: "float64" if question.kind == "number" else "Int64"
        for question in questions
        if question.kind != "text"
    }
    if asks_for_training(questions):
        types[SCORE] = "Int64"
    return types


def question_tables(counted: pd.DataFrame, questions: Sequence[Question]) -> list[Table]:
    """Tabulate the answers of the participants who count: counts of choices, means of the rest.

    The items of a published scale have their score alone, attention checks and texts nothing.
    """
    import pandas as pd

    asked = [question for question in questions if question.expected is None and not question.scale]
    tables = [_counts(counted, question) for question in asked if question.kind == "choice"]
    measured = [
        (question.asked(_LANGUAGE), question.column)
        for question in asked
        if question.kind in ("scale", "number")
    ]
    if asks_for_training(questions):
        measured.append((f"{SCALE_NAME} ({LOWEST} to {HIGHEST})", SCORE))
    rows = [_measured(counted[column].dropna().astype(float), label) for label, column in measured]
    return [*tables, *([Table("answers-in-numbers", pd.DataFrame(rows))] if rows else [])]


def _measured(answers: pd.Series, label: str) -> dict[str, str | int | float | None]:
    return {
        "question": label,
        "listeners": len(answers),
        "mean": float(answers.mean()) if len(answers) else None,
        "sd": float(answers.std(ddof=1)) if len(answers) > 1 else None,
        "lowest": float(answers.min()) if len(answers) else None,
        "highest": float(answers.max()) if len(answers) else None,
    }


def _counts(counted: pd.DataFrame, question: Question) -> Table:
    import pandas as pd

    found = counted[question.column].value_counts()
    labels = question.labels(_LANGUAGE)
    rows = [
        (label, int(found.get(number, 0))) for number, label in zip(question.numbers, labels, strict=True)
    ]
    rows.append(("no answer", int(counted[question.column].isna().sum())))
    frame = pd.DataFrame(rows, columns=["answer", "listeners"])
    return Table(f"answers-to-{question.name.replace('_', '-')}", frame, caption=question.asked(_LANGUAGE))


def _meaning(question: Question) -> str:
    remarks = [
        MOMENTS[question.moment].lower(),
        "" if question.required else "may be left open",
        f"attention check, of which {question.expected} is the right answer"
        if question.expected is not None
        else "",
        f"item of {SCALE_NAME}" if question.scale == SCALE else question.scale,
        "reversed in its score" if question.reverse else "",
    ]
    return f"{question.asked(_LANGUAGE)} ({'; '.join(filter(None, remarks))})"


def _values(question: Question) -> str:
    labels = question.labels(_LANGUAGE)
    if question.kind == "choice":
        return "; ".join(
            f"{number} = {label}" for number, label in zip(question.numbers, labels, strict=True)
        )
    if question.kind == "scale":
        ends = f" ({labels[0]}) to {question.steps} ({labels[1]})" if labels else f" to {question.steps}"
        return f"1{ends}"
    if question.kind == "number" and (question.least is not None or question.most is not None):
        least, most = ("" if bound is None else f"{bound:g}" for bound in (question.least, question.most))
        return f"from {least} to {most}" if least and most else f"from {least}" if least else f"up to {most}"
    return ""
