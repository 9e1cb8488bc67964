"""The musicnn networks: their shape, and filling them from TensorFlow 1 checkpoints."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gmn_core.classification.pretrained.musicnn import TRUNKS, build_trunk, find_checkpoints, load_trunk


@pytest.mark.parametrize(("name", "n_parameters"), [("MSD_musicnn", 792_079), ("MTT_vgg", 607_030)])
def test_the_networks_have_the_size_of_the_published_ones(name: str, n_parameters: int) -> None:
    trunk = build_trunk(name)
    assert trunk.count_params() == n_parameters
    tags, embedding = trunk.outputs
    assert tags.shape[1] == 50
    assert embedding.shape[1] == (256 if name.endswith("vgg") else 200)


def test_every_layer_is_filled_by_the_name_of_its_variable(tmp_path: Path) -> None:
    import tensorflow as tf

    trunk = build_trunk("MSD_vgg")
    rng = np.random.default_rng(0)
    written = {}
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        variables = []
        for layer in trunk.layers:
            for variable in layer.variables:
                name = f"{layer.name}/{variable.name}"
                written[name] = rng.uniform(0.5, 1.5, variable.shape).astype(np.float32)
                variables.append(tf.compat.v1.get_variable(name, initializer=written[name]))
        session.run(tf.compat.v1.global_variables_initializer())
        (tmp_path / "MSD_vgg").mkdir()
        tf.compat.v1.train.Saver(variables).save(session, f"{tmp_path}/MSD_vgg/", write_meta_graph=False)
    filled = load_trunk("MSD_vgg", tmp_path)
    for layer in filled.layers:
        for variable in layer.variables:
            np.testing.assert_array_equal(variable.numpy(), written[f"{layer.name}/{variable.name}"])
    assert len(written) == 6 * 4 + 5 * 2 + 2


def test_an_installed_package_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "musicnn").mkdir()
    (tmp_path / "musicnn" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    assert find_checkpoints() == tmp_path / "musicnn"


def test_absent_checkpoints_are_reported(tmp_path: Path) -> None:
    assert len(TRUNKS) == 4
    with pytest.raises(FileNotFoundError, match="MTT_musicnn"):
        load_trunk("MTT_musicnn", tmp_path)
