"""The ten labels, and the colours that stand for them."""

from __future__ import annotations

import re
import tomllib
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from gmn_core.genres import GENRES, Genre

THEME = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text())["theme"]

# What each kind of eye makes of linear sRGB, from Machado, Oliveira and Fernandes (2009), at full severity.
EYES = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(colour: str) -> npt.NDArray[np.float64]:
    """A colour ``#rrggbb`` in linear sRGB."""
    channels = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def oklab(rgb: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """A colour in Oklab (Ottosson, 2020), where distances are about as large as they look."""
    to_cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return np.asarray(to_lab @ np.cbrt(np.clip(to_cones @ rgb, 0, None)))


def contrast(first: str, second: str) -> float:
    """The contrast of two colours as WCAG 2 defines it, 1 to 21."""
    light, dark = sorted(float(linear(each) @ [0.2126, 0.7152, 0.0722]) for each in (first, second))[::-1]
    return (light + 0.05) / (dark + 0.05)


def test_there_are_ten_in_gtzan_order() -> None:
    assert [str(genre) for genre in GENRES] == sorted(genre.value for genre in Genre)
    assert len(GENRES) == 10
    assert [genre.position for genre in GENRES] == list(range(10))


def test_each_has_a_name_and_a_colour_of_its_own() -> None:
    assert Genre.HIPHOP.display_name == "Hip hop"
    assert Genre.ROCK.display_name == "Rock"
    colours = {genre.colour for genre in GENRES}
    assert len(colours) == 10
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in colours)


@pytest.mark.parametrize("eye", EYES)
def test_no_two_colours_look_alike_to_any_kind_of_eye(eye: str) -> None:
    seen = [oklab(np.clip(EYES[eye] @ linear(genre.colour), 0, 1)) for genre in GENRES]
    nearest = min(float(np.linalg.norm(first - second)) for first, second in combinations(seen, 2))
    assert nearest > 0.07  # 0.02 is the least that an eye tells apart


def test_colours_stand_out_on_both_pages() -> None:
    for genre in GENRES:
        assert contrast(genre.colour, THEME["dark"]["backgroundColor"]) > 2.9, genre
        assert contrast(genre.colour, THEME["light"]["backgroundColor"]) > 1.8, genre


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_can_be_read_on_both_pages(mode: str) -> None:
    theme = THEME[mode]
    for ground in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        assert contrast(theme["textColor"], ground) > 7
        assert contrast(theme["linkColor"], ground) > 4.5
        assert contrast(theme["grayTextColor"], ground) > 4.5
