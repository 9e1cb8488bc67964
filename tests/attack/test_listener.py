"""What a listener could find out, and what a stranger could do, over the app's own websocket."""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path

import pytest

from benchmarks.load.at_app import Others, app_load
from survey_db.genres import GENRES, genre_name
from survey_db.store import Store
from tests.attack.conftest import PASSWORD
from tests.attack.visitor import Server, Visitor, running_server
from tests.browser.conftest import free_port
from tests.browser.listener import SEED, SLUG

BEGIN = "Begin"
AGREE = "I have read this and agree to take part."
REFUSAL = "Too many people on your network"


def begin(visitor: Visitor) -> None:
    """Agree to take part."""
    visitor.run()
    visitor.give(AGREE, bool_value=True)
    visitor.run()
    visitor.press(BEGIN)
    if not visitor.shows(REFUSAL):
        visitor.run()


def answer(visitor: Visitor, genre: str, rating: int) -> None:
    """Answer the clip on the screen."""
    visitor.give("Which genre do you hear?", string_array_value={"data": [genre]})
    visitor.give("How musical is it?", string_array_value={"data": [str(rating)]})
    visitor.run()
    visitor.press("Next" if visitor.shows("Next") else "Finish")


def test_nothing_that_a_listener_receives_tells_what_a_clip_is(server: Server, store: Store) -> None:
    samples = store.samples.all(SLUG)
    words = [re.escape(genre) for genre in (*GENRES, *map(genre_name, GENRES))]
    screens = []
    with server.visit("survey", f"study={SLUG}") as visitor:
        begin(visitor)
        for position in range(1, 7):
            start = len(visitor.frames)
            visitor.run()
            assert visitor.shows(f"Clip {position} of 6")
            told = b"".join(visitor.frames[start:])
            for sample in samples:
                told = told.replace(store.samples.audio(sample.media_sha256), b"")
                for secret in (sample.media_sha256, sample.label, str(SEED), "intended", "seed"):
                    assert secret.encode() not in told
            screens.append({word: len(re.findall(word.encode(), told)) for word in words})
            before = b"".join(visitor.frames)
            if position < 6:
                answer(visitor, "Jazz", position)
    assert all(screen == screens[0] for screen in screens), "a screen tells more of one genre than another"
    assert b"intended" not in before
    assert str(SEED).encode() not in before


def test_another_listeners_session_is_not_told_by_the_address(server: Server) -> None:
    with server.visit("survey", f"study={SLUG}") as visitor:
        begin(visitor)
        token = re.search(rb"listener_[\w-]{22}", b"".join(visitor.frames))
        assert token is not None
        # Older links had the token among the parameters.
        for query, cookie in (
            (f"study={SLUG}&listener={token[0].decode()}", ""),
            (f"study={SLUG}", "listener-what-do-you-hear=guessed-guessed-guessed"),
        ):
            with server.visit("survey", query, cookie=cookie) as stranger:
                stranger.run()
                assert stranger.shows(AGREE)
        with server.visit("survey", f"study={SLUG}", cookie=f"listener-{SLUG}={token[0].decode()}") as same:
            same.run()
            assert same.shows("Clip 1 of 6")


def test_a_click_that_begins_a_visit_counts(server: Server, store: Store) -> None:
    """As after a restart of the server, which knows nothing of what the browser shows."""
    with server.visit("survey", f"study={SLUG}") as visitor:
        begin(visitor)
        token = re.search(rb"listener_[\w-]{22}", b"".join(visitor.frames))
        assert token is not None
        visitor.give("Which genre do you hear?", string_array_value={"data": ["Rock"]})
        visitor.give("How musical is it?", string_array_value={"data": ["9"]})
        visitor.run()
        click = {visitor.widget("Next"): {"trigger_value": True}}
    cookie = f"listener-{SLUG}={token[0].decode()}"
    with server.visit("survey", f"study={SLUG}", cookie=cookie) as again:
        again.values = visitor.values
        again.run(click)
        assert again.shows("Clip 2 of 6")
    state = store.listening.state(SLUG, token[0].decode())
    assert state is not None
    assert state.item is not None
    assert state.item.position == 2


def test_a_network_can_start_so_many_listeners(store: Store, tmp_path: Path) -> None:
    before = store.attendances.progress(SLUG).started
    with running_server(store, tmp_path / "log", GMN_STARTS_PER_HOUR="3") as server:
        for started in range(1, 5):
            with server.visit("survey", f"study={SLUG}", address="192.0.2.77") as visitor:
                begin(visitor)
                assert visitor.shows("Clip 1 of 6") is (started <= 3)
        assert visitor.shows(REFUSAL)
        with server.visit("survey", f"study={SLUG}", address="192.0.2.78") as other:
            begin(other)
            assert other.shows("Clip 1 of 6")
    assert store.attendances.progress(SLUG).started == before + 4


@pytest.mark.parametrize(("level", "form"), [("info", "json"), ("debug", "")])
def test_no_secret_is_in_any_line_of_the_log(store: Store, tmp_path: Path, level: str, form: str) -> None:
    """Not even where the database fails in the middle of it."""
    study = store.studies.get(SLUG)
    port = free_port()
    with running_server(
        store,
        tmp_path / "log",
        *("--logger.level", level),
        GMN_ADMIN_PASSWORD=PASSWORD,
        GMN_LOG=form,
        GMN_METRICS=str(port),
    ) as server:
        with server.visit("survey", f"study={SLUG}") as visitor:
            begin(visitor)
            token = re.search(r"listener_[\w-]{22}", b"".join(visitor.frames).decode("latin-1"))
            assert token is not None
            server.ask(f"/cookies/listener/{SLUG}", "PUT", token[0].encode())
            server.ask(f"/cookies/preview/{SLUG}", "PUT", study.preview_key.encode())
            answer(visitor, "Jazz", 5)
        with server.visit("studies") as administrator:
            administrator.run()
            administrator.give("Password", string_value=PASSWORD)
            administrator.press("Sign in")
            admin = re.search(r"admin_[\w-]{32}", b"".join(administrator.frames).decode("latin-1"))
            assert admin is not None
            kept = server.ask("/cookies/admin", "PUT", admin[0].encode())
        second = kept.headers["set-cookie"].split(";")[0].partition("=")[2]
        held = f"listener-{SLUG}={token[0]}; preview-{SLUG}={study.preview_key}; admin={second}"
        with store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE presentation RENAME TO mislaid")
        try:
            for page, query in (("survey", f"study={SLUG}"), ("survey", f"study={SLUG}&preview=1")):
                with server.visit(page, query, cookie=held) as visitor:
                    visitor.run()
        finally:
            with store.engine.begin() as connection:
                connection.exec_driver_sql("ALTER TABLE mislaid RENAME TO presentation")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer_:
            figures = answer_.read().decode()
        log = server.log()
    assert "gmn_answers_total 1.0" in figures
    if form == "json":
        lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
        visits = {line["request"] for line in lines if line["message"] == "visit begins"}
        assert len(visits) == 4
        assert {line["request"] for line in lines if line["message"] == "page"} == visits
        assert "192.0.2." not in log
    assert len(log) > 100
    assert "presentation" in log, "the failure was not logged"
    for secret in (token[0], study.preview_key, PASSWORD, admin[0], second):
        assert secret not in log


def test_listeners_at_the_same_time_lose_no_answer(server: Server, store: Store) -> None:
    """The short form of `make load`."""
    load = app_load(server, store, SLUG, n_sessions=3, pace=0.2, seconds=5, others=Others())
    assert load.answers.n_answers > 0
    assert (load.answers.n_lost, load.answers.n_errors) == (0, 0)
