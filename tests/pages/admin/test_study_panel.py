"""The link that listeners follow, and its QR code."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from pages.admin.study_panel import listener_link, qr_code


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("http://localhost:8501/studies", "http://localhost:8501/survey?study=six"),
        ("https://host.example/music/studies?x=1", "https://host.example/music/survey?study=six"),
    ],
)
def test_the_link_leads_to_the_survey_page_beside_this_one(page: str, link: str) -> None:
    assert listener_link(page, "six") == link


def test_the_preview_has_its_key() -> None:
    link = listener_link("http://localhost:8501/studies", "six", preview="k-1")
    assert link == "http://localhost:8501/survey?study=six&preview=k-1"


def test_a_qr_code_is_an_image_with_the_three_finder_squares() -> None:
    image = np.asarray(Image.open(io.BytesIO(qr_code("http://localhost:8501/survey?study=six"))).convert("L"))
    modules = image[4::8, 4::8] < 128
    finder = np.pad(np.ones((3, 3), bool), 1) | np.pad(np.zeros((5, 5), bool), 0)
    finder = np.pad(finder, 1, constant_values=True)
    inner = modules[3:-3, 3:-3]
    assert (inner[:7, :7] == finder).all()
    assert (inner[:7, -7:] == finder).all()
    assert (inner[-7:, :7] == finder).all()
