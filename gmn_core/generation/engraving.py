"""Scores drawn: MusicXML as an SVG picture.

Verovio (Pugin, Zitellini and Roland 2014) engraves; what it draws is the file that can be taken home.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

from gmn_core.generation.request import GenerationError

WIDE, NARROW = 2600, 1000
"""Widths of a picture for a page and for a phone: a staff is as high in both."""

_LONGEST = 60_000  # the most that Verovio allows; the picture ends where the music does
_OPTIONS = {
    "adjustPageHeight": True,
    "breaks": "auto",
    "footer": "none",
    "header": "none",
    "pageHeight": _LONGEST,
    "smuflTextFont": "none",
    "svgRemoveXlink": True,
    "svgViewBox": True,
}
# Signs in a text, which Verovio takes from a font of music, as every font has them.
_SIGN = re.compile('<tspan font-family="Leipzig" font-size="720px">(.)</tspan>')
_PLAIN = {"\uea64": "♭", "\uea65": "♮", "\uea66": "♯", "\ueca5": "♩"}


def engraved(musicxml: bytes, width: int = WIDE) -> str:
    """Return a score as a picture.

    Parameters
    ----------
    musicxml : bytes
        What `score_xml` or `lead_sheet_xml` wrote.
    width : int
        Of the picture, in units of which a staff is 72 high; the music is
        broken into as many systems as it takes.

    Returns
    -------
    str
        SVG, drawn in the colour of the text around it. Equal arguments give
        equal pictures.

    Raises
    ------
    GenerationError
        If Verovio is not installed, or cannot read the score.
    """
    try:
        import verovio
    except ImportError as error:
        raise GenerationError(
            "Scores are drawn by Verovio, which is not installed: pip install verovio."
        ) from error
    verovio.enableLog(verovio.LOG_OFF)  # it tells of every tight line
    toolkit = verovio.toolkit()
    # What is drawn in one document must not share names with another picture of it.
    toolkit.setOptions({**_OPTIONS, "pageWidth": width, "xmlIdSeed": width})
    if not toolkit.loadData(_with_short_names(musicxml)):
        raise GenerationError("The score cannot be drawn.")
    picture = _SIGN.sub(
        lambda sign: f'<tspan font-size="405px">{_PLAIN.get(sign[1], "")}</tspan>', toolkit.renderToSVG(1)
    )
    return picture.replace('color="black"', 'color="currentColor" fill="currentColor"')


def _with_short_names(musicxml: bytes) -> str:
    """Return a score in which each part is called by its role, which leaves the room to the notes.

    A part that is alone needs no name.
    """
    root = ElementTree.fromstring(musicxml)
    parts = root.findall("part-list/score-part")
    for part in parts:
        name, short = part.find("part-name"), part.find("part-abbreviation")
        if name is not None and short is not None:
            name.text = short.text = short.text if len(parts) > 1 else ""
    return ElementTree.tostring(root, encoding="unicode")
