"""The running median, against SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import median_filter

from gmn_core.features.running_median import running_median


@pytest.mark.parametrize("shape", [(200, 1), (200, 63), (150, 130), (31, 64), (5, 70), (1, 3)])
def test_values_are_those_of_scipy_at_any_size(shape: tuple[int, int]) -> None:
    values = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    expected = median_filter(np.pad(values, ((31, 31), (0, 0)), mode="symmetric"), size=(31, 1))[31:-31]
    np.testing.assert_array_equal(running_median(values, 31), expected)


def test_values_that_occur_often_leave_one_by_one() -> None:
    values = np.random.default_rng(0).integers(0, 3, (300, 70)).astype(np.float32)
    np.testing.assert_array_equal(running_median(values, 31), median_filter(values, size=(31, 1)))


def test_rows_laid_out_the_other_way_give_the_same() -> None:
    values = np.random.default_rng(0).standard_normal((70, 300)).astype(np.float32)
    np.testing.assert_array_equal(running_median(values.T, 7), running_median(values.T.copy(), 7))
