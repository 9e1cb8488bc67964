"""Work for the processes of the tests: a row for any file, and an end where one is deadly."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np

from gmn_core.classification.library import Record


def name_only(path: str) -> Record:
    if "deadly" in path:
        os.kill(os.getpid(), signal.SIGKILL)
    if "odd" in path:
        raise ZeroDivisionError
    bad = "The file is empty." if "bad" in path else None
    return {"file": path, "seconds": None if bad else 30.0, "cnn_genre": "jazz", "notice": None, "error": bad}


def mean_tags(patches: np.ndarray) -> list[np.ndarray]:
    """Something for tags that depends on what is heard."""
    return [np.repeat(patches.mean(axis=(1, 2))[:, None], 50, axis=1)]


def note_and_wait(path: str) -> Record:
    """Leave a note for each time that the file is worked on."""
    with Path(f"{path}.worked").open("a") as notes:
        notes.write(f"{os.getpid()}\n")
    time.sleep(0.2)
    return name_only(path)
