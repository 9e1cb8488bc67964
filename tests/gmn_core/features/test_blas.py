"""One thread for products of small matrices."""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_info

from gmn_core.features.blas import one_blas_thread


def n_threads() -> list[int]:
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


def test_blas_has_one_thread_within_and_as_many_as_before_after() -> None:
    before = n_threads()
    with one_blas_thread():
        assert set(n_threads()) == {1}
        assert (np.eye(3) @ np.eye(3)).trace() == 3
    assert n_threads() == before
