from __future__ import annotations

from xml.etree import ElementTree

from pages.listener.result_card import result_card, result_text
from survey_db.genres import GENRES, genre_name
from survey_db.running.feedback import Comparison

SVG = "{http://www.w3.org/2000/svg}"
OWN = Comparison([(1, "rock", "rock"), (2, "rock", "jazz"), (3, "pop", "metal")], 0, 0.0)


def test_the_card_tells_the_hits_in_order_and_no_genre() -> None:
    card = result_card(OWN, "Was hörst du? <b>")
    root = ElementTree.fromstring(card)
    tiles = [rect.attrib["fill"] for rect in root.iter(f"{SVG}rect")][1:]
    assert len(tiles) == 3
    assert len(set(tiles[1:])) == 1
    assert tiles[0] != tiles[1]
    assert len(list(root.iter(f"{SVG}path"))) == 1
    words = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))
    assert "I named 1 of 3 genres" in words
    assert "Was hörst du? <b>" in words
    assert not any(genre_name(genre).lower() in card.lower() for genre in GENRES)


def test_many_clips_take_several_rows_and_a_long_title_is_cut() -> None:
    many = Comparison([(place, "rock", "jazz") for place in range(30)], 0, 0.0)
    root = ElementTree.fromstring(result_card(many, "word " * 40))
    rows = {rect.attrib["y"] for rect in root.iter(f"{SVG}rect") if "y" in rect.attrib}
    assert len(rows) == 3
    assert all(len(text.text or "") <= 44 for text in root.iter(f"{SVG}text"))


def test_the_text_tells_the_same() -> None:
    guesses, intended = ("rock", "rock", "jazz", "pop"), ("rock", "jazz", "rock", "blues")
    four = Comparison(list(zip(range(4), guesses, intended, strict=True)), 0, 0.0)
    assert result_text(four, "Guess!") == "Guess!: I named 1 of 4 genres 🟩⬜⬜⬜ (Blind guessing: 1.2)"
