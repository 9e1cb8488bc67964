"""The network: an LSTM over grid steps, with an autoregressive head over the slots of a step.

At each step two LSTM layers read what was played one step and one, two, four and eight bars ago (the
look-back of Magenta's lookback RNN), the position in bar, phrase and piece, the sheet with the genre, and
the outline. The head decides the slots of the step one after the other, each knowing those before it, as
the RNN-NADE of Boulanger-Lewandowski, Bengio and Vincent (2012, https://arxiv.org/abs/1206.6392) does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gmn_core.generation.request import GenerationError
from gmn_core.generation.tokens.conditioning import (
    BLANK,
    LOOK_BACK_BARS,
    N_POSITIONS,
    N_SHEET_FEATURES,
    OFFSETS,
    POSITION_WEIGHTS,
    SIZES,
    known_positions,
)
from gmn_core.generation.tokens.encoding import ACTION_SLOTS, LEVEL, SHAPE
from gmn_core.generation.training.windows import CONTEXT, Batch

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

# Slots that mean something only where their role strikes, about one step in eight.
_RARE_SLOTS = {slot + part for slot in ACTION_SLOTS for part in (SHAPE, LEVEL)}


@dataclass(frozen=True)
class NetworkSettings:
    """Sizes and dropout rates of the network.

    Parameters
    ----------
    embedding : int
        Width of an embedded step.
    inputs : int
        Width of what the LSTM reads.
    hidden : int
        Cells of each of the two LSTM layers.
    head : int
        Width of the autoregressive head.
    dropout : float
        Share of the LSTM's outputs dropped in training.
    look_back_dropout : float
        Share of the looked-up steps dropped in training, so that the network
        does not only copy.
    """

    embedding: int = 128
    inputs: int = 256
    hidden: int = 384
    head: int = 192
    dropout: float = 0.2
    look_back_dropout: float = 0.15

    def to_json(self) -> dict[str, float]:
        """Return the settings in JSON types."""
        return asdict(self)


class GeneratorNetwork:
    """The network as TensorFlow trains it.

    Parameters
    ----------
    settings : NetworkSettings
        Sizes and dropout rates.
    seed : int
        Seed of the initial weights and of dropout.
    """

    def __init__(self, settings: NetworkSettings, seed: int = 0) -> None:
        import keras
        from keras import layers

        keras.utils.set_random_seed(seed)
        self.settings = settings
        self._seed = seed
        self.layers: dict[str, keras.layers.Layer] = {
            "played": layers.Embedding(BLANK + 1, settings.embedding),
            "position": layers.Embedding(N_POSITIONS, settings.inputs),
            "sheet": layers.Dense(settings.inputs, use_bias=False),
            "read": layers.Dense(settings.inputs),
            "lower": layers.LSTM(settings.hidden, return_sequences=True),
            "upper": layers.LSTM(settings.hidden, return_sequences=True),
            "head": layers.Dense(settings.head),
            "chosen": layers.Embedding(BLANK + 1, settings.head),
            # One matrix holds the output layers of all slots, side by side.
            "out": layers.Dense(BLANK),
        }
        shapes: dict[str, tuple[int | None, ...]] = {
            "played": (None,),
            "position": (None,),
            "sheet": (None, N_SHEET_FEATURES),
            "read": (None, settings.embedding * (1 + len(LOOK_BACK_BARS))),
            "lower": (None, None, settings.inputs),
            "upper": (None, None, settings.hidden),
            "head": (None, settings.inputs + settings.hidden),
            "chosen": (None,),
            "out": (None, settings.head),
        }
        for name, layer in self.layers.items():
            layer.build(shapes[name])

    @property
    def variables(self) -> list[keras.Variable]:
        """All weights, in a fixed order."""
        return [variable for layer in self.layers.values() for variable in layer.trainable_variables]

    def weights(self) -> dict[str, npt.NDArray[np.float32]]:
        """Return the weights as arrays, named ``layer/weight``."""
        return {name: np.asarray(variable) for name, variable in self._named().items()}

    def load(self, weights: Mapping[str, npt.NDArray[np.floating]]) -> None:
        """Load the weights of a network of the same sizes.

        One that knows fewer things of a position, as those before there were
        chords, is taken as well: what it does not know begins with weights of
        0, so that at first it plays as it did.

        Raises
        ------
        GenerationError
            If its sizes differ.
        """
        for name, variable in self._named().items():
            own = weights.get(name)
            if own is not None and name == POSITION_WEIGHTS:
                own = known_positions(own)
            if own is None or own.shape != tuple(variable.shape):
                raise GenerationError("The generator to start from has a network of other sizes.")
            variable.assign(own.astype(np.float32))

    def _named(self) -> dict[str, keras.Variable]:
        return {
            f"{name}/{variable.name}": variable
            for name, layer in self.layers.items()
            for variable in layer.trainable_variables
        }

    def losses(self, batch: Batch, step: tf.Tensor | None = None) -> tf.Tensor:
        """Return the negative log-likelihood of each slot.

        Parameters
        ----------
        batch : Batch
            Windows, as tensors or arrays.
        step : tensor of int, optional
            Number of the training step, which seeds dropout; without it
            nothing is dropped.

        Returns
        -------
        tensor of float32, shape (batch, steps, n_slots)
            In nats; 0 where a token means nothing or lies after the end of
            the piece.
        """
        return self._head(self._features(batch, step), batch.ids[:, CONTEXT:]) * batch.inside[..., None]

    def _features(self, batch: Batch, step: tf.Tensor | None) -> tf.Tensor:
        """Return what the head reads before any slot is decided, shape (batch, steps, head)."""
        import tensorflow as tf

        layer, rates = self.layers, self.settings

        def drop(x: tf.Tensor, rate: float, salt: int, noise_shape: tf.Tensor | None = None) -> tf.Tensor:
            if step is None:
                return x
            seed = tf.stack([self._seed + salt, tf.cast(step, tf.int32)])
            return tf.nn.experimental.stateless_dropout(x, rate, seed, noise_shape=noise_shape)

        embedded = sum(layer["played"](batch.ids[..., slot]) for slot in range(len(SIZES)))
        lags = tf.gather(embedded, batch.look_back, batch_dims=1)
        size = tf.shape(lags)
        noise = tf.stack([size[0], size[1], size[2] - 1, 1])
        lags = tf.concat([lags[:, :, :1], drop(lags[:, :, 1:], rates.look_back_dropout, 1, noise)], axis=2)
        read = layer["read"](tf.reshape(lags, [size[0], size[1], lags.shape[2] * lags.shape[3]]))
        position = tf.reduce_sum(layer["position"](batch.positions), axis=2)
        inputs = tf.nn.relu(read + position + layer["sheet"](batch.sheets)[:, None])
        lower = drop(layer["lower"](inputs), rates.dropout, 2)
        upper = drop(layer["upper"](lower), rates.dropout, 3)
        return layer["head"](tf.concat([inputs, upper], axis=-1))

    def _head(self, features: tf.Tensor, ids: tf.Tensor) -> tf.Tensor:
        """Decide the slots in turn; each choice is added to the input of the next."""
        import tensorflow as tf

        kernel, bias = self.layers["out"].kernel, self.layers["out"].bias
        known = features
        losses = []
        for slot, size in enumerate(SIZES):
            first, chosen = int(OFFSETS[slot]), ids[..., slot]
            said = chosen != BLANK
            hidden, target = tf.nn.relu(known), chosen - first
            if slot in _RARE_SLOTS:
                hidden, target = tf.boolean_mask(hidden, said), tf.boolean_mask(target, said)
            logits = tf.matmul(hidden, kernel[:, first : first + size]) + bias[first : first + size]
            if slot in _RARE_SLOTS:
                loss = tf.nn.sparse_softmax_cross_entropy_with_logits(target, logits)
                losses.append(tf.scatter_nd(tf.where(said), loss, tf.shape(said, tf.int64)))
            else:
                loss = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.where(said, target, 0), logits)
                losses.append(tf.where(said, loss, 0.0))
            known = known + self.layers["chosen"](chosen)
        return tf.stack(losses, axis=-1)
