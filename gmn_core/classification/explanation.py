"""Which frequencies and moments spoke for a verdict: occlusion (Zeiler and Fergus, ECCV 2014).

The cells of the spectrogram are silenced in turn; the fall of the verdict's
share measures how much a cell spoke for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.classification.gtzan_cnn import model as cnn
from gmn_core.classification.gtzan_cnn.model import GenreCnn
from gmn_core.classification.onnx import cut_patches
from gmn_core.classification.pretrained import model as pretrained
from gmn_core.classification.pretrained.model import PretrainedCnn
from gmn_core.features.spectrogram import (
    MUSICNN,
    STANDARD,
    THINNED_FRAMES_PER_SECOND,
    MelForm,
    mel_frequencies,
    musicnn_mel,
    thinned_mel,
)
from gmn_core.genres import Genre

FloatArray = npt.NDArray[np.float32]
EXPLAINED_SECONDS = 30.0


@dataclass(frozen=True, eq=False)
class Explanation:
    """How much each cell of a clip's spectrogram speaks for a genre.

    Parameters
    ----------
    genre : Genre
        The verdict that is explained.
    influence : ndarray, shape (n_bands, n_moments)
        Fall of the logarithm of the genre's share when the cell is silenced;
        negative where the cell spoke against it.
    band_edges : ndarray, shape (n_bands + 1,)
        In Hz.
    moment_edges : ndarray, shape (n_moments + 1,)
        In seconds.
    """

    genre: Genre
    influence: npt.NDArray[np.float64]
    band_edges: npt.NDArray[np.float64]
    moment_edges: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Hearing:
    """What occlusion needs to know about a network."""

    frames: FloatArray
    patch_length: int
    frames_per_second: float
    form: MelForm
    shares: Callable[[FloatArray], npt.NDArray[np.float64]]
    n_bands: int
    n_moments: int


def explain(model: GenreCnn | PretrainedCnn, clip: Clip, genre: Genre) -> Explanation:
    """Explain a verdict on the first 30 s of a clip, patch by patch.

    For the pretrained network, only the verdict of its tags is explained; the
    network that gives the second opinion has a map of its own.

    Parameters
    ----------
    model : GenreCnn or PretrainedCnn
        Whose verdict it is.
    clip : Clip
        What it heard.
    genre : Genre
        The verdict, or any other genre.
    """
    hearing = _hearing(model, clip.excerpt(0, EXPLAINED_SECONDS))
    patches, starts, n_left = _tiled(hearing)
    bands = np.linspace(0, patches.shape[2], hearing.n_bands + 1).astype(int)
    moments = np.linspace(0, hearing.patch_length, hearing.n_moments + 1).astype(int)
    silenced = np.concatenate([_silenced(patch, bands, moments, hearing.frames.min()) for patch in patches])
    whole = np.log(hearing.shares(patches)[:, genre.position])
    parts = np.log(hearing.shares(silenced)[:, genre.position])
    falls = list(whole[:, None, None] - parts.reshape(len(patches), hearing.n_bands, hearing.n_moments))
    begins = [start + moments[:-1] for start in starts]
    if n_left:
        falls[-1], begins[-1] = falls[-1][:, -n_left:], begins[-1][-n_left:]
    return Explanation(
        genre=genre,
        influence=np.concatenate(falls, axis=1),
        band_edges=_band_edges(hearing.form, bands),
        moment_edges=np.append(np.concatenate(begins), starts[-1] + moments[-1]) / hearing.frames_per_second,
    )


def _tiled(hearing: _Hearing) -> tuple[FloatArray, npt.NDArray[np.intp], int]:
    """Cut patches side by side, and a last one that ends with the clip.

    Returns
    -------
    patches : ndarray, shape (n_patches, patch_length, n_mels)
    starts : ndarray of int, shape (n_patches,)
    n_left : int
        Moments at the end of the last patch that the one before does not hold; 0 where there is none.
    """
    frames, length = hearing.frames, hearing.patch_length
    patches, starts = cut_patches(frames, length, length)
    moment = length // hearing.n_moments
    n_left = max(0, (len(frames) - starts[-1] - length) // moment)
    if n_left:
        start = starts[-1] + n_left * moment
        patches = np.concatenate([patches, frames[None, start : start + length]])
        starts = np.append(starts, start)
    return patches, starts, int(n_left)


def _hearing(model: GenreCnn | PretrainedCnn, clip: Clip) -> _Hearing:
    # The pretrained network takes twenty times as long, and gets the coarser grid.
    if isinstance(model, GenreCnn):
        return _Hearing(
            frames=thinned_mel(clip),
            patch_length=cnn.N_FRAMES,
            frames_per_second=THINNED_FRAMES_PER_SECOND,
            form=STANDARD,
            shares=model.patch_shares,
            n_bands=16,
            n_moments=8,
        )
    return _Hearing(
        frames=musicnn_mel(clip),
        patch_length=pretrained.N_FRAMES,
        frames_per_second=MUSICNN.frames_per_second,
        form=MUSICNN,
        shares=model.patch_shares,
        n_bands=6,
        n_moments=2,
    )


def _silenced(
    patch: FloatArray, bands: npt.NDArray[np.intp], moments: npt.NDArray[np.intp], silence: np.float32
) -> FloatArray:
    """Return copies of a patch, each with one cell silenced: bands outside, moments inside."""
    copies = np.repeat(patch[None], (len(bands) - 1) * (len(moments) - 1), axis=0)
    cells = [(low, high, begin, end) for low, high in pairwise(bands) for begin, end in pairwise(moments)]
    for copy, (low, high, begin, end) in zip(copies, cells, strict=True):
        copy[begin:end, low:high] = silence
    return copies


def _band_edges(form: MelForm, bands: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    return mel_frequencies(form, form.n_mels + 1)[bands]
