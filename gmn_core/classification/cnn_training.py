"""Training the network on GTZAN's spectrograms.

443 to 640 clips are few. What makes them go further is drawn anew for every
batch: the excerpt, its level and tilt, a shift of pitch, masked bands and
moments (SpecAugment, Park et al., Interspeech 2019), and mixtures of two clips
(mixup, Zhang et al., ICLR 2018). Towards the end the weights of the epochs are
averaged (Izmailov et al., UAI 2018), so that no epoch need be chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gmn_core.classification.cnn import N_FRAMES, N_MELS
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
        Each shows as many excerpts as there are clips.
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
    masks : int
        Bands and moments masked, of up to a sixth of either axis each.
    artist_balance : float
        How far artists with many clips are drawn less often; see `artist_weights`.
    """

    epochs: int = 60
    averaged: float = 0.25
    batch_size: int = 32
    learning_rate: float = 2e-3
    weight_decay: float = 1e-3
    mixup: float = 0.3
    label_smoothing: float = 0.1
    level: float = 0.03
    tilt: float = 0.03
    shift: int = 4
    masks: int = 2
    artist_balance: float = 0.5


def train_network(
    mels: FloatArray,
    labels: Labels,
    groups: Sequence[str],
    settings: CnnSettings,
    seed: int,
    on_epoch: Callable[[], object] = lambda: None,
) -> keras.Model:
    """Train the network from random weights.

    Parameters
    ----------
    mels : ndarray, shape (n_clips, n_frames, 128)
        Spectrograms from `thinned_mel`, 0 to 1; at least `N_FRAMES` frames.
    labels : ndarray of int, shape (n_clips,)
        Places in `GENRES`.
    groups : sequence of str
        The artist of each clip.
    settings : CnnSettings
        How to train.
    seed : int
        Of the weights, the order and every random change.
    on_epoch : callable
        Called after each epoch, for a progress bar.
    """
    import keras

    keras.utils.set_random_seed(seed)
    network = build_network()
    weights = artist_weights(labels, groups, settings.artist_balance)
    batches = _Batches(mels, labels, weights / weights.sum(), settings, np.random.default_rng(seed))
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
    average = None
    first_averaged = min(settings.epochs - 1, int(settings.epochs * (1 - settings.averaged)))
    for epoch in range(settings.epochs):
        for patches, targets in batches.epoch():
            network.train_on_batch(patches, targets)
        if epoch >= first_averaged:
            weights = network.get_weights()
            share = 1 / (epoch - first_averaged + 1)
            average = (
                weights
                if average is None
                else [old + share * (new - old) for old, new in zip(average, weights, strict=True)]
            )
        on_epoch()
    network.set_weights(average)
    return network


def build_network() -> keras.Model:
    """Return the untrained network: from (n, 128 frames, 128 mels) to shares (n, 10)."""
    import keras
    from keras import layers

    patches = keras.Input((N_FRAMES, N_MELS), name="patches")
    # Neighbouring mels are averaged: half the work, and no loss that GTZAN could show.
    maps = layers.Reshape((N_FRAMES, N_MELS, 1))(patches)
    maps = layers.AveragePooling2D((1, 2))(layers.Rescaling(5.0, -2.5)(maps))
    maps = _convolution(maps, 16, (5, 5), strides=2)
    maps = layers.MaxPooling2D(2)(_convolution(maps, 32, (3, 3)))
    maps = layers.MaxPooling2D(2)(_convolution(maps, 64, (3, 3)))
    maps = layers.MaxPooling2D((1, 2))(_convolution(maps, 64, (3, 3)))
    # From here on every frequency is a channel of its own, and only time is left.
    moments = layers.Dropout(0.2)(layers.Reshape((maps.shape[1], maps.shape[2] * maps.shape[3]))(maps))
    moments = layers.Conv1D(128, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(moments)
    moments = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(moments))
    pooled = layers.Concatenate()(
        [layers.GlobalAveragePooling1D()(moments), layers.GlobalMaxPooling1D()(moments)]
    )
    shares = layers.Dense(len(GENRES), activation="softmax", name="shares")(layers.Dropout(0.4)(pooled))
    return keras.Model(patches, shares, name="cnn")


def _convolution(
    maps: keras.KerasTensor, filters: int, size: tuple[int, int], strides: int = 1
) -> keras.KerasTensor:
    from keras import layers

    maps = layers.Conv2D(
        filters, size, strides=strides, padding="same", use_bias=False, kernel_initializer="he_normal"
    )(maps)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(maps))


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
        """Give the batches of one epoch: clips drawn with their chances, some twice and some not at all."""
        order = self._rng.choice(len(self._mels), len(self._mels), p=self._chances)
        for chosen in np.array_split(order, self.n_batches):
            patches, targets = self._mixed(self._excerpts(chosen), self._targets[chosen])
            yield self._masked(patches), targets

    def _excerpts(self, chosen: npt.NDArray[np.intp]) -> FloatArray:
        """Cut one excerpt of each clip, and change its level, tilt and pitch."""
        rng, settings, n = self._rng, self._settings, len(chosen)
        starts = rng.integers(0, self._mels.shape[1] - N_FRAMES + 1, n)
        shifts = rng.integers(-settings.shift, settings.shift + 1, n)
        patches = np.stack(
            [
                np.roll(self._mels[place, start : start + N_FRAMES], shift, axis=1)
                for place, start, shift in zip(chosen, starts, shifts, strict=True)
            ]
        )
        tilts = rng.normal(0, settings.tilt, (n, 1, 1)) * np.linspace(-1, 1, N_MELS)
        return np.asarray(patches + tilts + rng.normal(0, settings.level, (n, 1, 1)), dtype=np.float32)

    def _mixed(self, patches: FloatArray, targets: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mix each excerpt with another of the batch; its own share is at least a half."""
        n = len(patches)
        shares = self._rng.beta(self._settings.mixup, self._settings.mixup, n).astype(np.float32)
        own = np.maximum(shares, 1 - shares)[:, None]
        partners = self._rng.permutation(n)
        share = own[:, :, None]
        mixed = np.asarray(share * patches + (1 - share) * patches[partners], dtype=np.float32)
        return mixed, np.asarray(own * targets + (1 - own) * targets[partners], dtype=np.float32)

    def _masked(self, patches: FloatArray) -> FloatArray:
        """Set bands and moments to the middle of the scale, which the network reads as nought."""
        for patch in patches:
            for _ in range(self._settings.masks):
                for view in (patch, patch.T):
                    width = self._rng.integers(0, len(view) // 6)
                    first = self._rng.integers(0, len(view) - width)
                    view[first : first + width] = 0.5
        return patches
