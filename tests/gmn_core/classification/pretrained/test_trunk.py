"""The musicnn network in NumPy, against the same file in onnxruntime."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.classification.onnx import OnnxNetwork
from gmn_core.classification.pretrained.trunk import MusicnnTrunk
from gmn_core.models.card import MODELS_DIR

NETWORK = MODELS_DIR / "cnn_pretrained" / "musicnn_msd.onnx"


def test_tags_are_those_of_onnxruntime() -> None:
    """Of noise at all levels, of silence, and of one band and one frame that stand out."""
    rng = np.random.default_rng(0)
    patches = np.zeros((5, 187, 96), dtype=np.float32)
    patches[1:3] = rng.uniform(0, 4, (2, 187, 96)) * rng.uniform(0, 1, (2, 187, 1))
    patches[3, :, 95], patches[4, 0] = 5.0, 5.0
    (found,), (expected,) = MusicnnTrunk(NETWORK)(patches), OnnxNetwork(NETWORK)(patches)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert np.ptp(expected, axis=0).max() > 0.01


def test_another_network_is_refused() -> None:
    with pytest.raises(ValueError, match="does not hold the musicnn network"):
        MusicnnTrunk(MODELS_DIR / "cnn" / "network.onnx")
