"""A voice without words: a line of notes sung, or chanted, on syllables.

A glottal pulse train at the notes' pitch, with glides, drift and vibrato, and noise go through the
formants that `articulation` moves.

References
----------
Rosenberg (1971), "Effect of glottal pulse shape on the quality of natural vowels", JASA 49.
Klatt (1980), "Software for a cascade/parallel formant synthesizer", JASA 67.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gmn_core.audio.sound import Samples
from gmn_core.generation.sound.articulation import FRAME_RATE, Articulation, articulated
from gmn_core.generation.sound.notes import Notes
from gmn_core.generation.sound.rate import SAMPLE_RATE

RATE = 24_000  # rate at which a voice is computed, since it has nothing above 12 kHz
FloatArray = npt.NDArray[np.float64]

_HOP = RATE // FRAME_RATE
_SIZE = 1024  # of a frame's transform: two hops, and 20 ms in which formants ring out
_BANDWIDTHS = (70.0, 100.0, 150.0, 250.0)
_HISS = 0.28  # amplitude of consonants' noise relative to the voice
_GLIDE = 0.035  # seconds
_VIBRATO_RATE, _VIBRATO_DELAY = 5.4, 0.18  # Hz, s
_PHRASE_GAP = 0.35  # seconds of rest after which a new phrase begins


@dataclass(frozen=True)
class Voice:
    """Who sings, and how.

    Parameters
    ----------
    low, high : int
        MIDI note numbers between which lines are sung, an octave or more apart.
    size : float
        Formants relative to a man's: 1.17 is a woman.
    vibrato : float
        Depth in semitones, reached late in long notes.
    breath : float
        Amplitude of breath relative to the voiced sound.
    speech : float
        0 sings the notes; 1 chants near the middle of the range, falling through each phrase.
    rough : float
        0 is clear; 1 growls.
    """

    low: int = 45
    high: int = 64
    size: float = 1.0
    vibrato: float = 0.35
    breath: float = 0.05
    speech: float = 0.0
    rough: float = 0.0


def sung(notes: Notes, seconds: float, voice: Voice, seed: int = 0) -> Samples:
    """Return a line as a voice sings it.

    Parameters
    ----------
    notes : Notes
        Of chords, the top is sung; it is moved by octaves into the voice's range.
    seconds : float
        Length.
    voice : Voice
        Who sings.
    seed : int
        Of the small drifts of pitch and time: two seeds make two takes of the same syllables.

    Returns
    -------
    ndarray of float32, shape (n,)
        One channel at 48 kHz.
    """
    import soxr

    length = round(seconds * SAMPLE_RATE)
    line = notes.outer_voice()
    line = line[line.onsets < seconds - 0.05]
    if not len(line):
        return np.zeros(length, np.float32)
    rng = np.random.default_rng((1971, seed))
    late = rng.normal(0, 0.008, len(line))
    line = Notes(np.maximum(line.onsets + late, 0.12), line.durations, line.pitches, line.velocities)
    mouth = articulated(line, seconds, voice.speech, seed=len(line))
    pitch = _pitch(line, len(mouth.voiced), voice, rng)
    result = soxr.resample(_filtered(mouth, pitch, voice, rng), RATE, SAMPLE_RATE, quality="MQ")
    return np.asarray(result[:length], np.float32)


def _pitch(line: Notes, n_frames: int, voice: Voice, rng: np.random.Generator) -> FloatArray:
    """Return the frequency of each frame in Hz."""
    times = np.arange(n_frames) / FRAME_RATE
    places = np.clip(np.searchsorted(line.onsets, times + 0.04, side="right") - 1, 0, None)
    target = _targets(line, voice)[places]
    keep, pitch, now = math.exp(-1 / (FRAME_RATE * _GLIDE)), np.empty(n_frames), target[0]
    for step, wanted in enumerate(target.tolist()):
        now = wanted + (now - wanted) * keep
        pitch[step] = now
    since = times - line.onsets[places]
    late = np.clip((since - _VIBRATO_DELAY) / 0.3, 0, 1)
    pitch += voice.vibrato * late * np.sin(2 * np.pi * _VIBRATO_RATE * times + rng.uniform(0, 2 * np.pi))
    drift = np.convolve(rng.standard_normal(n_frames + 19), np.hanning(20) / 10, mode="valid")
    pitch += 0.4 * drift + 0.08 * rng.standard_normal(n_frames)
    # Long notes are scooped into from below; spoken ones fall.
    pitch -= (1 - voice.speech) * 0.7 * np.exp(-np.maximum(since, 0) / 0.05)
    pitch -= voice.speech * 3.0 * np.clip(since, 0, 0.4)
    return np.asarray(440 * 2 ** ((pitch - 69) / 12), np.float64)


def _targets(line: Notes, voice: Voice) -> FloatArray:
    """Return what is sung, in MIDI note numbers."""
    middle = (voice.low + voice.high) / 2
    pitches = line.pitches + 12.0 * round((middle - float(np.median(line.pitches))) / 12)
    pitches -= 12 * np.ceil(np.maximum(pitches - voice.high, 0) / 12)
    pitches += 12 * np.ceil(np.maximum(voice.low - pitches, 0) / 12)
    if voice.speech:
        phrase = np.cumsum(np.diff(line.onsets, prepend=-9.0) > _PHRASE_GAP)
        since = line.onsets - line.onsets[np.searchsorted(phrase, phrase)]
        spoken = middle + 4.0 * np.exp(-since / 1.5) - 3.0 + 3.0 * (line.velocities > 100)
        pitches = voice.speech * spoken + (1 - voice.speech) * pitches
    return np.asarray(pitches, np.float64)


def _filtered(mouth: Articulation, pitch: FloatArray, voice: Voice, rng: np.random.Generator) -> Samples:
    """Return the source through the mouth, frame by frame, at `RATE`; frames overlap by half."""
    n_frames = len(pitch)
    glottis = _pulses(np.repeat(pitch, _HOP) / RATE, voice, rng)
    breath = rng.standard_normal(len(glottis)).astype(np.float32)
    window = np.hanning(2 * _HOP + 1)[:-1].astype(np.float32)
    sounding = np.flatnonzero((mouth.voiced[1:] > 1e-3) | (mouth.noise[1:] > 1e-3)) + 1
    sounding = sounding[sounding < n_frames - 1]
    result = np.zeros((n_frames + 4) * _HOP, np.float32)
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(_SIZE)).astype(np.complex64)
    frequencies = np.fft.rfftfreq(_SIZE, 1 / RATE)
    # Frames are taken in blocks, since all transforms of two minutes would fill a hundred megabytes.
    for block in np.array_split(sounding, max(1, len(sounding) // 512)):
        places = (block[:, None] - 1) * _HOP + np.arange(2 * _HOP)
        voiced = np.fft.rfft(glottis[places] * window * mouth.voiced[block, None].astype(np.float32), _SIZE)
        spectrum = voiced * _tract(mouth.formants[block] * voice.size, z)
        hiss = np.fft.rfft(breath[places] * window, _SIZE)
        distance = (frequencies - mouth.centre[block, None]) / mouth.width[block, None]
        spectrum += hiss * (_HISS * mouth.noise[block, None] / (1 + distance**4))
        frames = np.fft.irfft(spectrum, _SIZE).astype(np.float32)
        for place, frame in zip(block.tolist(), frames, strict=True):
            start = (place - 1) * _HOP
            result[start : start + _SIZE] += frame
    return result


def _tract(formants: FloatArray, z: npt.NDArray[np.complex64]) -> npt.NDArray[np.complex64]:
    """Return the response of the formants in cascade, shape (n_frames, n_bins), of unit gain at 0 Hz."""
    response = np.ones((len(formants), len(z)), np.complex64)
    for place, bandwidth in enumerate(_BANDWIDTHS):
        radius = math.exp(-math.pi * bandwidth / RATE)
        first = -2 * radius * np.cos(2 * np.pi * np.minimum(formants[:, place], 0.45 * RATE) / RATE)
        gain = 1 + first + radius**2
        response *= gain[:, None] / (1 + first[:, None] * z + radius**2 * z**2)
    return response


def _pulses(steps: FloatArray, voice: Voice, rng: np.random.Generator) -> Samples:
    """Return the glottis' pulse train, differentiated by the lips, for cycles per sample of ``steps``."""
    cycles = np.cumsum(steps)
    within = (cycles % 1).astype(np.float32)
    opened, closed = np.float32(0.42), np.float32(0.60)
    rising = np.sin(np.pi * within / opened) * (within < opened)
    falling = np.cos(0.5 * np.pi * (within - opened) / (closed - opened))
    falling = -(1 - falling) * ((within >= opened) & (within < closed))
    pulses = (0.3 * rising + 1.2 * falling).astype(np.float32)
    noise = rng.standard_normal(len(pulses)).astype(np.float32)
    pulses += np.float32(voice.breath) * noise * (within < closed)
    if voice.rough:
        every_other = np.where((cycles % 2) < 1, 1.0, 1 - 0.7 * voice.rough).astype(np.float32)
        pulses = pulses * every_other + np.float32(0.35 * voice.rough) * noise * (within < closed)
        pulses = np.tanh((1 + 3 * voice.rough) * pulses)
    return np.asarray(pulses - pulses.mean(), np.float32)
