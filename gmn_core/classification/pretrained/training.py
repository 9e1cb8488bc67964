"""From checkpoints and data to the two models on the pretrained network, and their cards."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from gmn_core.audio.decode import decode_file
from gmn_core.classification.calibration import fit_temperature
from gmn_core.classification.descriptor_knn.model import NearestNeighbours, genre_positions
from gmn_core.classification.descriptor_knn.training import CANDIDATES, cross_validated_accuracy
from gmn_core.classification.evaluation.comparison import (
    SEED,
    Answers,
    answers_in_folds,
    calibrated_across,
    joined,
)
from gmn_core.classification.evaluation.contenders import (
    CnnContender,
    PretrainedCnnContender,
    PretrainedKnnContender,
    known_tag_features,
)
from gmn_core.classification.evaluation.inputs import ClipInputs, Workers
from gmn_core.classification.evaluation.metrics import Evaluation, evaluate
from gmn_core.classification.export import export_onnx
from gmn_core.classification.gtzan_cnn.fitting import CnnSettings
from gmn_core.classification.pretrained.fitting import HeadSettings, fit_head
from gmn_core.classification.pretrained.model import (
    BLEND_FILE,
    HEAD_FILE,
    KNN_FILE,
    N_FRAMES,
    NETWORK_FILE,
    Blend,
    PretrainedCnn,
    PretrainedKnn,
    Tagger,
)
from gmn_core.classification.pretrained.musicnn import N_MELS, checkpoint_files, load_trunk
from gmn_core.classification.pretrained.trunk import MusicnnTrunk
from gmn_core.corpora.gtzan import Track
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.files import StrPath
from gmn_core.models.card import ModelCard, file_sha256, library_versions, model_dir, write_card
from gmn_core.models.training_run import TrainingRunError, open_run, run_model_dir

TRUNK = "MSD_musicnn"
N_FOLDS = 10
N_BLEND_FOLDS = 3
"""Fewer, because the network trained on GTZAN is retrained in each."""

PUBLISHED_HOP = 61
"""Frames from one patch to the next in the published taggrams: 1 s."""

HEAD_CANDIDATES = tuple(
    HeadSettings(softness, meaning) for softness, meaning in product((0.01, 0.03, 0.1), (0.0, 1.0, 2.0))
)
CHOSEN_ON_FOLDS = "artist-grouped cross-validation, the settings chosen on the same folds"
_N_PARITY_CLIPS = 20
_COMMAND = "python -m gmn_core train cnn-pretrained --data DIR --checkpoints DIR"
_LICENCE = (
    "MIT, as the project. The network is the MSD_musicnn model of musicnn 0.1.0, converted: Copyright 2019 "
    "Music Technology Group, Universitat Pompeu Fabra; ISC licence (NOTICE beside this file). GTZAN carries "
    "no licence; the model holds tag statistics, no audio."
)


def train(
    data: StrPath,
    checkpoints: StrPath,
    folder: StrPath,
    second: CnnSettings | None = None,
    workers: Workers | None = None,
) -> tuple[ModelCard, ModelCard]:
    """Convert the network, choose by artist-grouped cross-validation, fit, and write models and cards.

    Parameters
    ----------
    data : str or os.PathLike
        GTZAN's folder; see `StoredCorpus`. Published taggrams are preferred to audio.
    checkpoints : str or os.PathLike
        The folder of musicnn's checkpoints.
    folder : str or os.PathLike
        The training's; see `gmn_core.models.training_run`.
    second : CnnSettings, optional
        How the network of the second opinion is trained where the blend is
        calibrated; as the shipped one by default.
    workers : tuple of Executor and int, optional
        Compute the tags and spectrograms of clips that come as audio; see `ClipInputs.compute`.

    Raises
    ------
    FileNotFoundError
        If the checkpoints are not there.
    TrainingRunError
        If the folder holds files, but no training; or the data holds no clip
        to learn from.
    """
    data = Path(data)
    checkpoints = Path(checkpoints)
    folder = Path(folder)
    second = second or CnnSettings()
    corpus = StoredCorpus(data)
    checkpoint_hashes = {path.name: file_sha256(path) for path in checkpoint_files(TRUNK, checkpoints)}
    if not any(track.split in ("train", "valid") for track in corpus.tracks):
        raise TrainingRunError(f"{data} holds no clip of GTZAN to learn from.")
    hashes = corpus.hashes()
    open_run(
        folder,
        {
            "model": PretrainedCnn.name,
            "data": hashes,
            "checkpoints": checkpoint_hashes,
            "seed": SEED,
            "second network": asdict(second),
        },
    )
    cnn_folder, knn_folder = (run_model_dir(folder, each.name) for each in (PretrainedCnn, PretrainedKnn))
    tagger = Tagger(convert(checkpoints, cnn_folder / NETWORK_FILE))
    # The licence of the original network requires that its notice stay with it.
    shutil.copy(model_dir(PretrainedCnn.name) / "NOTICE", cnn_folder)
    inputs = ClipInputs(corpus, "stored", tagger)
    tracks = [track for track in corpus.tracks if track.split in ("train", "valid")]
    tagged = [track for track in tracks if inputs.source("tags", track)]
    if workers:
        inputs.compute("tags", tracks, workers)
        inputs.compute("mel", tracks, workers)
    head = _train_head(inputs, tagged, tagger, cnn_folder)
    blend = _calibrate(
        PretrainedCnnContender(head.settings, tagger, CnnContender(second, SEED)),
        inputs,
        tracks,
        head.temperature,
        cnn_folder,
    )
    parity = parity_with_published(corpus, tagger)
    return (
        _cnn_card(head, blend, len(tagged), cnn_folder, hashes, parity),
        _train_knn(inputs, tagged, tagger, knn_folder, hashes),
    )


def convert(checkpoints: StrPath, path: StrPath) -> MusicnnTrunk:
    """Write the pretrained network in ONNX form and load it as it will be used.

    Raises
    ------
    FileNotFoundError
        If the checkpoints are not there.
    """
    checkpoints = Path(checkpoints)
    path = Path(path)
    import keras

    trunk = load_trunk(TRUNK, checkpoints)
    tags = keras.Model(trunk.inputs, trunk.outputs[0], name=TRUNK)
    patches = np.random.default_rng(SEED).uniform(0, 4, (4, N_FRAMES, N_MELS)).astype(np.float32)
    export_onnx(tags, path, patches)
    return MusicnnTrunk(path)


def parity_with_published(corpus: StoredCorpus, tagger: Tagger) -> dict[str, Any]:
    """Compare the tags of our whole front end with those published, on clips that have both.

    Returns
    -------
    dict
        Number of clips, and mean and largest absolute difference of a
        probability. What remains is due to the resampler.
    """
    both = [track for track in corpus.tracks if track.audio is not None and track.name in corpus.taggrams]
    # Lossless files first: lossy ones differ by their codec.
    both.sort(key=lambda track: track.audio is None or track.audio.suffix != ".flac")
    differences = []
    for track in both[:_N_PARITY_CLIPS]:
        assert track.audio is not None
        ours, _ = tagger(decode_file(track.audio).clip, PUBLISHED_HOP)
        published = corpus.taggrams[track.name]
        n_patches = min(len(ours), len(published))
        differences.append(np.abs(ours[:n_patches] - published[:n_patches]))
    if not differences:
        return {"n_clips": 0}
    pooled = np.concatenate(differences)
    return {"n_clips": len(differences), "mean": float(pooled.mean()), "largest": float(pooled.max())}


@dataclass(frozen=True)
class _ChosenHead:
    """Results of cross-validation for the head alone."""

    settings: HeadSettings
    temperature: float
    candidates: dict[HeadSettings, Evaluation]


def _train_head(inputs: ClipInputs, tracks: Sequence[Track], tagger: Tagger, folder: Path) -> _ChosenHead:
    """Choose the head's settings, fit it to all clips and write it."""
    held_out = {
        settings: answers_in_folds(
            PretrainedCnnContender(settings, tagger), inputs, tracks, "artist", N_FOLDS, SEED
        )
        for settings in HEAD_CANDIDATES
    }
    figures = {settings: _figures(joined(calibrated_across(parts))) for settings, parts in held_out.items()}
    best = min(HEAD_CANDIDATES, key=lambda settings: figures[settings].log_loss)
    features = known_tag_features(inputs, tracks)
    groups = [track.fold_group for track in tracks]
    head = fit_head(np.stack(list(features.values())), genre_positions(list(features)), groups, best)
    head.save(folder / HEAD_FILE)
    return _ChosenHead(best, _temperature(held_out[best]), figures)


def _calibrate(
    contender: PretrainedCnnContender,
    inputs: ClipInputs,
    tracks: Sequence[Track],
    temperature_of_tags: float,
    folder: Path,
) -> tuple[Blend, Evaluation]:
    """Fit the temperature of both opinions together, write it, and evaluate them in the same folds."""
    parts = answers_in_folds(contender, inputs, tracks, "artist", N_BLEND_FOLDS, SEED)
    blend = Blend(temperature=_temperature(parts), temperature_of_tags=temperature_of_tags)
    blend.save(folder / BLEND_FILE)
    return blend, _figures(joined(calibrated_across(parts)))


def _cnn_card(
    head: _ChosenHead,
    calibrated: tuple[Blend, Evaluation],
    n_tracks: int,
    folder: Path,
    hashes: dict[str, str],
    parity: dict[str, Any],
) -> ModelCard:
    blend, figures = calibrated
    card = ModelCard(
        name=PretrainedCnn.name,
        summary=(
            "A convolutional network trained on the Million Song Dataset to name 50 tags (musicnn), with a "
            "linear head that maps them to GTZAN's genres; the network trained on GTZAN alone (the model "
            "`cnn`) gives a second opinion."
        ),
        data=hashes,
        split=_split(n_tracks),
        choices={
            **asdict(head.settings),
            **asdict(blend),
            "weight chosen on": "artist-grouped cross-validation, among 0.1, 0.2, 0.3 and 0.5",
            "candidates": {
                f"softness {each.softness}, meaning {each.meaning}": _short(found)
                for each, found in head.candidates.items()
            },
        },
        seed=SEED,
        figures={
            f"{CHOSEN_ON_FOLDS}, {N_BLEND_FOLDS} folds": figures.record(),
            f"the tags alone, {N_FOLDS} folds": head.candidates[head.settings].record(),
            "difference from the published tags": parity,
        },
        limits=[
            "The tags are those of listeners of western popular music around 2007; none is for reggae.",
            "GTZAN is small, its clips are from before 2001 and some labels are disputed.",
        ],
        licence=_LICENCE,
        command=_COMMAND,
        weights={name: file_sha256(folder / name) for name in (NETWORK_FILE, HEAD_FILE, BLEND_FILE)},
        libraries=library_versions("numpy", "scipy", "tensorflow-cpu", "tensorflow", "keras", "onnxruntime"),
    )
    write_card(card, folder)
    return card


def _train_knn(
    inputs: ClipInputs, tracks: Sequence[Track], tagger: Tagger, folder: Path, hashes: dict[str, str]
) -> ModelCard:
    features = np.stack(list(known_tag_features(inputs, tracks).values()))
    accuracies = {settings: cross_validated_accuracy(features, tracks, settings) for settings in CANDIDATES}
    best = max(CANDIDATES, key=lambda settings: accuracies[settings])
    parts = answers_in_folds(PretrainedKnnContender(best, tagger), inputs, tracks, "artist", N_FOLDS, SEED)
    folder.mkdir(parents=True, exist_ok=True)
    NearestNeighbours.fit(features, [track.name for track in tracks], best).save(folder / KNN_FILE)
    card = ModelCard(
        name=PretrainedKnn.name,
        summary="k-NN on the pretrained network's 50 tags: a measure of what the tags alone are worth.",
        data=hashes,
        split=_split(len(tracks)),
        choices={
            **asdict(best),
            "candidates": {f"{s.k}, {s.metric}, {s.weights}": round(a, 4) for s, a in accuracies.items()},
        },
        seed=SEED,
        figures={f"{CHOSEN_ON_FOLDS}, {N_FOLDS} folds": _figures(joined(parts)).record()},
        limits=["Shares are votes of neighbours, not calibrated probabilities."],
        licence=_LICENCE,
        command=_COMMAND,
        weights={KNN_FILE: file_sha256(folder / KNN_FILE)},
        libraries=library_versions("numpy", "scikit-learn", "onnxruntime"),
    )
    write_card(card, folder)
    return card


def _temperature(parts: Sequence[Answers]) -> float:
    unseen = joined(parts)
    return fit_temperature(genre_positions(unseen.tracks), unseen.shares)


def _figures(answers: Answers) -> Evaluation:
    return evaluate(genre_positions(answers.tracks), answers.shares)


def _short(figures: Evaluation) -> dict[str, float]:
    return {"log_loss": round(figures.log_loss, 4), "accuracy": round(figures.accuracy.value, 4)}


def _split(n_tracks: int) -> str:
    return (
        f"Fitted to the {n_tracks} clips of train and valid of the fault-filtered split (Kereliuk, Sturm and "
        f"Larsen, 2015) whose tags or audio are at hand. Chosen by {N_FOLDS}-fold stratified "
        "cross-validation over them that keeps each artist on one side."
    )
