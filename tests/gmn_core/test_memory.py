"""Memory that was freed is there for the next array."""

from __future__ import annotations

import subprocess
import sys

import pytest

# How many pages the system had to hand out for 20 arrays of 40 MB, one after the other.
_PROGRAM = """
import resource
import numpy as np
from gmn_core.memory import keep_freed_memory

if {keep}:
    keep_freed_memory()
np.ones(10_000_000, np.float32)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    np.ones(10_000_000, np.float32)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def pages_taken(*, keep: bool) -> int:
    run = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(keep=keep)], check=True, stdout=subprocess.PIPE, text=True
    )
    return int(run.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator")
def test_an_array_gets_the_memory_of_the_one_before() -> None:
    assert pages_taken(keep=True) < pages_taken(keep=False) / 10


_THREADS = """
import ctypes
from threading import Barrier, Thread
from gmn_core.memory import share_one_arena

if {share}:
    share_one_arena()
held, together = [], Barrier(8)
def work():
    together.wait()
    held.append([bytearray(200) for _ in range(2000)])
threads = [Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
ctypes.CDLL(None).malloc_info(0, ctypes.c_void_p.in_dll(ctypes.CDLL(None), "stdout"))
"""


def arenas(*, share: bool) -> int:
    run = subprocess.run(
        [sys.executable, "-c", _THREADS.format(share=share)], check=True, stdout=subprocess.PIPE, text=True
    )
    return run.stdout.count("<heap nr=")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator")
def test_threads_share_one_arena() -> None:
    assert arenas(share=False) > 1
    assert arenas(share=True) == 1
