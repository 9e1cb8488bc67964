from pathlib import Path

import numpy as np
import pytest

from gmn_core.audio.recording import Recording
from gmn_core.classification.pretrained.tags import MSD_TAGS
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.generation.sound.targets import (
    N_BANDS,
    Heard,
    SoundAnalyser,
    Target,
    as_in_gtzan,
    descriptors,
    read_targets,
)
from gmn_core.genres import GENRES, Genre


def noise(seconds: float = 6.0, beats: float = 0.0) -> Recording:
    """Noise that swells so many times a second."""
    time = np.arange(round(seconds * 48_000)) / 48_000
    level = 0.05 * (1 + 0.9 * np.sin(2 * np.pi * beats * time))
    samples = np.random.default_rng(1).normal(size=len(time)) * level
    return Recording(np.repeat(samples[:, None], 2, axis=1).astype(np.float32), 48_000)


def test_descriptors_tell_movement_and_colour() -> None:
    analyser = SoundAnalyser()
    still, beating = (analyser(as_in_gtzan(noise(beats=beats))).descriptors for beats in (0.0, 2.0))
    assert len(still) == 5 * N_BANDS
    spread, beat_range = slice(N_BANDS, 2 * N_BANDS), slice(3 * N_BANDS, 4 * N_BANDS)
    assert beating[spread].mean() > 2 * still[spread].mean()
    assert (beating[beat_range] - still[beat_range]).mean() > 1
    dark = np.zeros((200, 128), np.float32)
    dark[:, :20] = 0.8
    assert descriptors(dark)[0] > descriptors(dark)[N_BANDS - 1]


def test_what_is_heard_does_not_depend_on_stereo() -> None:
    recording = noise()
    swapped = Recording(recording.samples[:, ::-1].copy(), recording.sample_rate)
    heard, other = (SoundAnalyser()(as_in_gtzan(each)) for each in (recording, swapped))
    np.testing.assert_array_equal(heard.tags, other.tags)


def test_distance_is_least_where_mean_and_spread_agree() -> None:
    rng = np.random.default_rng(0)
    records = rng.normal(0, 1, (400, 8))
    spread = (records.mean(axis=0), records.std(axis=0))
    target = Target(spread, spread)

    def distance(features: np.ndarray) -> float:
        return target.distance([Heard(each, each) for each in features])["tags"]

    alike = distance(rng.normal(0, 1, (400, 8)))
    assert alike < 0.05
    assert distance(rng.normal(1, 1, (400, 8))) == pytest.approx(1, abs=0.25)
    assert distance(rng.normal(0, 0.1, (400, 8))) > 10 * alike


def test_surprise_is_the_logarithm_of_the_share() -> None:
    analyser = SoundAnalyser()
    tags = np.zeros(50)
    tags[MSD_TAGS.index("Hip-Hop")] = 1.0
    heard = Heard(tags, np.zeros(80))
    assert analyser.surprise(heard, Genre.HIPHOP) < 0.5 < analyser.surprise(heard, Genre.CLASSICAL)


def test_targets_are_of_the_train_clips_and_missing_ones_are_reported(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too few clips of blues"):
        read_targets(StoredCorpus(tmp_path))


@pytest.mark.corpus
def test_clips_of_a_genre_are_nearer_to_it_than_to_other_genres(corpus_dir: Path) -> None:
    corpus = StoredCorpus(corpus_dir / "gtzan")
    targets = read_targets(corpus)
    assert set(targets) == set(GENRES)
    for genre in (Genre.CLASSICAL, Genre.METAL, Genre.HIPHOP):
        mels = [corpus.mels[t.name] for t in corpus.tracks if t.genre is genre and t.split == "valid"]
        described = [descriptors(mel.T.astype(np.float32) / 255) for mel in mels]
        heard = [Heard(np.zeros(50), each) for each in described]
        distances = {other: targets[other].distance(heard)["descriptors"] for other in GENRES}
        assert min(distances, key=lambda other: distances[other]) is genre
