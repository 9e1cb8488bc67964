"""A small band, a small encoded corpus and a small network, made up for the tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from gmn_core.corpora.midi import MidiPiece, Split, index_corpus, split_corpus
from gmn_core.generation.music.band import TICKS_PER_BEAT, Band, Note, Role
from gmn_core.generation.playing.model import NAME, WEIGHTS_FILE, GeneratorModel, read_model
from gmn_core.generation.training.dataset import Dataset, load_dataset
from gmn_core.generation.training.export import export_generator
from gmn_core.generation.training.fitting import Trainer, TrainingSettings, WeightArrays
from gmn_core.generation.training.network import GeneratorNetwork, NetworkSettings
from gmn_core.models.card import model_dir

BEAT = TICKS_PER_BEAT
PROGRESSION = (0, 5, 7, 0)
TINY = NetworkSettings(embedding=8, inputs=12, hidden=10, head=12)
SIX_UPDATES = TrainingSettings(updates=6, batch=2, every=3, warm_up=1, rate=1e-2)


def make_band(n_bars: int = 12, tonic: int = 2, seed: int = 0, chord: tuple[int, ...] = (0, 4, 7)) -> Band:
    """Return a band that plays a progression in a major key, with a tune drawn from the seed."""
    rng = np.random.default_rng(seed)
    notes: dict[Role, list[Note]] = {role: [] for role in (Role.DRUMS, Role.BASS, Role.CHORDS, Role.LEAD)}
    for bar in range(n_bars):
        start, root = bar * 4 * BEAT, tonic + PROGRESSION[bar % 4]
        for beat in range(4):
            onset = start + beat * BEAT
            notes[Role.DRUMS].append(Note(onset, 38 if beat % 2 else 36, 60, 110 if beat == 0 else 90))
            notes[Role.DRUMS] += [Note(onset + half, 42, 60, 70) for half in (0, BEAT // 2)]
            notes[Role.BASS].append(Note(onset, 36 + root, BEAT, 95))
            pitch = 72 + tonic + int(rng.choice((0, 2, 4, 5, 7, 9, 11)))
            notes[Role.LEAD].append(Note(onset, pitch, BEAT // 2, 100))
        notes[Role.CHORDS] += [Note(start, 60 + root + above, 2 * BEAT, 80) for above in chord]
    return Band(
        tempo=120.0,
        beats_per_bar=4,
        steps_per_beat=4,
        tonic=tonic % 12,
        minor=False,
        programs={Role.DRUMS: 0, Role.BASS: 33, Role.CHORDS: 0, Role.LEAD: 65},
        notes={role: tuple(sorted(own)) for role, own in notes.items()},
        length=n_bars * 4 * BEAT,
    )


@pytest.fixture
def band() -> Band:
    return make_band()


@pytest.fixture(scope="session")
def splits(midi_corpus: Path) -> dict[Split, list[MidiPiece]]:
    return split_corpus(index_corpus(midi_corpus))


@pytest.fixture(scope="session")
def dataset(splits: dict[Split, list[MidiPiece]], corpus_cache: Path) -> Dataset:
    return load_dataset(splits, corpus_cache)


@pytest.fixture(scope="session")
def model(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> GeneratorModel:
    """The shipped network with the shapes and sheets of the small corpus."""
    folder = tmp_path_factory.mktemp("model")
    with np.load(model_dir(NAME) / WEIGHTS_FILE, allow_pickle=False) as weights:
        export_generator(folder, dict(weights), dataset, {})
    return read_model(folder)


@pytest.fixture(scope="session")
def network() -> GeneratorNetwork:
    """A tiny network of random weights."""
    return GeneratorNetwork(TINY, seed=3)


@dataclass(frozen=True)
class Trained:
    """A training that ran to its end: itself, its folder and what it gave."""

    trainer: Trainer
    folder: Path
    weights: WeightArrays


@pytest.fixture(scope="session")
def trained(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Six updates of the tiny network."""
    folder = tmp_path_factory.mktemp("run")
    trainer = Trainer(dataset, folder, SIX_UPDATES, TINY)
    return Trained(trainer, folder, trainer.run())
