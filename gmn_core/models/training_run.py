"""Training runs: the folder that a training writes to, and how its models get into the package.

A run's folder holds ``run.json``, which says what is trained, and on what; the
files that the training resumes from, such as a checkpoint; and each finished
model in ``models/NAME/``. The package's own models change only when `publish`
copies finished ones over them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gmn_core.files import StrPath
from gmn_core.models.card import CARD_FILE, MODELS_DIR, file_sha256

RUN_FILE = "run.json"
_MODELS = "models"
_LOGGER = logging.getLogger(__name__)


class TrainingRunError(ValueError):
    """A run that cannot be used; its message is a sentence a person can act on."""


def run_model_dir(folder: StrPath, name: str) -> Path:
    """Return the folder in which a run writes its model called ``name``."""
    return Path(folder) / _MODELS / name


def finished_models(folder: StrPath) -> list[Path]:
    """Return the folders of a run's finished models, which are those with a card."""
    return sorted(path.parent for path in Path(folder).glob(f"{_MODELS}/*/{CARD_FILE}"))


def open_run(folder: StrPath, facts: Mapping[str, Any], *, resume: bool = True) -> str:
    """Open the folder of a run, setting aside any other training that it holds.

    Parameters
    ----------
    folder : str or os.PathLike
        Made if it is not there.
    facts : mapping
        What identifies the training, in JSON types: the model, hashes of the
        data, the settings. A run resumes only if all are the same.
    resume : bool
        Whether to resume this training, if the folder holds it.

    Returns
    -------
    str
        The training's fingerprint: the SHA-256 of the facts.

    Raises
    ------
    TrainingRunError
        If the folder holds files, but no training.

    Notes
    -----
    Another training is not overwritten: its folder is renamed (``lstm`` to
    ``lstm-1``), and a logged warning says so and why.
    """
    folder = Path(folder)
    text = json.dumps(facts, indent=1, sort_keys=True) + "\n"
    found = _read_facts(folder)
    differing = [] if found is None else _differences(found, json.loads(text))
    if found is not None and (differing or not resume):
        reason = f"differs in {', '.join(differing)}" if differing else "is not to be resumed"
        kept = _set_aside(folder)
        _LOGGER.warning(
            "%s holds a training that %s: it is kept as %s, and a new one begins.", folder, reason, kept
        )
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{RUN_FILE}.partial"
    partial.write_text(text, encoding="utf-8")
    partial.replace(folder / RUN_FILE)
    return hashlib.sha256(text.encode()).hexdigest()


def publish(folder: StrPath, models: StrPath | None = None) -> list[Path]:
    """Copy the finished models of a run into the package, each in place of the model of its name.

    Parameters
    ----------
    folder : str or os.PathLike
        The run's folder.
    models : str or os.PathLike, optional
        Where the models go; by default among those of the package.

    Returns
    -------
    list of Path
        The folders that were written. Other files in them, such as reports on
        the earlier models, are deleted.

    Raises
    ------
    TrainingRunError
        If the run holds no finished model, or the package is not a checkout.
        Nothing is published then.
    """
    folder = Path(folder)
    models = None if models is None else Path(models)
    models = models or MODELS_DIR
    if not (models.parents[1] / "pyproject.toml").is_file():
        raise TrainingRunError("Models are published into a checkout; an installed copy stays as it is.")
    finished = finished_models(folder)
    if not finished:
        raise TrainingRunError(f"{folder} holds no finished model.")
    for source in finished:
        _check_whole(source)
    return [_replace(source, models / source.name) for source in finished]


def _read_facts(folder: Path) -> dict[str, Any] | None:
    if not folder.exists():
        return None
    try:
        facts: dict[str, Any] = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
        return dict(facts)
    except (OSError, TypeError, ValueError) as error:
        if folder.is_dir() and not any(folder.iterdir()):
            return None
        raise TrainingRunError(
            f"{folder} is not the folder of a training; name another or an empty one."
        ) from error


def _differences(found: Mapping[str, Any], facts: Mapping[str, Any]) -> list[str]:
    """Return the names of the facts that differ; within a group of settings, of the single settings."""
    names: list[str] = []
    for name in sorted({*found, *facts}):
        old, new = found.get(name), facts.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            names += _differences(old, new)
        elif old != new:
            names.append(name.replace("_", " "))
    return names


def _set_aside(folder: Path) -> Path:
    number = 1
    while (kept := folder.with_name(f"{folder.name}-{number}")).exists():
        number += 1
    return folder.rename(kept)


def _check_whole(folder: Path) -> None:
    """Raise unless the folder holds every file that its card names."""
    weights = json.loads((folder / CARD_FILE).read_text(encoding="utf-8"))["weights"]
    for name, sha256 in weights.items():
        if not (folder / name).is_file() or file_sha256(folder / name) != sha256:
            raise TrainingRunError(f"{folder / name} is not the file that the model's card names.")


def _replace(source: Path, target: Path) -> Path:
    """Replace a folder by a copy of another, so that no reader sees half of it."""
    new, old = (target.with_name(f".{target.name}.{state}") for state in ("new", "old"))
    for rest in (new, old):
        shutil.rmtree(rest, ignore_errors=True)
    shutil.copytree(source, new)
    if target.exists():
        target.rename(old)
    new.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return target
