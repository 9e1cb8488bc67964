"""The architecture of the network trained on GTZAN alone: fixed features, and learned ones.

Some 600 clips are too few to learn what a timbre or a rhythm is. The network
therefore computes fixed features, and learned convolutions beside them; one
hidden layer reads both.

- *Cepstra* are the cosine transform of a frame: its timbre without its level.
- *Statistics* of a patch say how cepstra and levels are spread over time, and
  which cepstra vary together (covariances, as in Mandel and Ellis, "Song-level
  features and support vector machines for music classification", ISMIR 2005).
- *Rhythm* is the spectrum over time of every cepstrum and every band, up to 12
  changes per second: how fast timbre and level come and go (Jeong and Lee,
  "Learning temporal features using a deep neural network and its application
  to music genre classification", ISMIR 2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gmn_core.classification.gtzan_cnn.model import N_FRAMES, N_MELS
from gmn_core.genres import GENRES

if TYPE_CHECKING:
    import keras

FloatArray = npt.NDArray[np.float32]

N_CEPSTRA = 20
N_RHYTHM_BANDS = 20
N_HIDDEN = 256

_SMALLEST_RHYTHM = 0.05
"""Added before the logarithm, so that silence matters little: a twentieth of 16 dB."""


def build_network() -> keras.Model:
    """Return the untrained network: from (n, `N_FRAMES`, 128 mels), 0 to 1, to shares (n, 10)."""
    import keras
    from keras import layers

    patches = keras.Input((N_FRAMES, N_MELS), name="patches")
    levels = layers.Rescaling(5.0, -2.5)(patches)  # a unit is 16 dB
    cepstra = keras.ops.matmul(levels, cosine_transform())
    heard = [
        *_statistics(levels, cepstra),
        _rhythm(cepstra),
        _rhythm(_banded(levels, 16)),
        *_convolved(levels),
    ]
    normal = layers.BatchNormalization(momentum=0.95, center=False, scale=False)(layers.Concatenate()(heard))
    hidden = layers.Dense(N_HIDDEN, activation="relu", kernel_initializer="he_normal")(
        layers.Dropout(0.4)(normal)
    )
    shares = layers.Dense(len(GENRES), activation="softmax", name="shares")(layers.Dropout(0.6)(hidden))
    return keras.Model(patches, shares)


def joined(members: Sequence[keras.Model]) -> keras.Model:
    """Return one network whose shares are the geometric mean of its members' shares."""
    import keras

    patches = keras.Input((N_FRAMES, N_MELS), name="patches")
    scores = [keras.ops.log(member(patches) + 1e-7) for member in members]
    shares = keras.ops.softmax(keras.ops.mean(keras.ops.stack(scores), axis=0))
    return keras.Model(patches, shares)


def cosine_transform() -> FloatArray:
    """Return the orthonormal DCT-II from mel bands to cepstra, shape (128, `N_CEPSTRA`)."""
    bands, orders = np.arange(N_MELS)[:, None] + 0.5, np.arange(N_CEPSTRA)
    transform = np.cos(np.pi * bands * orders / N_MELS) * np.sqrt(2 / N_MELS)
    transform[:, 0] /= np.sqrt(2)
    return np.asarray(transform, dtype=np.float32)


def rhythm_transform() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the cosines and sines under a Hann window, and the sums over bands of rates.

    Returns
    -------
    cosines, sines : ndarray, shape (`N_FRAMES`, `N_FRAMES` // 2 + 1)
        From frames to rates of change, 0 to 12 per second.
    bands : ndarray, shape (`N_FRAMES` // 2 + 1, n_bands)
        Means over at most `N_RHYTHM_BANDS` bands that are evenly wide in octaves, from 0.2 per second up.
    """
    n_rates = N_FRAMES // 2 + 1
    angles = 2 * np.pi * np.arange(N_FRAMES)[:, None] * np.arange(n_rates) / N_FRAMES
    window = np.hanning(N_FRAMES)[:, None]
    edges = np.unique(np.geomspace(2, n_rates, N_RHYTHM_BANDS + 1).round().astype(int))
    bands = np.zeros((n_rates, len(edges) - 1), dtype=np.float32)
    for index, (first, end) in enumerate(pairwise(edges)):
        bands[first:end, index] = 1 / (end - first)
    cosines, sines = (np.asarray(window * wave(angles), dtype=np.float32) for wave in (np.cos, np.sin))
    return cosines, sines, bands


def _statistics(levels: keras.KerasTensor, cepstra: keras.KerasTensor) -> list[keras.KerasTensor]:
    """Return means, spreads and covariances over time; each of shape (n, n_values)."""
    from keras import ops

    changes = cepstra[:, 1:] - cepstra[:, :-1]
    bands = _banded(levels, 32)
    centred = cepstra - ops.mean(cepstra, axis=1, keepdims=True)
    return [
        ops.mean(cepstra, axis=1),
        _spread(cepstra),
        _spread(changes),
        ops.mean(bands, axis=1),
        _spread(bands),
        ops.max(bands, axis=1),
        _covariances(centred),
        _covariances(changes),
    ]


def _spread(series: keras.KerasTensor) -> keras.KerasTensor:
    """Return standard deviations over time, with a finite gradient where nothing changes."""
    from keras import ops

    return ops.sqrt(ops.var(series, axis=1) + 1e-4)


def _covariances(series: keras.KerasTensor) -> keras.KerasTensor:
    """Return the signed roots of the covariances of (n, n_frames, `N_CEPSTRA`), each pair once."""
    from keras import ops

    products = ops.matmul(ops.transpose(series, (0, 2, 1)), series) / N_FRAMES
    rows, columns = np.triu_indices(N_CEPSTRA)
    pairs = ops.take(ops.reshape(products, (-1, N_CEPSTRA**2)), rows * N_CEPSTRA + columns, axis=1)
    return ops.sign(pairs) * ops.sqrt(ops.abs(pairs) + 1e-4)


def _rhythm(series: keras.KerasTensor) -> keras.KerasTensor:
    """Return the logarithm of how much each of (n, n_frames, n_series) changes at each rate, flattened."""
    from keras import layers, ops

    cosines, sines, bands = rhythm_transform()
    centred = ops.transpose(series - ops.mean(series, axis=1, keepdims=True), (0, 2, 1))
    magnitudes = ops.sqrt(ops.matmul(centred, cosines) ** 2 + ops.matmul(centred, sines) ** 2 + 1e-6)
    return layers.Flatten()(ops.log(ops.matmul(magnitudes, bands) + _SMALLEST_RHYTHM))


def _banded(levels: keras.KerasTensor, n_bands: int) -> keras.KerasTensor:
    """Return means over neighbouring mels: (n, n_frames, 128) to (n, n_frames, n_bands)."""
    from keras import ops

    return ops.mean(ops.reshape(levels, (-1, N_FRAMES, n_bands, N_MELS // n_bands)), axis=3)


def _convolved(levels: keras.KerasTensor) -> list[keras.KerasTensor]:
    """Return mean, spread and peak over time of the convolutions at each height."""
    from keras import layers, ops

    # Small maps: larger ones took several times as long and were no better.
    maps = layers.AveragePooling2D((2, 4))(layers.Reshape((N_FRAMES, N_MELS, 1))(levels))
    maps = _convolution(maps, 8, (5, 5), strides=(4, 2))
    maps = layers.MaxPooling2D(2)(_convolution(maps, 16, (3, 3)))
    moments = layers.Reshape((maps.shape[1], maps.shape[2] * maps.shape[3]))(maps)
    return [ops.mean(moments, axis=1), _spread(moments), ops.max(moments, axis=1)]


def _convolution(
    maps: keras.KerasTensor, filters: int, size: tuple[int, int], strides: tuple[int, int] = (1, 1)
) -> keras.KerasTensor:
    from keras import layers

    maps = layers.Conv2D(
        filters, size, strides=strides, padding="same", use_bias=False, kernel_initializer="he_normal"
    )(maps)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(maps))
