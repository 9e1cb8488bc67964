"""The voices of the kit."""

from __future__ import annotations

import numpy as np

from gmn_core.generation.music.drumkit import N_VOICES, VOICES, find_kit, voice_of


def test_no_sound_is_two_voices() -> None:
    sounds = [sound for own in VOICES.values() for sound in own]
    assert len(sounds) == len(set(sounds))
    assert set(voice_of(np.array(sounds)).tolist()) == set(range(N_VOICES))


def test_unknown_sounds_have_no_voice() -> None:
    assert voice_of(np.array([0, 127])).tolist() == [-1, -1]


def test_the_kit_has_the_sounds_used_most() -> None:
    kit = find_kit(np.array([35, 35, 36, 39, 62]), np.array([0, 0, 2, 1, 1]), 4)
    assert (kit[2][0], kit[-1][3]) == (39, 62)
    assert kit[1] == (38,) * 4


def test_a_voice_has_the_sound_of_its_place_in_the_bar() -> None:
    kit = find_kit(np.array([35, 35, 36]), np.array([0, 0, 2]), 4)
    assert kit[0] == (35, 35, 36, 35)
