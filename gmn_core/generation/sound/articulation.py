"""How a mouth moves in nonsense syllables: formants, voicing and noise, 100 times per second.

References
----------
Peterson and Barney (1952), "Control methods used in a study of the vowels", JASA 24: the vowels.
Klatt (1980), "Software for a cascade/parallel formant synthesizer", JASA 67: the consonants.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gmn_core.generation.sound.notes import Notes

FRAME_RATE = 100  # frames per second
N_FORMANTS = 4
FloatArray = npt.NDArray[np.float64]

# Formants in Hz of a man's vowels.
_VOWELS: dict[str, tuple[float, float, float, float]] = {
    "i": (280, 2250, 2890, 3600),
    "I": (400, 1920, 2560, 3500),
    "e": (530, 1840, 2480, 3500),
    "æ": (660, 1720, 2410, 3450),
    "a": (730, 1190, 2440, 3400),
    "o": (520, 900, 2410, 3300),
    "U": (440, 1020, 2240, 3300),
    "u": (310, 870, 2240, 3300),
    "ʌ": (640, 1190, 2390, 3400),
    "r": (490, 1350, 1690, 3300),
}
_NUCLEI = ("i", "I", "e", "æ", "a", "o", "U", "u", "ʌ", "r", "ai", "au", "ei", "ou", "oi")


@dataclass(frozen=True)
class _Consonant:
    """How a consonant is made.

    Parameters
    ----------
    seconds : float
        How long it lasts before the vowel.
    formants : tuple of float
        Where the formants come from.
    voiced : float
        Amplitude of its voicing.
    noise : float
        Amplitude of its noise.
    centre, width : float
        Of the noise, in Hz.
    closed : float
        Share of its time in which the mouth is shut, before the noise bursts.
    """

    seconds: float
    formants: tuple[float, float, float, float]
    voiced: float
    noise: float
    centre: float
    width: float
    closed: float = 0.0


_CONSONANTS: dict[str, _Consonant] = {
    "p": _Consonant(0.09, (300, 850, 2200, 3300), 0.0, 0.35, 1000, 1500, 0.75),
    "t": _Consonant(0.09, (300, 1750, 2600, 3500), 0.0, 0.80, 4500, 2500, 0.70),
    "k": _Consonant(0.10, (300, 1900, 2300, 3400), 0.0, 0.65, 2200, 1200, 0.65),
    "b": _Consonant(0.07, (250, 850, 2200, 3300), 0.15, 0.15, 900, 1200, 0.80),
    "d": _Consonant(0.06, (250, 1750, 2600, 3500), 0.15, 0.35, 4000, 2500, 0.80),
    "g": _Consonant(0.07, (250, 1950, 2300, 3400), 0.15, 0.30, 2000, 1200, 0.80),
    "s": _Consonant(0.11, (320, 1700, 2600, 3500), 0.0, 0.90, 6500, 2600),
    "ʃ": _Consonant(0.10, (320, 1850, 2500, 3400), 0.0, 0.85, 3400, 1700),
    "f": _Consonant(0.09, (320, 900, 2200, 3300), 0.0, 0.30, 6000, 5000),
    "z": _Consonant(0.08, (300, 1700, 2600, 3500), 0.3, 0.45, 6200, 2600),
    "h": _Consonant(0.06, (500, 1500, 2500, 3500), 0.0, 0.30, 1500, 2200),
    "m": _Consonant(0.07, (250, 1000, 2200, 3200), 0.45, 0.0, 1000, 1000),
    "n": _Consonant(0.06, (250, 1600, 2500, 3300), 0.45, 0.0, 1000, 1000),
    "l": _Consonant(0.06, (330, 1100, 2700, 3400), 0.6, 0.0, 1000, 1000),
    "w": _Consonant(0.06, (300, 650, 2200, 3300), 0.6, 0.0, 1000, 1000),
    "y": _Consonant(0.05, (270, 2200, 2950, 3600), 0.6, 0.0, 1000, 1000),
}
_TRANSITION = 0.05  # seconds in which the formants reach the vowel
_TAIL = 0.07  # seconds in which a syllable fades
_CODA_SHARE = 0.35  # of spoken syllables end in a consonant
_SHORTEST_CODA = 0.14  # seconds of a syllable that leaves room for one


@dataclass(frozen=True, eq=False)
class Articulation:
    """Tracks of a line of syllables, one value per frame.

    Parameters
    ----------
    formants : ndarray of float64, shape (n_frames, `N_FORMANTS`)
        In Hz, of a man's voice.
    voiced : ndarray of float64, shape (n_frames,)
        Amplitude of the voice.
    noise, centre, width : ndarray of float64, shape (n_frames,)
        Amplitude, centre and width in Hz of what hisses.
    """

    formants: FloatArray
    voiced: FloatArray
    noise: FloatArray
    centre: FloatArray
    width: FloatArray


def articulated(line: Notes, seconds: float, speech: float, seed: int) -> Articulation:
    """Return the movements of a mouth that give each note a syllable.

    Parameters
    ----------
    line : Notes
        One note at a time.
    seconds : float
        Length.
    speech : float
        0 sings: long vowels, soft consonants; 1 speaks.
    seed : int
        Seed of the syllables.
    """
    rng = np.random.default_rng((1952, seed))
    n_frames = round(seconds * FRAME_RATE) + FRAME_RATE
    formants = np.tile(np.array(_VOWELS["ʌ"], np.float64), (n_frames, 1))
    voiced, noise = np.zeros(n_frames), np.zeros(n_frames)
    centre, width = np.full(n_frames, 4000.0), np.full(n_frames, 2000.0)
    names, loudness = list(_CONSONANTS), 0.55 + 0.45 * speech

    def hiss(consonant: _Consonant, start: int, end: int, strength: float) -> None:
        """Shut the mouth, then let the noise through."""
        start, end = max(start, 0), min(end, n_frames)
        opened = start + round(consonant.closed * (end - start))
        voiced[start:end] = np.minimum(voiced[start:end], consonant.voiced * strength)
        voiced[start:end] = np.maximum(voiced[start:end], consonant.voiced * strength * 0.9)
        noise[opened:end] = consonant.noise * strength * loudness
        centre[start:end], width[start:end] = consonant.centre, consonant.width
        formants[start:end] = consonant.formants

    for onset, duration, velocity in zip(line.onsets, line.durations, line.velocities, strict=True):
        strength = (velocity / 100) ** 0.8
        nucleus = _NUCLEI[rng.integers(len(_NUCLEI))]
        first = round(onset * FRAME_RATE)
        last = min(first + max(round(duration * FRAME_RATE), 6), n_frames)
        tail = min(last + round(_TAIL * FRAME_RATE * (1 - 0.6 * speech)), n_frames)
        if first >= last:
            continue
        voiced[first:last] = strength
        voiced[last:tail] = strength * np.linspace(1, 0, tail - last)
        start, end = np.array(_VOWELS[nucleus[0]]), np.array(_VOWELS[nucleus[-1]])
        formants[first:tail] = start + np.linspace(-0.6, 1.2, tail - first).clip(0, 1)[:, None] * (
            end - start
        )
        if rng.random() < 0.7 + 0.25 * speech:
            consonant = _CONSONANTS[names[rng.integers(len(names))]]
            hiss(consonant, first - round(consonant.seconds * FRAME_RATE), first, strength)
            share = np.linspace(0, 1, min(round(_TRANSITION * FRAME_RATE), last - first))[:, None]
            part = formants[first : first + len(share)]
            part[:] = np.array(consonant.formants) * (1 - share) + part * share
        if duration > _SHORTEST_CODA and rng.random() < _CODA_SHARE * speech:
            coda = _CONSONANTS[names[rng.integers(len(names))]]
            hiss(coda, last - round(coda.seconds * FRAME_RATE), last, 0.8 * strength)
    smooth = np.array([0.25, 0.5, 0.25])
    for track in (voiced, noise, *formants.T):
        track[1:-1] = np.convolve(track, smooth, mode="valid")
    return Articulation(formants, voiced, noise, centre, width)
