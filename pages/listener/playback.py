"""What a player says to listeners, in their language."""

from __future__ import annotations

from pages.listener.language import _
from pages.shared.player import Playback


def playback_of(
    media_type: str,
    seconds: float,
    *,
    intervals: tuple[tuple[float, float], ...] = (),
    heard: bool = False,
    to_the_end: bool = False,
) -> Playback:
    """Return how a sound is played.

    Parameters
    ----------
    media_type, seconds, intervals, heard
        As `Playback` takes them.
    to_the_end : bool
        Whether the listener cannot go on before they have heard all of it.
    """
    before, after = _("Press play."), _("You may play it again.")
    if to_the_end:
        before, after = _("Listen to the end to go on."), _("Heard to the end. You may play it again.")
    return Playback(
        media_type,
        seconds,
        intervals=intervals,
        heard=heard,
        before=before,
        playing=_("Playing …"),
        after=after,
        broken=_("This browser cannot play the sound. Please try another browser."),
        play=_("Play"),
        pause=_("Pause"),
        again=_("Play again"),
        played=_("Played so far"),
    )
