"""What a study demands of its audio, measured on the audio itself."""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from survey_db.errors import SurveyError
from survey_db.schema import Media

LOUDNESS_TOLERANCE = 0.5
"""How far a sample may be from the study's loudness, in LU; below what listeners
notice in music."""

LENGTH_TOLERANCE = 0.05
"""How far two samples of a study may differ in length, in seconds."""

MAX_BYTES = 20 * 2**20
MAX_SECONDS = 300
MAX_CHANNELS = 2
MAX_RATE = 192_000

_WRONG_FORMAT = "A sample must be a WAV, FLAC, Ogg or MP3 file."
_MEDIA_TYPES = {"WAV": "audio/wav", "FLAC": "audio/flac", "OGG": "audio/ogg", "MP3": "audio/mpeg"}


@dataclass(frozen=True)
class MeasuredAudio:
    """Encoded audio with what `survey_db.schema.Media` keeps of it."""

    sha256: str
    media_type: str
    seconds: float
    loudness: float
    content: bytes = field(repr=False)

    def row(self) -> Media:
        """Return a new row of it."""
        return Media(
            sha256=self.sha256,
            media_type=self.media_type,
            seconds=self.seconds,
            loudness=self.loudness,
            content=self.content,
        )


def inspect_audio(content: bytes) -> MeasuredAudio:
    """Measure encoded audio and make it ready to be stored.

    This takes a second for a clip of half a minute: no transaction may be open
    meanwhile, or listeners would wait for it.

    Parameters
    ----------
    content : bytes
        A whole WAV, FLAC, Ogg or MP3 file.

    Returns
    -------
    MeasuredAudio
        With its SHA-256, length in seconds and integrated loudness in LUFS
        (ITU-R BS.1770-4, by pyloudnorm).

    Raises
    ------
    SurveyError
        If it is no such audio, is silent or shorter than BS.1770's block of
        0.4 s, or has a title or other tag that a listener could read.
    """
    import pyloudnorm
    import soundfile

    if len(content) > MAX_BYTES:
        raise SurveyError(f"A sample may have at most {MAX_BYTES // 2**20} MB.")
    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            media_type = _MEDIA_TYPES.get(file.format)
            rate = file.samplerate
            if media_type is None:
                raise SurveyError(_WRONG_FORMAT)
            if file.channels > MAX_CHANNELS or rate > MAX_RATE:
                raise SurveyError(
                    f"A sample may have at most {MAX_CHANNELS} channels and {MAX_RATE / 1000:g} kHz; "
                    "this file has more."
                )
            # No further than that, whatever length the header states.
            audio = file.read(MAX_SECONDS * rate + 1, dtype="float64", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise SurveyError(_WRONG_FORMAT) from error
    if len(audio) > MAX_SECONDS * rate:
        raise SurveyError(f"A sample may last at most {MAX_SECONDS // 60} minutes.")
    if told := _tags(content):
        raise SurveyError(
            f"The audio carries tags that could give it away ({', '.join(told)}); remove them first."
        )
    meter = pyloudnorm.Meter(rate, filter_class="DeMan")  # the coefficients of the recommendation
    if len(audio) <= meter.block_size * rate:
        raise SurveyError(f"A sample must be longer than {meter.block_size:g} seconds.")
    loudness = float(meter.integrated_loudness(audio))
    if not math.isfinite(loudness):
        raise SurveyError("The audio is silent.")
    return MeasuredAudio(
        sha256=hashlib.sha256(content).hexdigest(),
        media_type=media_type,
        seconds=len(audio) / rate,
        loudness=loudness,
        content=content,
    )


def _tags(content: bytes) -> list[str]:
    """Names of the tags in encoded audio, but for the encoder's own name."""
    import av

    # FFmpeg also opens playlists, which may name other files to read.
    options = {"format_whitelist": "flac,mp3,ogg,wav"}
    try:
        with av.open(io.BytesIO(content), options=options) as container:
            tags = {**container.metadata}
            for stream in container.streams:
                tags |= stream.metadata
    except (av.FFmpegError, ValueError) as error:
        raise SurveyError("The audio is damaged; export it again.") from error
    return sorted(name for name, value in tags.items() if value and name.lower() != "encoder")


def check_fits(media: MeasuredAudio, target_loudness: float, others: Sequence[MeasuredAudio | Media]) -> None:
    """Refuse audio that listeners could tell from the study's other samples by level or length.

    Raises
    ------
    SurveyError
        If it is off the study's loudness or the others' length.
    """
    if abs(media.loudness - target_loudness) > LOUDNESS_TOLERANCE:
        raise SurveyError(
            f"The sample is at {media.loudness:.1f} LUFS but the study's samples are at "
            f"{target_loudness:g} LUFS; match its loudness first."
        )
    for other in others:
        if abs(media.seconds - other.seconds) > LENGTH_TOLERANCE:
            raise SurveyError(
                f"The sample lasts {media.seconds:.2f} s but the study's samples last "
                f"{other.seconds:.2f} s; cut it to the same length first."
            )
