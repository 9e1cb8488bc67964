"""The inputs of the classifiers for a GTZAN clip: computed from audio, or read from a stored table.

The models are used on audio, but evaluated on clips of which only a table may
be available. Each form below is the same from either source, within the
tolerance that the tests state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.audio.decode import decode_file
from gmn_core.classification.pretrained.model import Tagger
from gmn_core.classification.pretrained.tags import Taggram
from gmn_core.corpora.gtzan import Track
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.features.spectrogram import thinned_mel
from gmn_core.features.summary import describe

Source = Literal["audio", "stored"]
Form = Literal["descriptors", "mel", "tags"]
Value = TypeVar("Value")
Workers = tuple[Executor, int]
"""Processes, of this machine or of a cluster, and how many there are."""

_TASKS_PER_WORKER = 4  # what a worker that is lost costs is a quarter of its share

N_MEL_FRAMES = 721
"""Frames of a stored spectrogram; audio that is a little longer or shorter is cut or mirrored to it."""


class ClipInputs:
    """The forms of the clips of one folder, each computed once.

    Parameters
    ----------
    corpus : StoredCorpus
        The folder.
    prefer : {"audio", "stored"}
        What to read if a clip has both.
    tagger : Tagger, optional
        Needed to tag audio; without it, tags come only from tables.
    """

    def __init__(self, corpus: StoredCorpus, prefer: Source, tagger: Tagger | None = None) -> None:
        self._corpus = corpus
        self._prefer = prefer
        self._tagger = tagger
        self._computed: dict[tuple[str, Form], object] = {}

    def descriptors(self, track: Track) -> npt.NDArray[np.float64] | None:
        """Return the 57 descriptors, or None if neither source has them."""
        return self._form("descriptors", track, self._corpus.descriptors, describe)

    def mel(self, track: Track) -> npt.NDArray[np.float32] | None:
        """Return the spectrogram of `thinned_mel` with `N_MEL_FRAMES` frames, or None."""
        stored = self._corpus.mels
        if self.source("mel", track) == "stored":
            return (stored[track.name].T / np.float32(255)).astype(np.float32)
        return self._form("mel", track, {}, _mel_of_stored_length)

    def tags(self, track: Track) -> Taggram | None:
        """Return the tag probabilities, shape (n_patches, 50), or None."""
        return self._form("tags", track, self._corpus.taggrams, partial(_tag, self._tagger))

    def source(self, form: Form, track: Track) -> Source | None:
        """Return where a form of a clip comes from; None if there is no source."""
        tables: Mapping[Form, Mapping[str, object]] = {
            "descriptors": self._corpus.descriptors,
            "mel": self._corpus.mels,
            "tags": self._corpus.taggrams,
        }
        stored = track.name in tables[form]
        audio = track.audio is not None and (form != "tags" or self._tagger is not None)
        if stored and (self._prefer == "stored" or not audio):
            return "stored"
        return "audio" if audio else None

    def compute(self, form: Form, tracks: Sequence[Track], workers: Workers) -> None:
        """Compute a form of those clips that need it from audio, by other processes.

        Parameters
        ----------
        form : {"descriptors", "mel", "tags"}
            What is computed.
        tracks : sequence of Track
            The clips; who asks for one of them later finds it ready.
        workers : tuple of Executor and int
            Processes that see the audio under the same paths, and how many there are.

        Raises
        ------
        AudioError
            If a clip cannot be used.
        """
        executor, n_workers = workers
        missing = [
            track
            for track in tracks
            if self.source(form, track) == "audio" and (track.name, form) not in self._computed
        ]
        n_tasks = _TASKS_PER_WORKER * n_workers
        parts = [missing[first::n_tasks] for first in range(min(n_tasks, len(missing)))]
        compute = self._computation(form)
        futures = [
            executor.submit(_compute_all, compute, [str(Path(str(each.audio)).absolute()) for each in part])
            for part in parts
        ]
        for part, future in zip(parts, futures, strict=True):
            for track, value in zip(part, future.result(), strict=True):
                self._computed[track.name, form] = value

    def _computation(self, form: Form) -> Callable[[Clip], object]:
        if form == "descriptors":
            return describe
        return _mel_of_stored_length if form == "mel" else partial(_tag, self._tagger)

    def _form(
        self,
        form: Form,
        track: Track,
        table: Mapping[str, Value],
        compute: Callable[[Clip], Value | None],
    ) -> Value | None:
        source = self.source(form, track)
        if source == "stored":
            return table[track.name]
        if source is None or track.audio is None:
            return None
        key = (track.name, form)
        if key not in self._computed:
            self._computed[key] = compute(decode_file(track.audio).clip)
        value: Value = self._computed[key]  # type: ignore[assignment]  # what compute has put there
        return value


def _compute_all(compute: Callable[[Clip], object], paths: Sequence[str]) -> list[object]:
    """Return what is computed of each file: the work of one process."""
    return [compute(decode_file(path).clip) for path in paths]


def _tag(tagger: Tagger | None, clip: Clip) -> Taggram | None:
    return tagger(clip)[0] if tagger else None


def _mel_of_stored_length(clip: Clip) -> npt.NDArray[np.float32]:
    mel = thinned_mel(clip)[:N_MEL_FRAMES]
    return np.pad(mel, ((0, N_MEL_FRAMES - len(mel)), (0, 0)), mode="reflect")
