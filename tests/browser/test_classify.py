"""A visitor classifies a clip, in a real browser."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.downloads import download
from tests.browser.listener import until


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * 330 * np.arange(3 * 22_050) / 22_050), 22_050)
    return path


def upload(page: Page, *paths: Path) -> None:
    page.locator("input[type=file]").set_input_files(paths)


@pytest.mark.parametrize("page", [DESKTOP, PHONE], ids=["desktop", "phone"], indirect=True)
def test_a_clip_is_heard_seen_and_named(page: Page, app_url: str, wav: Path) -> None:
    page.goto(f"{app_url}/classify")
    expect(page.get_by_text("Upload or record some music to begin")).to_be_visible()
    upload(page, wav)
    expect(page.get_by_test_id("stMetric")).to_have_count(3, timeout=120_000)
    expect(page.locator("audio")).to_have_count(1)
    expect(page.locator(".js-plotly-plot")).to_have_count(3)
    expect(page.get_by_text("Who voted")).to_be_visible()
    expect(page.get_by_role("img", name="leads from beginning to end")).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0, "the page scrolls sideways"


def test_a_table_of_several_files_can_be_downloaded(
    page: Page, app_url: str, wav: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.mp3"
    bad.write_bytes(b"%PDF-1.7")
    page.goto(f"{app_url}/classify")
    upload(page, wav, bad)
    table = download(page, page.get_by_role("button", name="Download all results (CSV)"))
    rows = list(csv.DictReader(Path(table.path()).read_text().splitlines()))
    assert [row["file"] for row in rows] == ["tone.wav", "bad.mp3"]
    assert rows[1]["error"] == "This is a PDF document, not an audio file."


def test_a_file_name_is_shown_as_it_is_and_makes_the_browser_fetch_nothing(
    page: Page, app_url: str, wav: Path
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    name = "1. ![x](http:&sol;&sol;foreign.invalid) <img src=x> *a* `b` $c$ :red[d] ~~e~~.wav"
    nasty = wav.rename(wav.with_name(name))
    page.goto(f"{app_url}/classify")
    upload(page, nasty)
    expect(page.get_by_test_id("stMetric")).to_have_count(3, timeout=60_000)
    expect(page.get_by_text(name, exact=True).first).to_be_visible()
    empty = nasty.with_name(f"empty {name}")
    empty.write_bytes(b"")
    page.reload()
    upload(page, empty)
    expect(page.get_by_text(f"{empty.name}: The file is empty.", exact=True)).to_be_visible(timeout=60_000)
    assert all(url.startswith((app_url, "blob:", "data:")) for url in asked), asked


@pytest.mark.corpus
def test_a_real_recording_is_named(page: Page, app_url: str, corpus_dir: Path) -> None:
    page.goto(f"{app_url}/classify")
    upload(page, corpus_dir / "gtzan" / "parity" / "classical.00000.flac")
    expect(page.get_by_role("heading", name="Classical", exact=True)).to_be_visible(timeout=60_000)
    expect(page.get_by_text("The other classifiers agree.")).to_be_visible()


@pytest.mark.parametrize("page", [DESKTOP, PHONE], ids=["desktop", "phone"], indirect=True)
def test_the_line_over_the_picture_follows_the_player_and_a_click_plays_from_there(
    page: Page, app_url: str
) -> None:
    page.goto(f"{app_url}/classify")
    page.get_by_role("radio", name="Example").click()
    expect(page.get_by_role("heading", name="Metal", exact=True)).to_be_visible(timeout=120_000)
    expect(page.get_by_text("“Chaos God” by Muldjord")).to_be_visible()
    picture = page.get_by_role("img", name="Below, its loudness and spectrogram")
    line = picture.locator(".playhead")
    before = line.bounding_box()
    page.locator("audio").evaluate("player => { player.muted = true; }")
    spectrogram = picture.locator("canvas").last
    box = spectrogram.bounding_box()
    assert before is not None
    assert box is not None
    assert before["x"] == pytest.approx(box["x"], abs=2)
    spectrogram.click(position={"x": box["width"] / 2, "y": 10})
    until(page, "document.querySelector('audio').currentTime > 15.2")
    after = line.bounding_box()
    assert after is not None
    assert after["x"] == pytest.approx(box["x"] + box["width"] / 2, abs=box["width"] / 6)
    player = page.get_by_role("group", name="Player")
    player.get_by_role("button", name="Pause").click()
    picture.focus()
    picture.press("Home")
    picture.press("ArrowRight")
    expect(player.get_by_text("0:05 / 0:30")).to_be_visible()
    expect(page.locator("audio")).to_be_hidden()  # Streamlit's own player gives way, and sounds


def test_five_minutes_as_on_a_cd_are_taken_and_the_progress_moves(
    page: Page, app_url: str, tmp_path: Path
) -> None:
    rate = 44_100
    beat = (
        np.random.default_rng(0).normal(0, 0.1, (rate // 2, 2)) * np.linspace(1, 0, rate // 2)[:, None] ** 4
    )
    soundfile.write(tmp_path / "long.wav", np.tile(beat, (600, 1)), rate, subtype="PCM_16")
    assert (tmp_path / "long.wav").stat().st_size > 50 * 2**20
    page.goto(f"{app_url}/classify")
    upload(page, tmp_path / "long.wav")
    bar = page.get_by_role("progressbar").filter(visible=True)
    seen = set()
    for _ in range(600):
        if page.get_by_test_id("stMetric").count():
            break
        if bar.count():
            seen.add(bar.first.get_attribute("aria-valuenow", timeout=5_000))
        page.wait_for_timeout(200)
    expect(page.get_by_test_id("stMetric")).to_have_count(3, timeout=120_000)
    assert len(seen) > 2, seen
