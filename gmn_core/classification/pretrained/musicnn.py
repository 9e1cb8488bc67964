"""The networks of the musicnn package, rebuilt in Keras 3, and their weights.

Pons and Serra published four music taggers with their weights (ISC licence):
two architectures, "musicnn" and "vgg", each trained on the Million Song
Dataset (MSD) and on MagnaTagATune (MTT). The weights are TensorFlow 1
checkpoints whose graph today's TensorFlow no longer imports; the layers below
carry the names of the checkpoints' variables, so that each can be filled by name.

References
----------
J. Pons, X. Serra, "musicnn: pre-trained convolutional neural networks for
music audio tagging", ISMIR late-breaking/demo, 2019, arXiv:1909.06654.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from gmn_core.classification.pretrained.model import N_FRAMES
from gmn_core.files import StrPath

if TYPE_CHECKING:
    import keras

N_MELS = 96
N_TAGS = 50
TRUNKS = ("MSD_musicnn", "MTT_musicnn", "MSD_vgg", "MTT_vgg")

_VARIABLES = {
    "Conv2D": ("kernel", "bias"),
    "Dense": ("kernel", "bias"),
    "BatchNormalization": ("gamma", "beta", "moving_mean", "moving_variance"),
}


def build_trunk(name: str) -> keras.Model:
    """Return one of the four networks with untrained weights.

    Parameters
    ----------
    name : {"MSD_musicnn", "MTT_musicnn", "MSD_vgg", "MTT_vgg"}

    Returns
    -------
    keras.Model
        From patches of shape (n, 187, 96), `musicnn_mel` in time order, to
        ``(tags, embedding)``: 50 tag probabilities and what the last layer
        reads (200 values of musicnn's penultimate layer, 256 of vgg's).
    """
    import keras

    patches = keras.Input((N_FRAMES, N_MELS), name="patches")
    spectrogram = keras.layers.Reshape((N_FRAMES, N_MELS, 1))(patches)
    embedding, last = _vgg(spectrogram) if name.endswith("vgg") else _musicnn(spectrogram)
    tags = keras.layers.Dense(N_TAGS, activation="sigmoid", name=last)(embedding)
    return keras.Model(patches, [tags, embedding], name=name)


def checkpoint_files(name: str, checkpoints: StrPath) -> list[Path]:
    """Return the files of a network's published weights; arguments and errors as `load_trunk` has them."""
    checkpoints = Path(checkpoints)
    folder = checkpoints / name
    if not (folder / ".index").is_file():
        raise FileNotFoundError(f"No musicnn checkpoint in {folder}.")
    return sorted(path for path in folder.iterdir() if path.is_file())


def load_trunk(name: str, checkpoints: StrPath) -> keras.Model:
    """Return a network filled with its published weights.

    Parameters
    ----------
    name : str
        One of `TRUNKS`.
    checkpoints : str or os.PathLike
        The folder that holds ``MSD_musicnn/`` and its siblings.

    Raises
    ------
    FileNotFoundError
        If the folder holds no checkpoint of that name.
    """
    checkpoints = Path(checkpoints)
    import tensorflow as tf

    folder = checkpoint_files(name, checkpoints)[0].parent
    # The checkpoint's prefix is empty, which `tf.train.load_checkpoint` mistakes for a folder.
    reader = tf.compat.v1.train.NewCheckpointReader(f"{folder}/")
    trunk = build_trunk(name)
    for layer in trunk.layers:
        variables = _VARIABLES.get(type(layer).__name__, ())
        layer.set_weights([reader.get_tensor(f"{layer.name}/{variable}") for variable in variables])
    return trunk


def find_checkpoints() -> Path | None:
    """Return the folder of checkpoints of an installed musicnn package, if there is one."""
    spec = find_spec("musicnn")
    return Path(spec.origin).parent if spec and spec.origin else None


def _musicnn(spectrogram: keras.KerasTensor) -> tuple[keras.KerasTensor, str]:
    """Return the penultimate layer of the musically motivated architecture, and the last layer's name."""
    from keras import layers

    features = []
    normal = _normalised(spectrogram, 0)
    padded = layers.ZeroPadding2D(((3, 3), (0, 0)))(normal)
    for number, width in enumerate((int(0.4 * N_MELS), int(0.7 * N_MELS))):
        timbral = _convolved(padded, number, 204, (7, width), "valid")
        features.append(_pooled_over_frequency(_normalised(timbral, number + 1)))
    for number, length in enumerate((128, 64, 32), start=2):
        temporal = _convolved(normal, number, 51, (length, 1), "same")
        features.append(_pooled_over_frequency(_normalised(temporal, number + 1)))

    front = layers.Concatenate()(features)
    stages = [front]
    for number in (5, 6, 7):
        columns = layers.Reshape((N_FRAMES, stages[-1].shape[-1], 1))(stages[-1])
        columns = layers.ZeroPadding2D(((3, 3), (0, 0)))(columns)
        convolved = _convolved(columns, number, 64, (7, columns.shape[2]), "valid")
        stage = layers.Reshape((N_FRAMES, 64))(_normalised(convolved, number + 1))
        stages.append(stage if number == 5 else layers.Add()([stage, stages[-1]]))

    dense_map = layers.Concatenate()(stages)
    # The original stacks the two poolings on a last axis, so that flattening interleaves them.
    peaks = layers.Reshape((-1, 1))(layers.GlobalMaxPooling1D()(dense_map))
    means = layers.Reshape((-1, 1))(layers.GlobalAveragePooling1D()(dense_map))
    pooled = _normalised(layers.Flatten()(layers.Concatenate()([peaks, means])), 9)
    hidden = layers.Dense(200, activation="relu", name="dense")(pooled)
    return _normalised(hidden, 10), "dense_1"


def _vgg(spectrogram: keras.KerasTensor) -> tuple[keras.KerasTensor, str]:
    """Return the flattened last pooling of the vgg architecture, and the last layer's name."""
    from keras import layers

    stage = _normalised(spectrogram, 0)
    for number in range(1, 6):
        stage = layers.Conv2D(128, 3, padding="same", activation="relu", name=f"{number}CNN")(stage)
        stage = _normalised(stage, number)
        size, strides = {1: ((4, 1), 2), 5: (4, 4)}.get(number, (2, 2))
        stage = layers.MaxPooling2D(size, strides=strides)(stage)
    return layers.Flatten()(stage), "dense"


def _convolved(
    maps: keras.KerasTensor, number: int, filters: int, size: tuple[int, int], padding: str
) -> keras.KerasTensor:
    """Convolve and rectify, in a layer named as TensorFlow 1 numbered it."""
    import keras

    name = f"conv2d_{number}" if number else "conv2d"
    return keras.layers.Conv2D(filters, size, padding=padding, activation="relu", name=name)(maps)


def _normalised(maps: keras.KerasTensor, number: int) -> keras.KerasTensor:
    """Normalise over the batch, in a layer named as TensorFlow 1 numbered it."""
    import keras

    name = f"batch_normalization_{number}" if number else "batch_normalization"
    return keras.layers.BatchNormalization(name=name)(maps)


def _pooled_over_frequency(maps: keras.KerasTensor) -> keras.KerasTensor:
    """Return the largest value over frequency: (frames, mels, filters) to (frames, filters)."""
    from keras import layers

    peaks = layers.MaxPooling2D((1, maps.shape[2]))(maps)
    return layers.Reshape((N_FRAMES, maps.shape[3]))(peaks)
