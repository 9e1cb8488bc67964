"""Real sounds from packages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from gmn_core.corpora.sounds import PER_FOLDER, SOURCES, SoundSource

RATE = 22_050


def write(path: Path, seconds: float, hertz: float = 440) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE), RATE)


def test_no_package_is_on_both_sides() -> None:
    parts = {part: {source.package for source in SOURCES if source.part == part} for part in ("set", "test")}
    assert not parts["set"] & parts["test"]
    assert {source.kind for source in SOURCES if source.part == "test"} == {"speech", "other sounds", "music"}


def test_words_are_joined_to_speeches_and_no_folder_gives_too_many(tmp_path: Path) -> None:
    for voice in ("a", "b"):
        for number in range(60):
            write(tmp_path / "words" / voice / f"{number}.wav", 2.0)
    clips = list(SoundSource("words", "speech", "set").clips(tmp_path))
    assert len(clips) == 2 * PER_FOLDER
    assert all(clip.seconds == pytest.approx(20) for clip in clips)
    assert len(list(SoundSource("words", "speech", "set", most=4).clips(tmp_path))) == 4


def test_recordings_are_cut_to_their_middle_and_what_is_too_short_is_left_out(tmp_path: Path) -> None:
    write(tmp_path / "p" / "long.wav", 40)
    write(tmp_path / "p" / "short.wav", 0.3)
    write(tmp_path / "p" / "other.wav", 5)
    source = SoundSource("p", "music", "test", without="other")
    assert [clip.seconds for clip in source.clips(tmp_path)] == [pytest.approx(20)]


def test_a_package_that_is_not_there_gives_nothing(tmp_path: Path) -> None:
    assert list(SoundSource("absent", "speech", "set").clips(tmp_path)) == []
