"""Reading GTZAN from tables where the audio is not at hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile

from gmn_core.corpora.gtzan import load_tracks
from gmn_core.corpora.stored import CLIPS_PER_GENRE, StoredCorpus, audible_tracks
from gmn_core.genres import GENRES
from tests.gmn_core.classification.synthetic import (
    some_tracks,
    write_descriptors,
    write_mels,
    write_taggrams,
)


def test_tables_alone_are_a_corpus(tmp_path: Path) -> None:
    tracks = some_tracks("test", 1)
    write_taggrams(tmp_path / "musicnn_msd_taggrams_test.npz", tracks[:4], n_patches=3)
    write_descriptors(tmp_path / "features_30_sec.csv", tracks[2:6])
    write_mels(tmp_path / "mel_24fps.npz", tracks[5:7])
    corpus = StoredCorpus(tmp_path)
    assert [track.name for track in corpus.tracks] == sorted(track.name for track in tracks[:7])
    assert corpus.taggrams[tracks[0].name].shape == (3, 50)
    assert corpus.descriptors[tracks[2].name].shape == (57,)
    assert corpus.mels[tracks[5].name].shape == (128, 721)
    assert list(corpus.hashes()) == [
        "mel_24fps.npz",
        "features_30_sec.csv",
        "musicnn_msd_taggrams_test.npz",
    ]


def test_taggrams_of_several_files_are_joined(tmp_path: Path) -> None:
    tracks = some_tracks("test", 1)
    write_taggrams(tmp_path / "musicnn_msd_taggrams_a.npz", tracks[:3])
    write_taggrams(tmp_path / "musicnn_msd_taggrams_b.npz", tracks[3:5])
    assert set(StoredCorpus(tmp_path).taggrams) == {track.name for track in tracks[:5]}


def test_audio_counts_too_and_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert StoredCorpus(tmp_path).tracks == ()
    (tmp_path / "audio" / "jazz").mkdir(parents=True)
    soundfile.write(tmp_path / "audio" / "jazz" / "jazz.00007.wav", np.zeros(100), 22_050)
    [track] = StoredCorpus(tmp_path).tracks
    assert track.name == "jazz.00007"
    assert track.audio is not None


def test_clips_without_audio_or_with_faults_are_left_out(tmp_path: Path) -> None:
    tracks = [replace(track, audio=tmp_path) for track in load_tracks()]
    chosen = audible_tracks([*tracks, *load_tracks()])
    assert all(track.audio and track.split != "excluded" for track in chosen)
    assert {genre: sum(track.genre is genre for track in chosen) for genre in GENRES} == dict.fromkeys(
        GENRES, CLIPS_PER_GENRE
    )
