"""How long what could say who a listener is stays stored; what they answered stays."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import ColumnElement, select, update

from survey_db.errors import SurveyError
from survey_db.running.lookup import find_study
from survey_db.schema import Invitation, Listener, Response
from survey_db.transactions import Transactions

FORGOTTEN = "forgotten_"
"""What the tokens and invitations of listeners begin with who are not to be known again."""

MAX_COMPLETION_CODE_LENGTH = 16

_AT_ONCE = 200  # listeners of one transaction: those who answer meanwhile hardly wait


class Retention:
    """Forgetting who listeners were; reached as ``Store.retention``."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    def forget(self, days: int, slug: str | None = None) -> int:
        """Delete what could say who a listener is, of all who were last seen so many days ago.

        Deleted are comments, the identifiers that a link told, the code of an
        invitation, the completion code, and the token by which a browser is
        known again: nobody can go on as that listener, or have the answers
        withdrawn by the code. Answers, hearing, and what was said of
        musical training and of the device stay, under the short name.

        Parameters
        ----------
        days : int
            Days without a visit.
        slug : str, optional
            A study; all of them by default.

        Returns
        -------
        int
            How many listeners were forgotten.

        Raises
        ------
        SurveyError
            If ``days`` is less than one, or there is no such study.
        """
        if days < 1:
            raise SurveyError("Listeners can be forgotten after a day at the earliest.")
        wanted = [
            Listener.last_seen_at < self._database.clock() - timedelta(days=days),
            ~Listener.token.startswith(FORGOTTEN, autoescape=True),
        ]
        if slug is not None:
            with self._database.reading() as session:
                wanted.append(Listener.study_id == find_study(session, slug).id)
        n_forgotten = 0
        while n := self._forget_some(wanted):
            n_forgotten += n
        return n_forgotten

    def _forget_some(self, wanted: list[ColumnElement[bool]]) -> int:
        with self._database.writing() as session:
            listeners = session.scalars(select(Listener).where(*wanted).limit(_AT_ONCE)).all()
            numbers = [listener.id for listener in listeners]
            session.execute(update(Response).where(Response.listener_id.in_(numbers)).values(comment=None))
            for invitation in session.scalars(select(Invitation).where(Invitation.listener_id.in_(numbers))):
                invitation.code = _nobody()
            for listener in listeners:
                listener.token = _nobody()
                listener.identifiers, listener.identifier = {}, None
                if listener.completion_code is not None:
                    listener.completion_code = _nobody()[:MAX_COMPLETION_CODE_LENGTH]
            return len(numbers)


def _nobody() -> str:
    """Return what takes the place of a secret; no two are alike."""
    return FORGOTTEN + secrets.token_urlsafe(12)
