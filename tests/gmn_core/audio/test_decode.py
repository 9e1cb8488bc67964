"""Decoding real encoded bytes, good and bad."""

from __future__ import annotations

import io
import struct
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from gmn_core.audio.decode import MAX_BYTES, MAX_SECONDS, decode, decode_file, decode_stereo
from gmn_core.audio.errors import AudioError
from gmn_core.audio.sound import Samples

RATE = 22_050


def tone(seconds: float = 2.0, rate: int = RATE, channels: int = 1) -> Samples:
    """A 440 Hz sine at half of full scale, shape (n,) or (n, channels)."""
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
    return np.tile(wave[:, None], (1, channels)).squeeze().astype(np.float32)


def encoded(samples: np.ndarray, rate: int = RATE, format: str = "WAV", subtype: str | None = None) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=format, subtype=subtype)
    return file.getvalue()


def muxed(samples: Samples, rate: int, container: str, codec: str, video_only: bool = False) -> bytes:
    """Encode with FFmpeg's libraries, which write what libsndfile cannot."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        if video_only:
            stream = output.add_stream("mpeg4", rate=10)
            stream.width = stream.height = 64
            for _ in range(20):
                frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
                output.mux(stream.encode(frame))
        else:
            stream = output.add_stream(codec, rate=rate, layout="mono")
            frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
            frame.sample_rate = rate
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return file.getvalue()


def dominant_hertz(samples: Samples, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples))
    return float(np.argmax(spectrum) * rate / len(samples))


@pytest.mark.parametrize(
    ("format", "subtype", "tolerance"),
    [
        ("WAV", "PCM_16", 1e-4), ("WAV", "PCM_24", 1e-6), ("WAV", "PCM_U8", 0.01), ("WAV", "FLOAT", 1e-7),
        ("WAV", "DOUBLE", 1e-7), ("AIFF", "PCM_16", 1e-4), ("AU", "PCM_16", 1e-4), ("FLAC", "PCM_16", 1e-4),
    ],
)  # fmt: skip
def test_lossless_formats_give_the_samples_back(format: str, subtype: str, tolerance: float) -> None:
    decoded = decode(encoded(tone(), format=format, subtype=subtype))
    assert decoded.clip.sample_rate == RATE
    np.testing.assert_allclose(decoded.clip.samples, tone(), atol=tolerance)
    assert decoded.notices == ()


@pytest.mark.parametrize(
    ("data", "rate"),
    [
        (encoded(tone(), format="MP3"), RATE),
        (encoded(tone(), format="OGG", subtype="VORBIS"), RATE),
        (encoded(tone(rate=48_000), rate=48_000, format="OGG", subtype="OPUS"), 48_000),
        (muxed(tone(rate=44_100), 44_100, "mp4", "aac"), 44_100),
        (muxed(tone(rate=44_100), 44_100, "adts", "aac"), 44_100),
        (muxed(tone(rate=48_000), 48_000, "webm", "libopus"), 48_000),
    ],
    ids=["mp3", "vorbis", "opus", "m4a", "aac", "webm"],
)
def test_lossy_formats_keep_pitch_level_and_length(data: bytes, rate: int) -> None:
    clip = decode(data).clip
    assert clip.sample_rate == rate
    assert clip.seconds == pytest.approx(2.0, abs=0.12)
    assert dominant_hertz(clip.samples, rate) == pytest.approx(440, abs=2)
    middle = clip.excerpt(0.5, 1.0).samples
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2), abs=0.02)


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_channels_are_mixed(channels: int) -> None:
    clip = decode(encoded(tone(channels=channels))).clip
    np.testing.assert_allclose(clip.samples, tone(), atol=1e-4)


def test_channels_that_cancel_each_other_are_not_silence() -> None:
    clip = decode(encoded(np.stack([tone(), -tone()], axis=1))).clip
    np.testing.assert_allclose(clip.samples, tone(), atol=1e-4)


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000, 96_000, 192_000])
def test_any_rate(rate: int) -> None:
    clip = decode(encoded(tone(rate=rate), rate=rate)).clip
    assert clip.sample_rate == min(rate, 48_000)
    assert clip.seconds == pytest.approx(2.0, abs=0.001)
    assert dominant_hertz(clip.samples, clip.sample_rate) == pytest.approx(440, abs=1)


def test_float_files_that_overshoot_are_turned_down() -> None:
    clip = decode(encoded(4 * tone(), subtype="FLOAT")).clip
    np.testing.assert_allclose(clip.samples, 2 * tone(), atol=1e-3)


def test_samples_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        decode(encoded(tone())).clip.samples[0] = 1


def test_hours_in_a_small_file_are_read_only_to_the_limit() -> None:
    hour = np.full(3600 * 8_000, 8_000, dtype=np.int16)
    bomb = encoded(hour, rate=8_000, format="FLAC")
    assert len(bomb) < 100_000
    decoded = decode(bomb)
    assert decoded.clip.seconds == MAX_SECONDS
    assert decoded.notices == ("Only the first 10 minutes were analysed.",)


def test_ten_minutes_are_not_held_twice() -> None:
    bomb = encoded(np.full(700 * 16_000, 8_000, dtype=np.int16), rate=16_000, format="FLAC")
    tracemalloc.start()
    clip = decode(bomb).clip
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert clip.seconds == MAX_SECONDS
    assert peak < 1.1 * clip.samples.nbytes


def test_stereo_keeps_its_two_sides_and_mono_has_them_alike() -> None:
    sides = np.stack([0.1 * tone(rate=44_100), tone(rate=44_100)], axis=1)
    stereo = decode_stereo(encoded(sides, rate=44_100))
    assert (stereo.sample_rate, stereo.seconds) == (48_000, pytest.approx(2, abs=0.001))
    left, right = np.abs(stereo.samples).mean(axis=0)
    assert right == pytest.approx(10 * left, rel=0.01)
    mono = decode_stereo(encoded(tone())).samples
    assert (mono[:, 0] == mono[:, 1]).all()
    many = decode_stereo(encoded(np.stack([tone(), *[0 * tone()] * 5], axis=1))).samples
    assert np.abs(many).max(axis=0).tolist() == [pytest.approx(0.5, abs=0.01), 0]
    with pytest.raises(AudioError, match="PDF"):
        decode_stereo(b"%PDF-1.7 and so on")


def test_stereo_is_read_no_longer_than_it_is_wanted() -> None:
    bomb = encoded(np.full((3600 * 8_000, 2), 8_000, dtype=np.int16), rate=8_000, format="FLAC")
    tracemalloc.start()
    assert decode_stereo(bomb, 20).seconds == 20
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 * 2**20
    assert decode_stereo(bomb[:200_000], 30).seconds == 30


def with_wav_length(data: bytes, n_bytes: int) -> bytes:
    """Write another length into both size fields of a canonical WAV header."""
    return data[:4] + struct.pack("<I", n_bytes + 36) + data[8:40] + struct.pack("<I", n_bytes) + data[44:]


def test_a_wav_from_a_pipe_needs_no_length() -> None:
    clip = decode(with_wav_length(encoded(tone()), 0xFFFFFFFF - 36)).clip
    assert clip.seconds == pytest.approx(2.0)


NAN = np.array([np.nan, *tone()[1:]], dtype=np.float32)
BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "The file is empty."),
    "text": (b"hello, this is no audio at all" * 50, "not an audio file that can be read"),
    "random": (np.random.default_rng(0).bytes(5_000), "not an audio file that can be read"),
    "pdf named wav": (b"%PDF-1.7\n" + b"0" * 2_000, "a PDF document, not an audio file"),
    "midi": (b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x00\x60", "holds notes but no sound"),
    "playlist": (
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/hostname\n",
        "not an audio file",
    ),
    "wav header only": (encoded(tone())[:44], "ends before its audio does"),
    "wav cut": (encoded(tone())[:40_000], "ends before its audio does"),
    "wav claims hours": (with_wav_length(encoded(tone()), 2_000_000_000), "ends before its audio does"),
    "aiff cut": (encoded(tone(), format="AIFF")[:40_000], "ends before its audio does"),
    "au cut": (encoded(tone(), format="AU")[:40_000], "ends before its audio does"),
    "flac cut": (encoded(tone(), format="FLAC")[:15_000], "ends before its audio|damaged"),
    "m4a cut": (muxed(tone(), RATE, "mp4", "aac")[:6_000], "not an audio file|ends before|damaged"),
    "silence": (encoded(np.zeros(2 * RATE, np.float32)), "silent from beginning to end"),
    "not numbers": (encoded(NAN, subtype="FLOAT"), "samples that are not numbers"),
    "short": (encoded(tone(0.4)), "too short: 0.40 s"),
    "too fast": (encoded(tone(), rate=1_000_000), "1,000,000 Hz is that of no recording"),
    "overflow": (encoded(np.full((50_000, 2), 3e38, np.float32), subtype="FLOAT"), "not numbers"),
    "slow": (encoded(tone(rate=1_000), rate=1_000), "too low to hold music"),
    "mute video": (muxed(tone(), RATE, "mp4", "", video_only=True), "no sound track"),
    "too large": (b"RIFF" + bytes(MAX_BYTES), "too large: 64 MB"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_sentence(case: str) -> None:
    data, sentence = BAD[case]
    with pytest.raises(AudioError, match=sentence) as caught:
        decode(data)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message


def test_decoding_leaves_nothing_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    decode(encoded(tone()))
    decode(muxed(tone(), RATE, "mp4", "aac"))
    assert list(tmp_path.iterdir()) == []


def test_files_are_read_and_missing_ones_reported(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    path.write_bytes(encoded(tone()))
    assert decode_file(path).clip.seconds == 2.0
    with pytest.raises(AudioError, match="cannot be read: No such file"):
        decode_file(tmp_path / "absent.wav")
    with (tmp_path / "huge.wav").open("wb") as huge:
        huge.truncate(MAX_BYTES + 1)
    with pytest.raises(AudioError, match="too large"):
        decode_file(tmp_path / "huge.wav")
