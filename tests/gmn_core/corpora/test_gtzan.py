"""GTZAN's index, split and checks, on small copies that the tests make."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from gmn_core.corpora.gtzan import check, index, load_tracks, read_descriptors
from gmn_core.features.summary import DESCRIPTORS
from gmn_core.genres import GENRES

RATE = 22_050


def write_clip(path: Path, seconds: float = 30.0, seed: int = 0, subtype: str = "PCM_16") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).uniform(-0.1, 0.1, round(seconds * RATE))
    soundfile.write(path, noise, RATE, subtype=subtype)


def test_every_clip_is_known() -> None:
    tracks = load_tracks()
    assert len({track.name for track in tracks}) == 1_000
    assert Counter(track.genre for track in tracks) == dict.fromkeys(GENRES, 100)
    assert Counter(track.split for track in tracks) == {
        "train": 443,
        "valid": 197,
        "test": 290,
        "excluded": 70,
    }


def test_no_artist_is_on_two_sides() -> None:
    sides: dict[str, set[str]] = {}
    for track in load_tracks():
        if track.artist_group and track.split in ("train", "valid"):
            sides.setdefault(track.artist_group, set()).add(track.split)
    assert len(sides) > 100
    assert all(len(splits) == 1 for splits in sides.values())


def test_no_known_repetition_is_left_on_two_sides() -> None:
    tracks = {track.name: track for track in load_tracks()}
    pairs = [
        (track, tracks[other])
        for track in tracks.values()
        if track.fault.startswith("repeats ")
        for other in track.fault.removeprefix("repeats ").split("; repeats ")
    ]
    assert len(pairs) >= 40
    for track, other in pairs:
        assert "excluded" in (track.split, other.split)


@pytest.mark.parametrize(
    "layout", ["genres/{g}/{t}.wav", "genres/{g}/{t}.au", "genres_original/{g}/{t}.wav", "audio/{g}/{t}.ogg"]
)
def test_known_layouts_are_found(tmp_path: Path, layout: str) -> None:
    path = tmp_path / layout.format(g="jazz", t="jazz.00007")
    write_clip(path, 1.0, subtype="VORBIS" if layout.endswith("ogg") else "PCM_16")
    tracks = {track.name: track for track in index(tmp_path)}
    assert len(tracks) == 1_000
    assert tracks["jazz.00007"].audio == path
    assert tracks["jazz.00008"].audio is None


def test_the_lossless_file_is_preferred(tmp_path: Path) -> None:
    write_clip(tmp_path / "audio/pop/pop.00001.ogg", 1.0, subtype="VORBIS")
    write_clip(tmp_path / "parity/pop.00001.flac", 1.0)
    [track] = [track for track in index(tmp_path) if track.audio]
    assert track.audio == tmp_path / "parity/pop.00001.flac"


def test_a_folder_without_clips_is_reported(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no folder"):
        index(tmp_path / "absent")
    with pytest.raises(FileNotFoundError, match="no file named like"):
        index(tmp_path)


def test_faults_of_a_copy_are_reported(tmp_path: Path) -> None:
    write_clip(tmp_path / "genres/blues/blues.00000.wav", seed=1)
    write_clip(tmp_path / "genres/blues/blues.00001.wav", seed=1)
    write_clip(tmp_path / "genres/blues/blues.00002.wav", seconds=12.0, seed=2)
    (tmp_path / "genres/blues/blues.00003.wav").write_bytes(b"not audio at all" * 100)
    seen = []
    report = check(index(tmp_path), seen.append)
    assert len(seen) == 1_000
    assert report.n_found == 4
    assert len(report.missing) == 996
    assert list(report.corrupt) == ["blues.00003"]
    assert report.short == {"blues.00002": 12.0}
    assert report.duplicates == (("blues.00000", "blues.00001"),)
    assert not report.sound


def test_descriptor_tables_are_read_by_name(tmp_path: Path) -> None:
    values = {name: str(place) for place, name in enumerate(DESCRIPTORS)}
    columns = ["filename", *reversed(DESCRIPTORS), "label"]
    row = ["rock.00001.wav", *(values[name] for name in reversed(DESCRIPTORS)), "rock"]
    path = tmp_path / "features.csv"
    path.write_text(",".join(columns) + "\n" + ",".join(row) + "\n")
    np.testing.assert_array_equal(read_descriptors(path)["rock.00001"], np.arange(57.0))


@pytest.mark.corpus
def test_the_research_copy_is_sound(corpus_dir: Path) -> None:
    tracks = index(corpus_dir / "gtzan")
    assert sum(track.audio is not None for track in tracks) == 297
    assert all(track.split != "test" for track in tracks if track.audio)
