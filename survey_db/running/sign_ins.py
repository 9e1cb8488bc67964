"""The browsers in which an administrator has given the password."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select

from survey_db.schema import SignIn
from survey_db.transactions import Transactions

LONGEST = timedelta(days=7)
"""After so long the password is asked for again."""

LONGEST_REST = timedelta(hours=12)
"""After so long without a visit, likewise."""

_NOTED_EVERY = timedelta(minutes=5)


class SignIns:
    """Sign-ins of administrators; reached as ``Store.sign_ins``.

    A sign-in is known by a secret of 192 random bits, of which only a hash is
    stored, and is good for the password it was made with: where the server
    has another, it opens nothing. The page that has taken the password is told
    one secret, which is handed over once for that of the browser's cookie, so
    that what has been on a page opens nothing afterwards.
    """

    def __init__(self, database: Transactions) -> None:
        self._database = database
        self._checked: set[tuple[str, str]] = set()  # password checks take their time by design

    def start(self, password: str) -> tuple[int, str]:
        """Record that the password has been given.

        Returns
        -------
        tuple of int and str
            The sign-in's number, and its first secret, for `hand_over`.
        """
        now = self._database.clock()
        secret = _new_secret()
        with self._database.writing() as session:
            session.execute(delete(SignIn).where(_over(now)))
            new = SignIn(
                secret_sha256=_sha256(secret),
                password_check=_password_check(password),
                started_at=now,
                last_seen_at=now,
            )
            session.add(new)
            session.flush()
            return new.id, secret

    def hand_over(self, secret: str) -> str | None:
        """Take a sign-in's first secret and return its second and last; None where it is not known."""
        with self._database.writing() as session:
            found = session.scalar(
                select(SignIn).where(SignIn.secret_sha256 == _sha256(secret), SignIn.handed_over.is_(False))
            )
            if found is None:
                return None
            new = _new_secret()
            found.secret_sha256, found.handed_over = _sha256(new), True
            return new

    def find(self, secret: str) -> int | None:
        """Return the number of the sign-in that a browser's cookie holds."""
        with self._database.reading() as session:
            return session.scalar(
                select(SignIn.id).where(SignIn.secret_sha256 == _sha256(secret), SignIn.handed_over)
            )

    def holds(self, number: int, password: str, *, here: bool = True) -> bool:
        """Return whether a sign-in is still good, and note that its administrator is here, if they are."""
        now = self._database.clock()
        with self._database.reading() as session:
            found = session.scalar(select(SignIn).where(SignIn.id == number, ~_over(now)))
        if found is None or not self._is_password(password, found.password_check):
            return False
        if here and now - found.last_seen_at >= _NOTED_EVERY:
            with self._database.writing() as session:
                if noted := session.get(SignIn, number):
                    noted.last_seen_at = now
        return True

    def end(self, number: int) -> None:
        """Sign out of one browser."""
        with self._database.writing() as session:
            session.execute(delete(SignIn).where(SignIn.id == number))

    def end_by(self, secret: str) -> None:
        """Sign out of the browser whose cookie holds a secret."""
        with self._database.writing() as session:
            session.execute(delete(SignIn).where(SignIn.secret_sha256 == _sha256(secret)))

    def end_all(self) -> None:
        """Sign out everywhere."""
        with self._database.writing() as session:
            session.execute(delete(SignIn))

    def _is_password(self, password: str, check: str) -> bool:
        checked = (_sha256(password), check)
        if checked not in self._checked:
            if not hmac.compare_digest(check, _password_check(password, salt=check.partition(":")[0])):
                return False
            self._checked.add(checked)
        return True


def _over(now: datetime) -> ColumnElement[bool]:
    return or_(SignIn.started_at <= now - LONGEST, SignIn.last_seen_at <= now - LONGEST_REST)


def _new_secret() -> str:
    return f"admin_{secrets.token_urlsafe(24)}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _password_check(password: str, salt: str | None = None) -> str:
    """Return a salt and a hash that takes time and memory to compute (scrypt, RFC 7914)."""
    salt = salt or secrets.token_hex(16)
    key = hashlib.scrypt(password.encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=32)
    return f"{salt}:{key.hex()}"
