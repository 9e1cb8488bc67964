"""What classifiers read of a clip, and where it comes from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from gmn_core.classification.evaluation.inputs import N_MEL_FRAMES, ClipInputs
from gmn_core.classification.pretrained.model import Tagger
from gmn_core.corpora.stored import StoredCorpus
from tests.gmn_core.classification.synthetic import some_tracks, write_mels, write_taggrams


def loud_tagger(patches: np.ndarray) -> list[np.ndarray]:
    return [np.full((len(patches), 50), 0.9, dtype=np.float32)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two clips with tables; the first has audio too; a third has audio alone."""
    first, second, third = some_tracks("test", 1)[:3]
    write_taggrams(tmp_path / "musicnn_msd_taggrams_test.npz", [first, second])
    write_mels(tmp_path / "mel_24fps.npz", [first, second])
    for track in (first, third):
        path = tmp_path / "audio" / track.genre / f"{track.name}.wav"
        path.parent.mkdir(parents=True)
        soundfile.write(path, np.random.default_rng(0).uniform(-0.3, 0.3, 29 * 22_050), 22_050)
    return tmp_path


def test_preference_decides_where_a_clip_has_both(folder: Path) -> None:
    corpus = StoredCorpus(folder)
    first, second, third = corpus.tracks
    for prefer, expected in (("audio", "audio"), ("stored", "stored")):
        inputs = ClipInputs(corpus, prefer, Tagger(loud_tagger))  # type: ignore[arg-type]
        assert [inputs.source("tags", track) for track in (first, second, third)] == [
            expected,
            "stored",
            "audio",
        ]
        tags = inputs.tags(first)
        assert tags is not None
        assert (tags == 0.9).all() == (expected == "audio")


def test_what_cannot_be_had_is_none(folder: Path) -> None:
    corpus = StoredCorpus(folder)
    inputs = ClipInputs(corpus, "audio")
    _, second, third = corpus.tracks
    assert inputs.source("descriptors", second) is None
    assert inputs.descriptors(second) is None
    assert inputs.tags(third) is None, "no tagger, no tags of audio"
    nowhere = replace(third, audio=None)
    assert inputs.mel(nowhere) is None


def test_spectrograms_have_one_length_and_scale(folder: Path) -> None:
    corpus = StoredCorpus(folder)
    inputs = ClipInputs(corpus, "stored")
    for track in corpus.tracks:
        mel = inputs.mel(track)
        assert mel is not None
        assert mel.shape == (N_MEL_FRAMES, 128)
        assert mel.min() >= 0
        assert mel.max() <= 1


def test_audio_is_computed_once(folder: Path) -> None:
    corpus = StoredCorpus(folder)
    calls = []

    def counting(patches: np.ndarray) -> list[np.ndarray]:
        calls.append(len(patches))
        return loud_tagger(patches)

    inputs = ClipInputs(corpus, "audio", Tagger(counting))
    inputs.tags(corpus.tracks[0])
    inputs.tags(corpus.tracks[0])
    assert len(calls) == 1
