"""Real speech, other sounds and music from Debian packages: what the check for music is set and tested on.

Each package is unpacked into a folder of its own name (``dpkg -x NAME_*.deb DIR/NAME``); nothing of them is
part of this project. Which packages the check is set on and which it is tested on is decided here, by source:
no voice, no recorder and no composer is on both sides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np

from gmn_core.audio.clip import Clip
from gmn_core.audio.decode import decode_file
from gmn_core.audio.errors import AudioError
from gmn_core.files import StrPath

Kind = Literal["speech", "other sounds", "music"]
Part = Literal["set", "test"]
T = TypeVar("T")

SECONDS = 20.0
SAMPLE_RATE = 22_050
PAUSE_SECONDS = 0.25
PER_FOLDER = 3  # clips of one folder, which is often one voice
_SUFFIXES = {".wav", ".ogg", ".opus"}


@dataclass(frozen=True)
class SoundSource:
    """Files of a package.

    Parameters
    ----------
    package : str
        Its name, and that of the folder it is unpacked to.
    kind : {"speech", "other sounds", "music"}
        What the files hold.
    part : {"set", "test"}
        Whether the check is set or tested on them.
    pattern : str
        Which files, as `Path.rglob` takes it.
    without : str
        Leaves out paths that contain this, if it is given.
    most : int
        How many clips are taken at most.
    """

    package: str
    kind: Kind
    part: Part
    pattern: str = "*"
    without: str = ""
    most: int = 40

    def files(self, folder: StrPath) -> list[Path]:
        """Return the files in the order of their names, in a folder of unpacked packages."""
        found = sorted((Path(folder) / self.package).rglob(self.pattern))
        return [
            path
            for path in found
            if path.suffix in _SUFFIXES and not (self.without and self.without in str(path))
        ]

    def clips(self, folder: StrPath) -> Iterator[Clip]:
        """Yield clips of 20 s at most: recordings as they are, spoken words joined to a speech."""
        files = self.files(folder)
        return _joined(files, self.most) if self.kind == "speech" else _single(files, self.most)


SOURCES: tuple[SoundSource, ...] = (
    *(
        SoundSource(f"asterisk-core-sounds-{language}-wav", "speech", "set", most=12)
        for language in ("en", "es", "fr", "it", "ru")
    ),
    SoundSource("tuxpaint-stamps-default", "speech", "set", "*_desc_*.ogg", most=60),
    SoundSource("klettres-data", "speech", "set", most=20),
    SoundSource("tuxpaint-stamps-default", "other sounds", "set", "stamps/[ahmntv]*/**/*.ogg", "_desc_", 70),
    SoundSource("flare-game", "other sounds", "set", "soundfx/**/*.ogg"),
    SoundSource("flare-game", "music", "set", "music/*.ogg"),
    SoundSource("wesnoth-1.16-music", "music", "set"),
    SoundSource("fillets-ng-data-cs", "speech", "test"),
    SoundSource("fillets-ng-data-nl", "speech", "test"),
    SoundSource("ktuberling-data", "speech", "test"),
    SoundSource("pocketsphinx-testdata", "speech", "test"),
    SoundSource("gcompris-qt-data", "other sounds", "test", "explore_farm_animals/*.ogg"),
    SoundSource("gcompris-qt-data", "other sounds", "test", "memory-sound/LR*.ogg"),
    SoundSource("lincity-ng-data", "other sounds", "test", "sounds/*"),
    SoundSource("hyperrogue-music", "other sounds", "test", "sounds/*"),
    SoundSource("gcompris-qt-data", "music", "test", "explore_world_music/*.ogg"),
    SoundSource("asterisk-moh-opsound-wav", "music", "test"),
    SoundSource("extremetuxracer-data", "music", "test", "music/*"),
    SoundSource("fillets-ng-data", "music", "test", "music/*"),
    SoundSource("fretsonfire-songs-muldjord", "music", "test", "song.ogg"),
    SoundSource("fretsonfire-songs-sectoid", "music", "test", "song.ogg"),
    SoundSource("hyperrogue-music", "music", "test", "music/*"),
    SoundSource("lincity-ng-data", "music", "test", "music/**/*"),
    SoundSource("singularity-music", "music", "test"),
    SoundSource("warzone2100-music", "music", "test"),
)
"""What the shipped check was set and tested on."""


def _single(files: list[Path], most: int) -> Iterator[Clip]:
    """Yield the middle of each file that can be read, of files that are spread over the list."""
    n_clips = 0
    for path in _spread(files):
        if n_clips == most:
            return
        try:
            clip = decode_file(path).clip
        except AudioError:
            continue  # shorter than a second, most of them
        n_clips += 1
        yield clip.excerpt(max(0.0, (clip.seconds - SECONDS) / 2), SECONDS)


def _joined(files: list[Path], most: int) -> Iterator[Clip]:
    """Yield what is spoken in the files of a folder, one after the other with pauses as a reader makes."""
    import soundfile
    import soxr

    folders: dict[Path, list[Path]] = defaultdict(list)
    for path in files:
        folders[path.parent].append(path)
    n_clips = 0
    pause = np.zeros(round(PAUSE_SECONDS * SAMPLE_RATE), dtype=np.float32)
    for own in _spread(list(folders.values())):
        spoken: list[np.ndarray] = []
        n_of_folder = 0
        for path in own:
            if n_clips == most or n_of_folder == PER_FOLDER:
                break
            samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
            spoken += [soxr.resample(samples.mean(axis=1), rate, SAMPLE_RATE), pause]
            if sum(map(len, spoken)) >= SECONDS * SAMPLE_RATE:
                n_clips, n_of_folder = n_clips + 1, n_of_folder + 1
                yield Clip(np.concatenate(spoken)[: round(SECONDS * SAMPLE_RATE)], SAMPLE_RATE)
                spoken = []


def _spread(items: list[T]) -> list[T]:
    """Return items so that any number of the first of them come from all over the list."""
    order = np.random.default_rng(0).permutation(len(items))
    return [items[index] for index in order]
