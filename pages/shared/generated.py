"""Generated samples as pages keep them: small, made once for all visitors, at hand after every rerun."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar

import plotly.graph_objects as go

from gmn_core.classification.prediction import GenrePrediction
from gmn_core.figures.band import piano_roll
from gmn_core.generation.music.band import Band, Role
from gmn_core.generation.music.parts import midi_file, quantised
from gmn_core.generation.piece import piece_file
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.samples import GeneratedSample, OnProgress, sample_name
from gmn_core.generation.sound.soundfont import SoundFont, find_soundfont
from gmn_core.genres import Genre
from pages.shared.kept import kept as kept_for_all
from pages.shared.kept import kept_in_visit
from pages.shared.work import have_done
from pages.workers import tasks

P = ParamSpec("P")
T = TypeVar("T")

MAX_PARTS = 12  # samples whose roles are kept apart, each some 3 MB for a minute
MAX_SAMPLES = 48  # for all visitors together, each about 0.7 MB for half a minute


@dataclass(frozen=True, eq=False)
class KeptSample:
    """What a page needs of a sample: everything but the uncompressed audio.

    Parameters
    ----------
    request : GenerationRequest
        What was asked.
    band : Band
        The notes.
    drawn : mapping of str to str
        What the piece turned out to be, in words.
    roll : plotly Figure
        The notes to look at.
    midi, ogg : bytes
        The notes as they are played, and the sound.
    soundfont : SoundFont
        What it was played on.
    """

    request: GenerationRequest
    band: Band
    drawn: Mapping[str, str]
    roll: go.Figure
    midi: bytes
    ogg: bytes
    soundfont: SoundFont

    @property
    def name(self) -> str:
        """Name of its files, without suffix."""
        return sample_name(self.request)

    @property
    def of_upload(self) -> bool:
        """Whether it goes on from a visitor's own file: then nothing of it outlives the visit."""
        return self.request.opening is not None or self.request.start is not None

    @property
    def midi_file(self) -> bytes:
        """The notes as they are played, in parts with names."""
        return midi_file(self.band)

    @property
    def score(self) -> bytes:
        """The notes as they would be written, every one on the grid."""
        return midi_file(quantised(self.band))

    @property
    def piece_file(self) -> bytes:
        """The notes and the recipe, to go on from."""
        return piece_file(self.request, self.band)

    def sample(self, on_progress: OnProgress = lambda share: None) -> GeneratedSample:
        """Play the notes once more: seconds of work for megabytes of memory."""
        recording = have_done(tasks.play_again, self.request, self.midi, on_progress=on_progress)
        return GeneratedSample(self.request, self.band, self.midi, recording, self.soundfont)

    def scores(self, on_progress: OnProgress = lambda share: None) -> bytes:
        """Return the score and the lead sheet, in MusicXML, as a ZIP archive."""
        return have_done(tasks.write_scores, self.request, self.band, on_progress=on_progress)

    def stems(self, on_progress: OnProgress = lambda share: None) -> bytes:
        """Play the notes once more, each role alone, and return the WAV files as a ZIP archive."""
        return have_done(tasks.stems_as_zip, self.request, self.midi, on_progress=on_progress)

    def wav(self, on_progress: OnProgress = lambda share: None) -> bytes:
        """Play the notes once more and return them as a WAV file."""
        return have_done(tasks.play_as_wav, self.request, self.midi, on_progress=on_progress)


class SampleCache:
    """The samples made last, whoever asked for them."""

    def __init__(self, size: int = MAX_SAMPLES) -> None:
        self._size = size
        self._samples: OrderedDict[tuple[GenerationRequest, str], KeptSample] = OrderedDict()
        self._lock = Lock()

    def get(
        self, request: GenerationRequest, on_progress: OnProgress, before: Band | None = None
    ) -> KeptSample:
        """Return the sample of a request, making it where it is not kept.

        Where it is a changed piece, ``before`` is the piece without the last change, if that is at hand.
        What ``on_progress`` raises ends the making, as when a visitor cancels.
        """
        soundfont = find_soundfont()
        key = (request, soundfont.sha256)
        with self._lock:
            if key in self._samples:
                self._samples.move_to_end(key)
                return self._samples[key]
        made = have_done(tasks.compose, request, before, on_progress=on_progress)
        roll = piano_roll(made.band)
        kept = KeptSample(request, made.band, made.drawn, roll, made.midi, made.ogg, soundfont)
        if kept.of_upload:
            return kept
        with self._lock:
            self._samples[key] = kept
            while len(self._samples) > self._size:
                self._samples.popitem(last=False)
        return kept

    def latest(self, count: int) -> list[GenerationRequest]:
        """Return what was asked for last, the newest first."""
        with self._lock:
            return [request for request, _ in self._samples][: -count - 1 : -1]


@kept_for_all()
def sample_cache() -> SampleCache:
    """Return the one cache of all visitors."""
    return SampleCache()


@kept_for_all(entries=MAX_SAMPLES, key=lambda ogg: hashlib.sha256(ogg).digest())
def verdict(ogg: bytes) -> GenrePrediction:
    """Return what the machine makes of a sample."""
    return have_done(tasks.judge_bytes, ogg)


def kept_of_sample(
    entries: int,
) -> Callable[[Callable[Concatenate[KeptSample, P], T]], Callable[Concatenate[KeptSample, P], T]]:
    """Return a decorator that keeps what is made of a sample, for as long as the sample may be kept."""

    def key(sample: KeptSample, *more: Hashable) -> Hashable:
        return hashlib.sha256(sample.ogg).digest(), *more

    def decorate(
        function: Callable[Concatenate[KeptSample, P], T],
    ) -> Callable[Concatenate[KeptSample, P], T]:
        for_all = kept_for_all(entries, key=key)(function)
        in_visit = kept_in_visit(entries, key=key)(function)

        @wraps(function)
        def look_up(sample: KeptSample, /, *args: P.args, **kwargs: P.kwargs) -> T:
            return (in_visit if sample.of_upload else for_all)(sample, *args, **kwargs)

        return look_up

    return decorate


@kept_of_sample(entries=MAX_PARTS)
def parts_of(sample: KeptSample) -> Mapping[Role, bytes]:
    """Return each role of a sample alone, as Ogg files."""
    return have_done(tasks.play_parts_as_ogg, sample.request, sample.midi)


@kept_of_sample(entries=MAX_SAMPLES)
def pictures_of(sample: KeptSample, form: str) -> Mapping[str, bytes]:
    """Return a sample's score or lead sheet, drawn for a page and for a phone; see `tasks.draw_score`."""
    return have_done(tasks.draw_score, sample.request, sample.band, form)


def what_it_is_worth(request: GenerationRequest, heard: Genre) -> str:
    """Explain the machine's answer beside what was asked for."""
    asked = request.main_genre
    words = "The classifier hears only the sound and is not told the genre."
    if asked is None or heard is asked:
        return words
    return (
        f"{words} It knows records, and this is a synthetic band: {heard.display_name.lower()} for "
        f"{asked.display_name.lower()} does not mean that listeners will hear it so. Studies ask them."
    )
