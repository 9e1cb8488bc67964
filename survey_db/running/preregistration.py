"""What is planned of a study before anyone has listened: written down, hashed, fixed when it is opened."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from survey_db.errors import SurveyError
from survey_db.running.lookup import find_study
from survey_db.running.questions import Question
from survey_db.running.samples import demand_draft
from survey_db.schema import Study
from survey_db.texts import MAX_INTRODUCTION_LENGTH, clean, limited
from survey_db.transactions import Transactions

SEQUENTIAL_LEVELS = (0.05, 0.01)
"""Levels of the sequential test that a plan may choose."""


@dataclass(frozen=True, kw_only=True)
class Preregistration:
    """A study's plan; what is empty was not planned.

    Parameters
    ----------
    hypotheses : str
        What the study is to show.
    exclusion : str
        Whose answers will be left out, and by which rule.
    stopping_rule : str
        When the study will be closed.
    planned_listeners : int, optional
        How many listeners it is to have.
    sequential_level : float, optional
        The level of a test after each complete session, by which the study may be
        closed early (`survey_db.statistics.sequential`); none without it.
    sequential_least : int
        Complete sessions before which that test decides nothing.
    """

    hypotheses: str = ""
    exclusion: str = ""
    stopping_rule: str = ""
    planned_listeners: int | None = None
    sequential_level: float | None = None
    sequential_least: int = 12

    @property
    def empty(self) -> bool:
        """Whether nothing has been written down."""
        return self == Preregistration()


class Preregistering:
    """The plans of every study; reached as ``Store.preregistering``."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def set(self, slug: str, plan: Preregistration) -> None:
        """Write down what is planned of a study in draft.

        Raises
        ------
        SurveyError
            If the study has been opened, or a part of the plan is unfit.
        """
        if plan.planned_listeners is not None and plan.planned_listeners < 1:
            raise SurveyError("A study is planned for at least one listener.")
        if plan.sequential_level is not None:
            _check_sequential(plan)
        record = {
            name: limited("A part of the plan", clean(value), MAX_INTRODUCTION_LENGTH)
            if isinstance(value, str)
            else value
            for name, value in asdict(plan).items()
        }
        with self._database.writing() as session:
            study = find_study(session, slug, for_update=True)
            demand_draft(study)
            study.preregistration = record


def _check_sequential(plan: Preregistration) -> None:
    if plan.planned_listeners is None:
        raise SurveyError("A study that may be closed early plans how many listeners it has at most.")
    if plan.sequential_level not in SEQUENTIAL_LEVELS:
        raise SurveyError("The level of the sequential test is 5% or 1%.")
    if not 1 <= plan.sequential_least <= plan.planned_listeners:
        raise SurveyError("The sequential test decides from a session on that the study plans to have.")


def preregistration_of(study: Study) -> Preregistration:
    """Return what was planned of a study."""
    return Preregistration(**study.preregistration)


def sheet(title: str, plan: Preregistration, questions: Sequence[Question] = ()) -> str:
    """Return a plan as a text to deposit elsewhere before the study is opened.

    Examples
    --------
    >>> print(sheet("Jazz?", Preregistration(hypotheses="More than blind.", planned_listeners=40)))
    # Preregistration of “Jazz?”
    <BLANKLINE>
    ## Hypotheses
    <BLANKLINE>
    More than blind.
    <BLANKLINE>
    ## Planned listeners
    <BLANKLINE>
    40
    <BLANKLINE>
    """
    parts = [
        ("Hypotheses", plan.hypotheses),
        ("Exclusion", plan.exclusion),
        ("Stopping rule", plan.stopping_rule),
    ]
    if plan.planned_listeners is not None:
        parts.append(("Planned listeners", str(plan.planned_listeners)))
    if plan.sequential_level is not None:
        parts.append(("Sequential test", _rule(plan)))
    if questions:
        parts.append(("Questions", "\n".join(map(_listed, questions))))
    said = [f"## {heading}\n\n{text}\n" for heading, text in parts if text]
    return "\n".join([f"# Preregistration of “{title}”\n", *said])


def sheet_sha256(title: str, plan: Preregistration, questions: Sequence[Question] = ()) -> str:
    """Return the SHA-256 of a plan's sheet, by which anyone can tell that it has not been changed."""
    return hashlib.sha256(sheet(title, plan, questions).encode()).hexdigest()


def _rule(plan: Preregistration) -> str:
    threshold = 1 / (plan.sequential_level or 1)
    return (
        "After each complete session the guesses of all complete sessions so far are tested by a test "
        "martingale with listeners as units (each listener's own guesses shuffled among the samples that "
        "they heard; a mixture over half-normal rates). The study is closed as soon as its value reaches "
        f"{threshold:g}, from session {plan.sequential_least} on, or after {plan.planned_listeners} complete "
        "sessions."
    )


def _listed(question: Question) -> str:
    check = ""
    if question.expected is not None:
        check = f" Attention check: who does not answer {question.expected} is left out."
    optional = "" if question.required else ", optional"
    return f"- {question.name} ({question.moment}, {question.kind}{optional}): {question.asked('en')}{check}"
