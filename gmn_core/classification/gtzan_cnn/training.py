"""From data to the network trained on GTZAN alone, and its card."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np

from gmn_core.classification.calibration import apply_temperature, fit_temperature
from gmn_core.classification.descriptor_knn.model import genre_positions
from gmn_core.classification.evaluation.comparison import SEED, answers_on_valid
from gmn_core.classification.evaluation.contenders import CnnContender
from gmn_core.classification.evaluation.inputs import ClipInputs, Workers
from gmn_core.classification.evaluation.metrics import evaluate
from gmn_core.classification.export import export_onnx
from gmn_core.classification.gtzan_cnn.fitting import CnnSettings, train_network
from gmn_core.classification.gtzan_cnn.model import (
    CALIBRATION_FILE,
    N_FRAMES,
    N_MELS,
    NETWORK_FILE,
    PATCH_SECONDS,
    GenreCnn,
)
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.files import StrPath
from gmn_core.models.card import ModelCard, file_sha256, library_versions, write_card
from gmn_core.models.training_run import TrainingRunError, open_run, run_model_dir


def train(
    data: StrPath,
    folder: StrPath,
    settings: CnnSettings,
    on_epoch: Callable[[], object] = lambda: None,
    workers: Workers | None = None,
) -> ModelCard:
    """Train twice: on train, to calibrate and measure on valid; then on both, to ship.

    Parameters
    ----------
    data : str or os.PathLike
        GTZAN's folder; see `StoredCorpus`. Stored spectrograms are preferred to audio.
    folder : str or os.PathLike
        The training's; see `gmn_core.models.training_run`.
    settings : CnnSettings
        How to train.
    on_epoch : callable
        Called after each epoch of either training, for a progress bar.
    workers : tuple of Executor and int, optional
        Compute the spectrograms of clips that come as audio; see `ClipInputs.compute`.

    Raises
    ------
    TrainingRunError
        If the folder holds files, but no training; or the data lacks clips to
        learn from, or to calibrate on.
    """
    data = Path(data)
    folder = Path(folder)
    corpus = StoredCorpus(data)
    inputs = ClipInputs(corpus, "stored")
    tracks = [
        track
        for track in corpus.tracks
        if track.split in ("train", "valid") and inputs.source("mel", track) is not None
    ]
    if {track.split for track in tracks} != {"train", "valid"}:
        raise TrainingRunError(f"{data} does not hold clips of both train and valid.")
    hashes = corpus.hashes()
    open_run(folder, {"model": GenreCnn.name, "data": hashes, "seed": SEED, "settings": asdict(settings)})
    model_folder = run_model_dir(folder, GenreCnn.name)
    if workers:
        inputs.compute("mel", tracks, workers)
    held_out = answers_on_valid(CnnContender(settings, SEED, on_epoch), inputs, tracks)
    labels = genre_positions(held_out.tracks)
    temperature = fit_temperature(labels, held_out.shares)

    mels = np.stack([mel for track in tracks if (mel := inputs.mel(track)) is not None])
    network = train_network(
        mels,
        genre_positions([track.name for track in tracks]),
        [track.fold_group for track in tracks],
        settings,
        SEED,
        on_epoch,
    )
    export_onnx(network, model_folder / NETWORK_FILE, mels[:4, :N_FRAMES])
    (model_folder / CALIBRATION_FILE).write_text(
        json.dumps({"temperature": temperature}) + "\n", encoding="utf-8"
    )
    card = ModelCard(
        name=GenreCnn.name,
        summary=(
            f"{settings.members} networks of {network.count_params():,} parameters together, trained on "
            f"GTZAN alone. They read log-mel patches of {N_FRAMES} frames ({PATCH_SECONDS:.1f} s) and "
            f"{N_MELS} bands as cepstra, their covariances and their rhythm and by convolutions, "
            "and pool their shares."
        ),
        data=hashes,
        split=(
            f"Trained on the {len(tracks)} clips of train and valid of the fault-filtered split (Kereliuk, "
            "Sturm and Larsen, 2015), which share no artist with the test clips. The temperature was fitted "
            "to the valid clips with a network trained on train alone."
        ),
        choices={
            **asdict(settings),
            "temperature": temperature,
            "chosen on": "three folds by artist over train and valid",
        },
        seed=SEED,
        figures={
            "valid, trained on train alone": evaluate(
                labels, apply_temperature(held_out.shares, temperature)
            ).record()
        },
        limits=[
            "640 clips by some 200 artists are few: it knows their sound better than it knows the genres.",
            "The architecture and the settings were chosen on train and valid, not on the test clips.",
            f"It hears patches of {PATCH_SECONDS:.1f} s and no order of them.",
        ],
        licence="MIT, as the project. GTZAN carries no licence; the model holds weights, no audio.",
        command="python -m gmn_core train cnn --data DIR",
        weights={name: file_sha256(model_folder / name) for name in (NETWORK_FILE, CALIBRATION_FILE)},
        libraries=library_versions("numpy", "tensorflow-cpu", "tensorflow", "keras", "onnxruntime"),
    )
    write_card(card, model_folder)
    return card
