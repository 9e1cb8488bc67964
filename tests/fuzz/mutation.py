"""Damaging bytes: at random, but as real damage and real attacks do."""

from __future__ import annotations

import numpy as np

# Numbers at which signs turn, sizes overflow and divisions fail.
_EDGES = (0, 1, 2, 7, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
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
