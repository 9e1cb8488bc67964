"""Fuzzing: strange input by the hundred thousand, made from seeds, each answered within bounds.

A target is a module of two functions: ``make(rng)`` returns an input as bytes, and ``consume(data)`` does
with it what the program would and returns a word for what came of it. What ``consume`` raises is a fault.
"""

from __future__ import annotations

TARGETS = ("audio", "midi", "study", "packed")

SERVED = ("websocket",)
"""Targets that need a running server: modules of one function, ``run(first, count)``."""
