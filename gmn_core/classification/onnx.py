"""Running a network without TensorFlow: onnxruntime, with few threads, for shared machines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from gmn_core import parallel
from gmn_core.files import StrPath

FloatArray = npt.NDArray[np.float32]

_BATCH = 2
"""More patches at once save no time, and each costs memory."""


class OnnxNetwork:
    """A network in ONNX form whose one input is a batch of patches.

    Parameters
    ----------
    path : str or os.PathLike
        The ``.onnx`` file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """

    def __init__(self, path: StrPath) -> None:
        path = Path(path)
        import onnxruntime

        if not path.is_file():
            raise FileNotFoundError(f"There is no network in {path}.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = parallel.N_THREADS
        # Threads that spin while they wait would slow down other visitors.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        self._outputs = [output.name for output in self._session.get_outputs()]

    def __call__(self, patches: FloatArray) -> list[FloatArray]:
        """Return every output for patches of shape (n, n_frames, n_mels)."""
        batches = [
            self._session.run(self._outputs, {self._input: patches[first : first + _BATCH]})
            for first in range(0, len(patches), _BATCH)
        ]
        return [np.concatenate(parts) for parts in zip(*batches, strict=True)]


def cut_patches(frames: FloatArray, length: int, hop: int) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    """Cut a spectrogram into overlapping patches.

    Parameters
    ----------
    frames : ndarray, shape (n_frames, n_mels)
        In time order; one shorter than a patch is repeated until it fills one.
    length, hop : int
        Frames in a patch, and from the start of one to the start of the next.

    Returns
    -------
    patches : ndarray, shape (n_patches, length, n_mels)
    starts : ndarray of int, shape (n_patches,)
        First frame of each.
    """
    if len(frames) < length:
        frames = np.resize(frames, (length, frames.shape[1]))
    starts = np.arange(0, len(frames) - length + 1, hop)
    return np.stack([frames[start : start + length] for start in starts]), starts
