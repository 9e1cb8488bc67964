"""The network trained on GTZAN alone, as it ships."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.audio.decode import decode_file
from gmn_core.classification.calibration import apply_temperature
from gmn_core.classification.gtzan_cnn.model import HOP, PATCH_SECONDS, GenreCnn
from gmn_core.features.spectrogram import THINNED_FRAMES_PER_SECOND

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def shipped() -> GenreCnn:
    return GenreCnn.shipped()


def chord(seconds: float, sample_rate: int = 22_050) -> Clip:
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    wave = sum(np.sin(2 * np.pi * hertz * time) for hertz in (220, 277, 330)) * (1 + np.sin(8 * time)) / 8
    return Clip(np.asarray(wave, dtype=np.float32), sample_rate)


@pytest.mark.parametrize("seconds", [1.0, 7.0, 30.0, 75.0])
def test_clips_of_any_length_get_shares_for_every_patch(shipped: GenreCnn, seconds: float) -> None:
    prediction = shipped.classify(chord(seconds, 16_000))
    assert prediction.shares.sum() == pytest.approx(1)
    assert prediction.patch_shares is not None
    assert prediction.patch_starts is not None
    assert prediction.patch_shares.sum(axis=1) == pytest.approx(np.ones(len(prediction.patch_shares)))
    assert len(prediction.patch_starts) == len(prediction.patch_shares)
    assert (np.diff(prediction.patch_starts) > 0).all()
    assert prediction.patch_starts[-1] < seconds


def test_the_temperature_softens_the_pooled_shares() -> None:
    opinion = (np.arange(1, 11) / 55).astype(np.float32)

    def network(patches: np.ndarray) -> list[np.ndarray]:
        return [np.tile(opinion, (len(patches), 1))]

    mel = np.full((721, 128), 0.5, dtype=np.float32)
    sharp = GenreCnn(network, temperature=1.0).classify_mel(mel)
    soft = GenreCnn(network, temperature=2.0).classify_mel(mel)
    np.testing.assert_allclose(soft.shares, apply_temperature(sharp.shares, 2.0), atol=1e-6)


def test_six_patches_fill_a_clip_of_thirty_seconds(shipped: GenreCnn) -> None:
    prediction = shipped.classify_mel(np.full((721, 128), 0.4, dtype=np.float32))
    assert prediction.patch_starts is not None
    assert len(prediction.patch_starts) == 6
    assert np.diff(prediction.patch_starts) == pytest.approx(np.full(5, HOP / THINNED_FRAMES_PER_SECOND))
    assert prediction.patch_starts[-1] + PATCH_SECONDS == pytest.approx(721 / THINNED_FRAMES_PER_SECOND)


def test_classifying_loads_no_tensorflow() -> None:
    code = (
        "import sys, numpy as np\n"
        "from gmn_core.audio.clip import Clip\n"
        "from gmn_core.classification.shipped import shipped_classifiers\n"
        "clip = Clip(np.random.default_rng(0).uniform(-.5, .5, 66150).astype('float32'), 22050)\n"
        "print([classifier.classify(clip).genre for classifier in shipped_classifiers()])\n"
        "assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=120)


@pytest.mark.corpus
def test_audio_and_stored_spectrogram_get_the_same_verdict(shipped: GenreCnn, corpus_dir: Path) -> None:
    from gmn_core.corpora.stored import StoredCorpus

    folder = corpus_dir / "gtzan"
    mels = StoredCorpus(folder).mels
    differences = []
    for path in sorted((folder / "parity").glob("*.flac"))[::4]:
        from_audio = shipped.classify(decode_file(path).clip).shares
        from_table = shipped.classify_mel((mels[path.stem].T / np.float32(255)).astype(np.float32)).shares
        differences.append(np.abs(from_audio - from_table).max())
    assert len(differences) == 5
    assert max(differences) < 0.15
