"""The judges that no profile was fitted to: what they read, and that they learn it."""

from pathlib import Path

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.audio.encoding import to_wav
from gmn_core.corpora.gtzan import load_tracks
from gmn_core.corpora.stored import MEL_FILE, StoredCorpus
from gmn_core.generation.evaluation import record_judges
from gmn_core.generation.evaluation.record_judges import (
    NetworkStatistics,
    mel_statistics,
    train_judges,
)
from gmn_core.genres import GENRES, Genre

RATE = 22_050


def tone(genre: Genre, number: int, seconds: float = 5.5) -> Clip:
    """Noise around a pitch of the genre's own."""
    rng = np.random.default_rng(number)
    times = np.arange(round(seconds * RATE)) / RATE
    pitch = 150 * 1.5 ** GENRES.index(genre)
    return Clip(
        (np.sin(2 * np.pi * pitch * times) + rng.normal(0, 0.03, times.size)).astype(np.float32), RATE
    )


def test_mel_statistics_do_not_depend_on_level_and_tell_movement() -> None:
    still = np.tile(np.linspace(0.2, 0.6, 128, dtype=np.float32), (240, 1))
    pulsing = still + 0.1 * np.sin(np.arange(240))[:, None].astype(np.float32)
    assert mel_statistics(still).shape == (254,)
    assert mel_statistics(still + np.float32(0.1)) == pytest.approx(mel_statistics(still), abs=1e-4)
    assert mel_statistics(pulsing)[-144:].max() > mel_statistics(still)[-144:].max() + 1


def test_a_network_is_read_as_means_and_spread() -> None:
    def network(patches: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        assert patches.shape[1:] == (187, 96)
        return np.full((len(patches), 50), 0.25), np.arange(len(patches) * 2).reshape(-1, 2)

    heard = NetworkStatistics(network)(tone(Genre.JAZZ, 1, seconds=12))
    assert heard.shape == (54,)
    assert heard[:50] == pytest.approx(0.5)
    assert heard[51] == heard[50] + 1
    assert heard[52] == heard[53] > 0


def test_judges_learn_the_genres_of_a_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of networks with levels by frequency in their embedding, and of spectrograms."""

    class Trunk:
        def predict_on_batch(self, patches: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return np.full((len(patches), 50), 0.1), patches.mean(axis=1)

    monkeypatch.setattr(
        "gmn_core.classification.pretrained.musicnn.load_trunk", lambda name, checkpoints: Trunk()
    )
    names = [
        f"{genre}.{number:05d}" for genre in (Genre.BLUES, Genre.METAL, Genre.ROCK) for number in range(30)
    ]
    tracks = [track for track in load_tracks() if track.name in names and track.split != "excluded"]
    mels = []
    for number, track in enumerate(tracks):
        clip = tone(track.genre, number)
        mel = record_judges.thinned_mel(clip)
        mels.append(np.round(np.resize(mel, (721, 128)).T * 255).astype(np.uint8))
        folder = tmp_path / track.genre.value
        folder.mkdir(exist_ok=True)
        (folder / f"{track.name}.wav").write_bytes(to_wav(clip))
    np.savez(tmp_path / MEL_FILE, mel=np.stack(mels), track=[track.name for track in tracks])

    judges = train_judges(StoredCorpus(tmp_path), tmp_path)
    assert [judge.name for judge in judges] == ["mel statistics", *record_judges.NETWORKS]
    for judge in judges:
        assert judge.known > 0.9, judge.name
        for genre in (Genre.BLUES, Genre.METAL, Genre.ROCK):
            prediction = judge.classify(tone(genre, 999))
            assert prediction.genre is genre, judge.name
            assert prediction.shares.sum() == pytest.approx(1)


def test_a_folder_without_spectrograms_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / MEL_FILE, mel=np.zeros((0, 128, 721), np.uint8), track=np.zeros(0, "U11"))
    with pytest.raises(ValueError, match="no spectrograms"):
        train_judges(StoredCorpus(tmp_path), tmp_path)
