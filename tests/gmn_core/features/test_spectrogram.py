"""Log-mel spectrograms."""

from __future__ import annotations

from pathlib import Path

import librosa
import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.audio.decode import decode_file
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.features import spectrogram
from gmn_core.features.spectrogram import (
    MUSICNN,
    STANDARD,
    THINNED_FRAMES_PER_SECOND,
    MelForm,
    log_mel,
    mel_frequencies,
    mel_power,
    musicnn_mel,
    thinned_mel,
)


def test_a_tone_lights_its_own_band() -> None:
    tone = np.sin(2 * np.pi * 1_000 * np.arange(22_050) / 22_050).astype(np.float32)
    spectrogram = log_mel(Clip(tone, 22_050))
    assert spectrogram.shape == (128, 44)
    assert spectrogram.max() == 0
    assert spectrogram.min() >= -80
    loudest = mel_frequencies()[spectrogram.mean(axis=1).argmax()]
    assert loudest == pytest.approx(1_000, rel=0.05)


def test_the_form_decides_shape_and_rate() -> None:
    form = MelForm(sample_rate=16_000, n_fft=512, hop_length=256, n_mels=96)
    clip = Clip(np.random.default_rng(0).uniform(-1, 1, 44_100).astype(np.float32), 44_100)
    assert log_mel(clip, form).shape == (96, 63)
    assert form.frames_per_second == 62.5
    assert mel_frequencies(form)[-1] == pytest.approx(8_000)
    assert STANDARD.frames_per_second == pytest.approx(43.07, abs=0.01)


@pytest.mark.parametrize("form", [STANDARD, MUSICNN], ids=["standard", "musicnn"])
def test_it_is_librosas_mel_spectrogram(form: MelForm) -> None:
    clip = noise_clip(3.3, form.sample_rate)
    expected = librosa.feature.melspectrogram(
        y=clip.samples, sr=form.sample_rate, n_fft=form.n_fft, hop_length=form.hop_length, n_mels=form.n_mels
    )
    np.testing.assert_allclose(mel_power(clip, form), expected, rtol=2e-4, atol=1e-6)
    in_decibels = librosa.power_to_db(expected, ref=np.max, top_db=80)
    np.testing.assert_allclose(log_mel(clip, form), in_decibels, atol=1e-3)
    frequencies = librosa.mel_frequencies(form.n_mels, fmax=form.sample_rate / 2)
    np.testing.assert_allclose(mel_frequencies(form), frequencies)


def test_blocks_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    clip = noise_clip(2.0)
    whole = mel_power(clip, STANDARD)
    monkeypatch.setattr(spectrogram, "_BLOCK", 7)
    np.testing.assert_allclose(mel_power(clip, STANDARD), whole, rtol=1e-5)


def test_silence_has_no_decibels_below_itself() -> None:
    assert (log_mel(Clip(np.zeros(4_000, dtype=np.float32), 22_050)) == 0).all()


def noise_clip(seconds: float, sample_rate: int = 22_050, seed: int = 0) -> Clip:
    samples = np.random.default_rng(seed).uniform(-0.5, 0.5, round(seconds * sample_rate))
    return Clip(samples.astype(np.float32), sample_rate)


def test_the_thinned_form_has_the_frames_of_the_stored_one() -> None:
    mel = thinned_mel(noise_clip(30.0))
    assert mel.shape[1] == 128
    assert abs(len(mel) - 721) <= 3
    assert mel.max() == 1
    assert mel.min() >= 0
    assert len(mel) / 30 == pytest.approx(THINNED_FRAMES_PER_SECOND, rel=0.01)
    assert thinned_mel(noise_clip(0.2)).shape == (2, 128)


def test_the_musicnn_form_is_that_of_its_own_front_end() -> None:
    clip = noise_clip(3.0, 16_000)
    power = librosa.feature.melspectrogram(y=clip.samples, sr=16_000, hop_length=256, n_fft=512, n_mels=96)
    np.testing.assert_allclose(musicnn_mel(clip), np.log10(10_000 * power.T + 1), atol=5e-6)
    assert musicnn_mel(noise_clip(3.0, 44_100)).shape == (188, 96)


@pytest.mark.corpus
def test_the_thinned_form_equals_the_stored_one_on_lossless_clips(corpus_dir: Path) -> None:
    folder = corpus_dir / "gtzan"
    stored = StoredCorpus(folder).mels
    errors = []
    for path in sorted((folder / "parity").glob("*.flac")):
        clip = decode_file(path).clip
        # Pictures of longer clips have the same width: what they show is squeezed.
        if len(clip.samples) // STANDARD.hop_length == 1292:
            errors.append(80 * np.median(np.abs(thinned_mel(clip)[:721] - stored[path.stem].T / 255)))
    assert len(errors) >= 17
    # A step of the stored scale is 0.3 dB.
    assert max(errors) < 0.15
