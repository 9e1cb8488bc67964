"""``warm-up``: compile the audio routines, so that no visitor waits for it."""

from __future__ import annotations

import argparse

from gmn_core.cli.usage import Commands


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("warm-up", help="compile the audio routines once, after installing")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Classify a second of noise: librosa compiles on first use and keeps the result on disk."""
    import numpy as np

    from gmn_core.audio.clip import Clip
    from gmn_core.classification.knn import DescriptorKnn
    from gmn_core.features.spectrogram import log_mel

    rng = np.random.default_rng(0)
    clip = Clip(rng.uniform(-0.5, 0.5, 2 * 44_100).astype(np.float32), 44_100)
    DescriptorKnn.shipped().predict(clip)
    log_mel(clip)
    return 0
