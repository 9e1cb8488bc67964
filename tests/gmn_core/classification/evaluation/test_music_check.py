"""Measuring the check for music."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from gmn_core.audio.clip import Clip
from gmn_core.classification.evaluation import music_check as evaluation
from gmn_core.classification.music_check import RULE, MusicRule
from gmn_core.corpora.sounds import SoundSource
from gmn_core.corpora.stored import StoredCorpus
from gmn_core.features.spectrogram import thinned_mel
from gmn_core.models.card import file_sha256
from tests.gmn_core.classification.synthetic import some_tracks


def test_hits_and_false_alarms_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "N_OF_A_KIND", 1)
    monkeypatch.setattr(evaluation, "VOICES", ("en",))
    monkeypatch.setattr(evaluation, "SPEEDS", (150,))
    clips = five_clips()
    clips["mel"][0] = 128  # steady
    np.savez(tmp_path / "mel_24fps.npz", **clips)
    card = evaluation.evaluate_music_check(StoredCorpus(tmp_path))
    alarms = card.figures[evaluation.FALSE_ALARMS]
    assert (alarms["n_right"], alarms["n"]) == (1, 5)
    assert list(card.data) == ["mel_24fps.npz"]
    assert card.choices["rule"] == RULE
    kinds = {"white noise", "pink noise", "brown noise", "tone", "mains hum", "faint noise"}
    assert kinds <= set(card.figures)
    assert all(card.figures[kind]["value"] == 1 for kind in kinds)


def test_real_sounds_are_counted_by_kind_and_package_and_the_rule_is_written_with_its_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "not_music", lambda: iter(()))
    sources = (
        SoundSource("set-speech", "speech", "set", most=4),
        SoundSource("set-more-speech", "speech", "set", most=4),
        SoundSource("set-music", "music", "set", most=4),
        SoundSource("test-speech", "speech", "test", most=4),
        SoundSource("test-music", "music", "test", most=4),
    )
    monkeypatch.setattr(evaluation, "SOURCES", sources)
    rng = np.random.default_rng(0)
    for source in sources:
        for number in range(4):
            path = tmp_path / source.package / f"{number}.wav"
            path.parent.mkdir(exist_ok=True)
            soundfile.write(path, syllables(rng) if source.kind == "speech" else tune(rng, 20), RATE)
    np.savez(tmp_path / "mel_24fps.npz", **five_clips())
    out = tmp_path / "out"
    card = evaluation.evaluate_music_check(StoredCorpus(tmp_path), tmp_path, out, fit=True)
    assert card.figures["test: speech"]["n"] >= 1
    assert card.figures["test: speech, test-speech"]["value"] == 1
    assert card.figures["test: music"]["n_right"] == 0
    assert card.choices["tested on"] == ["test-music", "test-speech"]
    assert MusicRule.load(out / "rule.json").weights == tuple(card.choices["weights"].values())
    assert card.weights == {"rule.json": file_sha256(out / "rule.json")}


RATE = 22_050


def syllables(rng: np.random.Generator) -> np.ndarray:
    """Bursts of noise, four a second, with silence between."""
    time = np.arange(21 * RATE) / RATE
    return 0.3 * rng.normal(size=len(time)) * (np.sin(2 * np.pi * 4 * time) > 0.6) * (np.sin(time) > -0.5)


def tune(rng: np.random.Generator, seconds: int) -> np.ndarray:
    """Plucked notes over a held bass, each time in another key."""
    time = np.arange(seconds * RATE) / RATE
    wave = 0.1 * np.sin(2 * np.pi * 110 * time)
    for start in np.arange(0, seconds, 0.3):
        left = time[round(start * RATE) :][:RATE] - start
        pitch = 220 * 2 ** (rng.integers(0, 12) / 12)
        note = sum(np.sin(2 * np.pi * pitch * k * left) / k for k in range(1, 6)) * np.exp(-4 * left)
        wave[round(start * RATE) :][: len(left)] += 0.1 * note + 0.05 * rng.normal(size=len(left)) * np.exp(
            -60 * left
        )
    return wave


def five_clips() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    clips = [Clip(tune(rng, 30).astype(np.float32), RATE) for _ in range(5)]
    mels = [(255 * thinned_mel(clip).T).astype(np.uint8) for clip in clips]
    return {"mel": np.stack(mels), "track": np.array([track.name for track in some_tracks("train", 1)[:5]])}
