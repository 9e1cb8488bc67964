"""Texts that people have given."""

from __future__ import annotations

import pytest

from pages.shared.texts import plain


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("tone.wav", "tone.wav"),
        ("![x](http://a.b/c.png).wav", r"!\[x\](http\://a.b/c.png).wav"),
        ("<img src=x>", r"\<img src=x\>"),
        ("1. song", r"1\. song"),
        ("a\\*b", r"a\\\*b"),
        ("- a-b", r"\- a-b"),
        ("# a#b", r"\# a#b"),
        ("two\nlines\u2028and more", "two lines and more"),
        ("left\u202eright", "left right"),
        ("$x$ :red[y] :material/home:", r"\$x\$ \:red\[y\] \:material/home\:"),
        ("Größe, 30 % – ja", "Größe, 30 % – ja"),
    ],
)
def test_nothing_in_them_is_markup(given: str, shown: str) -> None:
    assert plain(given) == shown
