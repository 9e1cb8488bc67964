"""A study of two systems of eight compositions in a real browser, from its folder to its report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from survey_db.cli import main
from survey_db.reporting.responses import read_responses
from survey_db.running.listener_state import Step
from survey_db.store import Store, open_store
from tests.browser.conftest import DESKTOP, PHONE, running_app
from tests.browser.downloads import download
from tests.browser.listener import at_clip, button, choose, consent, database_of, token_of
from tests.survey_db.material import Clock, begin, listen, state_of, tone

SLUG = "two-bands"
PASSWORD = "correct horse"
TUNES = 8
GENRES = ("rock", "jazz")
FINDING = "it is shown that Players is above Ours"


def make_folder(folder: Path, slug: str) -> Path:
    """Write the study's audio and its ``study.json``."""
    samples = []
    for number, system in enumerate(("Ours", "Players")):
        (folder / system).mkdir(parents=True)
        for tune in range(TUNES):
            name = f"{system}/{tune}.flac"
            (folder / name).write_bytes(tone(200 + 30 * tune + 400 * number))
            genre = GENRES[tune % 2]
            samples.append(
                {"file": name, "intended_genre": genre, "system": system, "composition": f"tune {tune}"}
            )
    study = {
        "title": "Two bands",
        "slug": slug,
        "genres": GENRES,
        "volume_check": False,
        "systems": [{"name": "Ours"}, {"name": "Players", "kind": "people"}],
        "samples": samples,
    }
    (folder / "study.json").write_text(json.dumps(study))
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A survey whose study was made from a folder by the command."""
    place = tmp_path_factory.mktemp("systems")
    url = f"sqlite:///{place / 'survey.db'}"
    assert main(["--database", url, "create", str(make_folder(place / "bands", SLUG)), "--open"]) == 0
    store = open_store(url)
    yield store
    store.engine.dispose()


@pytest.fixture(scope="module")
def app_url(store: Store) -> Iterator[str]:
    with running_app(GMN_DATABASE_URL=database_of(store), GMN_ADMIN_PASSWORD=PASSWORD) as url:
        yield url


def sign_in(page: Page) -> None:
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    button(page, "Sign in").click()


def players_samples(store: Store) -> set[int]:
    return {
        sample.id for sample in store.samples.all(SLUG) if sample.system and sample.system.name == "Players"
    }


def listen_together(store: Store, pages: list[Page]) -> None:
    """Go through the sittings of several listeners at once; all rate the one system 8, the other 3."""
    better = players_samples(store)
    tokens = [token_of(page, SLUG) for page in pages]
    for position in range(1, TUNES + 1):
        for page, token in zip(pages, tokens, strict=True):
            at_clip(page, position, of=TUNES)
            button(page, "Play").click()
            item = state_of(store, SLUG, token).item
            assert item is not None
            choose(page, ("Rock", "Jazz")[position % 2], 8 if item.sample_id in better else 3)
        for page in pages:
            expect(page.get_by_text("Heard to the end.")).to_be_visible()
            button(page, "Next" if position < TUNES else "Finish").click()
    for page in pages:
        expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()


def answer_without_a_browser(store: Store, listeners: int) -> None:
    """Have more listeners take part, who also rate the one system higher."""
    store.clock = Clock()
    better, rng = players_samples(store), np.random.default_rng(0)
    for _ in range(listeners):
        token = begin(store, SLUG)
        while state_of(store, SLUG, token).step is not Step.FINISHED:
            sample = listen(store, SLUG, token)
            rating = int(rng.integers(1, 5)) + 5 * (sample in better)
            store.listening.answer(token, sample, guess=str(rng.choice(GENRES)), rating=rating)


def test_two_systems_from_their_folder_to_the_report(
    browser: Browser, page: Page, app_url: str, store: Store, tmp_path: Path
) -> None:
    contexts = [browser.new_context(viewport=size) for size in (PHONE, DESKTOP)]
    listeners = [context.new_page() for context in contexts]
    for listener in listeners:
        consent(listener, app_url, SLUG)
    listen_together(store, listeners)
    for context in contexts:
        context.close()

    # Each heard all compositions, each in one rendering, and half of them from either system.
    frame = read_responses(store, store.studies.get(SLUG).id)
    for _, sitting in frame.groupby("listener"):
        assert sorted(sitting["composition"]) == [f"tune {tune}" for tune in range(TUNES)]
        assert sitting["system"].value_counts().to_dict() == {"Ours": TUNES // 2, "Players": TUNES // 2}
    assert len(frame) == 2 * TUNES
    assert frame.groupby("system")["rating"].unique().map(list).to_dict() == {"Ours": [3], "Players": [8]}
    answer_without_a_browser(store, 10)

    page.goto(f"{app_url}/results?of={SLUG}")
    expect(
        page.get_by_text("The results of a study are shown to everyone once it is closed.")
    ).to_be_visible()
    sign_in(page)
    expect(page.get_by_role("heading", name="Systems compared")).to_be_visible()
    expect(page.get_by_test_id("stMain").get_by_text(FINDING).first).to_be_visible()
    report = tmp_path / "report.html"
    download(page, page.get_by_role("button", name="Report with figures and methods")).save_as(report)
    page.goto(report.as_uri())
    expect(page.get_by_role("heading", name="Systems compared")).to_be_visible()
    expect(page.get_by_text(FINDING).first).to_be_visible()
    expect(page.get_by_text(f"{TUNES} compositions have more than one rendering").first).to_be_visible()


def test_a_folder_becomes_a_study_on_the_studies_page(
    page: Page, app_url: str, store: Store, tmp_path: Path
) -> None:
    page.goto(f"{app_url}/studies")
    sign_in(page)
    page.get_by_text("Make a study from a folder").click()
    chooser = page.locator("input[type=file][webkitdirectory]")
    chooser.set_input_files(make_folder(tmp_path / "bands", "uploaded"))
    expect(page.get_by_text("bands/study.json")).to_be_visible()
    button(page, "Make a study from this folder").click()
    expect(button(page, "Open to listeners")).to_be_visible()
    assert store.studies.get("uploaded").status == "draft"
    made, shown = store.samples.all("uploaded"), store.samples.all(SLUG)
    assert [sample.media.sha256 for sample in made] == [sample.media.sha256 for sample in shown]
    assert [sample.composition for sample in made] == [sample.composition for sample in shown]
