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
