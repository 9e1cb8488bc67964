"""Strangers at the administrator's gate, over the app's own websocket."""

from __future__ import annotations

import re
import threading
import time

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.attack.conftest import PASSWORD
from tests.attack.visitor import Server, Visitor


def try_password(visitor: Visitor, password: str) -> None:
    visitor.give("Password", string_value=password)
    visitor.press("Sign in")


def wait_told(visitor: Visitor) -> int:
    """The seconds that the page says to wait; 0 where it says nothing of the kind."""
    found = re.search(r"(?:Wait|in) (\d+) s", " ".join(visitor.texts))
    return int(found[1]) if found else 0


def is_inside(visitor: Visitor) -> bool:
    return visitor.shows("Create a new study") or visitor.shows("Sign out")


def test_emptying_the_servers_caches_does_not_reset_the_gate(server: Server) -> None:
    with server.visit("studies", address="192.0.2.10") as visitor:
        visitor.run()
        while wait_told(visitor) < 8:
            try_password(visitor, "a guess")
        visitor.send(BackMsg(clear_cache=True))
        visitor.run()
        try_password(visitor, PASSWORD)
        assert visitor.shows("was not looked at")
    with server.visit("studies", address="192.0.2.11") as administrator:
        administrator.run()
        try_password(administrator, PASSWORD)
        assert is_inside(administrator)


def test_attacking_sessions_do_not_keep_the_right_password_out(server: Server) -> None:
    """Two of them, from the administrator's own address."""
    over = threading.Event()
    guesses: list[str] = []

    def attack() -> None:
        with server.visit("studies", address="192.0.2.20") as attacker:
            attacker.run()
            while not over.is_set():
                try_password(attacker, "a guess")
                guesses.append("looked at" if attacker.shows("That is not the password") else "refused")

    attackers = [threading.Thread(target=attack) for _ in range(2)]
    for attacker in attackers:
        attacker.start()
    try:
        with server.visit("studies", address="192.0.2.20") as administrator:
            administrator.run()
            while "refused" not in guesses:
                time.sleep(0.1)
            try_password(administrator, PASSWORD)
            assert administrator.shows("was not looked at")
            wait = wait_told(administrator)
            assert 0 < wait <= 60
            time.sleep(wait)
            try_password(administrator, PASSWORD)
            assert is_inside(administrator)
    finally:
        over.set()
        for attacker in attackers:
            attacker.join()
    assert guesses.count("refused") > guesses.count("looked at")


def test_another_address_does_not_wait_for_the_guesses_of_the_first(server: Server) -> None:
    with server.visit("studies", address="192.0.2.30") as attacker:
        attacker.run()
        for _ in range(5):
            try_password(attacker, "a guess")
    with server.visit("studies", address="192.0.2.31") as administrator:
        administrator.run()
        try_password(administrator, PASSWORD)
        assert is_inside(administrator)


FORGED = ("sign_in", "admin", "admin_cookie", "$$ID-0123456789abcdef-sign_in", "$$ID-0-admin", "$$sign_in")


@pytest.mark.parametrize("page", ["studies", "results", "generate"])
def test_forged_states_and_query_parameters_open_nothing(server: Server, page: str) -> None:
    values: list[dict[str, object]] = [
        {"int_value": 1},
        {"bool_value": True},
        {"string_value": "1"},
        {"json_value": "1"},
        {"trigger_value": True},
    ]
    query = "&".join(f"{name}=1" for name in ("admin", "sign_in", "password", "of", "preview"))
    with server.visit(page, query, cookie="admin=1; sign_in=1; admin_cookie=1") as visitor:
        visitor.run()
        for value in values:
            visitor.run({name: dict(value) for name in FORGED})
            assert not is_inside(visitor)
            assert not visitor.shows("Add to a study")
            assert not visitor.shows("Responses (CSV)")


def test_a_sign_in_does_not_open_another_browser(server: Server) -> None:
    with server.visit("studies", address="192.0.2.40") as administrator:
        administrator.run()
        try_password(administrator, PASSWORD)
        secret = re.search(rb"admin_[\w-]{32}", b"".join(administrator.frames))
        assert secret is not None
        first = secret[0].decode()
        kept = server.ask("/cookies/admin", "PUT", first.encode())
        assert kept.status == 204
        assert "HttpOnly" in kept.headers["set-cookie"]
        assert "SameSite=strict" in kept.headers["set-cookie"]
        cookie = kept.headers["set-cookie"].split(";")[0]
        # What was on the page opens nothing; what is in the cookie does.
        for held, inside in ((f"admin={first}", False), (cookie, True), ("admin=1", False)):
            with server.visit("studies", cookie=held) as visitor:
                visitor.run()
                assert is_inside(visitor) is inside
        assert server.ask("/cookies/admin", "PUT", first.encode()).status == 400
        assert server.ask("/cookies/admin", "DELETE", Cookie=cookie).status == 204
        with server.visit("studies", cookie=cookie) as visitor:
            visitor.run()
            assert not is_inside(visitor)


def test_what_an_open_page_renews_by_itself_ends_with_the_sign_in(server: Server) -> None:
    with (
        server.visit("studies", address="192.0.2.50") as forgotten,
        server.visit("studies", address="192.0.2.51") as other,
    ):
        for visitor in (forgotten, other):
            visitor.run()
            try_password(visitor, PASSWORD)
        forgotten.run()
        messages = [ForwardMsg.FromString(frame) for frame in forgotten.frames]
        *_, fragment = (each.auto_rerun.fragment_id for each in messages if each.HasField("auto_rerun"))
        assert forgotten.shows("Dropped out")
        other.press("Sign out everywhere")
        renewal = BackMsg()
        renewal.rerun_script.fragment_id, renewal.rerun_script.is_auto_rerun = fragment, True
        renewal.rerun_script.page_name = forgotten.page
        forgotten.send(renewal)
        forgotten.read()
        assert not forgotten.shows("Dropped out")
        assert not is_inside(forgotten)
