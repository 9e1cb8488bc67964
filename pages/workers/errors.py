"""What can go wrong with work that is done apart from the server, in words for visitors."""

from __future__ import annotations


class WorkError(Exception):
    """Work that could not be done; its message is one sentence for whoever asked for it."""


class QueueFullError(WorkError):
    """Too many are waiting already."""

    def __init__(self) -> None:
        super().__init__("Too many people are waiting at the moment. Please try again in a few minutes.")


class NoRoomError(WorkError):
    """The server holds as much for its visitors as it may."""

    def __init__(self) -> None:
        super().__init__("This server's memory is full at the moment. Please try again in a few minutes.")


class TooLongError(WorkError):
    """The time for one piece of work is up."""

    def __init__(self) -> None:
        super().__init__("This took too long and was stopped. Please try something shorter.")


class CrashError(WorkError):
    """The process that did the work has ended, or it ran out of memory."""

    def __init__(self) -> None:
        super().__init__("This could not be finished: it broke off, or needed too much memory.")
