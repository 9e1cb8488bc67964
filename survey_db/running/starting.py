"""A listener's start: consent, an order of the samples, and a name that tells nothing."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_db.errors import SurveyError
from survey_db.running.attendance import DROP_OUT_AFTER
from survey_db.running.lookup import check_preview, counts_in_results, find_study
from survey_db.running.orders import least_used
from survey_db.running.recruitment import find_invitation, recruitment_of, refusal, told_identifiers
from survey_db.running.samples import study_orders
from survey_db.running.words import keep_consent
from survey_db.schema import Listener, Presentation, Study
from survey_db.texts import clean, is_token
from survey_db.vocabulary import DEVICES, LANGUAGES, MUSICAL_TRAINING

# Letters and digits that are not mistaken for each other when read out or copied by hand.
_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """What is known of a listener as they begin; `Listening.start` takes the same."""

    musical_training: str | None = None
    device: str | None = None
    preview_key: str | None = None
    is_retake: bool = False
    language: str | None = None
    consent: str | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)
    invitation: str | None = None


def check_beginning(token: str, beginning: Beginning) -> None:
    """Refuse what no page offers.

    Raises
    ------
    SurveyError
        If the token is none, or an answer is not one of those offered.
    """
    if not is_token(token):
        raise SurveyError("That is no listener’s token.")
    _check_choice("musical training", beginning.musical_training, MUSICAL_TRAINING)
    _check_choice("listening device", beginning.device, DEVICES)
    _check_choice("language", beginning.language, LANGUAGES)


def start_listener(session: Session, slug: str, token: str, beginning: Beginning, now: datetime) -> None:
    """Add a listener with an order in an open transaction; one with the same token is left alone.

    Raises
    ------
    SurveyError
        If the study takes no listeners now, not this one, or has another preview key.
    """
    # The lock makes starts take turns, so that no two are given the same row by mistake.
    study = find_study(session, slug, for_update=True)
    if session.scalar(select(Listener.id).where(Listener.token == token)):
        return
    is_test = beginning.preview_key is not None
    if beginning.preview_key is not None:
        check_preview(study, beginning.preview_key)
    if not is_test and (study.status != "open" or study.archived_at):
        raise SurveyError("This study takes no new listeners at the moment.")
    told, invitation = told_identifiers(study, beginning.identifiers), beginning.invitation
    if not is_test and (refused := refusal(session, study, told, invitation, now)):
        raise SurveyError(str(refused))
    orders = study_orders(session, study)
    row = least_used(_rows_in_use(session, study, now), len(orders))
    consent = beginning.consent
    listener = Listener(
        study_id=study.id,
        token=token,
        short_id=_free_short_id(session, study),
        is_test=is_test,
        is_retake=beginning.is_retake,
        order_row=row,
        consented_at=now,
        consent_sha256=keep_consent(session, clean(consent)) if consent else None,
        language=beginning.language,
        identifiers=told,
        identifier=told.get(next(iter(recruitment_of(study).identifiers), "")),
        last_seen_at=now,
        musical_training=beginning.musical_training,
        device=beginning.device,
    )
    session.add(listener)
    session.flush()
    if not is_test and (used := find_invitation(session, study, invitation)):
        used.listener_id = listener.id
    session.add_all(
        Presentation(listener_id=listener.id, sample_id=sample, study_id=study.id, position=position)
        for position, sample in enumerate(orders[row], start=1)
    )


def completion_code() -> str:
    """Make a code that a listener can show for having finished."""
    return f"{_random_letters(4)}-{_random_letters(4)}"


def _rows_in_use(session: Session, study: Study, now: datetime) -> Mapping[int, int]:
    """Count the listeners of each row of the design; drop-outs, tests and retakes left out."""
    rows = session.execute(
        select(Listener.order_row, func.count().label("listeners"))
        .where(
            Listener.study_id == study.id,
            counts_in_results(),
            Listener.screened_out_at.is_(None),
            Listener.completed_at.is_not(None) | (Listener.last_seen_at > now - DROP_OUT_AFTER),
        )
        .group_by(Listener.order_row)
    )
    return {row.order_row: row.listeners for row in rows}


def _check_choice(name: str, value: str | None, choices: Mapping[str, str]) -> None:
    if value is not None and value not in choices:
        raise SurveyError(f"The {name} must be one of: {', '.join(choices)}.")


def _free_short_id(session: Session, study: Study) -> str:
    """Make a short name that tells nothing, not even who came first."""
    taken = set(session.scalars(select(Listener.short_id).where(Listener.study_id == study.id)))
    while (name := f"L{_random_letters(5)}") in taken:
        pass
    return name


def _random_letters(count: int) -> str:
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(count))
