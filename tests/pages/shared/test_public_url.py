from __future__ import annotations

import pytest

from pages.shared.public_url import PUBLIC_URL_NAME, link_for_browser, only_here, page_url


def test_links_begin_with_the_public_address_where_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PUBLIC_URL_NAME, "https://study.example.org/music/")
    assert page_url() == "https://study.example.org/music/page"
    link = link_for_browser("six", "listener", "secret")
    assert link == "https://study.example.org/music/continue#study=six&listener=secret"


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://localhost:8501/x", True),
        ("http://127.0.0.1:8501/x", True),
        ("http://[::1]/x", True),
        ("http://192.168.1.7:8501/x", False),
        ("https://study.example.org/x", False),
    ],
)
def test_an_address_of_this_machine_alone_is_known(url: str, here: bool) -> None:
    assert only_here(url) is here
