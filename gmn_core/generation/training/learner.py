"""The network as a Keras model, and its optimiser; imports Keras, so that only a training imports it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
from keras import ops

from gmn_core.generation.training.network import GeneratorNetwork, Tensor
from gmn_core.generation.training.windows import Batch


class AveragingAdamW(keras.optimizers.AdamW):  # type: ignore[misc]  # Keras ships no types
    """Adam with decoupled weight decay that keeps a moving average of the weights.

    Keras' own average (`use_ema`) begins with the first weights and forgets
    them only after some thousand updates; this one forgets them sooner, its
    momentum rising to its value as (1 + n) / (10 + n) after ``n`` updates.

    Parameters
    ----------
    average : float
        Momentum of the average; at 0 it is the weights themselves.
    **settings
        As for `keras.optimizers.AdamW`; biases do not decay.
    """

    def __init__(self, average: float, **settings: Any) -> None:
        super().__init__(**settings)
        self._momentum = average
        self.exclude_from_weight_decay(var_names=["bias"])

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Make the optimiser's variables; the averages begin with the weights."""
        super().build(variables)
        self._averages = self.add_optimizer_variables(variables, "mean")
        for mean, variable in zip(self._averages, variables, strict=True):
            mean.assign(ops.copy(variable))  # JAX would let both have the same memory, and reuse it

    def apply(
        self, grads: Sequence[Tensor], trainable_variables: Sequence[keras.Variable] | None = None
    ) -> None:
        """Update the weights, then their averages."""
        super().apply(grads, trainable_variables)
        made = ops.cast(self.iterations, "float32")
        fresh = 1 - ops.minimum(self._momentum, (1 + made) / (10 + made))
        for mean, variable in zip(self._averages, self._trainable_variables, strict=True):
            mean.assign(mean + fresh * (variable - mean))

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Put the averages in place of the weights for a while."""
        own = [ops.copy(variable) for variable in self._trainable_variables]
        for mean, variable in zip(self._averages, self._trainable_variables, strict=True):
            variable.assign(ops.copy(mean))
        try:
            yield
        finally:
            for value, variable in zip(own, self._trainable_variables, strict=True):
                variable.assign(value)


class Learner(keras.Model):  # type: ignore[misc]  # Keras ships no types
    """The network as a model whose outputs are the losses of a batch; its loss is in nats per step.

    Parameters
    ----------
    network : GeneratorNetwork
        What is trained.
    optimizer : keras.optimizers.Optimizer
        What updates its weights.

    Notes
    -----
    `train_on_batch` and `test_on_batch` take a batch as a dictionary of its
    arrays. JAX compiles the whole update; TensorFlow runs a graph, in which
    its own LSTM is quicker than what XLA makes of it.
    """

    def __init__(self, network: GeneratorNetwork, optimizer: keras.optimizers.Optimizer) -> None:
        super().__init__()
        self._network = network
        self._parts = list(network.layers.values())
        self._seeds = network.seeds
        self.built = True
        self.compile(optimizer, loss=None, jit_compile=keras.backend.backend() == "jax")
        optimizer.build(self.trainable_variables)

    def call(self, inputs: dict[str, Tensor], training: bool = False) -> Tensor:
        """Return the losses of a batch; see `GeneratorNetwork.losses`."""
        return self._network.losses(Batch(**inputs), training=training)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Tensor:
        """Return the mean loss of the steps inside a piece."""
        return ops.sum(y_pred) / ops.sum(x["inside"])
