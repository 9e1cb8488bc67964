"""A finished sample: one request taken through sampler, renderer and production."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gmn_core.audio.encoding import encode, to_wav
from gmn_core.audio.loudness import LOUDNESS, integrated_loudness
from gmn_core.audio.recording import Recording
from gmn_core.audio.sound import Samples
from gmn_core.files import StrPath, write_whole
from gmn_core.generation.engraving import engraved
from gmn_core.generation.music.band import Band, Role
from gmn_core.generation.music.grid import STRAIGHT
from gmn_core.generation.music.instruments import instrument_name
from gmn_core.generation.music.parts import midi_file, quantised
from gmn_core.generation.notation import lead_sheet_xml, score_xml
from gmn_core.generation.playing.model import NAME as MODEL
from gmn_core.generation.playing.model import load_model
from gmn_core.generation.playing.sampler import sample_band
from gmn_core.generation.request import GenerationCancelled, GenerationRequest
from gmn_core.generation.sound.mix import MixTrack, mixed, separated
from gmn_core.generation.sound.production import Session, owner
from gmn_core.generation.sound.profile import PLAIN, Profile, profile_of
from gmn_core.generation.sound.rate import SAMPLE_RATE
from gmn_core.generation.sound.renderer import record_stems
from gmn_core.generation.sound.score import Score
from gmn_core.generation.sound.soundfont import SoundFont, find_soundfont
from gmn_core.models.card import model_dir

FORMATS = ("wav", "ogg", "mid")
MIDI_SUFFIXES = ("mid", "midi")
FULL_SCALE = 0.98
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
        The notes as a MIDI file, each track named after its role: what is played, and hashed.
    recording : Recording
        The sound, exactly as long as was asked.
    soundfont : SoundFont
        What it was played on.
    model_folder : Path
        The generator that composed it.

    See Also
    --------
    generate : Make one.

    Examples
    --------
    >>> sample = gmn_core.generate("jazz", seconds=10, seed=7)
    >>> sample.save("jazz.mid")
    >>> for role, stem in sample.stems().items():
    ...     stem.save(f"{role}.wav")
    """

    request: GenerationRequest
    band: Band
    midi: bytes
    recording: Recording
    soundfont: SoundFont
    model_folder: Path = field(default_factory=lambda: model_dir(MODEL))

    def file(self, suffix: str) -> bytes:
        """Return the sample as the bytes of a file.

        Parameters
        ----------
        suffix : str
            "mid", "wav", "ogg", "mp3", "musicxml" (a staff for each player),
            "lead.musicxml" (the tune under its chords), "svg" and "lead.svg"
            (both drawn) or "stems.zip" (each role alone as in the mix, WAV
            files).

        Raises
        ------
        GenerationError
            If music21, which writes scores, or Verovio, which draws them, is not
            installed.
        """
        match suffix.lower():
            case "mid" | "midi":
                return midi_file(self.band)
            case "musicxml":
                return score_xml(self.band, title_of(self.request))
            case "lead.musicxml":
                return lead_sheet_xml(self.band, title_of(self.request))
            case "svg" | "lead.svg":
                return engraved(self.file(suffix.replace("svg", "musicxml"))).encode()
            case "stems.zip":
                return zipped_stems(self.request, self.midi, self.soundfont)
        return encode(self.recording, suffix)

    def score(self) -> bytes:
        """Return the notes as written, every one on the grid, as a MIDI file to edit or to print."""
        return midi_file(quantised(self.band))

    def save(self, path: StrPath) -> None:
        """Write the sample as a file, whose ending says in which form.

        Parameters
        ----------
        path : str or os.PathLike
            Ends in ``.mid``, ``.wav`` (16 bits), ``.ogg`` (Vorbis), ``.mp3``,
            ``.musicxml`` or ``.svg``; for others see `file`.

        Raises
        ------
        AudioError
            If the ending is none of these.
        OSError
            If the file cannot be written.
        """
        write_whole(path, self.file(Path(path).suffix.lstrip(".")))

    def stems(self) -> dict[Role, Recording]:
        """Play each part alone, before the mix: without room, level and place between the speakers.

        Returns
        -------
        dict of Role to Recording
            Stereo at 48 kHz, each as long as the sample; a role that plays no
            note has none.
        """
        stems = record_stems(Score(self.midi), self.soundfont, self.request.length)
        found = {stem.role: Recording(stem.samples, SAMPLE_RATE) for stem in stems}
        return {role: found[role] for role in self.band.roles if role in found}

    def drawn(self) -> dict[str, str]:
        """Return what the piece turned out to be, in words for people."""
        band = self.band
        return {
            "Tempo": f"{band.tempo:.0f} beats per minute",
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
    plain = "-plain" if request.plain else ""
    version = f"-v{len(request.changes) + 1}-{request.changes[-1].seed}" if request.changes else ""
    return f"{request.genre}{blend}-{request.seed}{plain}{version}"


def title_of(request: GenerationRequest) -> str:
    """Return what stands above a sample's score, e.g. ``"Jazz no. 7"``."""
    return f"{request.genre.display_name} no. {request.seed}"


def zipped_stems(
    request: GenerationRequest,
    midi: bytes,
    soundfont: SoundFont,
    *,
    on_progress: OnProgress = lambda share: None,
) -> bytes:
    """Return each role of a request's sample alone as WAV files, in one ZIP archive; see `play_parts`."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as chosen:
        for role, own in play_parts(request, midi, soundfont, on_progress=on_progress).items():
            # A fixed time stamp, so that equal samples have equal bytes.
            entry = zipfile.ZipInfo(f"{sample_name(request)}-{role}.wav")
            entry.compress_type = zipfile.ZIP_DEFLATED
            chosen.writestr(entry, to_wav(own))
    return archive.getvalue()


def generate_sample(
    request: GenerationRequest,
    *,
    soundfont: SoundFont | None = None,
    model: StrPath | None = None,
    before: Band | None = None,
    on_progress: OnProgress = lambda share: None,
    cancelled: Cancelled = lambda: False,
) -> GeneratedSample:
    """Compose, play and produce one sample; equal arguments give equal bytes.

    Parameters
    ----------
    request : GenerationRequest
        What to make.
    soundfont : SoundFont, optional
        What to play on; by default what `find_soundfont` finds.
    model : str or os.PathLike, optional
        Folder of a generator that ``gmn train lstm`` made; by default the one
        that ships.
    before : Band, optional
        What the request without its last change gives, where it is at hand.
    on_progress : callable
        Called with the share of the work done, 0 to 1. What it raises
        ends the work.
    cancelled : callable
        Called now and then; returns whether to stop.

    Raises
    ------
    GenerationError
        If the request cannot be met.
    GenerationCancelled
        If ``cancelled`` said so.
    """
    soundfont = soundfont or find_soundfont()
    folder = model_dir(MODEL) if model is None else Path(model)
    band = sample_band(
        request,
        on_progress=lambda share: on_progress(SAMPLING_SHARE * share),
        cancelled=cancelled,
        model=load_model(folder),
        before=before,
    )
    midi = band.to_midi()
    recording = play(
        request,
        midi,
        soundfont,
        on_progress=lambda share: on_progress(SAMPLING_SHARE + (1 - SAMPLING_SHARE) * share),
        cancelled=cancelled,
    )
    return GeneratedSample(request, band, midi, recording, soundfont, folder)


def play(
    request: GenerationRequest,
    midi: bytes,
    soundfont: SoundFont,
    *,
    on_progress: OnProgress = lambda share: None,
    cancelled: Cancelled = lambda: False,
) -> Recording:
    """Play and produce the notes of a request's sample; see `generate_sample`."""
    profile = profile_for(request)
    session = Session(Score(midi), soundfont, request.length, profile)
    tracks = _counted(session.tracks(), len(session), on_progress, cancelled)
    recording = mixed(tracks, request.seconds, profile, session.kicks)
    on_progress(1.0)
    return recording


def play_parts(
    request: GenerationRequest,
    midi: bytes,
    soundfont: SoundFont,
    *,
    on_progress: OnProgress = lambda share: None,
) -> dict[Role, Recording]:
    """Play the notes of a request's sample role by role, as they sound in its mix.

    Returns
    -------
    dict of Role to Recording
        What the arrangement adds is with the role that it is drawn from; together
        they are as loud as the mix, or as near as none of them is clipped.
    """
    profile = profile_for(request)
    score = Score(midi)
    session = Session(score, soundfont, request.length, profile)
    playing = [part.role for part in score.parts]
    sums: dict[Role, Samples] = {}
    tracks = _counted(session.tracks(), len(session), on_progress, lambda: False)
    for name, samples in separated(tracks, request.length, profile, session.kicks):
        role = owner(name, playing)
        sums[role] = sums[role] + samples if role in sums else samples
    total = np.sum(list(sums.values()), axis=0)
    loudest = max(float(np.abs(own).max(initial=0)) for own in sums.values())
    gain = 10 ** ((LOUDNESS - integrated_loudness(Recording(total, SAMPLE_RATE))) / 20)
    factor = np.float32(min(gain, FULL_SCALE / max(loudest, 1e-9)))
    return {role: Recording(factor * sums[role], SAMPLE_RATE) for role in Role if role in sums}


def profile_for(request: GenerationRequest) -> Profile:
    """Return how a request's sample is produced."""
    return PLAIN if request.plain else profile_of(request.genre, request.blend, request.blend_weight)


def _counted(
    tracks: Iterable[MixTrack], count: int, on_progress: OnProgress, cancelled: Cancelled
) -> Iterator[MixTrack]:
    """Pass tracks on, telling the progress before each."""
    for index, track in enumerate(tracks):
        if cancelled():
            raise GenerationCancelled
        on_progress(index / (count + 1))  # the mix counts as one more
        yield track
