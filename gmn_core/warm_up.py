"""Doing what is slow the first time, so that no visitor has to wait."""

from __future__ import annotations


def warm_up() -> None:
    """Describe two seconds of noise, as the classifiers do.

    In a fresh installation numba compiles the running median here (some
    seconds) and keeps the result on disk; a fresh process loads it.
    """
    import numpy as np

    from gmn_core.audio.clip import Clip
    from gmn_core.features.spectrogram import log_mel
    from gmn_core.features.summary import describe

    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 2 * 44_100).astype(np.float32)
    clip = Clip(noise, 44_100)
    describe(clip)
    log_mel(clip)
