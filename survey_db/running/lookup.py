"""Finding rows by the names that people use for them."""

from __future__ import annotations

import secrets

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session, joinedload

from survey_db.errors import SurveyError
from survey_db.schema import Listener, Sample, Study
from survey_db.texts import is_slug

STUDY_WITH_PARTS = (joinedload(Study.genres), joinedload(Study.words))
"""Has the query that finds a study bring its genres and words too, which else take one query each."""

# Built once: to put a query together takes longer than the database takes to answer it.
_STUDY = select(Study).where(Study.slug == bindparam("slug"))
_WHOLE_STUDY = _STUDY.options(*STUDY_WITH_PARTS)
# Answers that refer to the study need not wait.
_LOCKED_STUDY = _STUDY.with_for_update(key_share=True)


def find_study(session: Session, slug: str, *, for_update: bool = False) -> Study:
    """Return a study by the name in its link, locked until the transaction ends if asked for."""
    if not is_slug(slug):
        # Not repeated: a link can carry anything, and what is said is shown on a page.
        raise SurveyError("There is no such study.")
    query = _LOCKED_STUDY if for_update else _WHOLE_STUDY
    study = session.scalars(query, {"slug": slug}).unique().one_or_none()
    if study is None:
        raise SurveyError(f"There is no study “{slug}”.")
    return study


def counts_in_results() -> ColumnElement[bool]:
    """Return the condition for a listener to count: neither a test nor a retake, and attentive."""
    return Listener.is_test.is_(False) & Listener.is_retake.is_(False) & Listener.inattentive_at.is_(None)


def check_preview(study: Study, key: str) -> None:
    """Refuse a preview key, which comes from a link, that is not the study's own.

    Raises
    ------
    SurveyError
        If it is another.
    """
    if not secrets.compare_digest(key.encode(errors="replace"), study.preview_key.encode()):
        raise SurveyError("This preview link is not valid; take the one on the page “Run a study”.")


def find_sample(session: Session, study: Study, label: str) -> Sample:
    """Return a sample of a study by its label."""
    sample = session.scalar(select(Sample).where(Sample.study_id == study.id, Sample.label == label))
    if sample is None:
        raise SurveyError(f"The study has no sample “{label}”.")
    return sample
