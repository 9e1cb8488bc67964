"""The four classifiers of the comparison, each of which can be retrained on any clips.

A fair figure for clips that the shipped models were trained on needs models
that were not. A `Contender` holds what was chosen once and for all (settings,
architecture); `fit` learns the rest from the given clips.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from gmn_core.classification.descriptor_knn.model import (
    DescriptorKnn,
    KnnSettings,
    NearestNeighbours,
    genre_positions,
)
from gmn_core.classification.evaluation.inputs import ClipInputs, Form
from gmn_core.classification.gtzan_cnn.fitting import CnnSettings, train_network
from gmn_core.classification.gtzan_cnn.model import GenreCnn
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.classification.pretrained.fitting import HeadSettings, fit_head
from gmn_core.classification.pretrained.model import PretrainedCnn, PretrainedKnn, Tagger, tag_features
from gmn_core.corpora.gtzan import Track
from gmn_core.models.card import read_card

SEED = 0

Predict = Callable[[ClipInputs, Track], GenrePrediction | None]
"""Predicts one clip; None if the clip lacks the form that the model reads."""


class Contender(Protocol):
    """A way to learn genres."""

    @property
    def name(self) -> str:
        """The model's name in `gmn_core.models` and in reports."""
        ...

    @property
    def reads(self) -> Form:
        """The form of a clip that it needs."""
        ...

    @property
    def is_calibrated(self) -> bool:
        """Whether a temperature calibrates its shares to probabilities."""
        ...

    def fit(self, inputs: ClipInputs, tracks: Sequence[Track]) -> Predict:
        """Learn from the clips that have the form; the shares are not yet calibrated."""
        ...

    def shipped(self) -> Predict:
        """Load the model that ships with the package."""
        ...


@dataclass(frozen=True)
class DescriptorKnnContender:
    """The study's k-NN."""

    settings: KnnSettings
    name = DescriptorKnn.name
    reads: Form = "descriptors"
    is_calibrated = False

    def fit(self, inputs: ClipInputs, tracks: Sequence[Track]) -> Predict:
        """Learn from clips."""
        known = {track.name: row for track in tracks if (row := inputs.descriptors(track)) is not None}
        return self._predict(
            NearestNeighbours.fit(np.stack(list(known.values())), list(known), self.settings)
        )

    def shipped(self) -> Predict:
        """Load the model that ships with the package."""
        return self._predict(DescriptorKnn.shipped().model)

    @staticmethod
    def _predict(model: NearestNeighbours) -> Predict:
        def predict(inputs: ClipInputs, track: Track) -> GenrePrediction | None:
            row = inputs.descriptors(track)
            return None if row is None else model.classify(row)

        return predict


@dataclass(frozen=True)
class CnnContender:
    """The network trained on GTZAN alone."""

    settings: CnnSettings
    seed: int
    on_epoch: Callable[[], object] = field(default=lambda: None)
    _learned: dict[tuple[str, ...], GenreCnn] = field(default_factory=dict, init=False, compare=False)
    name = GenreCnn.name
    reads: Form = "mel"
    is_calibrated = True

    def learn(self, inputs: ClipInputs, tracks: Sequence[Track]) -> GenreCnn:
        """Return a network trained on clips; the same clips are trained on only once."""
        known = {track.name: mel for track in tracks if (mel := inputs.mel(track)) is not None}
        if tuple(known) not in self._learned:
            groups = {track.name: track.fold_group for track in tracks}
            network = train_network(
                np.stack(list(known.values())),
                genre_positions(list(known)),
                [groups[name] for name in known],
                self.settings,
                self.seed,
                self.on_epoch,
            )
            self._learned[tuple(known)] = GenreCnn(
                lambda patches: [network.predict_on_batch(patches)], temperature=1.0
            )
        return self._learned[tuple(known)]

    def fit(self, inputs: ClipInputs, tracks: Sequence[Track]) -> Predict:
        """Learn from clips."""
        return self._predict(self.learn(inputs, tracks))

    def shipped(self) -> Predict:
        """Load the model that ships with the package."""
        return self._predict(GenreCnn.shipped())

    @staticmethod
    def _predict(model: GenreCnn) -> Predict:
        def predict(inputs: ClipInputs, track: Track) -> GenrePrediction | None:
            mel = inputs.mel(track)
            return None if mel is None else model.classify_mel(mel)

        return predict


@dataclass(frozen=True)
class PretrainedKnnContender:
    """k-NN on the pretrained network's tags."""

    settings: KnnSettings
    tagger: Tagger
    name = PretrainedKnn.name
    reads: Form = "tags"
    is_calibrated = False

    def fit(self, inputs: ClipInputs, tracks: Sequence[Track]) -> Predict:
        """Learn from clips."""
        features = known_tag_features(inputs, tracks)
        model = NearestNeighbours.fit(np.stack(list(features.values())), list(features), self.settings)
        return self._predict(PretrainedKnn(self.tagger, model))

    def shipped(self) -> Predict:
        """Load the model that ships with the package."""
        return self._predict(PretrainedKnn.shipped(self.tagger))

    @staticmethod
    def _predict(model: PretrainedKnn) -> Predict:
        def predict(inputs: ClipInputs, track: Track) -> GenrePrediction | None:
            taggram = inputs.tags(track)
            return None if taggram is None else model.classify_tags(taggram)

        return predict


@dataclass(frozen=True)
class PretrainedCnnContender:
    """The pretrained network with a head for GTZAN's genres, and the network trained on GTZAN.

    Parameters
    ----------
    settings : HeadSettings
        How the head is fitted.
    tagger : Tagger
        The pretrained network.
    second : CnnContender, optional
        Learns from the same clips as the head; without it the tags decide alone.
    """

    settings: HeadSettings
    tagger: Tagger
    second: CnnContender | None = None
    name = PretrainedCnn.name
    reads: Form = "tags"
    is_calibrated = True

    def fit(self, inputs: ClipInputs, tracks: Sequence[Track]) -> Predict:
        """Learn from clips; the network also learns from those without tags, if any has a spectrogram."""
        features = known_tag_features(inputs, tracks)
        groups = {track.name: track.fold_group for track in tracks}
        head = fit_head(
            np.stack(list(features.values())),
            genre_positions(list(features)),
            [groups[name] for name in features],
            self.settings,
        )
        heard = any(inputs.source("mel", track) for track in tracks)
        second = self.second.learn(inputs, tracks) if self.second and heard else None
        return self._predict(PretrainedCnn(self.tagger, head, second))

    def shipped(self) -> Predict:
        """Load the model that ships with the package."""
        return self._predict(PretrainedCnn.shipped(self.tagger))

    @staticmethod
    def _predict(model: PretrainedCnn) -> Predict:
        def predict(inputs: ClipInputs, track: Track) -> GenrePrediction | None:
            taggram = inputs.tags(track)
            return None if taggram is None else model.classify_forms(taggram, inputs.mel(track))

        return predict


def all_contenders() -> tuple[Contender, ...]:
    """Return the four, with the settings of the shipped models, weakest first."""
    tagger = Tagger.shipped()
    network = CnnContender(CnnSettings(), SEED)
    return (
        DescriptorKnnContender(DescriptorKnn.shipped().model.settings),
        network,
        PretrainedKnnContender(PretrainedKnn.shipped(tagger).model.settings, tagger),
        PretrainedCnnContender(shipped_head_settings(), tagger, network),
    )


def shipped_head_settings() -> HeadSettings:
    """Return the settings of the shipped head, from its card."""
    choices = read_card(PretrainedCnn.name).choices
    return HeadSettings(softness=choices["softness"], meaning=choices["meaning"])


def known_tag_features(inputs: ClipInputs, tracks: Sequence[Track]) -> dict[str, np.ndarray]:
    """Return the tag features of the clips whose tags are known, by name."""
    taggrams = {track.name: inputs.tags(track) for track in tracks}
    return {name: tag_features(taggram) for name, taggram in taggrams.items() if taggram is not None}
