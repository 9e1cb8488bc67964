"""The errors of the survey; each message is one sentence a person can act on."""

from __future__ import annotations


class SurveyError(ValueError):
    """Something asked of the survey that it cannot do."""


class DatabaseError(SurveyError):
    """A survey database that this program cannot use."""


class ConflictError(DatabaseError):
    """A change that breaks a rule of the schema, such as a second row for what may have one."""


class UnavailableError(DatabaseError):
    """A passing fault of the database: the same request may succeed later.

    What was to be written is not stored, with one exception: a connection that
    breaks while a transaction is being committed leaves that open. Every
    request of a listener may therefore be made again and counts once.
    """


class LostError(UnavailableError):
    """The database cannot be reached."""


class BusyError(UnavailableError):
    """The database was held by others for too long."""


class FullError(UnavailableError):
    """The disk of the database has no room left."""
