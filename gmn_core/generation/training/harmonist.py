"""Training the harmonist on the chord plans of training pieces; a minute or two on one processor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gmn_core.corpora.midi import Split
from gmn_core.generation.playing.harmonist import (
    HISTORY,
    N_ABOUT,
    N_PLACES,
    PREFIX,
    about,
    chorus_of,
    half_bars,
    places,
)
from gmn_core.generation.tokens.chords import CHORDS_PER_BAR, N_BASSES, N_CHORDS, UNKNOWN_CHORD
from gmn_core.generation.training.dataset import Dataset, EncodedPiece
from gmn_core.generation.training.windows import group_by_genre
from gmn_core.genres import GENRES

if TYPE_CHECKING:
    import keras

_WINDOW = 64  # half bars
_PHRASE_BARS = 4  # a window that begins a piece begins a phrase
_BLANK_SHARE = 0.5  # of the windows know nothing of the bars before them, as a sample does not when it begins
_VALID_PER_GENRE = 40


@dataclass(frozen=True)
class HarmonistSettings:
    """Sizes of the harmonist, and how it is trained.

    Parameters
    ----------
    embedding, hidden : int
        Width of an embedded chord, and the cells of the LSTM.
    dropout : float
        Share of what it reads and of the cells dropped in training.
    windows : int
        Windows of each genre in an epoch.
    epochs, patience : int
        At most so many epochs, and epochs without improvement on validation
        windows after which it stops; the best weights are kept.
    batch : int
        Windows in a batch.
    rate : float
        Learning rate of Adam.
    seed : int
        Seed of weights, windows and dropout.
    """

    embedding: int = 32
    hidden: int = 128
    dropout: float = 0.4
    windows: int = 128
    epochs: int = 60
    patience: int = 8
    batch: int = 64
    rate: float = 2e-3
    seed: int = 0

    def at_most(self, updates: int) -> HarmonistSettings:
        """Return these settings with no more epochs than a short training of the network deserves."""
        return replace(self, epochs=max(min(self.epochs, updates // 10), 1))


Arrays = dict[str, npt.NDArray[np.float32]]
_Inputs = dict[str, npt.NDArray[np.generic]]


def train_harmonist(
    dataset: Dataset, settings: HarmonistSettings | None = None
) -> tuple[Arrays, dict[str, float]]:
    """Train a harmonist.

    Parameters
    ----------
    dataset : Dataset
        The encoded corpus.
    settings : HarmonistSettings, optional
        How.

    Returns
    -------
    weights : dict of str to ndarray
        Named `PREFIX` and ``layer/weight``.
    figures : dict of str to float
        Nats per half bar of validation windows, and those of always expecting
        what followed the chord before in the genre's training pieces.
    """
    import keras

    settings = settings or HarmonistSettings()
    keras.utils.set_random_seed(settings.seed)
    train, valid = (group_by_genre(dataset.of(split)) for split in (Split.TRAIN, Split.VALID))
    held_out = _windows(valid, _VALID_PER_GENRE, settings.seed)
    model = _model(settings)
    entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(
        keras.optimizers.Adam(settings.rate, global_clipnorm=1.0), {"chord": entropy, "below": entropy}
    )
    best, weights, stale = np.inf, _weights(model), 0
    for epoch in range(settings.epochs):
        inputs, targets, known = _windows(train, settings.windows, settings.seed + 1 + epoch)
        model.fit(inputs, targets, settings.batch, sample_weight=known, verbose=0)
        nats = _nats(model, held_out, settings.batch)
        stale = 0 if nats < best else stale + 1
        if nats < best:
            best, weights = nats, _weights(model)
        if stale >= settings.patience:
            break
    return weights, {"nats per half bar": best, "by the chord before": _bigram_nats(train, held_out)}


def _model(settings: HarmonistSettings) -> keras.Model:
    import keras
    from keras import layers, ops

    width = settings.hidden
    chords = keras.Input((None, len(HISTORY)), dtype="int32", name="chords")
    basses = keras.Input((None, len(HISTORY)), dtype="int32", name="basses")
    where = keras.Input((None, 2), dtype="int32", name="where")
    piece = keras.Input((N_ABOUT,), name="piece")
    chosen = keras.Input((None,), dtype="int32", name="chosen")
    heard = layers.Embedding(N_CHORDS, settings.embedding, name="chord_heard")(chords)
    heard += layers.Embedding(N_BASSES, settings.embedding, name="bass_heard")(basses)
    heard = layers.Dropout(settings.dropout, noise_shape=(None, None, len(HISTORY), 1))(heard)
    flat = layers.Reshape((-1, len(HISTORY) * settings.embedding))(heard)
    read = layers.Dense(width, name="read")(flat)
    read += ops.sum(layers.Embedding(N_PLACES, width, name="place")(where), axis=2)
    read += layers.Dense(width, use_bias=False, name="about")(piece)[:, None]
    inputs = layers.Activation("relu")(read)
    hidden = layers.LSTM(width, return_sequences=True, name="lstm")(inputs)
    features = layers.Concatenate()([inputs, hidden])
    features = layers.Dropout(settings.dropout)(features)
    chord = layers.Dense(N_CHORDS, name="chord")(features)
    free = layers.Dense(N_BASSES, name="below_free")(features)
    below = layers.Add(name="below")([free, layers.Embedding(N_CHORDS, N_BASSES, name="below_chord")(chosen)])
    return keras.Model([chords, basses, where, piece, chosen], {"chord": chord, "below": below})


_NAMES = {
    "chord_heard": "chord",
    "bass_heard": "bass",
    "chord": "next",
    "below_free": "below",
}  # of the layers, as `Harmonist` knows them


def _weights(model: keras.Model) -> Arrays:
    return {
        f"{PREFIX}{_NAMES.get(layer.name, layer.name)}/{variable.name}": np.asarray(variable).copy()
        for layer in model.layers
        for variable in layer.trainable_variables
    }


def _windows(
    by_genre: Sequence[Sequence[EncodedPiece]], per_genre: int, seed: int
) -> tuple[_Inputs, _Inputs, _Inputs]:
    """Return windows, as many of each genre: what is known, what is to be found, and where that is known."""
    rng = np.random.default_rng(seed)
    windows = [
        _window(pieces[int(rng.integers(len(pieces)))], rng) for pieces in by_genre for _ in range(per_genre)
    ]
    chords, basses, where, piece, chosen, below = (np.stack(arrays) for arrays in zip(*windows, strict=True))
    known = (chosen != UNKNOWN_CHORD).astype(np.float32)
    inputs: _Inputs = {"chords": chords, "basses": basses, "where": where, "piece": piece, "chosen": chosen}
    return inputs, {"chord": chosen, "below": below}, {"chord": known, "below": known}


def _window(piece: EncodedPiece, rng: np.random.Generator) -> tuple[npt.NDArray[np.generic], ...]:
    """Cut a window at a bar line: what is known at each half bar, and its chord."""
    halves = half_bars(piece.outline.chords)
    blank = rng.random() < _BLANK_SHARE
    first = int(rng.integers(max(piece.n_bars - _PHRASE_BARS, 1)))
    if blank:
        first -= first % _PHRASE_BARS
    start, longest = first * CHORDS_PER_BAR, max(HISTORY)
    padded = np.zeros((longest + _WINDOW, 2), np.int64)
    own = halves[start : start + _WINDOW]
    padded[longest : longest + len(own)] = own
    before = 0 if blank else min(start, longest)
    padded[longest - before : longest] = halves[start - before : start]
    steps = longest + np.arange(_WINDOW)[:, None] - np.array(HISTORY)
    where = places(start, _WINDOW, chorus_of(piece.genre, piece.outline.chords))
    described = about(piece.sheet, {piece.genre: 1.0})
    target = padded[longest:]
    return padded[steps, 0], padded[steps, 1], where, described, target[:, 0], target[:, 1]


def _nats(model: keras.Model, held_out: tuple[_Inputs, _Inputs, _Inputs], batch: int) -> float:
    """Return the mean negative log-likelihood of a half bar's chord and bass."""
    inputs, targets, known = held_out
    scores = model.predict(inputs, batch, verbose=0)
    total = 0.0
    for name, own in scores.items():
        shifted = own - own.max(axis=-1, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
        chosen = np.take_along_axis(logs, targets[name][..., None].astype(np.int64), axis=-1)[..., 0]
        total -= float((chosen * known[name]).sum() / known[name].sum())
    return total


def _bigram_nats(
    by_genre: Sequence[Sequence[EncodedPiece]], held_out: tuple[_Inputs, _Inputs, _Inputs]
) -> float:
    """Return the nats of a table of what follows each chord and bass in a genre, smoothed over genres."""
    pairs, single = np.zeros((len(GENRES), N_CHORDS, N_CHORDS)), np.zeros((N_CHORDS, N_BASSES))
    for pieces in by_genre:
        for piece in pieces:
            halves = half_bars(piece.outline.chords)
            np.add.at(pairs[piece.genre.position], (halves[:-1, 0], halves[1:, 0]), 1)
            np.add.at(single, (halves[:, 0], halves[:, 1]), 1)
    everywhere = pairs.sum(axis=0) + 0.01
    everywhere /= everywhere.sum(axis=1, keepdims=True)
    own = pairs + 5 * everywhere
    own /= own.sum(axis=2, keepdims=True)
    below = single + 0.1
    below /= below.sum(axis=1, keepdims=True)
    inputs, targets, known = held_out
    rows = inputs["piece"][:, : len(GENRES)].astype(float).argmax(axis=1)  # of `about`: each window's genre
    before = inputs["chords"][:, :, 0].astype(np.int64)
    chosen, bass = (targets[name].astype(np.int64) for name in ("chord", "below"))
    logs = np.log(own[rows[:, None], before, chosen]) + np.log(below[chosen, bass])
    return float(-(logs * known["chord"]).sum() / known["chord"].sum())
