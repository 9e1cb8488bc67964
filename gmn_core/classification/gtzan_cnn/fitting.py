"""Training the network on GTZAN's spectrograms.

443 to 640 clips are few, so every batch is augmented at random: the excerpt, its
level and tilt, a pitch shift, another tempo, and mixtures of two clips (mixup,
Zhang et al., ICLR 2018). The weights of the last epochs are averaged (Izmailov et
al., UAI 2018), so that no epoch need be chosen, and several networks are averaged
to reduce what is left to chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gmn_core.classification.gtzan_cnn.model import N_FRAMES, N_MELS
from gmn_core.classification.gtzan_cnn.network import build_network, joined
from gmn_core.corpora.folds import artist_weights
from gmn_core.genres import GENRES

if TYPE_CHECKING:
    import keras

FloatArray = npt.NDArray[np.float32]
Labels = npt.NDArray[np.intp]


@dataclass(frozen=True)
class CnnSettings:
    """How the network is trained.

    Parameters
    ----------
    epochs : int
        Each has as many excerpts as there are clips.
    averaged : float
        Share of the epochs, at the end, whose weights are averaged.
    batch_size : int
        Excerpts in a batch.
    learning_rate, weight_decay : float
        Of AdamW; the rate rises over the first twentieth and falls as a cosine.
    mixup : float
        Parameter of the beta distribution that mixtures are drawn from.
    label_smoothing : float
        Share of the label that is spread over all genres.
    level, tilt : float
        Standard deviations of gain and of spectral tilt, where 1 is 80 dB.
    shift : int
        Largest shift in mel bands, up or down.
    stretch : float
        Largest logarithm of the change of tempo, either way.
    artist_balance : float
        How much less often clips of artists with many are drawn; see `artist_weights`.
    members : int
        Number of networks that are trained, each from another seed, and joined.
    """

    epochs: int = 30
    averaged: float = 0.25
    batch_size: int = 32
    learning_rate: float = 2e-3
    weight_decay: float = 1e-3
    mixup: float = 0.3
    label_smoothing: float = 0.1
    level: float = 0.03
    tilt: float = 0.03
    shift: int = 4
    stretch: float = 0.2
    artist_balance: float = 0.5
    members: int = 2


def limit_threads(n_threads: int) -> None:
    """Let TensorFlow use this many processor cores; call it before training."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(n_threads)


def train_network(
    mels: FloatArray,
    labels: Labels,
    groups: Sequence[str],
    settings: CnnSettings,
    seed: int,
    on_epoch: Callable[[], object] = lambda: None,
) -> keras.Model:
    """Train the network from random weights, member by member.

    Parameters
    ----------
    mels : ndarray, shape (n_clips, n_frames, 128)
        Spectrograms from `thinned_mel`, 0 to 1; long enough for a patch at the fastest tempo.
    labels : ndarray of int, shape (n_clips,)
        Indices into `GENRES`.
    groups : sequence of str
        The artist of each clip.
    settings : CnnSettings
        How to train.
    seed : int
        Of the first member's weights, order and augmentation; the others count up from it.
    on_epoch : callable
        Called after each epoch of each member, for a progress bar.
    """
    members = [
        _train_member(mels, labels, groups, settings, seed + number, on_epoch)
        for number in range(settings.members)
    ]
    return joined(members)


def _train_member(
    mels: FloatArray,
    labels: Labels,
    groups: Sequence[str],
    settings: CnnSettings,
    seed: int,
    on_epoch: Callable[[], object],
) -> keras.Model:
    import keras

    keras.utils.set_random_seed(seed)
    network = build_network()
    chances = artist_weights(labels, groups, settings.artist_balance)
    batches = _Batches(mels, labels, chances / chances.sum(), settings, np.random.default_rng(seed))
    n_steps = settings.epochs * batches.n_batches
    n_rising = max(1, n_steps // 20)
    rate = keras.optimizers.schedules.CosineDecay(
        settings.learning_rate / 20,
        max(1, n_steps - n_rising),
        warmup_target=settings.learning_rate,
        warmup_steps=n_rising,
    )
    network.compile(
        keras.optimizers.AdamW(rate, weight_decay=settings.weight_decay),
        keras.losses.CategoricalCrossentropy(label_smoothing=settings.label_smoothing),
    )
    first_averaged = min(settings.epochs - 1, int(settings.epochs * (1 - settings.averaged)))
    average: list[FloatArray] = []
    for epoch in range(settings.epochs):
        for patches, targets in batches.epoch():
            network.train_on_batch(patches, targets)
        if epoch >= first_averaged:
            share = 1 / (epoch - first_averaged + 1)
            weights = network.get_weights()
            average = [
                old + share * (new - old) for old, new in zip(average or weights, weights, strict=True)
            ]
        on_epoch()
    network.set_weights(average)
    return network


class _Batches:
    """Draws the excerpts of an epoch, each changed at random."""

    def __init__(
        self,
        mels: FloatArray,
        labels: Labels,
        chances: npt.NDArray[np.float64],
        settings: CnnSettings,
        rng: np.random.Generator,
    ) -> None:
        self._mels = mels
        self._chances = chances
        self._targets = np.eye(len(GENRES), dtype=np.float32)[labels]
        self._settings = settings
        self._rng = rng
        self.n_batches = max(1, len(mels) // settings.batch_size)

    def epoch(self) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Yield the batches of one epoch: clips drawn by their weights, with replacement."""
        order = self._rng.choice(len(self._mels), len(self._mels), p=self._chances)
        for chosen in np.array_split(order, self.n_batches):
            yield self._mixed(self._excerpts(chosen), self._targets[chosen])

    def _excerpts(self, chosen: npt.NDArray[np.intp]) -> FloatArray:
        """Cut one excerpt of each clip, and change its tempo, pitch, tilt and level."""
        settings, n = self._settings, len(chosen)
        patches = np.stack([self._excerpt(self._mels[index]) for index in chosen])
        tilts = self._rng.normal(0, settings.tilt, (n, 1, 1)) * np.linspace(-1, 1, N_MELS)
        return np.asarray(patches + tilts + self._rng.normal(0, settings.level, (n, 1, 1)), dtype=np.float32)

    def _excerpt(self, mel: FloatArray) -> FloatArray:
        settings = self._settings
        tempo = np.exp(self._rng.uniform(-settings.stretch, settings.stretch))
        start = self._rng.uniform(0, len(mel) - tempo * (N_FRAMES - 1))
        frames = (start + tempo * np.arange(N_FRAMES)).astype(int)
        return np.roll(mel[frames], self._rng.integers(-settings.shift, settings.shift + 1), axis=1)

    def _mixed(self, patches: FloatArray, targets: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mix each excerpt with another of the batch; its share is at least a half."""
        n = len(patches)
        shares = self._rng.beta(self._settings.mixup, self._settings.mixup, n).astype(np.float32)
        own = np.maximum(shares, 1 - shares)[:, None]
        partners = self._rng.permutation(n)
        share = own[:, :, None]
        mixed = np.asarray(share * patches + (1 - share) * patches[partners], dtype=np.float32)
        return mixed, np.asarray(own * targets + (1 - own) * targets[partners], dtype=np.float32)
