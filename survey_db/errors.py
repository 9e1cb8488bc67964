"""The errors of the survey; each message is one sentence a person can act on."""

from __future__ import annotations


class SurveyError(ValueError):
    """Something asked of the survey that it cannot do."""


class DatabaseError(SurveyError):
    """A survey database that this program cannot use."""
