"""The sounds of the checks before a study."""

from __future__ import annotations

import io
from collections import Counter

import numpy as np
import pytest
import soundfile

from gmn_core.audio.loudness import integrated_loudness
from gmn_core.audio.recording import Recording
from pages.listener.hearing_checks import FREQUENCY, TONE_RATE, headphone_trials, trial_sound, volume_noise
from survey_db.running.listening import new_token
from survey_db.vocabulary import HEADPHONE_PASS, HEADPHONE_TRIALS


def read(wav: bytes) -> Recording:
    samples, rate = soundfile.read(io.BytesIO(wav), dtype="float32", always_2d=True)
    return Recording(samples, rate)


def test_the_volume_is_set_on_pink_noise_as_loud_as_the_samples() -> None:
    noise = read(volume_noise(-16))
    assert noise.seconds == 8
    assert integrated_loudness(noise) == pytest.approx(-16, abs=0.1)
    power = np.abs(np.fft.rfft(noise.samples[:, 0])) ** 2
    frequencies = np.fft.rfftfreq(len(noise.samples), 1 / noise.sample_rate)
    octaves = [
        10 * np.log10(power[(frequencies >= low) & (frequencies < 2 * low)].sum())
        for low in (200, 400, 800, 1600, 3200)
    ]
    assert np.ptp(octaves) < 1.5


def test_in_a_trial_one_tone_is_softer_and_one_cancels_between_loudspeakers() -> None:
    sound = read(trial_sound(("plain", "softer", "opposed"), -20))
    starts = [round(1.5 * TONE_RATE * place) for place in range(3)]
    middles = [
        sound.samples[start + TONE_RATE // 4 : start + 3 * TONE_RATE // 4].astype(float) for start in starts
    ]
    level = [20 * np.log10(np.sqrt((tone**2).mean())) for tone in middles]
    assert level[1] - level[0] == pytest.approx(-6, abs=0.1)
    assert level[2] - level[0] == pytest.approx(0, abs=0.1)
    mixed = [np.sqrt((tone.sum(axis=1) ** 2).mean()) for tone in middles]
    assert mixed[2] < 0.01 * mixed[0]
    spectrum = np.abs(np.fft.rfft(middles[0][:, 0]))
    assert np.argmax(spectrum) * TONE_RATE / len(middles[0]) == pytest.approx(FREQUENCY, abs=2)


def test_a_listener_has_the_same_trials_again_and_no_fixed_place_passes() -> None:
    token = new_token()
    trials = headphone_trials(token)
    assert trials == headphone_trials(token)
    assert len(trials) == HEADPHONE_TRIALS
    assert all(sorted(trial) == ["opposed", "plain", "softer"] for trial in trials)
    places = Counter(trial.index("softer") for trial in trials)
    assert places == {0: 2, 1: 2, 2: 2}
    assert max(places.values()) < HEADPHONE_PASS
    assert len({tuple(headphone_trials(new_token())) for _ in range(20)}) > 15
