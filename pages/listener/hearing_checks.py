"""The sounds of the checks before a study: setting the volume, and telling headphones from loudspeakers.

The headphone check is that of Woods et al. (2017), "Headphone screening to
facilitate web-based auditory experiments", Attention, Perception &
Psychophysics 79, 2064-2072 (https://doi.org/10.3758/s13414-017-1361-2): of
three 200 Hz tones one is 6 dB softer, and another has its channels in opposite
phase. Between loudspeakers that one cancels out and seems the softest.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from gmn_core.audio.encoding import to_wav
from gmn_core.audio.loudness import normalised
from gmn_core.audio.recording import Recording
from survey_db.vocabulary import HEADPHONE_TRIALS

FREQUENCY = 200.0
TONE_SECONDS, GAP_SECONDS, RAMP_SECONDS = 1.0, 0.5, 0.1
SOFTER_DB = -6.0
TONE_RATE = 8_000

NOISE_RATE = 32_000
NOISE_SECONDS = 8.0

Wave = npt.NDArray[np.float64]


def volume_noise(loudness: float) -> bytes:
    """Return eight seconds of pink noise at a loudness in LUFS, as a WAV file.

    Listeners who set their volume by it have set it for the samples, whose
    loudness is the same.
    """
    n_samples = round(NOISE_SECONDS * NOISE_RATE)
    spectrum = np.fft.rfft(np.random.default_rng(0).standard_normal(n_samples))
    frequencies = np.fft.rfftfreq(n_samples, 1 / NOISE_RATE)
    # Pink: the same power in each octave, here of those that small loudspeakers can play.
    spectrum *= np.where(frequencies < 80, 0, 1 / np.sqrt(np.maximum(frequencies, 1)))
    noise = np.fft.irfft(spectrum, n_samples) * _ramps(n_samples, round(0.5 * NOISE_RATE))
    noise *= 0.1 / np.std(noise)
    return to_wav(normalised(_stereo(noise, noise, NOISE_RATE), loudness))


def headphone_trials(token: str) -> list[tuple[str, str, str]]:
    """Draw the order of the three tones in each trial.

    Parameters
    ----------
    token : str
        The listener's; the same listener is given the same trials again.

    Returns
    -------
    list of tuple of str
        For each of the `HEADPHONE_TRIALS`, the words ``"softer"``,
        ``"opposed"`` and ``"plain"`` in the order of their tones. Each place
        has the softer tone equally often, so that guessing one place fails.
    """
    seed = int.from_bytes(hashlib.sha256(token.encode()).digest()[:8], "big")
    numbers = np.random.default_rng(seed)
    places = numbers.permutation(np.arange(HEADPHONE_TRIALS) % 3)
    trials = []
    for place in places:
        others = list(numbers.permutation(["opposed", "plain"]))
        others.insert(int(place), "softer")
        first, second, third = (str(tone) for tone in others)
        trials.append((first, second, third))
    return trials


def trial_sound(tones: tuple[str, str, str], loudness: float) -> bytes:
    """Return a trial of the headphone check as a WAV file; its plain tones are at about ``loudness``."""
    n_tone = round(TONE_SECONDS * TONE_RATE)
    tone = np.sin(2 * np.pi * FREQUENCY * np.arange(n_tone) / TONE_RATE)
    tone *= _ramps(n_tone, round(RAMP_SECONDS * TONE_RATE))
    gap = np.zeros(round(GAP_SECONDS * TONE_RATE))
    left, right = [], []
    for name in tones:
        gain = 10 ** (SOFTER_DB / 20) if name == "softer" else 1.0
        left += [gain * tone, gap]
        right += [(-gain if name == "opposed" else gain) * tone, gap]
    sound = _stereo(0.1 * np.concatenate(left[:-1]), 0.1 * np.concatenate(right[:-1]), TONE_RATE)
    return to_wav(normalised(sound, loudness))


def _ramps(n_samples: int, n_ramp: int) -> Wave:
    """Return a gain that rises and falls along half a cosine, so that nothing clicks."""
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(n_ramp) / n_ramp)
    return np.concatenate([ramp, np.ones(n_samples - 2 * n_ramp), ramp[::-1]])


def _stereo(left: Wave, right: Wave, rate: int) -> Recording:
    return Recording(np.stack([left, right], axis=1).astype(np.float32), rate)
