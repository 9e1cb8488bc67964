"""A listener's whole session on a phone, in a real browser; the rows are read back from the database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from pages.listener.hearing_checks import headphone_trials
from survey_db.reporting.responses import read_responses
from survey_db.running.studies import NewStudy
from survey_db.store import Store
from survey_db.vocabulary import HEADPHONE_TRIALS, RATING_ANCHORS
from tests.browser.conftest import PHONE, running_app
from tests.browser.listener import (
    SECONDS,
    SEED,
    SLUG,
    at_clip,
    button,
    choose,
    consent,
    database_of,
    hear,
    make_store,
    six_clips,
    token_of,
    until,
)
from tests.survey_db.material import SIX_GENRES

GUESSES = ["Blues", "Classical", "Hip hop", "Jazz", "Metal", "Rock"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = make_store(tmp_path_factory.mktemp("survey"))
    yield store
    store.engine.dispose()


@pytest.fixture(scope="module")
def app_url(store: Store) -> Iterator[str]:
    with running_app(GMN_DATABASE_URL=database_of(store)) as url:
        yield url


def no_sideways_scrolling(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("page", [PHONE], ids=["phone"], indirect=True)
def test_a_whole_session_on_a_phone(page: Page, app_url: str, store: Store) -> None:
    consent(page, app_url)
    expect(page.get_by_text("Set your volume")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_have_count(0)
    expect(button(page, "The volume is comfortable")).to_be_disabled()
    button(page, "Play").click()
    button(page, "The volume is comfortable").click()

    expect(page.get_by_text("Nothing on this screen is stored.")).to_be_visible()
    hear(page)
    choose(page, "Pop", 5)
    button(page, "Start the study").click()

    for position, guess in enumerate(GUESSES, start=1):
        at_clip(page, position)
        # Who does not see the screen is told that it is another one.
        until(page, "/^H[12]$/.test(document.activeElement.tagName)")
        assert no_sideways_scrolling(page)
        for number, words in RATING_ANCHORS.items():
            expect(page.locator(".rating-anchors")).to_contain_text(f"{number}{words}")
        go_on = button(page, "Next" if position < 6 else "Finish")
        # Nothing is chosen beforehand, and answers alone do not open the way.
        expect(page.locator('[aria-checked="true"], [aria-pressed="true"]')).to_have_count(0)
        choose(page, guess, position + 2)
        expect(go_on).to_be_disabled()
        if position == 2:
            # What was chosen comes back by itself, once the browser has kept it.
            until(page, "Object.values(localStorage).some(kept => kept.includes('\"rating\":4'))")
            page.reload()
            at_clip(page, 2)
            expect(page.locator('[aria-checked="true"], [aria-pressed="true"]')).to_have_count(2)
        hear(page)
        if position == 3:
            button(page, "Play again").click()
            page.wait_for_timeout(700)
            button(page, "Pause").click()
            page.get_by_text("I know this piece").click()
            page.get_by_label("Comment (optional)").fill("Heard it before.")
            page.keyboard.press("Tab")
        expect(go_on).to_be_enabled()
        # Two clicks at once are one answer.
        go_on.dblclick() if position == 4 else go_on.click()
    expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()

    frame = read_responses(store, store.studies.get(SLUG).id)
    assert frame["listener"].nunique() == 1
    frame = frame[frame["listener"] == frame["listener"].iloc[-1]]
    assert frame["position"].tolist() == [1, 2, 3, 4, 5, 6]
    assert frame["guess"].tolist() == list(SIX_GENRES)
    assert frame["rating"].tolist() == [3, 4, 5, 6, 7, 8]
    assert sorted(frame["sample"]) == [f"Sample {number}" for number in range(1, 7)]
    assert frame["known_piece"].tolist() == [False, False, True, False, False, False]
    assert frame["comment"].tolist() == [None, None, "Heard it before.", None, None, None]
    assert frame["times_played"].tolist() == [1, 1, 2, 1, 1, 1], frame["intervals_heard"].tolist()
    assert (frame["seconds_heard"] >= 0.95 * SECONDS).all()
    assert (frame["seconds_heard"].drop(2) < 2 * SECONDS).all()
    assert frame["seconds_heard"].iloc[2] > SECONDS + 0.5
    played = [json.loads(intervals) for intervals in frame["intervals_heard"]]
    assert [len(intervals) for intervals in played] == [1, 1, 2, 1, 1, 1]
    for (start, end), *again in played:
        assert start == 0
        assert 0.95 * SECONDS <= end <= SECONDS + 0.1
        assert all(begin == 0 and 0.5 < stop < SECONDS for begin, stop in again)
    assert frame["session_complete"].all()

    (attendance,) = [one for one in store.attendances.all(SLUG) if one.answers == 6]
    expect(page.get_by_test_id("stCode").first).to_have_text(str(attendance.completion_code))
    expect(page.get_by_text(f"Your listener number is {attendance.short_id}.")).to_be_visible()
    expect(page.get_by_text("How your guesses compare")).to_be_visible()


def test_other_tabs_devices_and_the_bare_link_go_on_where_the_listener_was(
    page: Page, browser: Browser, app_url: str, store: Store
) -> None:
    consent(page, app_url)
    button(page, "Play").click()
    button(page, "The volume is comfortable").click()
    hear(page)
    choose(page, "Pop", 5)
    button(page, "Start the study").click()
    at_clip(page, 1)
    address = page.url
    assert address == f"{app_url}/survey?study={SLUG}"
    token = token_of(page)
    assert token not in page.evaluate("document.cookie"), "a script can read the token"
    before = len(read_responses(store, store.studies.get(SLUG).id))

    # The bare link in a second tab of the same browser.
    second = page.context.new_page()
    second.goto(f"{app_url}/survey?study={SLUG}")
    at_clip(second, 1)
    hear(second)
    choose(second, "Jazz", 2)

    # The first tab was heard by the second's word; it answers first.
    page.reload()
    at_clip(page, 1)
    expect(page.get_by_text("Heard to the end.")).to_be_visible()
    choose(page, "Rock", 9)
    button(page, "Next").click()
    at_clip(page, 2)
    button(second, "Next").click()
    expect(second.get_by_text("You had already answered that clip")).to_be_visible()
    at_clip(second, 2)
    frame = read_responses(store, store.studies.get(SLUG).id)
    assert len(frame) == before + 1
    assert frame.iloc[-1][["guess", "rating"]].tolist() == ["rock", 9]

    # The personal link, shown when asked for, leads another device there; the address does not.
    expect(page.locator("code")).to_have_count(0)
    page.get_by_text("Continue on another device").click()
    link = page.locator("code").inner_text()
    assert token in link.partition("#")[2]
    expect(page.get_by_test_id("stImage")).to_be_visible()
    device = browser.new_context(viewport=PHONE)
    elsewhere = device.new_page()
    asked: list[str] = []
    elsewhere.on("request", lambda request: asked.append(request.url))
    elsewhere.goto(link)
    at_clip(elsewhere, 2)
    assert elsewhere.url == address
    assert asked
    assert not [url for url in asked if token in url.partition("#")[0]]
    device.close()
    stranger = browser.new_context(viewport=PHONE)
    elsewhere = stranger.new_page()
    elsewhere.goto(address)
    expect(elsewhere.get_by_text("I have read this and agree to take part.")).to_be_visible()
    stranger.close()
    page.goto("about:blank")
    page.go_back()
    at_clip(page, 2)


def test_a_link_from_another_site_goes_on_where_the_listener_was(page: Page, app_url: str) -> None:
    consent(page, app_url)
    expect(page.get_by_text("Set your volume")).to_be_visible()
    token_of(page)
    page.goto(app_url.replace("127.0.0.1", "localhost"))  # a site of another name
    page.evaluate(f"location.href = '{app_url}/survey?study={SLUG}'")
    expect(page.get_by_text("Set your volume")).to_be_visible()


def test_a_link_that_was_not_copied_whole_says_so(page: Page, app_url: str) -> None:
    for fragment in ("", "#study=six", f"#study={SLUG}&listener=short"):
        page.goto("about:blank")
        page.goto(f"{app_url}/continue{fragment}")
        expect(page.get_by_text("This link is not complete.")).to_be_visible()


def test_nothing_in_the_page_tells_what_a_clip_is(page: Page, app_url: str) -> None:
    requests: list[str] = []
    received: list[bytes] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on(
        "websocket",
        lambda socket: socket.on(
            "framereceived",
            lambda frame: received.append(frame if isinstance(frame, bytes) else frame.encode()),
        ),
    )
    consent(page, app_url)
    button(page, "Play").click()
    button(page, "The volume is comfortable").click()
    hear(page)
    choose(page, "Pop", 5)
    button(page, "Start the study").click()
    at_clip(page, 1)
    hear(page)

    address = page.locator("audio").evaluate("audio => audio.src")
    assert re.fullmatch(r"blob:http://[\w.:]+/[0-9a-f-]{36}", address)
    assert not [url for url in requests if re.search(r"(?<!/static)/media/|[.](mp3|ogg|wav|flac)\b", url)]
    told = page.content() + b"".join(received).decode("utf-8", errors="replace")
    assert not re.search(rf"Sample \d|{SEED}|intended", told)


def test_the_headphone_check_is_scored_and_never_tells_its_answers(
    page: Page, app_url: str, store: Store
) -> None:
    new = NewStudy(title="With headphones", volume_check=False, headphone_check=True)
    slug = store.studies.create(new, six_clips(), open_now=True).slug
    consent(page, app_url, slug)
    for number in range(1, HEADPHONE_TRIALS + 1):
        expect(page.get_by_text(f"Sound {number} of {HEADPHONE_TRIALS}")).to_be_visible()
        softest = headphone_trials(token_of(page, slug))[number - 1].index("softer")
        chosen = softest if number != 2 else (softest + 1) % 3
        page.get_by_text(("The first", "The second", "The third")[chosen], exact=True).click()
        expect(button(page, "Next")).to_be_disabled()
        button(page, "Play").click()
        expect(button(page, "Next")).to_be_enabled()
        button(page, "Next").click()
    at_clip(page, 1)
    state = store.listening.state(slug, token_of(page, slug))
    assert state is not None
    assert state.listener.headphone_correct == HEADPHONE_TRIALS - 1


def test_a_link_to_no_study_is_reported(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/survey?study=nowhere")
    expect(page.get_by_text("There is no study “nowhere”. Please check the link")).to_be_visible()


def test_a_visitor_without_a_link_chooses_an_open_study(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/survey")
    offer = page.get_by_test_id("stVerticalBlock").filter(has_text="What do you hear?").last
    offer.get_by_role("button", name="Take part").click()
    expect(page.get_by_text("I have read this and agree to take part.")).to_be_visible()
    assert f"study={SLUG}" in page.url


def test_a_player_cannot_be_skipped_through(page: Page, app_url: str, store: Store) -> None:
    consent(page, app_url)
    button(page, "Play").click()
    button(page, "The volume is comfortable").click()
    expect(page.get_by_text("Nothing on this screen is stored.")).to_be_visible()
    # What a headset or a lock screen could do.
    played, waited, rate = page.locator("audio").evaluate(
        """async audio => {
            if (!audio.duration)
                await new Promise(resolve => audio.addEventListener("loadedmetadata", resolve));
            const start = performance.now();
            audio.play();
            audio.playbackRate = 16;
            audio.currentTime = audio.duration - 0.05;
            await new Promise(resolve => setTimeout(resolve, 300));
            return [audio.currentTime, (performance.now() - start) / 1000, audio.playbackRate];
        }"""
    )
    assert played <= waited
    assert rate == 1
    expect(button(page, "Start the study")).to_be_disabled()
