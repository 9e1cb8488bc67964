"""Model cards: what a shipped model is, where it comes from and how good it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gmn_core.files import StrPath

MODELS_DIR = Path(__file__).parent
CARD_FILE = "card.json"
VERSION_LENGTH = 12  # digits of a SHA-256 that name a model's weights
_REMEDY = "install the package again"


class ModelError(ValueError):
    """A shipped model that cannot be used; the message is a sentence that names no folder of this machine."""


@dataclass(frozen=True)
class ModelCard:
    """The facts that belong with a model's weights.

    Parameters
    ----------
    name : str
        Folder of the model in `MODELS_DIR`.
    summary : str
        What the model is, in one or two sentences.
    data : mapping
        Training data, or what a rule was measured on: name of each source file to its SHA-256.
    split : str
        How training and held-out data were kept apart.
    choices : mapping
        Every setting that was chosen, and the data that it was chosen on.
    seed : int
        Seed of all random numbers in the training.
    figures : mapping
        Measured results; each names the data it was measured on.
    limits : sequence of str
        What the model cannot do; targets missed, and by how much.
    licence : str
        Licence of the weights, and notices of what they derive from.
    command : str
        The command that trains the model again, or measures a rule again.
    weights : mapping
        Name of each weight file to its SHA-256; empty for a rule, which has none.
    libraries : mapping
        Versions of the libraries that the weights were made with.
    """

    name: str
    summary: str
    data: Mapping[str, str]
    split: str
    choices: Mapping[str, Any]
    seed: int
    figures: Mapping[str, Any]
    limits: Sequence[str]
    licence: str
    command: str
    weights: Mapping[str, str]
    libraries: Mapping[str, str]


def model_dir(name: str) -> Path:
    """Return the folder of the model called ``name``."""
    return MODELS_DIR / name


@cache
def intact_model_dir(name: str) -> Path:
    """Return the folder of a shipped model whose files are those of its card.

    All are hashed once per process, which takes some hundredths of a second.
    A byte that changed on a disk or in a download would be heard by nobody.

    Raises
    ------
    ModelError
        If the card or a file is missing, or differs from what the card says.
    """
    folder = model_dir(name)
    for file, expected in read_card(name).weights.items():
        try:
            digest = file_sha256(folder / file)
        except OSError as error:
            raise ModelError(f"The model {name} is incomplete: {file} cannot be read; {_REMEDY}.") from error
        if digest != expected:
            raise ModelError(
                f"The model {name} is damaged: {file} is not the file that its card describes; {_REMEDY}."
            )
    return folder


def model_version(name: str) -> str:
    """Return a short name for a shipped model's weights: the beginning of a SHA-256 over those of its files.

    Raises
    ------
    ModelError
        If no model of that name is shipped, or its card is damaged.
    """
    files = "".join(f"{file} {digest}\n" for file, digest in sorted(read_card(name).weights.items()))
    return hashlib.sha256(files.encode()).hexdigest()[:VERSION_LENGTH]


def read_card(name: str) -> ModelCard:
    """Read a shipped model's card.

    Raises
    ------
    ModelError
        If no model of that name is shipped, or its card is damaged.
    """
    try:
        return ModelCard(**json.loads((model_dir(name) / CARD_FILE).read_text(encoding="utf-8")))
    except OSError as error:
        raise ModelError(f"The model {name} is missing: its card cannot be read; {_REMEDY}.") from error
    except (ValueError, TypeError) as error:
        raise ModelError(f"The model {name} is damaged: its card is not whole; {_REMEDY}.") from error


def write_card(card: ModelCard, folder: StrPath | None = None) -> Path:
    """Write ``card`` into ``folder`` (the shipped model's own by default) and return its path."""
    path = Path(folder or model_dir(card.name)) / CARD_FILE
    path.write_text(json.dumps(asdict(card), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def file_sha256(path: StrPath) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def library_versions(*names: str) -> dict[str, str]:
    """Return the installed versions of the named distributions, leaving out absent ones."""
    versions = {}
    for name in names:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions
