"""What a study demands of its audio."""

from __future__ import annotations

import hashlib
import io

import av
import numpy as np
import pytest
import soundfile

from survey_db.errors import SurveyError
from survey_db.running.media import check_fits, inspect_audio
from tests.survey_db.material import RATE, tone


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [("WAV", "audio/wav"), ("FLAC", "audio/flac"), ("OGG", "audio/ogg"), ("MP3", "audio/mpeg")],
)
def test_audio_is_measured_whatever_its_container(kind: str, media_type: str) -> None:
    content = tone(440, seconds=2, loudness=-20, kind=kind)
    media = inspect_audio(content)
    assert media.media_type == media_type
    assert media.sha256 == hashlib.sha256(content).hexdigest()
    assert media.seconds == pytest.approx(2, abs=0.001)
    assert media.loudness == pytest.approx(-20, abs=0.2)


def tagged(kind: str, codec: str, **tags: str) -> bytes:
    """A second of noise in a container that carries tags."""
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as container:
        container.metadata.update(tags)
        stream = container.add_stream(codec, rate=48000)
        noise = np.random.default_rng(1).normal(0, 0.1, (1, 48000)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(noise, format="fltp", layout="mono")
        frame.sample_rate = 48000
        for packet in (*stream.encode(frame), *stream.encode()):
            container.mux(packet)
    return file.getvalue()


@pytest.mark.parametrize(("kind", "codec"), [("mp3", "libmp3lame"), ("ogg", "libopus")])
@pytest.mark.parametrize("tags", [{"title": "Rock, seed 5"}, {"my_own_field": "rock"}])
def test_audio_that_carries_a_tag_is_refused(kind: str, codec: str, tags: dict[str, str]) -> None:
    with pytest.raises(SurveyError, match=rf"carries tags .*{next(iter(tags))}"):
        inspect_audio(tagged(kind, codec, **tags))


def test_the_encoders_own_name_is_no_tag() -> None:
    assert inspect_audio(tagged("mp3", "libmp3lame")).seconds > 0.9


def test_what_is_no_audio_silent_too_short_or_too_large_is_refused() -> None:
    with pytest.raises(SurveyError, match="must be a WAV"):
        inspect_audio(b"this is text")
    silence = io.BytesIO()
    soundfile.write(silence, np.zeros(RATE), RATE, format="WAV")
    with pytest.raises(SurveyError, match="silent"):
        inspect_audio(silence.getvalue())
    with pytest.raises(SurveyError, match=r"longer than 0\.4 seconds"):
        inspect_audio(silence.getvalue()[: 44 + 2 * 6000])
    with pytest.raises(SurveyError, match="at most 20 MB"):
        inspect_audio(b"\0" * (20 * 2**20 + 1))


def test_a_sample_fits_by_loudness_and_length() -> None:
    media, same = inspect_audio(tone(440)), inspect_audio(tone(500, seconds=1.04))
    check_fits(media, -16, [same])
    with pytest.raises(SurveyError, match=r"at -16\.0 LUFS but .* at -23 LUFS"):
        check_fits(media, -23, [])
    with pytest.raises(SurveyError, match=r"lasts 1\.00 s but .* last 1\.10 s"):
        check_fits(media, -16, [inspect_audio(tone(500, seconds=1.1))])


@pytest.mark.parametrize(
    ("shape", "rate", "message"),
    [
        ((16_000, 6), 16_000, "at most 2 channels"),
        ((1_000_000, 1), 500_000, "192 kHz"),
        ((301 * 8_000, 1), 8_000, "at most 5 minutes"),
    ],
)
def test_audio_that_no_study_needs_is_refused_before_it_fills_the_memory(
    shape: tuple[int, int], rate: int, message: str
) -> None:
    file = io.BytesIO()
    soundfile.write(
        file, np.full(shape, 8_000, dtype=np.int16), rate, format="FLAC" if rate < 100_000 else "WAV"
    )
    with pytest.raises(SurveyError, match=message):
        inspect_audio(file.getvalue())
