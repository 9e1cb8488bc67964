"""How closely our descriptors match published ones of the same recordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from gmn_core.audio.decode import decode_file
from gmn_core.features.summary import DESCRIPTORS, describe
from gmn_core.files import StrPath

TOLERANCE = 1e-5
"""Largest relative error allowed, with the exceptions below."""

EXCEPTIONS: Mapping[str, float] = {
    # The mean of a signal without DC offset is a small difference of large sums.
    "harmony_mean": 1e-3,
    # The highest coefficient averages to almost zero as well.
    "mfcc20_mean": 1e-4,
}


def tolerance(descriptor: str) -> float:
    """Return the largest relative error allowed for a descriptor."""
    return EXCEPTIONS.get(descriptor, TOLERANCE)


def largest_errors(
    audio: Mapping[str, StrPath],
    published: Mapping[str, npt.NDArray[np.float64]],
    on_clip: Callable[[], object] = lambda: None,
) -> dict[str, float]:
    """Describe recordings and compare them with what was published.

    Parameters
    ----------
    audio : mapping
        Track name to its lossless file.
    published : mapping
        Track name to an array of shape (57,), in the order of `DESCRIPTORS`.
    on_clip : callable
        Called after each clip, for a progress bar.

    Returns
    -------
    dict
        Descriptor to the largest of ``|ours - theirs| / |theirs|`` over the
        tracks that both have.
    """
    errors = []
    for track in sorted(set(audio) & set(published)):
        ours = describe(decode_file(audio[track]).clip)
        errors.append(np.abs(ours - published[track]) / np.abs(published[track]))
        on_clip()
    return dict(zip(DESCRIPTORS, np.max(errors, axis=0).tolist(), strict=True))
