"""The gallery: a page that names every sample, and whose files are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gmn_core.generation.gallery import PAGE, Exhibit, chord_names, hang, write_page
from gmn_core.generation.playing.model import shipped_model
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.samples import generate_sample
from gmn_core.genres import Genre
from tests.gmn_core.generation.conftest import make_band


def test_a_gallery_plays_offline_and_shows_each_sample(tmp_path: Path) -> None:
    sample = generate_sample(GenerationRequest(Genre.HIPHOP, 10, seed=4))
    page = write_page([hang(sample, shipped_model().shapes, tmp_path)], tmp_path)
    assert page == tmp_path / PAGE
    text = page.read_text()
    files = re.findall(r'(?:src|href)="([^"#]+)"', text)
    assert {Path(name).suffix for name in files} == {".ogg", ".mid", ".svg"}
    assert all((tmp_path / name).stat().st_size > 500 for name in files)
    assert "//" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    assert "Seed 4" in text
    assert "beats per minute" in text


def test_genres_stand_in_their_order_and_what_is_said_is_escaped(tmp_path: Path) -> None:
    exhibits = [
        Exhibit(genre, f"{genre}-0", 0, "A <major>", [("#fff", "Bass & more")])
        for genre in (Genre.ROCK, Genre.BLUES)
    ]
    text = write_page(exhibits, tmp_path).read_text()
    assert text.index('id="blues"') < text.index('id="rock"')
    assert "jazz" not in text
    assert "A &lt;major&gt;" in text
    assert "Bass &amp; more" in text


def test_chords_are_named_in_the_key_of_the_band_where_they_change() -> None:
    band = make_band(8, tonic=2)
    names = chord_names(band, shipped_model().shapes)
    assert [name for _, name in names] == ["D", "G", "A", "D", "G", "A", "D"]
    bar = band.beats_per_bar * 480
    assert [tick // bar for tick, _ in names] == pytest.approx([0, 1, 2, 3, 5, 6, 7])
