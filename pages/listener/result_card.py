"""A listener's result as a picture to pass on; it tells no clip's genre."""

from __future__ import annotations

from html import escape

from pages.listener.language import _, decimals
from survey_db.running.feedback import Comparison

WIDTH = 640
MEDIA_TYPE = "image/svg+xml"

_MARGIN, _TILE, _GAP, _IN_A_ROW = 32, 40, 8, 12
_MOST_LETTERS = 44
_INK, _MUTED, _RIGHT, _WRONG = "#1c1a27", "#5c5a66", "#117733", "#d5d3dd"


def result_card(comparison: Comparison, title: str) -> str:
    """Draw how many genres a listener named, a tile for each clip in the order that they heard.

    Orders differ from listener to listener, so the tiles give no clip away.

    Parameters
    ----------
    comparison : Comparison
        Their guesses beside what was intended.
    title : str
        The study's.

    Returns
    -------
    str
        An SVG image whose words the reader's own fonts draw, in any script.
    """
    hits = [guess == intended for _position, guess, intended in comparison.guesses]
    rows = -(-len(hits) // _IN_A_ROW)
    below = 132 + rows * (_TILE + _GAP)
    height = below + 44
    result = _result(comparison)
    lines = (
        _words(_shortened(title), 52, 20, _MUTED),
        _words(result, 100, 28, _INK, weight="bold"),
        *(_tile(place, hit) for place, hit in enumerate(hits)),
        _words(_blind(comparison), below + 14, 20, _MUTED),
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" role="img">'
        f"<title>{escape(f'{title}: {result}')}</title>"
        f'<rect width="{WIDTH}" height="{height}" rx="16" fill="#ffffff" stroke="{_WRONG}"/>'
        f"{''.join(lines)}</svg>"
    )


def result_text(comparison: Comparison, title: str) -> str:
    """Return the result as a text to pass on; it tells no clip's genre."""
    marks = "".join("🟩" if guess == intended else "⬜" for _position, guess, intended in comparison.guesses)
    return f"{title}: {_result(comparison)} {marks} ({_blind(comparison)})"


def _result(comparison: Comparison) -> str:
    words = _("I named {right} of {clips} genres")
    return words.format(right=comparison.right, clips=len(comparison.guesses))


def _blind(comparison: Comparison) -> str:
    return _("Blind guessing: {right}").format(right=decimals(comparison.expected_blind))


def _tile(place: int, hit: bool) -> str:
    """Draw one clip's tile: a tick on green, or an empty tile; colour alone would not tell everyone."""
    row, column = divmod(place, _IN_A_ROW)
    x, y = _MARGIN + column * (_TILE + _GAP), 128 + row * (_TILE + _GAP)
    tick = (
        f'<path d="M{x + 10} {y + 21}l7 8 13-17" fill="none" stroke="#ffffff" stroke-width="4"/>'
        if hit
        else ""
    )
    colour = _RIGHT if hit else _WRONG
    return f'<rect x="{x}" y="{y}" width="{_TILE}" height="{_TILE}" rx="6" fill="{colour}"/>{tick}'


def _words(text: str, y: int, size: int, colour: str, weight: str = "normal") -> str:
    return (
        f'<text x="{_MARGIN}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{colour}">'
        f"{escape(text)}</text>"
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1].rstrip()}…"
