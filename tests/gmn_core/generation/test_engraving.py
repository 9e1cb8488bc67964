"""Scores as pictures."""

from __future__ import annotations

import sys
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from gmn_core.generation.engraving import NARROW, WIDE, engraved
from gmn_core.generation.music.band import Band
from gmn_core.generation.notation import lead_sheet_xml, score_xml
from gmn_core.generation.request import GenerationError

SVG = "{http://www.w3.org/2000/svg}"


def drawn(root: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [group for group in root.iter(f"{SVG}g") if kind in group.get("class", "").split()]


def texts(root: ElementTree.Element) -> set[str]:
    """The texts that are drawn, their parts together and with plain spaces."""
    parts = (
        ["".join(part.split("\n")).strip("\n ") for part in text.itertext()]
        for text in root.iter(f"{SVG}text")
    )
    return {"".join(own).replace("\xa0", " ") for own in parts}


def test_every_bar_of_every_player_is_drawn_with_names_and_no_script(band: Band) -> None:
    picture = engraved(score_xml(band, "A test"))
    root = ElementTree.fromstring(picture)
    assert len(drawn(root, "measure")) == 12
    assert len(drawn(root, "staff")) == 12 * 4
    assert {"Drums", "Bass"} <= texts(root)
    assert "<script" not in picture
    assert 'color="black"' not in picture


def test_a_narrow_picture_has_more_systems_and_the_same_notes(band: Band) -> None:
    sheet = lead_sheet_xml(band, "A test")
    wide, narrow = (ElementTree.fromstring(engraved(sheet, width)) for width in (WIDE, NARROW))
    assert len(drawn(narrow, "system")) > len(drawn(wide, "system"))
    assert len(drawn(narrow, "note")) == len(drawn(wide, "note")) == 48
    assert "Lead" not in texts(wide)  # one part alone needs no name


def test_signs_in_texts_need_no_font_of_music(band: Band) -> None:
    chords = ((0, "B♭7"), (1920, "F♯m7b5"), (3840, "A7/C♯"))
    root = ElementTree.fromstring(engraved(lead_sheet_xml(replace(band, chords=chords), "A test")))
    assert {"♩ = 120", "B♭7", "F♯m7b5", "A7/C♯"} <= texts(root)
    assert not [own for own in root.iter() if own.get("font-family") == "Leipzig"]


def test_the_same_score_gives_the_same_picture_and_two_widths_share_no_names(band: Band) -> None:
    sheet = lead_sheet_xml(band, "A test")
    wide, narrow = engraved(sheet), engraved(sheet, NARROW)
    assert engraved(sheet) == wide
    names = [
        {own.get("id") for own in ElementTree.fromstring(each).iter()} - {None} for each in (wide, narrow)
    ]
    assert not names[0] & names[1]


def test_what_is_no_score_and_a_missing_engraver_get_one_sentence(
    band: Band, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(GenerationError, match="cannot be drawn"):
        engraved(b"<nothing/>")
    monkeypatch.setitem(sys.modules, "verovio", None)
    with pytest.raises(GenerationError, match="pip install verovio"):
        engraved(score_xml(band, "A test"))
