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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from gmn_core.audio.clip import Clip
from gmn_core.audio.filters import convolved, filtered, high_pass, low_pass
from gmn_core.audio.loudness import integrated_loudness, normalised
from gmn_core.audio.recording import Recording
from gmn_core.audio.sound import Samples
from gmn_core.generation.music.band import Role
from gmn_core.generation.sound.renderer import SAMPLE_RATE, Stem
from gmn_core.genres import Genre


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
    """

    level: float
    pan: float
    send: float


MIX: dict[Role, Setting] = {
    Role.DRUMS: Setting(level=0.0, pan=0.0, send=0.12),
    # K-weighting hears little of a bass's fundamental: at equal level it would boom.
    Role.BASS: Setting(level=-2.5, pan=0.0, send=0.04),
    Role.CHORDS: Setting(level=-4.0, pan=-0.4, send=0.22),
    Role.PAD: Setting(level=-6.5, pan=0.5, send=0.30),
    Role.LEAD: Setting(level=-0.5, pan=0.08, send=0.25),
    Role.SECOND: Setting(level=-3.5, pan=0.45, send=0.25),
}
RHYTHM_SECTION = frozenset({Role.DRUMS, Role.BASS})
# High-pass corners in Hz: below them the rhythm section has rumble only, and the others nothing of
# their own that the bass would not need.
RHYTHM_LOW_CUT, UPPER_LOW_CUT = 30.0, 90.0
REFERENCE = -26.0  # LUFS of a stem at level 0, before the master
# The part of a stem's distance from its role's level that is made up: the rest stays, since a
# part that is played softly is meant so.
CORRECTION = 0.75
MAX_CORRECTION = 15.0  # dB

PRE_DELAY = 0.018  # seconds
ROOM_EDGES = (220.0, 7000.0)  # Hz
ROOM_BAND = (250.0, 4000.0)  # Hz, where its gain is set
TREBLE_DECAY = 0.45  # of the room's time, above TREBLE_FROM
TREBLE_FROM = 2500.0  # Hz

FADE_IN, FADE_OUT = 0.005, 0.6  # seconds


@dataclass(frozen=True)
class Style:
    """How a genre is produced.

    Parameters
    ----------
    room : float
        Reverberation time (to fall by 60 dB), in seconds.
    accents : mapping of Role to float
        Loudness that a role gets beyond its level in `MIX`, in LU.
    """

    room: float = 1.2
    accents: Mapping[Role, float] = field(default_factory=dict)


STYLES: dict[Genre, Style] = {
    Genre.BLUES: Style(),
    Genre.CLASSICAL: Style(room=2.0),
    Genre.COUNTRY: Style(),
    Genre.DISCO: Style(accents={Role.DRUMS: 1.0, Role.BASS: 1.0}),
    Genre.HIPHOP: Style(room=0.8, accents={Role.DRUMS: 1.5, Role.BASS: 1.5}),
    Genre.JAZZ: Style(room=1.0, accents={Role.DRUMS: -1.5}),
    Genre.METAL: Style(room=1.0, accents={Role.CHORDS: 2.5, Role.DRUMS: 0.5}),
    Genre.POP: Style(),
    Genre.REGGAE: Style(room=1.5, accents={Role.BASS: 2.0}),
    Genre.ROCK: Style(room=1.0, accents={Role.CHORDS: 1.5}),
}
PLAIN = Style()


def style_of(genre: Genre, blend: Genre | None = None, weight: float = 0.0) -> Style:
    """Return a genre's style, or that of a blend with ``weight`` of a second genre."""
    first, second = STYLES[genre], STYLES[blend or genre]
    return Style(
        room=(1 - weight) * first.room + weight * second.room,
        accents={
            role: (1 - weight) * first.accents.get(role, 0.0) + weight * second.accents.get(role, 0.0)
            for role in Role
        },
    )


def produce(stems: Iterable[Stem], seconds: float, style: Style = PLAIN) -> Recording:
    """Mix and master.

    Parameters
    ----------
    stems : iterable of Stem
        Taken one at a time; what goes beyond ``seconds`` is cut off.
    seconds : float
        Length of the recording; exact to the sample.
    style : Style
        How it is produced; plainly, where the genre is not known.

    Returns
    -------
    Recording
        At `SAMPLE_RATE`, -16 LUFS, true peak at most -2 dBTP, faded out over
        its last 0.6 s.
    """
    samples = _mixed(stems, round(seconds * SAMPLE_RATE), style)
    _fade(samples)
    return normalised(Recording(samples, SAMPLE_RATE))


def _mixed(stems: Iterable[Stem], length: int, style: Style) -> Samples:
    """Return the sum of the stems and their room, shape (length, 2)."""
    rhythm, upper = (np.zeros((2, length), dtype=np.float32) for _ in range(2))
    to_room = np.zeros(length, dtype=np.float32)
    seen: Counter[Role] = Counter()
    for stem in stems:
        setting = MIX[stem.role]
        # Every other part of the same role takes the other side.
        pan = setting.pan * (-1 if seen[stem.role] % 2 else 1)
        seen[stem.role] += 1
        level = REFERENCE + setting.level + style.accents.get(stem.role, 0) + 10 * math.log10(stem.share)
        samples = stem.samples[:length].T
        amplitudes = _gain(samples, level) * _sides(pan)
        bus = rhythm if stem.role in RHYTHM_SECTION else upper
        for side, amplitude in enumerate(amplitudes):
            placed = samples[side] * amplitude
            bus[side, : len(placed)] += placed
            to_room[: len(placed)] += np.float32(setting.send / 2) * placed
    mix = convolved(to_room, _room_response(style.room))
    for bus, corner in ((rhythm, RHYTHM_LOW_CUT), (upper, UPPER_LOW_CUT)):
        for side in range(2):
            mix[side] += filtered(bus[side], SAMPLE_RATE, high_pass(SAMPLE_RATE, corner))
    return np.ascontiguousarray(mix.T)


def _gain(samples: Samples, level: float) -> np.float32:
    """Return the amplitude that brings a stem, shape (2, n), towards a level in LUFS."""
    loudness = integrated_loudness(Clip((samples[0] + samples[1]) / 2, SAMPLE_RATE))
    if not math.isfinite(loudness):
        return np.float32(1)
    gain = min(max(CORRECTION * (level - loudness), -MAX_CORRECTION), MAX_CORRECTION)
    return np.float32(10 ** (gain / 20))


def _sides(pan: float) -> Samples:
    """Return the amplitudes left and right: of constant power, and 1 in the middle."""
    angle = (pan + 1) * math.pi / 4
    return np.array([math.cos(angle), math.sin(angle)], dtype=np.float32) * np.float32(math.sqrt(2))


@lru_cache(maxsize=4)
def _room_response(room: float) -> Samples:
    """Return a room's impulse response, shape (2, n), of unit gain on average over `ROOM_BAND`.

    Two channels of noise, independent so that the room is wide, whose
    treble dies sooner than the rest, as air and walls have it.
    """
    length = round(room * SAMPLE_RATE)
    noise = np.random.default_rng(1979).standard_normal((2, length)).astype(np.float32)
    time = np.arange(length, dtype=np.float32) / SAMPLE_RATE
    decay = np.float32(math.log(1000))  # 60 dB
    dark = np.stack([filtered(channel, SAMPLE_RATE, low_pass(SAMPLE_RATE, TREBLE_FROM)) for channel in noise])
    decayed = dark * np.exp(-decay * time / room)
    decayed += (noise - dark) * np.exp(-decay * time / (TREBLE_DECAY * room))
    low, high = ROOM_EDGES
    edges = (high_pass(SAMPLE_RATE, low), low_pass(SAMPLE_RATE, high))
    response = np.stack([filtered(channel, SAMPLE_RATE, *edges) for channel in decayed])
    first, last = (round(edge * length / SAMPLE_RATE) for edge in ROOM_BAND)
    power = np.abs(np.fft.rfft(response)[:, first:last]) ** 2
    response /= np.sqrt(power.mean(axis=1, keepdims=True)).astype(np.float32)
    return np.pad(response, ((0, 0), (round(PRE_DELAY * SAMPLE_RATE), 0)))


def _fade(samples: Samples) -> None:
    """Fade both ends in place, by raised cosines."""
    for seconds, ends in ((FADE_IN, slice(None)), (FADE_OUT, slice(None, None, -1))):
        part = samples[ends][: round(seconds * SAMPLE_RATE)]
        ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(len(part)) / max(len(part), 1))
        part *= ramp[:, None].astype(np.float32)
