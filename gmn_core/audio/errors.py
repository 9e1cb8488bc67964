"""The one error that audio from outside can raise."""

from __future__ import annotations


class AudioError(ValueError):
    """Audio that cannot be used; its message is a sentence a person can act on."""
