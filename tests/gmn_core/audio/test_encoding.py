import io
import struct
import subprocess
import sys
import time

import numpy as np
import pytest
import soundfile

from gmn_core.audio.clip import Clip
from gmn_core.audio.encoding import OGG_SERIAL, to_ogg, to_wav, with_serial
from gmn_core.audio.recording import Recording

RATE = 48_000


def chord(channels: int, seconds: float = 2.0) -> Clip | Recording:
    time_axis = np.arange(round(seconds * RATE)) / RATE
    tones = [0.2 * np.sin(2 * np.pi * f * time_axis) for f in (220, 277.2, 329.6)]
    if channels == 1:
        return Clip(sum(tones).astype(np.float32), RATE)
    return Recording(np.stack([tones[0] + tones[1], tones[2]], axis=1).astype(np.float32), RATE)


@pytest.mark.parametrize("channels", [1, 2])
def test_wav_keeps_every_sample_to_a_step(channels: int) -> None:
    audio = chord(channels)
    samples, rate = soundfile.read(io.BytesIO(to_wav(audio)), dtype="float32")
    assert rate == RATE
    assert samples.shape == audio.samples.shape
    assert np.abs(samples - audio.samples).max() <= 1 / 32768


@pytest.mark.parametrize("channels", [1, 2])
def test_ogg_keeps_the_length_and_the_sound(channels: int) -> None:
    audio = chord(channels)
    samples, rate = soundfile.read(io.BytesIO(to_ogg(audio)), dtype="float32")
    assert rate == RATE
    assert samples.shape == audio.samples.shape
    error = np.sqrt(np.mean((samples - audio.samples) ** 2) / np.mean(audio.samples**2))
    assert 20 * np.log10(error) < -25


def test_the_longest_sample_can_be_encoded() -> None:
    """Two minutes at once end the process in libsndfile's Vorbis encoder."""
    noise = np.random.default_rng(0).normal(0, 0.1, (120 * RATE, 2)).astype(np.float32)
    assert soundfile.info(io.BytesIO(to_ogg(Recording(noise, RATE)))).frames == 120 * RATE


def test_the_files_hold_no_tags_of_content() -> None:
    wav, ogg = to_wav(chord(2)), to_ogg(chord(2))
    assert len(wav) == 44 + 4 * 2 * RATE  # the bare header: no chunk of tags or dates
    assert not any(soundfile.SoundFile(io.BytesIO(data)).copy_metadata() for data in (wav, ogg))


def test_the_same_audio_gives_the_same_bytes_at_another_second() -> None:
    ogg = to_ogg(chord(2))
    time.sleep(1.1)  # libsndfile seeds its serial numbers by the clock's seconds
    assert to_ogg(chord(2)) == ogg


def test_another_process_writes_the_same_bytes() -> None:
    script = (
        "import sys, numpy as np\nfrom gmn_core.audio.clip import Clip\n"
        "from gmn_core.audio.encoding import to_ogg\n"
        "sys.stdout.buffer.write(to_ogg(Clip(np.sin(np.arange(48000) / 20).astype('f4') / 2, 48000)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert run.stdout == to_ogg(Clip(np.sin(np.arange(48000) / 20).astype(np.float32) / 2, RATE))


def test_checksums_are_those_that_libsndfile_writes() -> None:
    file = io.BytesIO()
    soundfile.write(file, chord(2).samples, RATE, format="OGG", subtype="VORBIS")
    original = file.getvalue()
    serial = struct.unpack_from("<I", original, 14)[0]
    changed = with_serial(original, OGG_SERIAL)
    assert changed != original
    assert struct.unpack_from("<I", changed, 14)[0] == OGG_SERIAL
    assert with_serial(changed, serial) == original


@pytest.mark.parametrize(
    "damage", [lambda ogg: ogg[:-1], lambda ogg: ogg + b"tail", lambda ogg: b"RIFF" + ogg]
)
def test_what_is_not_whole_pages_is_refused(damage) -> None:
    with pytest.raises(ValueError, match="Ogg page at byte"):
        with_serial(damage(to_ogg(chord(1))), 1)
