"""The optimiser and its average; how the network learns is in ``test_fitting.py``."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import ops

from gmn_core.corpora.midi import Split
from gmn_core.generation.training.dataset import Dataset
from gmn_core.generation.training.learner import AveragingAdamW, Learner
from gmn_core.generation.training.network import GeneratorNetwork
from gmn_core.generation.training.windows import group_by_genre, training_batch
from tests.gmn_core.generation.conftest import TINY


def weight(value: float, name: str = "kernel") -> keras.Variable:
    return keras.Variable(np.full(3, value, np.float32), name=name)


def test_the_average_follows_the_weights_slower_and_slower() -> None:
    variable = weight(1.0)
    optimizer = AveragingAdamW(0.5, learning_rate=0.1, weight_decay=0)
    optimizer.build([variable])
    expected = 1.0
    for made in range(1, 12):
        optimizer.apply([ops.ones(3)])
        momentum = min(0.5, (1 + made) / (10 + made))
        expected = momentum * expected + (1 - momentum) * float(np.asarray(variable)[0])
        own = np.asarray(variable)
        with optimizer.averaged():
            assert np.asarray(variable) == pytest.approx(expected, rel=1e-5)
        assert (np.asarray(variable) == own).all()
    assert momentum == 0.5
    assert expected > own[0]


def test_the_weights_come_back_though_a_validation_fails() -> None:
    variable = weight(1.0)
    optimizer = AveragingAdamW(0.9, learning_rate=0.1, weight_decay=0)
    optimizer.build([variable])
    optimizer.apply([ops.ones(3)])
    own = np.asarray(variable)
    with pytest.raises(RuntimeError), optimizer.averaged():
        raise RuntimeError
    assert (np.asarray(variable) == own).all()


def test_weights_decay_by_the_rates_share_and_biases_do_not() -> None:
    kernel, bias = weight(2.0), weight(2.0, "bias")
    optimizer = AveragingAdamW(0, learning_rate=0.1, weight_decay=0.5)
    optimizer.build([kernel, bias])
    optimizer.apply([ops.zeros(3), ops.zeros(3)])
    assert np.asarray(kernel) == pytest.approx(2.0 * (1 - 0.1 * 0.5))
    assert (np.asarray(bias) == 2).all()


def test_the_loss_is_the_mean_over_the_steps_of_the_pieces(dataset: Dataset) -> None:
    network = GeneratorNetwork(TINY, seed=3)
    learner = Learner(network, AveragingAdamW(0, learning_rate=0.0, weight_decay=0))
    assert [variable.path for variable in learner.trainable_variables] == [
        variable.path for layer in network.layers.values() for variable in layer.trainable_variables
    ]
    batch = training_batch(group_by_genre(dataset.of(Split.TRAIN)), 2, 1, 0)
    expected = float(ops.sum(network.losses(batch))) / batch.inside.sum()
    assert float(learner.test_on_batch(batch._asdict())) == pytest.approx(expected, rel=1e-5)
