"""Small line charts as SVG, for documents that no browser's script draws figures in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 760, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 250, 16, 52
_INK, _GRID = "#1c1a27", "#d5d3dd"


@dataclass(frozen=True)
class Curve:
    """A line of a chart.

    Parameters
    ----------
    name : str
        Written beside its last point.
    values : sequence of float
        Percentages, one for each place on the axis.
    colour : str
        Of the line, as SVG has it.
    dashed : bool
        Whether the line is broken.
    """

    name: str
    values: Sequence[float]
    colour: str
    dashed: bool = False


def line_chart(
    places: Sequence[float], curves: Sequence[Curve], *, across: str, upwards: str, level: float
) -> str:
    """Draw curves of percentages from 0 to 100, and a level that they are held against.

    Parameters
    ----------
    places : sequence of float
        Where on the horizontal axis the values lie, from 0 up.
    curves : sequence of Curve
        The lines.
    across, upwards : str
        Titles of the axes.
    level : float
        A percentage marked by a dotted line.

    Returns
    -------
    str
        An SVG image.
    """

    def x(place: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * place / max(places)

    def y(value: float) -> float:
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / 100

    bottom, right = y(0), x(max(places))
    parts = [
        *(_line(_LEFT, y(tick), right, y(tick), _GRID) for tick in range(0, 101, 20)),
        *(_words(_LEFT - 8, y(tick) + 4, f"{tick}", "end") for tick in range(0, 101, 20)),
        *(_words(x(place), bottom + 20, f"{place:g}", "middle") for place in places),
        _words((_LEFT + right) / 2, HEIGHT - 10, across, "middle"),
        f'<g transform="rotate(-90)">{_words(-(_TOP + bottom) / 2, 16, upwards, "middle")}</g>',
        _line(_LEFT, y(level), right, y(level), _INK, dashes="2 4"),
    ]
    for number, curve in enumerate(curves):
        points = " ".join(
            f"{x(place):.1f},{y(value):.1f}" for place, value in zip(places, curve.values, strict=True)
        )
        dashes = "7 4" if curve.dashed else ""
        broken = f' stroke-dasharray="{dashes}"' if dashes else ""
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{curve.colour}" stroke-width="2.5"{broken}/>'
        )
        at = _TOP + 14 + 44 * number
        parts.append(_line(right + 16, at - 4, right + 46, at - 4, curve.colour, dashes, width=2.5))
        parts += [
            _words(right + 54, at + 16 * row, words, "start")
            for row, words in enumerate(curve.name.split("\n"))
        ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" font-family="system-ui, sans-serif" font-size="13" fill="{_INK}">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _line(x0: float, y0: float, x1: float, y1: float, colour: str, dashes: str = "", width: float = 1) -> str:
    broken = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" stroke="{colour}" '
        f'stroke-width="{width:g}"{broken}/>'
    )


def _words(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
