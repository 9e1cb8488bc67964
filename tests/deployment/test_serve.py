"""Two servers, one study: whoever began on one goes on at the other, and neither's end is noticed."""

from __future__ import annotations

import re
import signal
import threading
import time

import psutil
import pytest

from deployment import serve
from survey_db.store import Store
from tests.attack.test_gate import is_inside, try_password
from tests.attack.test_listener import answer, begin
from tests.attack.visitor import Visitor
from tests.browser.listener import SLUG
from tests.deployment.conftest import PASSWORD, TwoServers


def secret_of(visitor: Visitor, kind: str) -> str:
    found = re.search(rf"{kind}_[\w-]{{16,}}", b"".join(visitor.frames).decode("latin-1"))
    assert found
    return found[0]


def n_answers(store: Store) -> int:
    return sum(store.attendances.progress(SLUG).answers.values())


def results_shown(servers: TwoServers, number: int, admin: str) -> list[str]:
    """All that the Results page says of the study, which is open still, on one of the servers."""
    with servers.visit(number, "results", f"of={SLUG}", admin) as visitor:
        visitor.run()
        return visitor.texts


def app_process(servers: TwoServers, number: int) -> psutil.Process:
    """The process of an app server, found by its port."""
    port = str(servers.ports[number - 1])
    children = psutil.Process(servers.proxy.process.pid).children()
    return next(each for each in children if port in each.cmdline())


def test_the_servers_share_the_memory_of_the_machine(servers: TwoServers) -> None:
    for number in (1, 2):
        assert app_process(servers, number).environ()["GMN_SERVERS"] == "2"


def test_a_listener_goes_on_at_the_other_server(servers: TwoServers, store: Store) -> None:
    with servers.visit(1, "survey", f"study={SLUG}") as visitor:
        begin(visitor)
        answer(visitor, "Jazz", 3)
        assert visitor.shows("Clip 2 of 6")
        cookie = f"listener-{SLUG}={secret_of(visitor, 'listener')}"
    with servers.visit(2, "survey", f"study={SLUG}", cookie) as visitor:
        visitor.run()
        assert visitor.shows("Clip 2 of 6")
        for position in range(2, 7):
            answer(visitor, "Rock", position)
        assert visitor.shows("Thank you")
    assert store.attendances.progress(SLUG).completed == 1


def test_results_and_an_administrator_and_what_they_change_are_the_same_on_both(servers: TwoServers) -> None:
    with servers.visit(1, "studies") as visitor:
        visitor.run()
        try_password(visitor, PASSWORD)
        assert is_inside(visitor)
        kept = servers.proxy.ask(
            "/cookies/admin", "PUT", secret_of(visitor, "admin").encode(), Cookie="server=1"
        )
    admin = next(
        part.split(";")[0] for part in kept.headers["set-cookie"].split(", ") if part.startswith("admin=")
    )
    first, second = (results_shown(servers, number, admin) for number in (1, 2))
    assert first == second
    assert any("1 listener" in text for text in first), first
    with servers.visit(2, "studies", cookie=admin) as visitor:
        visitor.run()
        assert is_inside(visitor)
        visitor.press("Sign out everywhere")
        assert not is_inside(visitor)
    with servers.visit(1, "studies", cookie=admin) as visitor:
        visitor.run()
        assert not is_inside(visitor)


def test_nobody_outside_is_told_how_the_servers_are(servers: TwoServers) -> None:
    for path in ("/ready", "/%72eady", "/ready?a=b"):
        assert servers.proxy.ask(path).status == 404
    assert servers.readiness(1) == (200, {"ready": True, "database": "ok", "models": "ok"})


def test_a_server_that_stops_finishes_an_answer_and_the_other_takes_newcomers(
    servers: TwoServers, store: Store
) -> None:
    before = n_answers(store)
    with servers.visit(1, "survey", f"study={SLUG}") as visitor:
        begin(visitor)
        visitor.give("Which genre do you hear?", string_array_value={"data": ["Jazz"]})
        visitor.give("How musical is it?", string_array_value={"data": ["3"]})
        visitor.run()
        # The answer waits for a lock that is held until the server has been told to stop.
        with store.engine.begin() as holding:
            holding.exec_driver_sql("LOCK TABLE response IN EXCLUSIVE MODE")
            click = threading.Thread(target=visitor.press, args=("Next",))
            click.start()
            time.sleep(0.5)
            app = app_process(servers, 1)
            app.send_signal(signal.SIGTERM)
            assert servers.until(1, 503)["server"] == "stopping"
            # Its cookie names the server that goes, and at the first try the other one answers.
            with servers.visit(1, "survey", f"study={SLUG}") as newcomer:
                newcomer.run()
                assert newcomer.shows("I have read this and agree to take part.")
            assert app.is_running()
            time.sleep(0.5)
        click.join(timeout=60)
        assert visitor.shows("Clip 2 of 6")
        cookie = f"listener-{SLUG}={secret_of(visitor, 'listener')}"
    assert n_answers(store) == before + 1
    psutil.wait_procs([app], timeout=30)
    assert not app.is_running()
    with servers.visit(1, "survey", f"study={SLUG}", cookie) as visitor:
        visitor.run()
        assert visitor.shows("Clip 2 of 6")
    servers.until(1, 200)


def test_a_server_that_is_killed_costs_no_answer(servers: TwoServers) -> None:
    with servers.visit(2, "survey", f"study={SLUG}") as visitor:
        begin(visitor)
        answer(visitor, "Jazz", 3)
        cookie = f"listener-{SLUG}={secret_of(visitor, 'listener')}"
        killed = app_process(servers, 2)
        killed.kill()
        killed.wait(10)  # a connection that it still took would be lost
    with servers.visit(2, "survey", f"study={SLUG}", cookie) as visitor:
        visitor.run()
        assert visitor.shows("Clip 2 of 6")


def test_servers_are_not_ready_while_their_database_is_away(servers: TwoServers) -> None:
    servers.database.stop()
    assert servers.until(1, 503)["database"] == "cannot be used"
    servers.database.start()
    assert servers.until(1, 200)["database"] == "ok"
    assert "Traceback" not in servers.proxy.log()


def test_what_is_missing_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GMN_DATABASE_URL", "postgresql://nowhere/survey")
    monkeypatch.delenv("GMN_ADMIN_PASSWORD", raising=False)
    assert serve.main([]) == 1
    assert "GMN_ADMIN_PASSWORD is not set" in capsys.readouterr().err
    monkeypatch.setenv("GMN_ADMIN_PASSWORD", PASSWORD)
    monkeypatch.setattr(serve.shutil, "which", lambda *args, **options: None)
    assert serve.main([]) == 1
    assert "HAProxy is not installed" in capsys.readouterr().err
