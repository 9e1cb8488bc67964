"""Training the network: seeded, in sittings that resume where the last one stopped."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gmn_core.corpora.midi import Split
from gmn_core.files import StrPath
from gmn_core.generation.playing.model import NAME
from gmn_core.generation.request import GenerationError
from gmn_core.generation.training.dataset import Dataset
from gmn_core.generation.training.network import GeneratorNetwork, NetworkSettings
from gmn_core.generation.training.supply import batches_ahead, usual_workers
from gmn_core.generation.training.windows import Batch, group_by_genre, training_batch, validation_batches
from gmn_core.models.training_run import open_run

if TYPE_CHECKING:
    import keras

    from gmn_core.generation.training.learner import AveragingAdamW

WeightArrays = dict[str, npt.NDArray[np.float32]]

_CHECKPOINT, _BEST, _HISTORY = "checkpoint.npz", "best.npz", "history.jsonl"
_VALID_WINDOWS_PER_GENRE = 16


@dataclass(frozen=True)
class TrainingSettings:
    """How the network is trained.

    Parameters
    ----------
    updates : int
        Number of weight updates of the whole training, over all sittings.
    batch : int
        Windows in a batch.
    rate : float
        Highest learning rate of Adam; reached after ``warm_up`` updates and
        lowered to a fiftieth along a cosine.
    decay : float
        Weight decay, of which the learning rate's share is taken off the
        weights at each update; biases keep their size.
    average : float
        Momentum of the moving average of the weights, which is validated and
        kept; at 0 the weights themselves are.
    small_bands : float
        Share of the windows that are played by a part of their band.
    warm_up : int
        Updates over which the rate rises.
    clip : float
        Largest norm of the gradient of all weights together.
    every : int
        Updates between two validations, each with a checkpoint.
    patience : int
        Validations without improvement after which the training stops.
    seed : int
        Seed of weights, batches and dropout.
    """

    updates: int = 8000
    batch: int = 96
    rate: float = 3e-3
    decay: float = 0.05
    average: float = 0.999
    small_bands: float = 0.4
    warm_up: int = 300
    clip: float = 1.0
    every: int = 250
    patience: int = 16
    seed: int = 0


class Trainer:
    """One training, kept in a folder of its own.

    It resumes from the folder's checkpoint only if that was made on the same
    corpus, from the same weights and with the same settings; see
    `gmn_core.models.training_run.open_run`.

    Parameters
    ----------
    dataset : Dataset
        The encoded corpus.
    run_dir : str or os.PathLike
        Holds the checkpoint, the best weights and the history.
    settings : TrainingSettings
        How to train.
    network_settings : NetworkSettings
        What to train.
    start : mapping of str to ndarray, optional
        Weights to start from; by default random ones.
    workers : int, optional
        Processes that make batches; at 0, a thread of this one. By default as
        many as `usual_workers` says. The batches are the same.

    Raises
    ------
    GenerationError
        If no piece is left to validate on, or ``start`` has other sizes.
    """

    def __init__(
        self,
        dataset: Dataset,
        run_dir: StrPath,
        settings: TrainingSettings,
        network_settings: NetworkSettings | None = None,
        start: Mapping[str, npt.NDArray[np.floating]] | None = None,
        workers: int | None = None,
    ) -> None:
        from gmn_core.generation.training.learner import Learner

        run_dir = Path(run_dir)
        self._train = group_by_genre(dataset.of(Split.TRAIN))
        self._valid = group_by_genre(dataset.of(Split.VALID))
        if not self._valid:
            raise GenerationError("No validation file can be read and has eight bars of music.")
        self._dir = run_dir
        self._settings = settings
        network_settings = network_settings or NetworkSettings()
        self._facts = {
            "model": NAME,
            "corpus": dataset.fingerprint(),
            "starting weights": None if start is None else _hash(start),
            "training": asdict(settings),
            "network": asdict(network_settings),
        }
        self._network = GeneratorNetwork(network_settings, settings.seed)
        if start is not None:
            self._network.load(start)
        self._optimizer = self._build_optimizer()
        self._learner = Learner(self._network, self._optimizer)
        self._workers = usual_workers() if workers is None else workers
        self._done, self._best, self._stale = 0, math.inf, 0
        self._fingerprint = ""

    @property
    def network_settings(self) -> NetworkSettings:
        """What is trained."""
        return self._network.settings

    @property
    def best(self) -> float:
        """The best validation so far, in nats per step."""
        return self._best

    @property
    def done(self) -> int:
        """Updates made so far, over all sittings."""
        return self._done

    def run(self, *, resume: bool = True, minutes: float = math.inf) -> WeightArrays:
        """Train until the last update, until nothing improves, or until the time is up.

        Parameters
        ----------
        resume : bool
            Whether to resume from this training's checkpoint, if the folder
            holds one.
        minutes : float
            Length of this sitting; a later call resumes.

        Returns
        -------
        dict of str to ndarray
            The best weights so far, by the likelihood of validation windows.

        Raises
        ------
        TrainingRunError
            If the folder holds files, but no training.
        GenerationError
            If the checkpoint is another training's, or the training diverged.
        """
        from tqdm import tqdm

        self._fingerprint = open_run(self._dir, self._facts, resume=resume)
        if (self._dir / _CHECKPOINT).exists():
            self._restore()
        deadline = time.monotonic() + 60 * minutes
        valid = validation_batches(
            self._valid, _VALID_WINDOWS_PER_GENRE, self._settings.batch, self._settings.seed
        )
        update, measure = self._functions()
        remaining = range(self._done, self._settings.updates)
        nats: list[float] = []  # of the updates since the last validation in this sitting
        with (
            batches_ahead(self._batch_maker(), remaining, self._workers) as batches,
            tqdm(total=self._settings.updates, initial=self._done, unit=" updates", leave=False) as bar,
        ):
            for batch in batches:
                nats.append(update(batch))
                self._done += 1
                bar.update()
                late = time.monotonic() > deadline
                if self._done % self._settings.every and self._done < self._settings.updates and not late:
                    continue
                with self._optimizer.averaged():
                    held_out = float(np.mean([measure(each) for each in valid]))
                    self._keep_best(held_out)
                self._note(float(np.mean(nats)), held_out)
                bar.set_postfix(valid=f"{held_out:.3f}", best=f"{self._best:.3f}")
                nats.clear()
                if late or self._stale >= self._settings.patience:
                    break
        if math.isinf(self._best):
            raise GenerationError("The training diverged: no validation gave a number; try a lower rate.")
        with np.load(self._dir / _BEST, allow_pickle=False) as file:
            return dict(file)

    def _build_optimizer(self) -> AveragingAdamW:
        import keras

        from gmn_core.generation.training.learner import AveragingAdamW

        settings = self._settings
        rate = keras.optimizers.schedules.CosineDecay(
            settings.rate / 10,
            max(settings.updates - settings.warm_up, 1),
            alpha=0.02,
            warmup_target=settings.rate,
            warmup_steps=settings.warm_up,
        )
        return AveragingAdamW(
            settings.average,
            learning_rate=rate,
            weight_decay=settings.decay,
            global_clipnorm=settings.clip,
        )

    def _batch_maker(self) -> Callable[[int], Batch]:
        settings = self._settings
        return partial(
            training_batch, self._train, settings.batch, settings.seed, small_bands=settings.small_bands
        )

    def _functions(self) -> tuple[Callable[[Batch], float], Callable[[Batch], float]]:
        """Return the update and the measurement; both give nats per step."""

        def update(batch: Batch) -> float:
            return float(self._learner.train_on_batch(batch._asdict()))

        def measure(batch: Batch) -> float:
            return float(self._learner.test_on_batch(batch._asdict()))

        return update, measure

    def _keep_best(self, valid: float) -> None:
        """Keep the network as it is now if none was better."""
        self._stale = 0 if valid < self._best else self._stale + 1
        if valid < self._best:
            self._best = valid
            _save(self._dir / _BEST, self._network.weights())

    def _note(self, train: float, valid: float) -> None:
        """Record a validation: the history and the checkpoint."""
        with (self._dir / _HISTORY).open("a", encoding="utf-8") as file:
            line = {"update": self._done, "train_nats": round(train, 4), "valid_nats": round(valid, 4)}
            file.write(json.dumps(line) + "\n")
        state = {name: np.asarray(own) for name, own in self._state().items()}
        progress = np.array([self._done, self._best, self._stale])
        identity = np.array(self._fingerprint)
        _save(
            self._dir / _CHECKPOINT,
            {**self._network.weights(), **state, "progress": progress, "fingerprint": identity},
        )

    def _state(self) -> dict[str, keras.Variable]:
        """Return what a training remembers beside the weights, by name."""
        optimizer = {f"optimizer/{index}": own for index, own in enumerate(self._optimizer.variables)}
        return {**optimizer, "seeds": self._network.seeds.state}

    def _restore(self) -> None:
        with np.load(self._dir / _CHECKPOINT, allow_pickle=False) as file:
            if str(file.get("fingerprint")) != self._fingerprint:
                raise GenerationError(f"{self._dir / _CHECKPOINT} was made by another training.")
            self._network.load(file)
            for name, variable in self._state().items():
                variable.assign(file[name])
            done, self._best, stale = file["progress"].tolist()
        self._done, self._stale = int(done), int(stale)


def _hash(arrays: Mapping[str, npt.NDArray[np.floating]]) -> str:
    """Return one SHA-256 of named arrays."""
    digest = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        digest.update(name.encode() + np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _save(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write arrays so that an interruption leaves the old file or the new one."""
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, **arrays)  # type: ignore[arg-type]  # NumPy's stub takes no names
    partial.replace(path)
