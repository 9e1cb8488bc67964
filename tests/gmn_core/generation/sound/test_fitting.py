from pathlib import Path

import numpy as np
import pytest

from gmn_core.generation.music.band import Band, Note, Role
from gmn_core.generation.sound.fitting import (
    FitSettings,
    busiest_passage,
    fit,
    fitted_names,
    record,
    with_low_end,
)
from gmn_core.generation.sound.measures import measured
from gmn_core.generation.sound.profile import Profile
from gmn_core.generation.sound.soundfont import bundled_soundfont
from gmn_core.generation.sound.targets import SoundAnalyser

BEAT = 480
SETTINGS = FitSettings(rounds=6, candidates=6, naturalness=0.1)
START = Profile(voice=0)


def band(bars: int = 12) -> Band:
    """A tune alone, in whose third quarter all others join."""
    busy = range(bars // 2 * 4, bars * 3 // 4 * 4)
    notes = {
        Role.LEAD: tuple(Note(place * BEAT, 64 + place % 5, BEAT, 90) for place in range(bars * 4)),
        Role.BASS: tuple(Note(place * BEAT, 40, BEAT, 90) for place in busy),
        Role.DRUMS: tuple(Note(place * BEAT, 36, 60, 100) for place in busy),
    }
    programs = {Role.LEAD: 73, Role.BASS: 33, Role.DRUMS: 0}
    return Band(120, 4, 4, 0, False, programs, notes, bars * 4 * BEAT)


def wanting(profile: Profile) -> float:
    """Least where the drums are at 3 and the air at -6."""
    return (profile.drums - 3) ** 2 + 0.25 * (profile.air + 6) ** 2


def test_the_fit_comes_nearer_and_leaves_alone_what_is_set_by_hand(tmp_path: Path) -> None:
    fitted = fit(START, wanting, SETTINGS, tmp_path / "diary.json")
    assert wanting(fitted) < 0.7 * wanting(START)
    assert (fitted.drive, fitted.speech, fitted.machine) == (START.drive, START.speech, START.machine)
    assert -12 <= fitted.voice <= 6


def test_nothing_worse_than_the_start_comes_out(tmp_path: Path) -> None:
    def contrary(profile: Profile) -> float:
        return 0.0 if profile == START else 1.0

    assert fit(START, contrary, SETTINGS, tmp_path / "diary.json") == START


def test_a_fit_that_is_broken_off_goes_on_where_it_was(tmp_path: Path) -> None:
    whole = fit(START, wanting, SETTINGS, tmp_path / "whole.json")
    asked = 0

    def interrupted(profile: Profile) -> float:
        nonlocal asked
        asked += 1
        if asked == 15:
            raise KeyboardInterrupt
        return wanting(profile)

    with pytest.raises(KeyboardInterrupt):
        fit(START, interrupted, SETTINGS, tmp_path / "broken.json")
    assert fit(START, interrupted, SETTINGS, tmp_path / "broken.json") == whole
    assert asked == 15 + SETTINGS.rounds * SETTINGS.candidates - 14


def test_a_diary_of_another_fit_is_not_taken_up(tmp_path: Path) -> None:
    fit(START, wanting, SETTINGS, tmp_path / "diary.json")
    other = Profile(voice=0, drums=-3)
    assert fit(other, wanting, SETTINGS, tmp_path / "diary.json") == fit(
        other, wanting, SETTINGS, tmp_path / "new.json"
    )


def test_only_levels_of_what_is_there_are_fitted() -> None:
    assert "voice" in fitted_names(START)
    assert "guitars" not in fitted_names(START)
    assert "drive" not in fitted_names(START)


def test_the_busiest_passage_is_where_all_play() -> None:
    passage = busiest_passage(band(), 4.0)
    assert set(passage.notes) == {Role.LEAD, Role.BASS, Role.DRUMS}
    assert passage.seconds == pytest.approx(4.0, abs=0.01)
    assert min(note.onset for _, note in passage.played()) == 0
    assert max(note.onset + note.duration for _, note in passage.played()) <= passage.length


def test_a_recorded_piece_is_heard_otherwise_when_it_is_mixed_otherwise() -> None:
    (piece,) = record([busiest_passage(band(), 4.0)], Profile(), bundled_soundfont(), 4.0)
    analyser = SoundAnalyser()
    dark, bright = (piece.mixed(Profile(air=air), analyser).descriptors for air in (-12, 10))
    assert dark[15] < bright[15] - 0.05
    np.testing.assert_array_equal(dark, piece.mixed(Profile(air=-12), analyser).descriptors)


def test_the_low_end_is_brought_to_that_of_records() -> None:
    pieces = record([band()], Profile(), bundled_soundfont(), 4.0)

    def low_end(profile: Profile) -> float:
        return measured(pieces[0].clip(profile)).low_end

    present = low_end(Profile())
    fuller = with_low_end(Profile(drums=1.5), pieces, present + 2)
    assert low_end(fuller) == pytest.approx(present + 2, abs=0.5)
    assert fuller.drums == 1.5
    assert with_low_end(Profile(), pieces, 0.0).sub_tone == pytest.approx(
        8, abs=0.3
    )  # as far as the gain goes
