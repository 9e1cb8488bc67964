"""Measuring the check for music."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from gmn_core.classification.evaluation import music_check as evaluation
from gmn_core.classification.music_check import RULE, doubts
from gmn_core.corpora.stored import StoredCorpus
from tests.gmn_core.classification.synthetic import some_tracks


def test_hits_and_false_alarms_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "N_OF_A_KIND", 1)
    monkeypatch.setattr(evaluation, "VOICES", ("en",))
    monkeypatch.setattr(evaluation, "SPEEDS", (150,))
    steady, *moving = some_tracks("train", 1)[:4]
    rng = np.random.default_rng(0)
    mels = rng.integers(0, 255, (4, 128, 721), dtype=np.uint8)
    mels[0] = 128
    np.savez(tmp_path / "mel_24fps.npz", mel=mels, track=[track.name for track in (steady, *moving)])
    card = evaluation.evaluate_music_check(StoredCorpus(tmp_path))
    alarms = card.figures[evaluation.FALSE_ALARMS]
    assert (alarms["n_right"], alarms["n"]) == (1, 4)
    assert list(card.data) == ["mel_24fps.npz"]
    assert card.choices["rule"] == RULE
    kinds = {"white noise", "pink noise", "brown noise", "tone", "mains hum", "faint noise"}
    assert kinds <= set(card.figures)
    assert all(card.figures[kind]["value"] == 1 for kind in kinds)


def test_noise_has_the_slope_it_is_asked_for() -> None:
    noise = evaluation.coloured_noise(np.random.default_rng(0), exponent=0.5)
    power = np.abs(np.fft.rfft(noise)) ** 2
    hertz = np.fft.rfftfreq(len(noise), 1 / evaluation.SAMPLE_RATE)
    low, high = ((hertz > f) & (hertz < 2 * f) for f in (200, 3200))
    assert noise.std() == pytest.approx(1)
    # Pink noise has as much power in one octave as in another.
    assert power[low].sum() == pytest.approx(power[high].sum(), rel=0.1)


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="eSpeak NG is not installed")
def test_a_synthetic_voice_is_caught() -> None:
    assert "speech" in (doubts(evaluation.speech("en-us", 160)) or "")
