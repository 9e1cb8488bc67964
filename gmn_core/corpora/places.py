"""Where data sets lie unless a folder is named."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_data_path

_CHECKOUT = Path(__file__).parents[2]


def corpus_dir(name: str) -> Path:
    """Return the folder of a data set.

    In a checkout it lies in ``data/``; an installed copy keeps it in the user's
    own data folder, where this platform has such folders, so that nothing is
    ever written into the package.
    """
    if (_CHECKOUT / "pyproject.toml").is_file():
        return _CHECKOUT / "data" / name
    return user_data_path("generative-music-network", appauthor=False) / name
