"""Exporting a network from Keras, where it is trained, to ONNX, in which it ships."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gmn_core.classification.onnx import OnnxNetwork
from gmn_core.files import StrPath

if TYPE_CHECKING:
    import keras

FloatArray = npt.NDArray[np.float32]

EXPORT_TOLERANCE = 1e-5


def export_onnx(model: keras.Model, path: StrPath, patches: FloatArray) -> None:
    """Write a Keras model in ONNX form, and check that onnxruntime computes the same.

    Parameters
    ----------
    model : keras.Model
        With one input and one output.
    path : str or os.PathLike
        The file to write; its folder is made.
    patches : ndarray, shape (n, n_frames, n_mels)
        What the two are compared on.

    Raises
    ------
    RuntimeError
        If they differ by more than `EXPORT_TOLERANCE`.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Keras exports only models that have been called.
    expected = model.predict(patches, verbose=0)
    model.export(path, format="onnx", verbose=False)
    difference = float(np.abs(OnnxNetwork(path)(patches)[0] - expected).max())
    if difference > EXPORT_TOLERANCE:
        raise RuntimeError(f"The exported network differs from the Keras model by {difference:.1g}.")
