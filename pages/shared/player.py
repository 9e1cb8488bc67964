"""A player that must be listened to: no seeking ahead, and a report of what was heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from pages.shared.components import component, packed

MAX_REPORTED = 1000
"""Intervals that a report may have."""

MAX_SECONDS = 24 * 60 * 60
"""No clip is longer."""

_player = component("survey_player", Path(__file__).parent, "player", scripts=("icons",))


@dataclass(frozen=True)
class Playback:
    """What a player plays and says.

    Parameters
    ----------
    media_type : str
        E.g. ``"audio/mpeg"``.
    seconds : float
        The clip's length.
    intervals : tuple of (float, float)
        What was played of it before this player was made; those that follow are added.
    heard : bool
        Whether it was heard to its end before.
    before, playing, after, broken : str
        What is said while the clip has not been heard, plays, has been heard,
        and cannot be played.
    play, pause, again, played : str
        What screen readers say of the button, in each of its states, and of the bar.
    """

    media_type: str
    seconds: float
    intervals: tuple[tuple[float, float], ...] = ()
    heard: bool = False
    before: str = "Press play and listen to the end."
    playing: str = "Playing …"
    after: str = "Heard to the end. You may play it again."
    broken: str = "This browser cannot play the sound. Please try another browser."
    play: str = "Play"
    pause: str = "Pause"
    again: str = "Play again"
    played: str = "Played so far"


@dataclass(frozen=True)
class Hearing:
    """What a player reports of a clip.

    Parameters
    ----------
    intervals : tuple of (float, float)
        What was played of it, in order, from and to in seconds.
    ended : bool
        Whether it was heard to its end.
    """

    intervals: tuple[tuple[float, float], ...]
    ended: bool


def play(content: bytes, playback: Playback, *, key: str) -> Hearing | None:
    """Show the player of a clip.

    The audio travels to the browser as bytes, once, and has no address there
    that would tell anything. What is given for one ``key`` must stay the same
    from rerun to rerun, or it is sent again.

    Returns
    -------
    Hearing or None
        The latest report; None before the first.
    """
    result = _player(
        key=key,
        data=packed(asdict(playback), content),
        default={"hearing": None},
        on_hearing_change=_nothing,
    )
    return read_report(result.hearing)


def last_report(key: str) -> Hearing | None:
    """Return what the player of a key has reported last, also before it is shown in this run."""
    state = st.session_state.get(key)
    return read_report(state.get("hearing")) if isinstance(state, Mapping) else None


def read_report(report: Any) -> Hearing | None:
    """Read what a browser sent; None where it is no report, since browsers can send anything."""
    match report:
        case {"intervals": list() as pairs, "ended": bool() as ended} if len(pairs) <= MAX_REPORTED:
            intervals = [_read_interval(pair) for pair in pairs]
            if None not in intervals:
                return Hearing(tuple(pair for pair in intervals if pair), ended)
    return None


def _read_interval(pair: Any) -> tuple[float, float] | None:
    match pair:
        case [int() | float() as start, int() | float() as end]:
            # Comparing is safe where a whole number is beyond any float; NaN is beyond every bound.
            if 0 <= start <= MAX_SECONDS and 0 <= end <= MAX_SECONDS:
                return float(start), float(end)
    return None


def _nothing() -> None:
    """Let a report cause a rerun and nothing else."""
