"""A finished sample: one request taken through sampler, renderer and production."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gmn_core.audio.encoding import encode
from gmn_core.audio.recording import Recording
from gmn_core.generation.music.band import Band
from gmn_core.generation.music.grid import STRAIGHT
from gmn_core.generation.music.instruments import instrument_name
from gmn_core.generation.playing.sampler import sample_band
from gmn_core.generation.request import GenerationCancelled, GenerationRequest
from gmn_core.generation.sound.production import produce, style_of
from gmn_core.generation.sound.renderer import Score, Stem
from gmn_core.generation.sound.soundfont import SoundFont, find_soundfont

FORMATS = ("wav", "ogg", "mid")
SAMPLING_SHARE = 0.3  # of the time that a sample takes

OnProgress = Callable[[float], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, eq=False)
class GeneratedSample:
    """Everything about one sample.

    Parameters
    ----------
    request : GenerationRequest
        What was asked.
    band : Band
        The notes, with what was drawn: tempo, key, instruments.
    midi : bytes
        The notes as a MIDI file.
    recording : Recording
        The sound, exactly as long as was asked.
    soundfont : str
        Name of the SoundFont it was played on.
    soundfont_sha256 : str
        Hash of that file.
    """

    request: GenerationRequest
    band: Band
    midi: bytes
    recording: Recording
    soundfont: str
    soundfont_sha256: str

    def file(self, suffix: str) -> bytes:
        """Return the sample as the bytes of a file of one of `FORMATS`."""
        return self.midi if suffix == "mid" else encode(self.recording, suffix)

    def drawn(self) -> dict[str, str]:
        """Return what the piece turned out to be, in words for people."""
        band = self.band
        return {
            "Tempo": f"{band.tempo:.0f} beats a minute",
            "Key": band.key_name,
            "Metre": f"{band.beats_per_bar}/4, "
            + ("straight" if band.steps_per_beat == STRAIGHT else "in triplets or swung"),
            **{
                role.display_name: instrument_name(role, band.programs[role])
                for role in band.roles
                if band.notes[role]
            },
        }


def sample_name(request: GenerationRequest) -> str:
    """Return what a sample's files are called, without suffix, e.g. ``"jazz+disco-7"``."""
    blend = f"+{request.blend}" if request.blend else ""
    return f"{request.genre}{blend}-{request.seed}"


def generate_sample(
    request: GenerationRequest,
    *,
    soundfont: SoundFont | None = None,
    on_progress: OnProgress = lambda share: None,
    cancelled: Cancelled = lambda: False,
) -> GeneratedSample:
    """Compose, play and mix one sample; equal arguments give equal bytes.

    Parameters
    ----------
    request : GenerationRequest
        What to make.
    soundfont : SoundFont, optional
        What to play on; by default what `find_soundfont` finds.
    on_progress : callable
        Is told the share of the work that is done, 0 to 1. What it raises
        ends the work.
    cancelled : callable
        Is asked now and then whether to stop.

    Raises
    ------
    GenerationError
        If the request cannot be met.
    GenerationCancelled
        If ``cancelled`` said so.
    """
    soundfont = soundfont or find_soundfont()
    band = sample_band(
        request, on_progress=lambda share: on_progress(SAMPLING_SHARE * share), cancelled=cancelled
    )
    midi = band.to_midi()
    recording = play(
        request,
        midi,
        soundfont,
        on_progress=lambda share: on_progress(SAMPLING_SHARE + (1 - SAMPLING_SHARE) * share),
        cancelled=cancelled,
    )
    return GeneratedSample(request, band, midi, recording, soundfont.name, soundfont.sha256)


def play(
    request: GenerationRequest,
    midi: bytes,
    soundfont: SoundFont,
    *,
    on_progress: OnProgress = lambda share: None,
    cancelled: Cancelled = lambda: False,
) -> Recording:
    """Play and mix the notes of a request's sample; see `generate_sample`."""
    score = Score(midi)
    stems = _counted(score.stems(soundfont, request.seconds), len(score.parts), on_progress, cancelled)
    style = style_of(request.genre, request.blend, request.blend_weight)
    recording = produce(stems, request.seconds, style)
    on_progress(1.0)
    return recording


def _counted(
    stems: Iterable[Stem], count: int, on_progress: OnProgress, cancelled: Cancelled
) -> Iterator[Stem]:
    """Pass stems on, telling the progress before each."""
    for index, stem in enumerate(stems):
        if cancelled():
            raise GenerationCancelled
        on_progress(index / (count + 1))  # the mix counts as one more
        yield stem
