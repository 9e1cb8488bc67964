from dataclasses import asdict, fields

import pytest

from gmn_core.generation.request import GenerationError
from gmn_core.generation.sound.profile import OFF, PLAIN, Profile, profile_of, shipped_profile
from gmn_core.genres import GENRES, Genre


def test_every_genre_has_a_profile_within_its_ranges() -> None:
    for genre in GENRES:
        profile = shipped_profile(genre)
        for each in fields(Profile):
            value, low = getattr(profile, each.name), each.metadata["low"]
            assert value == PLAIN.__getattribute__(each.name) or low <= value <= each.metadata["high"], (
                each.name
            )
    assert len({shipped_profile(genre).sha256 for genre in GENRES}) == len(GENRES)


def test_json_keeps_what_differs_from_plain() -> None:
    profile = Profile(drive=18, voice=-3.25)
    assert Profile.from_json(profile.to_json()) == profile
    assert PLAIN.to_json().strip() == "{}"


@pytest.mark.parametrize("text", ["", "[]", '{"loud": 3}', '{"drive": "much"}', '{"drive": null}'])
def test_what_is_no_profile_is_refused(text: str) -> None:
    with pytest.raises(GenerationError, match="no production profile"):
        Profile.from_json(text)


def test_a_blend_lies_between_its_genres() -> None:
    rock, jazz = asdict(shipped_profile(Genre.ROCK)), asdict(shipped_profile(Genre.JAZZ))
    blend = asdict(profile_of(Genre.ROCK, Genre.JAZZ, 0.25))
    for name, value in blend.items():
        assert value == pytest.approx(0.75 * rock[name] + 0.25 * jazz[name])
    assert profile_of(Genre.ROCK, Genre.JAZZ, 0.0) == shipped_profile(Genre.ROCK)
    assert profile_of(Genre.ROCK) == shipped_profile(Genre.ROCK)


def test_values_are_kept_within_their_ranges() -> None:
    changed = PLAIN.with_values({"drive": 1e9, "voice": -1e9})
    assert changed.drive == 40
    assert OFF < changed.voice == -12


def test_the_hash_tells_profiles_apart() -> None:
    assert Profile(drive=1).sha256 != Profile(drive=2).sha256 == Profile(drive=2.0).sha256
