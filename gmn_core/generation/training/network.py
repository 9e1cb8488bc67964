"""The network: an LSTM over grid steps, with an autoregressive head over the slots of a step.

At each step two LSTM layers read what was played one step and one, two, four and eight bars ago (the
look-back of Magenta's lookback RNN), the position in bar, phrase and piece, the sheet with the genre, and
the outline. The head decides the slots of the step one after the other, each knowing those before it, as
the RNN-NADE of Boulanger-Lewandowski, Bengio and Vincent (2012, https://arxiv.org/abs/1206.6392) does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

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
from gmn_core.generation.training.windows import CONTEXT, Batch

if TYPE_CHECKING:
    import keras

Tensor = Any
"""A tensor of the backend that Keras runs on: TensorFlow, JAX or PyTorch."""


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
    dropout: float = 0.4
    look_back_dropout: float = 0.15

    def sized_as(self, weights: Mapping[str, npt.NDArray[np.floating]]) -> NetworkSettings:
        """Return these rates with the sizes of a trained network.

        Parameters
        ----------
        weights : mapping of str to ndarray
            As `GeneratorNetwork.weights` gives them.

        Raises
        ------
        GenerationError
            If one is missing.
        """
        try:
            return replace(
                self,
                embedding=weights["played/embeddings"].shape[1],
                inputs=weights[POSITION_WEIGHTS].shape[1],
                hidden=weights["lower/recurrent_kernel"].shape[0],
                head=weights["out/kernel"].shape[0],
            )
        except KeyError as error:
            raise GenerationError(f"The generator to start from has no {error.args[0]}.") from error

    def to_json(self) -> dict[str, float]:
        """Return the settings in JSON types."""
        return asdict(self)


class GeneratorNetwork:
    """The network as Keras trains it, on any of its backends.

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
        self.seeds = keras.random.SeedGenerator(seed)
        """Of dropout; every draw moves its state on."""
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

    def losses(self, batch: Batch, *, training: bool = False) -> Tensor:
        """Return the negative log-likelihood of each slot.

        Parameters
        ----------
        batch : Batch
            Windows, as tensors or arrays.
        training : bool
            Whether to drop inputs and outputs at random.

        Returns
        -------
        tensor of float32, shape (batch, steps, n_slots)
            In nats; 0 where a token means nothing or lies after the end of
            the piece.
        """
        return self._head(self._features(batch, training), batch.ids[:, CONTEXT:]) * batch.inside[..., None]

    def _features(self, batch: Batch, training: bool) -> Tensor:
        """Return what the head reads before any slot is decided, shape (batch, steps, head)."""
        from keras import ops, random

        layer, rates = self.layers, self.settings

        def drop(x: Tensor, rate: float, noise_shape: tuple[int | None, ...] | None = None) -> Tensor:
            return random.dropout(x, rate, noise_shape, self.seeds) if training else x

        embedded = sum(layer["played"](batch.ids[..., slot]) for slot in range(len(SIZES)))
        lags = _look_back(embedded, batch.look_back)
        before = drop(lags[:, :, 1:], rates.look_back_dropout, (None, None, None, 1))
        size, n_steps, n_lags, width = ops.shape(lags)
        read = ops.reshape(ops.concatenate([lags[:, :, :1], before], axis=2), (size, n_steps, n_lags * width))
        position = ops.sum(layer["position"](batch.positions), axis=2)
        inputs = ops.relu(layer["read"](read) + position + layer["sheet"](batch.sheets)[:, None])
        lower = drop(layer["lower"](inputs), rates.dropout)
        upper = drop(layer["upper"](lower), rates.dropout)
        return layer["head"](ops.concatenate([inputs, upper], axis=-1))

    def _head(self, features: Tensor, ids: Tensor) -> Tensor:
        """Decide the slots in turn; each choice is added to the input of the next."""
        from keras import ops

        kernel, bias = self.layers["out"].kernel, self.layers["out"].bias
        known = features
        losses = []
        for slot, size in enumerate(SIZES):
            first, chosen = int(OFFSETS[slot]), ids[..., slot]
            said = chosen != BLANK
            logits = ops.matmul(ops.relu(known), kernel[:, first : first + size]) + bias[first : first + size]
            # Where nothing is said any target does, so that shapes are the same for every batch.
            target = ops.where(said, chosen - first, 0)
            loss = ops.sparse_categorical_crossentropy(target, logits, from_logits=True)
            losses.append(ops.where(said, loss, 0.0))
            known = known + self.layers["chosen"](chosen)
        return ops.stack(losses, axis=-1)


def _look_back(steps: Tensor, look_back: Tensor) -> Tensor:
    """Return the earlier steps that each step looks back to.

    Parameters
    ----------
    steps : tensor, shape (batch, n, width)
    look_back : tensor of int, shape (batch, n_steps, n_lags)
        Indices into the ``n``.

    Returns
    -------
    tensor, shape (batch, n_steps, n_lags, width)
    """
    from keras import ops

    size, n, width = ops.shape(steps)
    firsts = n * ops.arange(size, dtype="int32")
    return ops.take(ops.reshape(steps, (size * n, width)), look_back + firsts[:, None, None], axis=0)
