"""Training the k-NN from a table of descriptors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gmn_core.classification.descriptor_knn.model import KnnSettings, NearestNeighbours
from gmn_core.classification.descriptor_knn.training import CANDIDATES, cross_validated_accuracy, train
from gmn_core.corpora.gtzan import load_tracks
from gmn_core.features.summary import DESCRIPTORS
from gmn_core.models.card import file_sha256, model_dir, read_card
from gmn_core.models.training_run import TrainingRunError, run_model_dir


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Descriptors of all clips in which genres lie apart, but artists more so."""
    rng = np.random.default_rng(0)
    genre_centres = rng.normal(0, 1, (10, 57))
    artists = {track.fold_group: rng.normal(0, 2, 57) for track in load_tracks()}
    lines = [",".join(["filename", *DESCRIPTORS])]
    for track in load_tracks():
        values = genre_centres[track.genre.position] + artists[track.fold_group] + rng.normal(0, 0.2, 57)
        lines.append(",".join([f"{track.name}.wav", *map(str, values)]))
    path = tmp_path_factory.mktemp("table") / "features.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_artists_are_kept_apart() -> None:
    """Where an artist tells the genre fully, folds that mix artists would be near perfect."""
    tracks = [track for track in load_tracks() if track.split in ("train", "valid")]
    rng = np.random.default_rng(1)
    artists = {track.fold_group: rng.normal(0, 1, 20) for track in tracks}
    features = np.stack([artists[track.fold_group] for track in tracks])
    assert cross_validated_accuracy(features, tracks, KnnSettings(1, "euclidean", "uniform")) < 0.25


def test_training_writes_a_model_and_an_honest_card(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = CANDIDATES[:3]
    monkeypatch.setattr("gmn_core.classification.descriptor_knn.training.CANDIDATES", few)
    steps: list[None] = []
    card = train(table, tmp_path, lambda: steps.append(None))
    folder = run_model_dir(tmp_path, "knn_descriptors")
    assert len(steps) == len(few)
    assert card.data == {"features.csv": file_sha256(table)}
    assert card.weights == {"model.npz": file_sha256(folder / "model.npz")}
    model = NearestNeighbours.load(folder / "model.npz")
    assert len(model.tracks) == 443 + 197
    assert card.choices["k"] == model.settings.k
    tried = card.choices["candidates"]
    chosen = f"{model.settings.k}, {model.settings.metric}, {model.settings.weights}"
    assert tried[chosen] == max(tried.values())
    valid = card.figures["valid, fitted to train alone"]
    low, high = valid["interval_95"]
    assert low < valid["accuracy"] < high
    assert valid["n"] == 197


def test_a_table_without_clips_to_learn_from_is_refused(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text(",".join(["filename", *DESCRIPTORS]) + "\n")
    with pytest.raises(TrainingRunError, match=r"table\.csv describes no clip"):
        train(tmp_path / "table.csv", tmp_path / "run")


def test_the_shipped_card_belongs_to_the_shipped_weights() -> None:
    card = read_card("knn_descriptors")
    assert card.weights == {"model.npz": file_sha256(model_dir("knn_descriptors") / "model.npz")}


@pytest.mark.corpus
def test_the_shipped_card_names_the_published_table(corpus_dir: Path) -> None:
    table = corpus_dir / "gtzan" / "features_30_sec.csv"
    assert read_card("knn_descriptors").data == {table.name: file_sha256(table)}
