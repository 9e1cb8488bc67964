"""The network in Keras."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from keras import ops

from gmn_core.generation.request import GenerationError
from gmn_core.generation.tokens.chords import N_BASSES, N_CHORDS
from gmn_core.generation.tokens.conditioning import BLANK, N_POSITIONS
from gmn_core.generation.training.dataset import Dataset
from gmn_core.generation.training.network import GeneratorNetwork, NetworkSettings
from gmn_core.generation.training.windows import CONTEXT, cut_window, stack
from tests.gmn_core.generation.conftest import TINY


def test_what_means_nothing_costs_nothing(network: GeneratorNetwork, dataset: Dataset) -> None:
    window = stack([cut_window(dataset.pieces[0], 10, blank_context=False)])
    losses = np.asarray(network.losses(window))[0]
    said = (window.ids[0, CONTEXT:] != BLANK) & (window.inside[0] > 0)[:, None]
    assert (losses[~said] == 0).all()
    assert (losses[said] > 0).all()


def test_weights_are_seeded(network: GeneratorNetwork) -> None:
    weights = network.weights()
    again, other = (GeneratorNetwork(TINY, seed).weights() for seed in (3, 4))
    assert all((again[name] == weights[name]).all() for name in weights)
    assert not np.array_equal(other["read/kernel"], weights["read/kernel"])


def test_stored_weights_make_the_same_network(network: GeneratorNetwork, dataset: Dataset) -> None:
    window = stack([cut_window(dataset.pieces[0], 2, blank_context=False)])
    other = GeneratorNetwork(TINY, seed=4)
    expected = np.asarray(network.losses(window))
    assert not np.allclose(np.asarray(other.losses(window)), expected)
    other.load(network.weights())
    assert np.asarray(other.losses(window)) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("name", ["position/embeddings", "lower/recurrent_kernel", "out/bias"])
def test_weights_that_lack_one_are_refused(name: str) -> None:
    network = GeneratorNetwork(NetworkSettings(embedding=4, inputs=4, hidden=4, head=4))
    weights = {own: array for own, array in network.weights().items() if own != name}
    with pytest.raises(GenerationError, match="other sizes"):
        network.load(weights)


def test_a_network_may_be_of_the_size_of_another(network: GeneratorNetwork) -> None:
    rates = NetworkSettings(dropout=0.4)
    assert rates.sized_as(network.weights()) == replace(TINY, dropout=0.4)
    with pytest.raises(GenerationError, match="has no out/kernel"):
        rates.sized_as({name: own for name, own in network.weights().items() if name != "out/kernel"})


def test_dropout_is_for_training_only_and_changes_from_update_to_update(
    network: GeneratorNetwork, dataset: Dataset
) -> None:
    window = stack([cut_window(dataset.pieces[0], 2, blank_context=False)])

    def nats(*, training: bool) -> float:
        return float(ops.sum(network.losses(window, training=training)))

    state = np.asarray(network.seeds.state)
    first, second = (nats(training=True) for _ in range(2))
    network.seeds.state.assign(state)
    assert nats(training=True) == first
    assert nats(training=False) == nats(training=False)
    assert len({first, second, nats(training=False)}) == 3


def test_a_network_that_knew_no_chords_first_plays_as_it_did(
    network: GeneratorNetwork, dataset: Dataset
) -> None:
    older = network.weights()
    older["position/embeddings"] = older["position/embeddings"][: N_POSITIONS - N_BASSES - 3 * N_CHORDS]
    other = GeneratorNetwork(TINY, seed=4)
    other.load(older)
    with_chords, without = (
        stack([cut_window(dataset.pieces[0], 2, blank_context=False, with_chords=told)])
        for told in (True, False)
    )
    assert not np.allclose(*(np.asarray(network.losses(each)) for each in (with_chords, without)))
    one, two = (np.asarray(other.losses(each)) for each in (with_chords, without))
    assert one == pytest.approx(two, abs=1e-6)
