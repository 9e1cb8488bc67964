"""Training the network: seeded, in sittings that resume where the last one stopped."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
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
from gmn_core.generation.training.windows import Batch, group_by_genre, training_batch, validation_batches
from gmn_core.models.training_run import open_run

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

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

    updates: int = 2400
    batch: int = 48
    rate: float = 3e-3
    warm_up: int = 60
    clip: float = 1.0
    every: int = 100
    patience: int = 8
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
    ) -> None:
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
        self._done, self._best, self._stale = 0, math.inf, 0
        self._fingerprint = ""

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
        total = self._settings.updates
        bar = tqdm(self._batches(), initial=self._done, total=total, unit=" updates", leave=False)
        nats: list[float] = []  # of the updates since the last validation in this sitting
        for index, batch in bar:
            nats.append(float(update(batch, index)))
            self._done = index + 1
            late = time.monotonic() > deadline
            if self._done % self._settings.every and self._done < total and not late:
                continue
            held_out = float(np.mean([float(measure(each)) for each in valid]))
            self._note(float(np.mean(nats)), held_out)
            bar.set_postfix(valid=f"{held_out:.3f}", best=f"{self._best:.3f}")
            nats.clear()
            if late or self._stale >= self._settings.patience:
                break
        if math.isinf(self._best):
            raise GenerationError("The training diverged: no validation gave a number; try a lower rate.")
        with np.load(self._dir / _BEST, allow_pickle=False) as file:
            return dict(file)

    def _build_optimizer(self) -> keras.optimizers.Optimizer:
        import keras

        settings = self._settings
        rate = keras.optimizers.schedules.CosineDecay(
            settings.rate / 10,
            max(settings.updates - settings.warm_up, 1),
            alpha=0.02,
            warmup_target=settings.rate,
            warmup_steps=settings.warm_up,
        )
        optimizer = keras.optimizers.Adam(rate, global_clipnorm=settings.clip)
        optimizer.build(self._network.variables)
        return optimizer

    def _batches(self) -> Iterator[tuple[int, Batch]]:
        """Yield the remaining batches with their numbers, made in the background."""
        import tensorflow as tf

        def make(index: tf.Tensor) -> list[tf.Tensor]:
            arrays = training_batch(self._train, self._settings.batch, self._settings.seed, int(index))
            return [tf.convert_to_tensor(array) for array in arrays]

        types = [tf.int32, tf.int32, tf.int32, tf.float32, tf.float32]
        numbers = tf.data.Dataset.range(self._done, self._settings.updates)
        made = numbers.map(lambda index: (index, *tf.py_function(make, [index], types))).prefetch(4)
        for index, *arrays in made:
            yield int(index), Batch(*arrays)

    def _functions(
        self,
    ) -> tuple[tf.types.experimental.GenericFunction, tf.types.experimental.GenericFunction]:
        """Return the compiled update and measurement; both give nats per step."""
        import tensorflow as tf

        network, optimizer = self._network, self._optimizer
        shapes = self._signature()

        def nats_per_step(batch: Batch, index: tf.Tensor | None) -> tf.Tensor:
            return tf.reduce_sum(network.losses(batch, index)) / tf.reduce_sum(batch.inside)

        @tf.function(input_signature=[shapes, tf.TensorSpec((), tf.int32)])  # type: ignore[untyped-decorator]
        def update(batch: Batch, index: tf.Tensor) -> tf.Tensor:
            with tf.GradientTape() as tape:
                nats = nats_per_step(batch, index)
            gradients = tape.gradient(nats, [variable.value for variable in network.variables])
            optimizer.apply(gradients, network.variables)
            return nats

        @tf.function(input_signature=[shapes])  # type: ignore[untyped-decorator]
        def measure(batch: Batch) -> tf.Tensor:
            return nats_per_step(batch, None)

        return update, measure

    def _signature(self) -> Batch:
        import tensorflow as tf

        example = training_batch(self._train, 1, self._settings.seed, 0)
        return Batch(*(tf.TensorSpec((None, *array.shape[1:]), array.dtype) for array in example))

    def _note(self, train: float, valid: float) -> None:
        """Record a validation: the history, the best weights and the checkpoint."""
        self._stale = 0 if valid < self._best else self._stale + 1
        if valid < self._best:
            self._best = valid
            _save(self._dir / _BEST, self._network.weights())
        with (self._dir / _HISTORY).open("a", encoding="utf-8") as file:
            line = {"update": self._done, "train_nats": round(train, 4), "valid_nats": round(valid, 4)}
            file.write(json.dumps(line) + "\n")
        state = {f"optimizer/{index}": np.asarray(own) for index, own in enumerate(self._optimizer.variables)}
        progress = np.array([self._done, self._best, self._stale])
        identity = np.array(self._fingerprint)
        _save(
            self._dir / _CHECKPOINT,
            {**self._network.weights(), **state, "progress": progress, "fingerprint": identity},
        )

    def _restore(self) -> None:
        with np.load(self._dir / _CHECKPOINT, allow_pickle=False) as file:
            if str(file.get("fingerprint")) != self._fingerprint:
                raise GenerationError(f"{self._dir / _CHECKPOINT} was made by another training.")
            self._network.load(file)
            for index, variable in enumerate(self._optimizer.variables):
                variable.assign(file[f"optimizer/{index}"])
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
