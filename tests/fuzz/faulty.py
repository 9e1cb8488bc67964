"""A target with every fault that the runner has to find; see `tests.fuzz.test_runner`."""

from __future__ import annotations

import os
import time

import numpy as np

N_SEEDS = 6
MEGABYTES = 80

_SEEDS = {np.random.default_rng(seed).bytes(8): seed for seed in range(N_SEEDS)}


def make(rng: np.random.Generator) -> bytes:
    """Return bytes that tell the seed."""
    return rng.bytes(8)


def consume(data: bytes) -> str:
    """Fail in another way for each seed, and answer for the others."""
    seed = _SEEDS[data]
    if seed == 1:
        raise KeyError("no error of ours")
    if seed == 2:
        bytearray(MEGABYTES * 2**20)[::4096] = b"\1" * (MEGABYTES * 256)
    if seed == 3:
        os.abort()
    if seed == 4:
        while True:
            pass
    if seed == 5:
        time.sleep(1_000)
    return "answered"
