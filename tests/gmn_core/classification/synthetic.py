"""A small GTZAN that the tests make: tables of random forms for real track names."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gmn_core.corpora.gtzan import Track, load_tracks
from gmn_core.features.summary import DESCRIPTORS
from gmn_core.genres import GENRES


def some_tracks(split: str, n_of_a_genre: int) -> list[Track]:
    """The first clips of each genre in a split."""
    return [
        track
        for genre in GENRES
        for track in [each for each in load_tracks() if each.split == split and each.genre == genre][
            :n_of_a_genre
        ]
    ]


def write_taggrams(path: Path, tracks: Sequence[Track], seed: int = 0, n_patches: int = 5) -> None:
    """Tags of which three of a genre's own are loud."""
    rng = np.random.default_rng(seed)
    rows, names = [], []
    for track in tracks:
        tags = rng.uniform(0.01, 0.1, (n_patches, 50))
        tags[:, track.genre.position * 3 : track.genre.position * 3 + 3] += 0.4
        rows.append(tags)
        names += [f"{track.genre}/{track.name}.au"] * n_patches
    np.savez(path, X=np.concatenate(rows).astype(np.float32), IDS=np.array(names))


def write_descriptors(path: Path, tracks: Sequence[Track], seed: int = 0) -> None:
    """Descriptors that lie around a centre of the genre."""
    rng = np.random.default_rng(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["filename", *DESCRIPTORS, "label"])
        for track in tracks:
            values = track.genre.position + 0.2 * rng.normal(size=len(DESCRIPTORS))
            writer.writerow([f"{track.name}.wav", *values, track.genre])


def write_mels(path: Path, tracks: Sequence[Track], seed: int = 0) -> None:
    """Spectrograms in which each genre has a band of its own."""
    rng = np.random.default_rng(seed)
    mels = rng.integers(0, 60, (len(tracks), 128, 721), dtype=np.uint8)
    for mel, track in zip(mels, tracks, strict=True):
        mel[track.genre.position * 12 : track.genre.position * 12 + 12] += 150
    np.savez(path, mel=mels, track=np.array([track.name for track in tracks]))
