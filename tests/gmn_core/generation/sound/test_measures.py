"""Measures that do not depend on level, on signals whose values are known."""

from pathlib import Path

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.audio.encoding import to_wav
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.generation.sound.measures import Dynamics, distances, measured, medians, of_records
from gmn_core.genres import Genre

RATE = 22_050


def sine(pitch: float, seconds: float = 6.0, level: float = 0.5) -> Clip:
    times = np.arange(round(seconds * RATE)) / RATE
    return Clip((level * np.sin(2 * np.pi * pitch * times)).astype(np.float32), RATE)


def test_a_tone_at_any_level() -> None:
    loud, soft = measured(sine(440)), measured(sine(440, level=0.05))
    assert loud.crest == pytest.approx(3.01, abs=0.02)
    assert loud.low_end < -30
    assert loud.percussive < 0.2
    assert soft.crest == pytest.approx(loud.crest, abs=0.01)
    assert soft.percussive == pytest.approx(loud.percussive, abs=0.01)


def test_a_low_tone_is_the_low_end() -> None:
    assert measured(sine(60)).low_end > -1


def test_clicks_stand_out_over_frequency() -> None:
    samples = np.zeros(6 * RATE, np.float32)
    samples[:: RATE // 2] = 0.9
    clicks = measured(Clip(samples, RATE))
    assert clicks.percussive > 0.9
    assert clicks.crest > 30


def test_music_that_swells_has_a_range() -> None:
    swelling = np.concatenate([sine(440, 8, 0.05).samples, sine(440, 8, 0.5).samples])
    still = measured(sine(440, 16)).loudness_range
    assert measured(Clip(swelling, RATE)).loudness_range > still + 8


def test_records_are_as_long_as_what_is_held_against_them(tmp_path: Path) -> None:
    (tmp_path / "jazz").mkdir()
    both = np.concatenate([sine(440, 5).samples, sine(60, 5).samples])
    (tmp_path / "jazz" / "jazz.00008.wav").write_bytes(to_wav(Clip(both, RATE)))
    found = of_records(StoredCorpus(tmp_path).tracks, seconds=5)
    assert list(found) == [Genre.JAZZ]
    assert found[Genre.JAZZ][0].low_end < -30


def test_distances_count_in_spreads_of_the_records() -> None:
    records = {Genre.ROCK: [Dynamics(crest, 5, -8, 0.4) for crest in (10, 12, 14, 16, 18)]}
    heard = {Genre.ROCK: [Dynamics(16, 5, -8, 0.4)] * 3, Genre.JAZZ: [Dynamics(0, 0, 0, 0)]}
    assert medians(records[Genre.ROCK])["crest"] == 14
    assert distances(heard, records) == {"crest": 1, "loudness_range": 0, "low_end": 0, "percussive": 0}
    assert distances(heard, {}) == {}
