"""The small picture of a band: every note, every bar, and the chords."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

from gmn_core.figures.band import ROLE_COLOURS
from gmn_core.figures.band_svg import WIDTH, band_svg
from gmn_core.generation.music.band import Role
from tests.gmn_core.generation.conftest import make_band

SVG = "{http://www.w3.org/2000/svg}"


def test_every_note_and_every_bar_is_drawn_and_the_chords_stand_where_they_begin() -> None:
    band = make_band(8)
    picture = ElementTree.fromstring(band_svg(band, [(0, "D"), (band.length // 2, "G<7>")]))
    paths = {path.get("stroke"): path.get("d") or "" for path in picture.iter(f"{SVG}path")}
    for role, notes in band.notes.items():
        assert len(re.findall("M", paths[ROLE_COLOURS[role]])) == len(notes)
    assert paths["#8888"].count("M") == 9
    texts = [(text.text, float(text.get("x") or 0)) for text in picture.iter(f"{SVG}text")]
    assert texts == [("D", 2), ("G<7>", WIDTH / 2 + 2)]


def test_higher_notes_are_higher_up_and_drums_below() -> None:
    band = make_band(2)
    picture = ElementTree.fromstring(band_svg(band))
    heights = {
        path.get("stroke"): [int(y) for y in re.findall(r"M\d+ (\d+)h", path.get("d") or "")]
        for path in picture.iter(f"{SVG}path")
    }
    lead, bass, drums = (heights[ROLE_COLOURS[role]] for role in (Role.LEAD, Role.BASS, Role.DRUMS))
    assert max(lead) < min(bass) <= max(bass) < min(drums)


def test_a_band_of_drums_alone_and_one_of_nothing_are_drawn_too() -> None:
    band = make_band(2)
    drums = replace(band, notes={Role.DRUMS: band.notes[Role.DRUMS]}, programs={Role.DRUMS: 0})
    for own in (drums, replace(band, notes={}, programs={})):
        ElementTree.fromstring(band_svg(own))
