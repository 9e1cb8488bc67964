"""The forms in which GTZAN is passed on where its audio may not be: tables of what was computed from it.

A folder may hold any of them beside (or instead of) audio:

``mel_24fps.npz``
    ``mel`` uint8 (n, 128, 721), 0..255 for -80..0 dB, and ``track``: the
    spectrograms that `gmn_core.features.spectrogram.thinned_mel` computes.
``features_30_sec.csv``
    The 57 descriptors of the Kaggle edition.
``musicnn_msd_taggrams_*.npz``
    Published tag probabilities of the MSD musicnn network: ``X`` (n_patches,
    50), one patch a second, and ``IDS``, the file of each patch (Pons,
    sklearn-audio-transfer-learning, ISC).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.audio.decode import decode_file
from gmn_core.corpora.gtzan import Track, index, load_tracks, read_descriptors
from gmn_core.genres import Genre
from gmn_core.models.card import file_sha256

MEL_FILE = "mel_24fps.npz"
DESCRIPTORS_FILE = "features_30_sec.csv"
TAGGRAM_FILES = "musicnn_msd_taggrams_*.npz"

# Where only a part of GTZAN has audio, some genres have ten such clips and others seventy.
CLIPS_PER_GENRE = 14


@dataclass(frozen=True)
class StoredCorpus:
    """A folder with GTZAN in any form; each form is read when it is first asked for.

    Parameters
    ----------
    folder : Path
        May hold audio, and the tables named above.
    """

    folder: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "folder", Path(self.folder))

    @cached_property
    def tracks(self) -> tuple[Track, ...]:
        """The clips that are here in any form, in the order of their names."""
        named = {*self.mels, *self.descriptors, *self.taggrams}
        return tuple(track for track in self._indexed if track.audio is not None or track.name in named)

    @cached_property
    def mels(self) -> Mapping[str, npt.NDArray[np.uint8]]:
        """Track name to a spectrogram of shape (128, 721)."""
        path = self.folder / MEL_FILE
        if not path.is_file():
            return {}
        with np.load(path, allow_pickle=False) as file:
            return dict(zip(map(str, file["track"]), file["mel"], strict=True))

    @cached_property
    def descriptors(self) -> Mapping[str, npt.NDArray[np.float64]]:
        """Track name to the 57 descriptors."""
        path = self.folder / DESCRIPTORS_FILE
        return read_descriptors(path) if path.is_file() else {}

    @cached_property
    def taggrams(self) -> Mapping[str, npt.NDArray[np.float32]]:
        """Track name to tag probabilities of shape (n_patches, 50)."""
        found: dict[str, npt.NDArray[np.float32]] = {}
        for path in sorted(self.folder.glob(TAGGRAM_FILES)):
            with np.load(path, allow_pickle=False) as file:
                patches, ids = file["X"], file["IDS"]
            starts = np.flatnonzero(np.r_[True, ids[1:] != ids[:-1]])
            for first, taggram in zip(starts, np.split(patches, starts[1:]), strict=True):
                found[PurePosixPath(str(ids[first])).stem] = taggram
        return found

    def hashes(self) -> dict[str, str]:
        """Return the SHA-256 of each table by its name, and one of all audio files, if there are any."""
        names = (MEL_FILE, DESCRIPTORS_FILE, TAGGRAM_FILES)
        tables = [path for name in names for path in sorted(self.folder.glob(name))]
        hashes = {path.name: file_sha256(path) for path in tables}
        audio = [track.audio for track in self.tracks if track.audio is not None]
        if audio:
            lines = "".join(f"{path.name} {file_sha256(path)}\n" for path in audio)
            hashes[f"audio, {len(audio)} clips"] = hashlib.sha256(lines.encode()).hexdigest()
        return hashes

    @cached_property
    def _indexed(self) -> tuple[Track, ...]:
        try:
            return index(self.folder)
        except FileNotFoundError:
            # No audio at all: the tables may still be here.
            return load_tracks()


def audible_tracks(tracks: Sequence[Track]) -> list[Track]:
    """Return the first clips of each genre that have audio and no known fault."""
    counted: Counter[Genre] = Counter()
    chosen = []
    for track in tracks:
        if track.audio is None or track.split == "excluded" or counted[track.genre] == CLIPS_PER_GENRE:
            continue
        counted[track.genre] += 1
        chosen.append(track)
    return chosen


def audible_clips(tracks: Sequence[Track]) -> Iterator[tuple[Track, Clip]]:
    """Yield the tracks that `audible_tracks` chooses with their audio, one at a time."""
    for track in audible_tracks(tracks):
        if track.audio is not None:
            yield track, decode_file(track.audio).clip
