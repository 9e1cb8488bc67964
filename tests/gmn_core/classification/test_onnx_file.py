"""Reading a network's layers, against the onnx package."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gmn_core.classification.onnx_file import OnnxGraph
from gmn_core.models.card import MODELS_DIR

NETWORK = MODELS_DIR / "cnn_pretrained" / "musicnn_msd.onnx"


def test_layers_and_weights_are_those_that_the_onnx_package_reads() -> None:
    import onnx
    from onnx import numpy_helper

    theirs, ours = onnx.load(NETWORK).graph, OnnxGraph.read(NETWORK)
    assert [(each.kind, each.inputs, each.outputs) for each in ours.nodes] == [
        (each.op_type, tuple(each.input), tuple(each.output)) for each in theirs.node
    ]
    expected = {each.name: numpy_helper.to_array(each) for each in theirs.initializer if each.data_type == 1}
    assert ours.tensors.keys() == expected.keys()
    for name, tensor in expected.items():
        np.testing.assert_array_equal(ours.tensors[name], tensor)


def test_what_follows_an_operation_is_found_by_its_kind() -> None:
    graph = OnnxGraph.read(NETWORK)
    product = next(node for node in graph.nodes if node.kind == "MatMul")
    assert graph.weight(product).shape == (1506, 200)
    assert graph.weight(graph.after(product, "Add")).shape == (200,)
    with pytest.raises(ValueError, match="not enough values"):
        graph.after(product, "Conv")


def test_a_file_that_ends_too_early_or_is_another_is_refused(tmp_path: Path) -> None:
    (tmp_path / "short.onnx").write_bytes(NETWORK.read_bytes()[:100_000])
    with pytest.raises(ValueError, match="ends too early"):
        OnnxGraph.read(tmp_path / "short.onnx")
    (tmp_path / "empty.onnx").write_bytes(b"")
    with pytest.raises(ValueError, match="holds no network"):
        OnnxGraph.read(tmp_path / "empty.onnx")
    (tmp_path / "text.onnx").write_bytes(b"ffffffff")
    with pytest.raises(ValueError, match="unknown kind"):
        OnnxGraph.read(tmp_path / "text.onnx")
