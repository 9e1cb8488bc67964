"""A picture of a verdict, to send or to post."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from gmn_core.classification.prediction import GenrePrediction

SIZE = (1200, 630)
"""What social networks show whole."""

_PAPER, _INK, _FAINT, _GROOVE = "#fdfcf9", "#1d2529", "#5c6468", "#e6e1d4"
_LEFT, _RIGHT = 80, 1120
_BARS, _BAR_TOP, _BAR_STEP, _BAR_HEIGHT = 4, 330, 58, 30
_BAR_LEFT = 300
_LONGEST = 60


def share_card(name: str, headline: str, prediction: GenrePrediction) -> bytes:
    """Draw a verdict.

    Parameters
    ----------
    name : str
        The recording's file name; a long one is cut.
    headline : str
        The verdict.
    prediction : GenrePrediction
        The shares behind it.

    Returns
    -------
    bytes
        A PNG file of `SIZE`.
    """
    image = Image.new("RGB", SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    shown = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
    draw.text((_LEFT, 70), shown, fill=_FAINT, font=_font(34))
    draw.text((_LEFT, 130), "sounds like", fill=_INK, font=_font(34))
    _fitted(draw, (_LEFT, 180), headline, 104)
    for row, (genre, share) in enumerate(prediction.ranked()[:_BARS]):
        top = _BAR_TOP + row * _BAR_STEP
        end = _BAR_LEFT + round((_RIGHT - 110 - _BAR_LEFT) * share)
        draw.text((_LEFT, top - 4), genre.display_name, fill=_INK, font=_font(32))
        draw.rectangle((_BAR_LEFT, top, _RIGHT - 110, top + _BAR_HEIGHT), fill=_GROOVE)
        draw.rectangle((_BAR_LEFT, top, max(end, _BAR_LEFT + 2), top + _BAR_HEIGHT), fill=genre.colour)
        draw.text((_RIGHT, top - 4), f"{share:.0%}", fill=_INK, font=_font(32), anchor="ra")
    draw.text((_LEFT, 565), "Generative Music Network", fill=_FAINT, font=_font(26))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _fitted(draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int) -> None:
    """Write a text as large as the card is wide."""
    while draw.textlength(text, _font(size)) > _RIGHT - _LEFT:
        size -= 4
    draw.text(place, text, fill=_INK, font=_font(size))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return the font that comes with Pillow: no other is on every machine."""
    return ImageFont.load_default(size)
