"""Damaging bytes and JSON: at random, but as real damage and real attacks do."""

from __future__ import annotations

from typing import Any

import numpy as np

# Numbers at which signs turn, sizes overflow and divisions fail.
_EDGES = (0, 1, 2, 7, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 10**400, 0.5, -16.0, 1e308, [], {}, [[]], [None], {"a": None},
    "", "T", "rock", "none", "repeat", "Sample 1", "high_anchor", "low_anchor", "a.flac", "../a.flac", "\x00",
    "a" * 300, "\ud800", "![x](http://a.b/c)", "=1+1", ["rock"], ["rock", "rock"], {"cnn": [0.1] * 10},
    {"cnn": [1e400] * 10},
)  # fmt: skip
_KEYS = ("title", "audio", "file", "x", "", "systems", "id", "token")
_HEADER = 128
MAX_BYTES = 8 * 2**20


def mutated(rng: np.random.Generator, data: bytes, others: tuple[bytes, ...] = ()) -> bytes:
    """Return a file damaged in one to six ways, one being as likely as all others.

    Parameters
    ----------
    rng : numpy Generator
        Source of all random numbers.
    data : bytes
        The whole file.
    others : tuple of bytes
        Files whose parts may get into it.
    """
    broken = bytearray(data)
    for _ in range(1 if rng.random() < 0.5 else rng.integers(2, 7)):
        _damage(rng, broken, others)
    return bytes(broken[:MAX_BYTES])


def _damage(rng: np.random.Generator, broken: bytearray, others: tuple[bytes, ...]) -> None:
    # Headers are where a byte matters most.
    reach = min(len(broken), _HEADER) if rng.random() < 0.5 else len(broken)
    place = int(rng.integers(reach + 1))
    size = int(2 ** rng.uniform(0, 10))
    kind = rng.integers(8)
    if kind == 0:
        for _ in range(rng.integers(1, 20)):
            if broken:
                broken[rng.integers(len(broken))] = rng.integers(256)
    elif kind == 1:
        width = int(rng.choice((1, 2, 3, 4, 8)))
        order = "big" if rng.random() < 0.5 else "little"
        number = int(rng.choice(_EDGES)) % 256**width
        broken[place : place + width] = number.to_bytes(width, order)  # type: ignore[arg-type]  # of the two it is one
    elif kind == 2:
        del broken[place : place + size]
    elif kind == 3:
        broken[place:place] = broken[place : place + size]
    elif kind == 4:
        broken[place:place] = rng.bytes(size)
    elif kind == 5:
        del broken[int(rng.integers(len(broken) + 1)) :]
    elif kind == 6 and others:
        other = others[rng.integers(len(others))]
        start = int(rng.integers(len(other)))
        broken[place : place + size] = other[start : start + size]
    elif rng.random() < 0.1:
        # Few bytes that stand for much.
        part = bytes(broken[place : place + 64]) or b"\0"
        broken[place:place] = part * int(2 ** rng.uniform(4, 16))
    else:
        broken[place : place + size] = bytes([rng.integers(256)]) * size


def altered(rng: np.random.Generator, value: Any) -> Any:
    """Return a value with something of it, at any depth, changed."""
    if isinstance(value, dict) and value and rng.random() < 0.9:
        key = list(value)[rng.integers(len(value))]
        kind = rng.random()
        if kind < 0.1:
            return {name: own for name, own in value.items() if name != key}
        if kind < 0.2:
            return {**value, str(rng.choice(_KEYS)): value[key]}
        return {**value, key: altered(rng, value[key])}
    if isinstance(value, list) and value and rng.random() < 0.8:
        place = int(rng.integers(len(value)))
        kind = rng.random()
        if kind < 0.1:
            return value[:place] + value[place + 1 :]
        if kind < 0.2:
            return [*value, value[place]]
        return [*value[:place], altered(rng, value[place]), *value[place + 1 :]]
    return _VALUES[rng.integers(len(_VALUES))]
