"""How closely our descriptors match published ones, and librosa's own, of the same recordings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import numpy.typing as npt

from gmn_core.audio.decode import decode_file
from gmn_core.features.reference import describe_by_librosa
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

Values = npt.NDArray[np.float64]


def tolerance(descriptor: str) -> float:
    """Return the largest relative error allowed for a descriptor."""
    return EXCEPTIONS.get(descriptor, TOLERANCE)


def largest_errors(
    audio: Mapping[str, StrPath],
    published: Mapping[str, Values],
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

    def pairs() -> Iterable[tuple[Values, Values]]:
        for track in sorted(set(audio) & set(published)):
            yield describe(decode_file(audio[track]).clip), published[track]
            on_clip()

    return _largest(pairs())


def largest_errors_by_librosa(
    audio: Iterable[StrPath], on_clip: Callable[[], object] = lambda: None
) -> dict[str, float]:
    """Describe recordings twice, and compare what we compute with what librosa does.

    Parameters
    ----------
    audio : iterable of path
        One file or more.
    on_clip : callable
        Called after each clip, for a progress bar.

    Returns
    -------
    dict
        Descriptor to the largest of ``|ours - librosa's| / |librosa's|``.
    """

    def pairs() -> Iterable[tuple[Values, Values]]:
        for path in audio:
            clip = decode_file(path).clip
            yield describe(clip), describe_by_librosa(clip)
            on_clip()

    return _largest(pairs())


def worst_of_each_group(errors: Mapping[str, float]) -> dict[str, str]:
    """Return the descriptor with the largest error of each group.

    Parameters
    ----------
    errors : mapping
        Descriptor to its error, as `largest_errors` returns them.

    Returns
    -------
    dict
        Group to descriptor. Mean and variance of a series are one group, and so
        are those of all MFCCs.

    Examples
    --------
    >>> worst_of_each_group({"rms_mean": 0.1, "rms_var": 0.2, "mfcc1_var": 0.3, "mfcc20_mean": 0.1})
    {'rms': 'rms_var', 'mfcc': 'mfcc1_var'}
    """
    worst: dict[str, str] = {}
    for name, error in errors.items():
        group = "mfcc" if name.startswith("mfcc") else name.removesuffix("_mean").removesuffix("_var")
        if error > errors.get(worst.get(group, ""), -1.0):
            worst[group] = name
    return worst


def _largest(pairs: Iterable[tuple[Values, Values]]) -> dict[str, float]:
    """Return the largest relative error of each descriptor; equal values have none, zero or not."""
    smallest = np.finfo(np.float64).tiny
    errors = [np.abs(ours - theirs) / np.maximum(np.abs(theirs), smallest) for ours, theirs in pairs]
    return dict(zip(DESCRIPTORS, np.max(errors, axis=0).tolist(), strict=True))
