"""How listeners come to a study and leave it: identifiers, invitations, quota, and where they go next."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote, urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey_db.errors import SurveyError
from survey_db.running.attendance import DROP_OUT_AFTER
from survey_db.running.lookup import counts_in_results, find_study
from survey_db.schema import MAX_IDENTIFIER_LENGTH, Invitation, Listener, Study
from survey_db.texts import MAX_NAME_LENGTH, clean_line, limited
from survey_db.transactions import Transactions

MOST_IDENTIFIERS = 10
MOST_INVITATIONS = 10_000
MAX_URL_LENGTH = 1000
CODE = "{code}"
"""Stands in a completion link for the completion code, as each identifier's name in braces for its value."""

_PARAMETER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_TAKEN_PARAMETERS = {"study", "preview", "invitation"}


class Refusal(StrEnum):
    """Why nobody may start here now."""

    FULL = "This study has all the people it needs. Thank you for your interest."
    TAKEN = (
        "Someone has begun with this ID already. Please go on in the browser where you began. "
        "Each person can take part once."
    )
    NO_IDENTIFIER = "This link lacks your ID. Please open the study from the page that sent you here."
    NOT_INVITED = "This study is by invitation. Please open the link that you were sent."
    INVITATION_USED = (
        "This invitation has been used already. Please go on in the browser where you began, or ask for "
        "another."
    )


@dataclass(frozen=True, kw_only=True)
class Recruitment:
    """How listeners come to a study and leave it.

    Parameters
    ----------
    identifiers : sequence of str
        Names of what a link tells of its listener, such as ``"PROLIFIC_PID"``; the
        first is who they are.
    one_per_identifier : bool
        Whether each may take part once, and nobody without one.
    completion_code : str
        The code that all see at the end; each sees one of their own where it is empty.
    completion_url : str
        Where listeners go at the end. ``{code}`` in it stands for the code, and the
        name of an identifier in braces for its value.
    quota : int, optional
        How many may take part, those who are listening now included.
    full_url, screen_out_url : str
        Where those go who come too late, and those who are screened out.
    headphones_required : bool
        Whether those who fail the headphone check are screened out.

    See Also
    --------
    NewStudy : The study that they come to.

    Examples
    --------
    >>> prolific = survey_db.Recruitment(
    ...     identifiers=["PROLIFIC_PID", "STUDY_ID", "SESSION_ID"],
    ...     one_per_identifier=True,
    ...     completion_url="https://app.prolific.com/submissions/complete?cc=C1A2B3",
    ... )
    >>> survey_db.NewStudy(title="Which band?", recruitment=prolific).recruitment.quota
    """

    identifiers: Sequence[str] = ()
    one_per_identifier: bool = False
    completion_code: str = ""
    completion_url: str = ""
    quota: int | None = None
    full_url: str = ""
    headphones_required: bool = False
    screen_out_url: str = ""


@dataclass(frozen=True)
class InvitationState:
    """An invitation, and the short name of the listener who has used it."""

    code: str
    listener: str | None


class Recruiting:
    """The recruitment of every study; reached as ``Store.recruiting``."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def set(self, slug: str, recruitment: Recruitment) -> None:
        """Change how listeners come to a study and leave it, also while it runs.

        Raises
        ------
        SurveyError
            If a setting is unfit, or the study is closed.
        """
        record = recruitment_record(recruitment)
        with self._database.writing() as session:
            study = find_study(session, slug, for_update=True)
            if study.status == "closed":
                raise SurveyError("The study is closed: nobody comes to it any more.")
            check_screening(recruitment, study.headphone_check)
            study.recruitment = record

    def invite(self, slug: str, count: int) -> list[str]:
        """Make invitations, of which each lets one listener in; from now on nobody comes without one."""
        with self._database.writing() as session:
            study = find_study(session, slug, for_update=True)
            made = session.scalar(select(func.count()).where(Invitation.study_id == study.id)) or 0
            if not 1 <= count <= MOST_INVITATIONS - made:
                raise SurveyError(f"A study has from 1 to {MOST_INVITATIONS:,} invitations.")
            codes = [secrets.token_urlsafe(12) for _ in range(count)]
            session.add_all(Invitation(study_id=study.id, code=code) for code in codes)
            return codes

    def invitations(self, slug: str) -> list[InvitationState]:
        """List a study's invitations and who has used them."""
        with self._database.reading() as session:
            study = find_study(session, slug)
            rows = session.execute(
                select(Invitation.code, Listener.short_id)
                .outerjoin(Listener, Listener.id == Invitation.listener_id)
                .where(Invitation.study_id == study.id)
                .order_by(Invitation.id)
            )
            return [InvitationState(code, listener) for code, listener in rows]

    def refusal(self, slug: str, told: Mapping[str, str], invitation: str | None) -> Refusal | None:
        """Say why someone who comes by a link may not start; None where they may."""
        with self._database.reading() as session:
            study = find_study(session, slug)
            return refusal(session, study, told, invitation, self._database.clock())


def recruitment_of(study: Study) -> Recruitment:
    """Return how listeners come to a study and leave it."""
    held = study.recruitment
    return Recruitment(**{**held, "identifiers": tuple(held.get("identifiers", ()))})


def recruitment_record(new: Recruitment) -> dict[str, object]:
    """Return a recruitment as it is stored, having checked it.

    Raises
    ------
    SurveyError
        If a name, a link or the quota is unfit.
    """
    names = [clean_line(name) for name in new.identifiers]
    for name in names:
        if not _PARAMETER.fullmatch(name) or name in _TAKEN_PARAMETERS:
            raise SurveyError(f"“{name[:64]}” cannot name an identifier: take letters, digits and _.")
    if len(set(names)) < len(names) or len(names) > MOST_IDENTIFIERS:
        raise SurveyError(f"A study has up to {MOST_IDENTIFIERS} identifiers, each once.")
    if new.one_per_identifier and not names:
        raise SurveyError("Name the identifier of which each may take part once.")
    if new.quota is not None and new.quota < 1:
        raise SurveyError("A quota is at least one listener.")
    links = {
        name: _link(getattr(new, name), names if name == "completion_url" else ())
        for name in ("completion_url", "full_url", "screen_out_url")
    }
    code = limited("A completion code", clean_line(new.completion_code), MAX_NAME_LENGTH)
    return {**asdict(new), "identifiers": names, "completion_code": code, **links}


def check_screening(recruitment: Recruitment, headphone_check: bool) -> None:
    """Refuse to screen listeners out by a check that they are not asked to do."""
    if recruitment.headphones_required and not headphone_check:
        raise SurveyError("Only a study with the headphone check can screen listeners out by it.")


def told_identifiers(study: Study, parameters: Mapping[str, str]) -> dict[str, str]:
    """Return what a link tells of its listener, as far as the study wants to know it."""
    told = {name: clean_line(parameters.get(name, "")) for name in recruitment_of(study).identifiers}
    return {name: value[:MAX_IDENTIFIER_LENGTH] for name, value in told.items() if value}


def refusal(
    session: Session, study: Study, told: Mapping[str, str], invitation: str | None, now: datetime
) -> Refusal | None:
    """Say why someone who comes by a link may not start, in an open session; None where they may."""
    recruitment = recruitment_of(study)
    if recruitment.one_per_identifier:
        own = told.get(recruitment.identifiers[0])
        if own is None:
            return Refusal.NO_IDENTIFIER
        same = Listener.study_id == study.id, Listener.identifier == own, Listener.is_test.is_(False)
        if session.scalar(select(Listener.id).where(*same).limit(1)):
            return Refusal.TAKEN
    if session.scalar(select(Invitation.id).where(Invitation.study_id == study.id).limit(1)):
        found = find_invitation(session, study, invitation)
        if found is None:
            return Refusal.NOT_INVITED
        if found.listener_id is not None:
            return Refusal.INVITATION_USED
    if recruitment.quota is not None:
        there = session.scalar(
            select(func.count()).where(
                Listener.study_id == study.id,
                counts_in_results(),
                Listener.screened_out_at.is_(None),
                Listener.completed_at.is_not(None) | (Listener.last_seen_at > now - DROP_OUT_AFTER),
            )
        )
        if (there or 0) >= recruitment.quota:
            return Refusal.FULL
    return None


def find_invitation(session: Session, study: Study, code: str | None) -> Invitation | None:
    """Return a study's invitation by its code."""
    if not code or len(code) > MAX_NAME_LENGTH:
        return None
    wanted = select(Invitation).where(Invitation.study_id == study.id, Invitation.code == clean_line(code))
    return session.scalar(wanted)


def onward_link(url: str, code: str, identifiers: Mapping[str, str]) -> str:
    """Return a completion link with the code and the identifiers filled in, as addresses have them.

    Examples
    --------
    >>> onward_link("https://a.example/end?id={ID}&cc={code}", "AB-12", {"ID": "x y"})
    'https://a.example/end?id=x%20y&cc=AB-12'
    """
    values = {"code": code, **identifiers}
    return re.sub(r"\{([A-Za-z][\w-]*)\}", lambda found: quote(values.get(found[1], ""), safe=""), url)


def _link(url: str, names: Sequence[str]) -> str:
    link = limited("A link", url.strip(), MAX_URL_LENGTH)
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        fit = parts.scheme in ("http", "https") and bool(parts.hostname) and link == clean_line(link)
    except ValueError:
        fit = False
    if not fit or " " in link:
        raise SurveyError(f"“{link[:80]}” is no web address that starts with https://.")
    filled = set(re.findall(r"\{([^{}]*)\}", link))
    if strange := sorted(filled - {"code", *names}):
        raise SurveyError(f"{{{strange[0]}}} in a link is neither {CODE} nor an identifier of the study.")
    return link
