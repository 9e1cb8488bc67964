"""The picture of a verdict."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from gmn_core.classification.prediction import GenrePrediction
from gmn_core.genres import Genre
from pages.shared.share_card import SIZE, share_card


def test_the_card_is_a_picture_with_a_bar_in_the_genres_colour() -> None:
    shares = np.full(10, 0.02)
    shares[Genre.REGGAE.position] = 0.82
    image = Image.open(io.BytesIO(share_card("song.mp3", "Reggae", GenrePrediction(shares)))).convert("RGB")
    assert image.size == SIZE
    colour = tuple(bytes.fromhex(Genre.REGGAE.colour.removeprefix("#")))
    n_coloured = sum(pixel == colour for pixel in image.getdata())
    assert n_coloured > 10_000


def test_long_names_and_headlines_are_fitted() -> None:
    even = GenrePrediction(np.full(10, 0.1))
    long = share_card("a song with a very long name " * 10, "Blues, classical, country or disco: a tie", even)
    paper = Image.open(io.BytesIO(long)).convert("RGB").crop((1180, 0, 1200, 630))
    assert set(paper.getdata()) == {(0xFD, 0xFC, 0xF9)}, "nothing runs over the edge"
