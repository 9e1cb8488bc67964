"""The SoundFont: the recorded instruments that a band is played on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from gmn_core.files import StrPath
from gmn_core.generation.request import GenerationError

if TYPE_CHECKING:
    from gmn_core.generation.sound.presets import PresetLibrary

ENVIRONMENT_VARIABLE = "GMN_SOUNDFONT"
BUNDLED_FILE = Path(__file__).parent / "soundfonts" / "FluidR3Mono_GM.sf3"
VERSIONS = (2, 3)


@dataclass(frozen=True, eq=False)
class SoundFont:
    """A SoundFont file in memory.

    Parameters
    ----------
    name : str
        Its file name.
    data : bytes
        The whole file.
    sha256 : str
        Hash of the file: together with the MIDI file it determines the audio.
    """

    name: str
    data: bytes
    sha256: str

    @cached_property
    def _presets(self) -> PresetLibrary:
        from gmn_core.generation.sound.presets import PresetLibrary

        return PresetLibrary(self.data)

    def __getstate__(self) -> dict[str, object]:
        # What has been read out of the file stays behind: it looks into it, and cannot be copied.
        return {"name": self.name, "data": self.data, "sha256": self.sha256}

    def cut(self, presets: Mapping[tuple[int, int], Collection[int]]) -> bytes:
        """Return a small SoundFont 2 with what is played; see `PresetLibrary.cut`.

        Raises
        ------
        GenerationError
            If the file is damaged.
        """
        try:
            return self._presets.cut(presets)
        except GenerationError as error:
            raise GenerationError(f"The SoundFont {self.name} cannot be played: {error}") from error


def find_soundfont(named: StrPath | None = None) -> SoundFont:
    """Return the SoundFont to play on: the one named, or that of ``GMN_SOUNDFONT``, or the bundled one.

    SoundFonts installed on the system are not looked for, so that equal
    arguments give equal bytes on every machine.

    Raises
    ------
    GenerationError
        If the one named, here or in the environment, is no SoundFont file.
    """
    if named is None and (variable := os.environ.get(ENVIRONMENT_VARIABLE)):
        named = variable
    return bundled_soundfont() if named is None else read_soundfont(named)


def bundled_soundfont() -> SoundFont:
    """Return the SoundFont that ships with the package."""
    return read_soundfont(BUNDLED_FILE)


def read_soundfont(path: StrPath) -> SoundFont:
    """Read a SoundFont file; the one read last is kept in memory.

    Raises
    ------
    GenerationError
        If it cannot be read or is not a SoundFont of version 2 or 3.
    """
    path = Path(path)
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
    version = int.from_bytes(data[version_chunk + 8 : version_chunk + 10], "little")
    if version not in VERSIONS:
        raise GenerationError(f"{path} is a SoundFont of version {version}; version 2 or 3 is needed.")
    return SoundFont(path.name, data, hashlib.sha256(data).hexdigest())
