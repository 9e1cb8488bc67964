"""The SoundFont: the recorded instruments that a band is played on."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gmn_core.generation.request import GenerationError

ENVIRONMENT_VARIABLE = "GMN_SOUNDFONT"
BUNDLED_FILE = "TimGM6mb.sf2"
# Where Linux distributions install General MIDI SoundFonts, the better first.
SYSTEM_PLACES: tuple[Path, ...] = (
    Path("/usr/share/sounds/sf2/FluidR3_GM.sf2"),
    Path("/usr/share/soundfonts/FluidR3_GM.sf2"),
    Path("/usr/share/sounds/sf2/MuseScore_General.sf2"),
    Path("/usr/share/soundfonts/GeneralUser.sf2"),
    Path("/usr/share/sounds/sf2/default-GM.sf2"),
    Path("/usr/share/soundfonts/default.sf2"),
)


@dataclass(frozen=True, eq=False)
class SoundFont:
    """A SoundFont 2 file in memory.

    Parameters
    ----------
    name : str
        Its file name.
    data : bytes
        The whole file.
    sha256 : str
        Hash of the file: with the MIDI file it decides the audio.
    """

    name: str
    data: bytes
    sha256: str


def find_soundfont(named: Path | None = None) -> SoundFont:
    """Return the SoundFont to play on.

    The first of these: the one named, the one in the environment variable
    ``GMN_SOUNDFONT``, one that the system has in a known place, the small
    one that comes with the library pretty_midi.

    Raises
    ------
    GenerationError
        If the one named, here or in the environment, is no SoundFont 2 file.
    """
    if named is None and (variable := os.environ.get(ENVIRONMENT_VARIABLE)):
        named = Path(variable)
    if named is not None:
        return read_soundfont(named)
    for place in SYSTEM_PLACES:
        if place.is_file():
            try:
                return read_soundfont(place)
            except GenerationError:
                continue  # such as a default that points to a SoundFont 3
    return bundled_soundfont()


def bundled_soundfont() -> SoundFont:
    """Return the SoundFont that pretty_midi ships, found without the cost of importing it."""
    package = importlib.util.find_spec("pretty_midi")
    if package is None or package.origin is None:
        raise GenerationError("The library pretty_midi, which brings the instruments, is not installed.")
    return read_soundfont(Path(package.origin).parent / BUNDLED_FILE)


def read_soundfont(path: Path) -> SoundFont:
    """Read a SoundFont file; the one read last is kept in memory.

    Raises
    ------
    GenerationError
        If it cannot be read or is not a SoundFont of version 2.
    """
    try:
        changed = path.stat().st_mtime_ns
        return _read(path, changed)
    except OSError as error:
        raise GenerationError(f"The SoundFont {path} cannot be read: {error.strerror or error}.") from None


@lru_cache(maxsize=1)
def _read(path: Path, changed: int) -> SoundFont:
    data = path.read_bytes()
    version_chunk = data.find(b"ifil", 12, 4096)  # among the file's first, by the specification
    if data[:4] != b"RIFF" or data[8:12] != b"sfbk" or version_chunk < 0:
        raise GenerationError(f"{path} is not a SoundFont.")
    if (version := int.from_bytes(data[version_chunk + 8 : version_chunk + 10], "little")) != 2:
        raise GenerationError(f"{path} is a SoundFont of version {version}; version 2 (.sf2) is needed.")
    return SoundFont(path.name, data, hashlib.sha256(data).hexdigest())
