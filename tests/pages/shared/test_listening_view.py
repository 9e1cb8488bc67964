"""What the listening view draws, and says of it."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.genres import Genre
from pages.shared.listening_view import moments_in_words, picture_of, strongest


def in_patches(*genres: Genre, every: float) -> GenrePrediction:
    patches = np.stack([np.eye(10)[genre.position] for genre in genres])
    return GenrePrediction(patches.mean(axis=0), patches, np.arange(len(genres)) * every)


JAZZ_THEN_BLUES = in_patches(Genre.JAZZ, Genre.JAZZ, Genre.BLUES, every=2.0)


def test_the_moments_are_said_in_a_sentence() -> None:
    assert moments_in_words(JAZZ_THEN_BLUES, 5.0) == "Jazz leads for 4 of 5 s, blues for 1 s."
    assert moments_in_words(GenrePrediction(np.eye(10)[9]), 5.0) == "Rock leads from beginning to end."


def test_the_verdict_is_drawn_first_then_the_strongest_moments() -> None:
    assert strongest(JAZZ_THEN_BLUES)[:2] == [Genre.JAZZ, Genre.BLUES]


@pytest.mark.parametrize("seconds", [1, 90])
def test_the_picture_holds_what_its_header_says(seconds: int) -> None:
    rate = 22_050
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(seconds * rate) / rate)
    picture = picture_of(Clip(wave.astype(np.float32), rate), JAZZ_THEN_BLUES, "player")
    (n_header,) = struct.unpack_from("<I", picture)
    header = json.loads(picture[4 : 4 + n_header])
    body = picture[4 + n_header :]
    assert header["seconds"] == seconds
    assert [row["name"] for row in header["rows"]][:2] == ["Jazz", "Blues"]
    assert [len(row["shares"]) for row in header["rows"]] == [3] * 4
    n_cells = header["n_columns"] * header["n_bands"]
    assert header["n_columns"] <= 800
    assert len(body) == 2 * header["n_envelope"] + n_cells
    cells = np.frombuffer(body[-n_cells:], np.uint8).reshape(header["n_columns"], header["n_bands"])
    loudest = int(cells.mean(axis=0).argmax())
    assert cells.max() == 255
    assert loudest == pytest.approx(440 / (200 / 3) / (1000 / (200 / 3)) * 40, abs=4), "the tone's band"
