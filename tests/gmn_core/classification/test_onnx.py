"""Cutting patches, and running a network without TensorFlow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gmn_core.classification.onnx import OnnxNetwork, cut_patches


def test_patches_overlap_and_begin_where_they_say() -> None:
    frames = np.arange(20, dtype=np.float32)[:, None].repeat(3, axis=1)
    patches, starts = cut_patches(frames, length=8, hop=4)
    assert starts.tolist() == [0, 4, 8, 12]
    assert patches.shape == (4, 8, 3)
    assert patches[2, 0, 0] == 8


def test_a_short_spectrogram_is_repeated_until_it_fills_a_patch() -> None:
    frames = np.array([[1.0], [2.0], [3.0]], dtype=np.float32)
    patches, starts = cut_patches(frames, length=8, hop=4)
    assert starts.tolist() == [0]
    assert patches[0, :, 0].tolist() == [1, 2, 3, 1, 2, 3, 1, 2]


def test_an_absent_network_is_reported(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no network"):
        OnnxNetwork(tmp_path / "absent.onnx")
