"""The mix and the master: stems to one finished stereo recording.

Each stem is set to its role's level by its measured loudness, given a place
between the speakers and sent to one room; the sum is brought to -16 LUFS
with true peaks below -1 dBTP. Nothing here is random: equal stems give equal
recordings.

References
----------
Moorer (1979), "About this reverberation business", Computer Music Journal
3 (2): exponentially decaying noise as the tail of a room.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.audio.loudness import integrated_loudness, normalised
from gmn_core.audio.recording import Recording
from gmn_core.generation.band import Role
from gmn_core.generation.renderer import SAMPLE_RATE, Stem
from gmn_core.genres import Genre

Stereo = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Setting:
    """Where a role sits in the mix.

    Parameters
    ----------
    level : float
        Loudness beside the other roles, in LU.
    pan : float
        -1 (left) to 1 (right).
    send : float
        Amplitude of the room beside the direct sound.
    low_cut : float
        Corner of the role's high-pass filter, in Hz.
    """

    level: float
    pan: float
    send: float
    low_cut: float


MIX: dict[Role, Setting] = {
    Role.DRUMS: Setting(level=0.0, pan=0.0, send=0.12, low_cut=30),
    # K-weighting hears little of a bass's fundamental: at equal level it would boom.
    Role.BASS: Setting(level=-2.5, pan=0.0, send=0.04, low_cut=30),
    Role.CHORDS: Setting(level=-4.0, pan=-0.35, send=0.22, low_cut=90),
    Role.PAD: Setting(level=-6.5, pan=0.3, send=0.30, low_cut=110),
    Role.LEAD: Setting(level=-0.5, pan=0.08, send=0.25, low_cut=90),
    Role.SECOND: Setting(level=-3.5, pan=0.4, send=0.25, low_cut=90),
}
REFERENCE = -26.0  # LUFS of a stem at level 0, before the master
# The part of a stem's distance from its role's level that is made up: the rest stays, since a
# part that is played softly is meant so.
CORRECTION = 0.75
MAX_CORRECTION = 15.0  # dB

DEFAULT_ROOM = 1.2
# Time to fall by 60 dB, in seconds, for the genres that are heard in another room than a studio's.
ROOMS: dict[Genre, float] = {
    Genre.CLASSICAL: 2.0,
    Genre.JAZZ: 1.0,
    Genre.HIPHOP: 0.8,
    Genre.METAL: 1.0,
    Genre.REGGAE: 1.5,
}
PRE_DELAY = 0.018  # seconds
ROOM_LOW_CUT, ROOM_HIGH_CUT = 220.0, 7000.0  # Hz
ROOM_BAND = (250.0, 4000.0)  # Hz
TREBLE_DECAY = 0.45  # of the room's time, above TREBLE_FROM
TREBLE_FROM = 2500.0  # Hz

FADE_IN, FADE_OUT = 0.005, 0.6  # seconds


def produce(stems: Iterable[Stem], seconds: float, room: float = DEFAULT_ROOM) -> Recording:
    """Mix and master.

    Parameters
    ----------
    stems : iterable of Stem
        Taken one at a time; each at least ``seconds`` long.
    seconds : float
        Length of the recording; exact to the sample.
    room : float
        Reverberation time (to fall by 60 dB), in seconds.

    Returns
    -------
    Recording
        At `SAMPLE_RATE`, -16 LUFS, true peak at most -2 dBTP, faded out over
        its last 0.6 s.
    """
    length = round(seconds * SAMPLE_RATE)
    mix = np.zeros((length, 2), dtype=np.float32)
    to_room = np.zeros((length, 2), dtype=np.float32)
    seen: Counter[Role] = Counter()
    for stem in stems:
        # Every other part of the same role takes the other side.
        placed = _placed(stem, length, side=-1 if seen[stem.role] % 2 else 1)
        seen[stem.role] += 1
        mix += placed
        placed *= np.float32(MIX[stem.role].send)
        to_room += placed
    mix += _reverberated(to_room, room)
    _fade(mix)
    return normalised(Recording(mix, SAMPLE_RATE))


def _placed(stem: Stem, length: int, side: int) -> Stereo:
    """Return a stem at its level and place, without the lows that others need."""
    setting = MIX[stem.role]
    filtered = _filtered(stem.samples[:length], "highpass", setting.low_cut)
    loudness = integrated_loudness(Clip(filtered.mean(axis=1), SAMPLE_RATE))
    gain = 0.0
    if math.isfinite(loudness):
        level = REFERENCE + setting.level + 10 * math.log10(stem.share)
        gain = min(max(CORRECTION * (level - loudness), -MAX_CORRECTION), MAX_CORRECTION)
    # Constant power, 0 dB in the middle.
    angle = (setting.pan * side + 1) * math.pi / 4
    sides = math.sqrt(2) * np.array([math.cos(angle), math.sin(angle)]) * 10 ** (gain / 20)
    filtered *= sides.astype(np.float32)
    return filtered


def _reverberated(samples: Stereo, room: float) -> Stereo:
    """Return what the room adds, cut to the same length."""
    from scipy.signal import oaconvolve

    response = _room_response(room)
    wet: Stereo = oaconvolve(samples.mean(axis=1)[:, None], response, axes=0)[: len(samples)]
    return wet.astype(np.float32, copy=False)


@lru_cache(maxsize=4)
def _room_response(room: float) -> Stereo:
    """Return a room's impulse response, of unit gain on average over `ROOM_BAND`.

    Two channels of noise, independent so that the room is wide, whose
    treble dies sooner than the rest, as air and walls have it.
    """
    length = round(room * SAMPLE_RATE)
    noise = np.random.default_rng(1979).standard_normal((length, 2)).astype(np.float32)
    time = np.arange(length, dtype=np.float32)[:, None] / SAMPLE_RATE
    decay = np.float32(math.log(1000))  # 60 dB
    dark = _filtered(noise, "lowpass", TREBLE_FROM)
    response = dark * np.exp(-decay * time / room)
    response += (noise - dark) * np.exp(-decay * time / (TREBLE_DECAY * room))
    response = _filtered(_filtered(response, "highpass", ROOM_LOW_CUT), "lowpass", ROOM_HIGH_CUT)
    power = np.abs(np.fft.rfft(response, axis=0)) ** 2
    low, high = (round(corner * length / SAMPLE_RATE) for corner in ROOM_BAND)
    response /= np.sqrt(power[low:high].mean(axis=0)).astype(np.float32)
    delayed = np.zeros((length + round(PRE_DELAY * SAMPLE_RATE), 2), dtype=np.float32)
    delayed[-length:] = response
    return delayed


def _filtered(samples: Stereo, kind: str, corner: float) -> Stereo:
    """Return the samples through a Butterworth filter of second order."""
    from scipy.signal import butter, sosfilt

    sections = butter(2, corner, kind, fs=SAMPLE_RATE, output="sos").astype(np.float32)
    filtered: Stereo = sosfilt(sections, samples, axis=0)
    return filtered.astype(np.float32, copy=False)


def _fade(samples: Stereo) -> None:
    """Fade both ends in place, by raised cosines."""
    for seconds, ends in ((FADE_IN, slice(None)), (FADE_OUT, slice(None, None, -1))):
        part = samples[ends][: round(seconds * SAMPLE_RATE)]
        ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(len(part)) / max(len(part), 1))
        part *= ramp[:, None].astype(np.float32)
