"""GTZAN: 1,000 clips of 30 s in ten genres (Tzanetakis and Cook, 2002).

What is known of each clip ships in `gtzan_tracks.csv`:

split
    The fault-filtered split of Kereliuk, Sturm and Larsen (IEEE Transactions
    on Multimedia, 2015): 443 train, 197 valid and 290 test clips that share no
    artist; 70 clips are excluded for faults that Sturm (arXiv 1306.1461) lists.
artist_group
    Clips with the same number are by the same artist (Foleiss and Tavares,
    after Sturm's table); if that list lacks a clip, the group of its verified
    repetition. Empty for the test clips and if unknown.
fault
    Repetitions found by this project among the train, valid and excluded
    clips (correlation of log-mel spectrograms above 0.94), and files known to
    be damaged.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from gmn_core.audio.decode import decode_file
from gmn_core.audio.errors import AudioError
from gmn_core.corpora.download import Archive
from gmn_core.features.summary import DESCRIPTORS
from gmn_core.files import StrPath
from gmn_core.genres import Genre

Split = Literal["train", "valid", "test", "excluded"]

# Addresses and checksums as in mirdata's loader, version 1.0.0. The full archive's server has been down for
# years, but copies of the same file exist, which the checksum identifies.
FULL = Archive(
    "http://opihi.cs.uvic.ca/sound/genres.tar.gz", "genres.tar.gz", "5b3d6dddb579ab49814ab86dba69e7c7"
)
MINI = Archive(
    "https://github.com/TempoBeatDownbeat/gtzan_mini/archive/refs/heads/main.zip",
    "gtzan_mini.zip",
    "44f7f23af8363d96c59663a987f29a4c",
)

SHORTEST_SECONDS = 29.0
"""GTZAN's clips last 29.9 to 30.6 s."""

_TRACKS_FILE = Path(__file__).with_name("gtzan_tracks.csv")
_AUDIO_NAME = re.compile(rf"({'|'.join(Genre)})\.\d{{5}}\.(flac|wav|au|ogg)")
# If a folder holds a clip twice, the lossless file is used.
_PREFERENCE = ("flac", "wav", "au", "ogg")


@dataclass(frozen=True)
class Track:
    """One clip of GTZAN.

    Parameters
    ----------
    name : str
        GTZAN's own name, e.g. ``"blues.00042"``.
    split : {"train", "valid", "test", "excluded"}
        Its side of the fault-filtered split.
    artist_group : str
        Number of its artist, or empty.
    fault : str
        What is known to be wrong with it, or empty.
    audio : Path, optional
        The file, if a local copy has it.
    """

    name: str
    split: Split
    artist_group: str
    fault: str
    audio: Path | None = None

    @property
    def genre(self) -> Genre:
        """The label, which is part of the name."""
        return Genre(self.name.split(".")[0])

    @property
    def fold_group(self) -> str:
        """The group that stays on one side of a split; unknown artists of a genre count as one."""
        return self.artist_group or f"unknown {self.genre}"


@dataclass(frozen=True)
class Report:
    """What is wrong with a local copy.

    Parameters
    ----------
    n_found : int
        Number of tracks with an audio file.
    missing : tuple of str
        Names without a file.
    corrupt : mapping
        Name to a sentence that says why the file cannot be used.
    short : mapping
        Name to duration in seconds, if below `SHORTEST_SECONDS`.
    duplicates : tuple of tuple of str
        Names whose audio is the same to the sample.
    """

    n_found: int
    missing: tuple[str, ...]
    corrupt: Mapping[str, str]
    short: Mapping[str, float]
    duplicates: tuple[tuple[str, ...], ...]

    @property
    def sound(self) -> bool:
        """Whether every file found is readable and long enough; repetitions are GTZAN's own."""
        return not (self.corrupt or self.short)


def load_tracks() -> tuple[Track, ...]:
    """Return the facts on all 1,000 clips, in the order of their names."""
    with _TRACKS_FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Track(row["track"], cast(Split, row["split"]), row["artist_group"], row["fault"])
            for row in csv.DictReader(file)
        )


def index(root: StrPath) -> tuple[Track, ...]:
    """Find the clips of a local copy.

    Parameters
    ----------
    root : str or os.PathLike
        A folder that holds files named ``<genre>.<number>.<wav|au|flac|ogg>``
        at any depth, as the original archive (``genres/blues/blues.00000.au``),
        the Kaggle edition (``genres_original/``) and research folders with
        ``audio/<genre>/`` do.

    Returns
    -------
    tuple of Track
        All 1,000; `Track.audio` is None where there is no file.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist or holds none of the clips.
    """
    root = Path(root)
    if not root.is_dir():
        raise FileNotFoundError(f"There is no folder {root}.")
    found: dict[str, Path] = {}
    files = (path for path in root.rglob("*") if _AUDIO_NAME.fullmatch(path.name))
    for path in sorted(files, key=lambda path: _PREFERENCE.index(path.suffix[1:])):
        found.setdefault(path.stem, path)
    if not found:
        raise FileNotFoundError(f"The folder {root} holds no file named like blues.00000.wav.")
    return tuple(replace(track, audio=found.get(track.name)) for track in load_tracks())


def check(tracks: Sequence[Track], on_track: Callable[[Track], None] | None = None) -> Report:
    """Decode every file of a local copy and report what is wrong.

    Parameters
    ----------
    tracks : sequence of Track
        What `index` returned.
    on_track : callable, optional
        Called after each track, for a progress bar.
    """
    corrupt: dict[str, str] = {}
    short: dict[str, float] = {}
    by_content: dict[str, list[str]] = {}
    for track in tracks:
        if track.audio is not None:
            try:
                clip = decode_file(track.audio).clip
            except AudioError as error:
                corrupt[track.name] = str(error)
            else:
                if clip.seconds < SHORTEST_SECONDS:
                    short[track.name] = clip.seconds
                by_content.setdefault(hashlib.sha256(clip.samples.tobytes()).hexdigest(), []).append(
                    track.name
                )
        if on_track is not None:
            on_track(track)
    return Report(
        n_found=sum(track.audio is not None for track in tracks),
        missing=tuple(track.name for track in tracks if track.audio is None),
        corrupt=corrupt,
        short=short,
        duplicates=tuple(tuple(names) for names in by_content.values() if len(names) > 1),
    )


def read_descriptors(path: StrPath) -> dict[str, npt.NDArray[np.float64]]:
    """Read a table of the 57 descriptors in the published form (``features_30_sec.csv``).

    Returns
    -------
    dict
        Track name to an array of shape (57,), in the order of `DESCRIPTORS`.
    """
    path = Path(path)
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["filename"].removesuffix(".wav"): np.array([float(row[name]) for name in DESCRIPTORS])
            for row in csv.DictReader(file)
        }
