"""Links that a phone can scan."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from pages.shared.qr_code import qr_code


def test_a_qr_code_is_an_image_with_the_three_finder_squares() -> None:
    image = np.asarray(Image.open(io.BytesIO(qr_code("http://localhost:8501/survey?study=six"))).convert("L"))
    modules = image[4::8, 4::8] < 128
    finder = np.pad(np.ones((3, 3), bool), 1) | np.pad(np.zeros((5, 5), bool), 0)
    finder = np.pad(finder, 1, constant_values=True)
    inner = modules[3:-3, 3:-3]
    assert (inner[:7, :7] == finder).all()
    assert (inner[:7, -7:] == finder).all()
    assert (inner[-7:, :7] == finder).all()
