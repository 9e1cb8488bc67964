"""Warming up."""

from __future__ import annotations

import sys

from gmn_core.warm_up import warm_up


def test_it_loads_what_a_classification_needs() -> None:
    warm_up()
    assert "numba" in sys.modules
    assert "scipy.fft" in sys.modules
