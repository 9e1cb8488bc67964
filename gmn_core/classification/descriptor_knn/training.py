"""Choosing and fitting the k-NN on descriptors, and writing its model card."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt

from gmn_core.classification.descriptor_knn.model import (
    DescriptorKnn,
    KnnSettings,
    Metric,
    NearestNeighbours,
    VoteWeights,
    genre_positions,
    sklearn_pipeline,
)
from gmn_core.classification.evaluation.metrics import proportion
from gmn_core.corpora.gtzan import Track, load_tracks, read_descriptors
from gmn_core.files import StrPath
from gmn_core.models.card import ModelCard, file_sha256, library_versions, write_card
from gmn_core.models.training_run import TrainingRunError, open_run, run_model_dir

SEED = 0
N_FOLDS = 10
NEIGHBOURS = (1, 3, 5, 7, 9, 11, 15, 21)
CANDIDATES: tuple[KnnSettings, ...] = tuple(
    KnnSettings(k, metric, weights)
    for k, metric, weights in product(NEIGHBOURS, get_args(Metric), get_args(VoteWeights))
)

FloatArray = npt.NDArray[np.float64]


def train(
    descriptors_file: StrPath, folder: StrPath, on_candidate: Callable[[], object] = lambda: None
) -> ModelCard:
    """Choose settings by artist-grouped cross-validation, fit, and write model and card.

    Parameters
    ----------
    descriptors_file : str or os.PathLike
        The published table of the 57 descriptors, or one like it.
    folder : str or os.PathLike
        The training's; see `gmn_core.models.training_run`.
    on_candidate : callable
        Called after each candidate, for a progress bar.

    Returns
    -------
    ModelCard
        The card that was written.

    Raises
    ------
    TrainingRunError
        If the folder holds files, but no training; or the table no clip to
        learn from.
    """
    descriptors_file = Path(descriptors_file)
    folder = Path(folder)
    table = read_descriptors(descriptors_file)
    tracks = [track for track in load_tracks() if track.split in ("train", "valid") and track.name in table]
    if not tracks:
        raise TrainingRunError(f"{descriptors_file} describes no clip of GTZAN to learn from.")
    data = {descriptors_file.name: file_sha256(descriptors_file)}
    open_run(folder, {"model": DescriptorKnn.name, "data": data, "seed": SEED, "folds": N_FOLDS})
    features = np.stack([table[track.name] for track in tracks])
    accuracies = {}
    for settings in CANDIDATES:
        accuracies[settings] = cross_validated_accuracy(features, tracks, settings)
        on_candidate()
    best = max(CANDIDATES, key=lambda settings: accuracies[settings])
    model_folder = run_model_dir(folder, DescriptorKnn.name)
    model_folder.mkdir(parents=True, exist_ok=True)
    weights_file = model_folder / "model.npz"
    NearestNeighbours.fit(features, [track.name for track in tracks], best).save(weights_file)
    card = _card(best, accuracies, _valid_figures(features, tracks, best), len(tracks), data, weights_file)
    write_card(card, model_folder)
    return card


def cross_validated_accuracy(features: FloatArray, tracks: Sequence[Track], settings: KnnSettings) -> float:
    """Mean accuracy over stratified folds that keep each artist on one side."""
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_score

    folds = StratifiedGroupKFold(N_FOLDS, shuffle=True, random_state=SEED)
    scores = cross_val_score(
        sklearn_pipeline(settings),
        features,
        genre_positions([track.name for track in tracks]),
        groups=[track.fold_group for track in tracks],
        cv=folds,
    )
    return float(np.mean(scores))


def _valid_figures(
    features: FloatArray, tracks: Sequence[Track], settings: KnnSettings
) -> dict[str, float | str | list[float]]:
    """Fit on train alone; accuracy on valid, and that of always naming the commonest genre."""
    labels = genre_positions([track.name for track in tracks])
    is_train = np.array([track.split == "train" for track in tracks])
    fitted = sklearn_pipeline(settings).fit(features[is_train], labels[is_train])
    expected = labels[~is_train]
    accuracy = proportion(int(np.sum(fitted.predict(features[~is_train]) == expected)), len(expected))
    commonest = np.bincount(labels[is_train]).argmax()
    return {
        "accuracy": accuracy.value,
        "n": accuracy.n,
        "interval_95": [accuracy.low, accuracy.high],
        "interval": "Wilson",
        "accuracy of always naming the commonest genre of train": float(np.mean(expected == commonest)),
    }


def _card(
    best: KnnSettings,
    accuracies: Mapping[KnnSettings, float],
    valid: Mapping[str, object],
    n_tracks: int,
    data: Mapping[str, str],
    weights_file: Path,
) -> ModelCard:
    return ModelCard(
        name=DescriptorKnn.name,
        summary="The study's k-NN: nearest neighbours on the 57 standardised summary descriptors of a clip.",
        data=data,
        split=(
            f"Fitted to the {n_tracks} clips of train and valid of the fault-filtered split (Kereliuk, "
            f"Sturm and Larsen, 2015). Settings chosen by {N_FOLDS}-fold stratified cross-validation over "
            "them that keeps each artist on one side."
        ),
        choices={
            "k": best.k,
            "metric": best.metric,
            "weights": best.weights,
            "candidates": {f"{s.k}, {s.metric}, {s.weights}": round(a, 4) for s, a in accuracies.items()},
        },
        seed=SEED,
        figures={
            "artist-grouped cross-validation, the settings chosen on the same folds": {
                "accuracy": accuracies[best]
            },
            "valid, fitted to train alone": valid,
        },
        limits=[
            "GTZAN is small, its clips are from before 2001 and some labels are disputed.",
            "The descriptors describe a whole clip; they know nothing of melody, metre or words.",
            "Shares are votes of neighbours, not calibrated probabilities.",
        ],
        licence="MIT, as the project. GTZAN carries no licence; the model holds descriptors, no audio.",
        command="python -m gmn_core train knn --descriptors features_30_sec.csv",
        weights={weights_file.name: file_sha256(weights_file)},
        libraries=library_versions("numpy", "scikit-learn"),
    )
