"""The mix: tracks set to their levels and places, sent to a room and added up.

References
----------
Izhaki (2017), Mixing Audio, 3rd edition: levels, panning, parallel buses, side-chains.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from gmn_core.audio.clip import Clip
from gmn_core.audio.filters import convolved
from gmn_core.audio.loudness import integrated_loudness, normalised
from gmn_core.audio.recording import Recording
from gmn_core.audio.sound import Samples
from gmn_core.generation.music.band import Role
from gmn_core.generation.sound.arrangement import Layer
from gmn_core.generation.sound.dynamics import compressed, ducked, saturated
from gmn_core.generation.sound.equaliser import Curve, equalised, high_cut, joined, low_cut
from gmn_core.generation.sound.profile import PLAIN, Profile
from gmn_core.generation.sound.rate import SAMPLE_RATE
from gmn_core.generation.sound.room import room_response, spring_response
from gmn_core.parallel import worked_ahead


@dataclass(frozen=True)
class Setting:
    """Where a track sits in a plain mix.

    Parameters
    ----------
    level : float
        Loudness relative to the other tracks, in LU.
    pan : float
        -1 (left) to 1 (right).
    send : float
        Amplitude of the room relative to the direct sound.
    """

    level: float
    pan: float
    send: float


MIX: dict[Role | Layer, Setting] = {
    Role.DRUMS: Setting(level=0.0, pan=0.0, send=0.12),
    # K-weighting hears little of a bass's fundamental: at equal level it would boom.
    Role.BASS: Setting(level=-2.5, pan=0.0, send=0.04),
    Role.CHORDS: Setting(level=-4.0, pan=-0.4, send=0.22),
    Role.PAD: Setting(level=-6.5, pan=0.5, send=0.30),
    Role.LEAD: Setting(level=-0.5, pan=0.08, send=0.25),
    Role.SECOND: Setting(level=-3.5, pan=0.45, send=0.25),
    Layer.MACHINE: Setting(level=0.0, pan=0.0, send=0.06),
    Layer.GUITARS: Setting(level=0.0, pan=0.0, send=0.10),
    Layer.STRUM: Setting(level=-2.0, pan=0.0, send=0.12),
    Layer.STRINGS: Setting(level=-3.0, pan=0.25, send=0.40),
    Layer.VOICE: Setting(level=0.0, pan=0.0, send=0.22),
    Layer.SUB: Setting(level=-6.0, pan=0.0, send=0.0),
    Layer.SHAKER: Setting(level=-8.0, pan=0.35, send=0.08),
    Layer.FLOOR: Setting(level=-2.0, pan=0.0, send=0.05),
    Layer.BACKBEAT: Setting(level=0.0, pan=0.0, send=0.12),
}
RHYTHM_SECTION = frozenset({Role.DRUMS, Role.BASS, Layer.MACHINE, Layer.FLOOR, Layer.BACKBEAT, Layer.SUB})
STRIKING = frozenset({Role.DRUMS, Layer.MACHINE, Layer.FLOOR, Layer.BACKBEAT})
STEADY = frozenset({Role.BASS, Layer.VOICE, Layer.SUB})
# High-pass corners in Hz: below them the rhythm section has only rumble, and the others only
# what would blur the bass.
UPPER_LOW_CUT = 90.0
REFERENCE = -26.0  # LUFS of a track at level 0, before the master
# The part of a track's distance from its level that is made up: the rest stays, since a
# part that is played softly is meant so.
CORRECTION = 0.75
MAX_CORRECTION = 15.0  # dB
LEAST_SHARE = 1e-3  # of the drum machine or the kit, so that its level has a logarithm
TONE_AT = (60.0, 200.0, 800.0, 3000.0, 9000.0)  # Hz
FADE_IN, FADE_OUT = 0.005, 0.6  # seconds


@dataclass(frozen=True, eq=False)
class MixTrack:
    """One track of the session: a part or a layer, alone.

    Parameters
    ----------
    name : Role or Layer
        What it is.
    share : float
        One over the number of tracks of that name.
    samples : ndarray of float32, shape (n,) or (2, n)
        At 48 kHz.
    """

    name: Role | Layer
    share: float
    samples: Samples


def mixed(
    tracks: Iterable[MixTrack], seconds: float, profile: Profile = PLAIN, kicks: Sequence[float] = ()
) -> Recording:
    """Mix and master.

    Parameters
    ----------
    tracks : iterable of MixTrack
        Taken one at a time; what goes beyond ``seconds`` is cut off.
    seconds : float
        Length of the recording; exact to the sample.
    profile : Profile
        How it is produced.
    kicks : sequence of float
        When the kick drum strikes, in seconds, for the side-chain.

    Returns
    -------
    Recording
        At 48 kHz, -16 LUFS, true peak at most -2 dBTP, faded out over
        its last 0.6 s.
    """
    samples = _mastered(_summed(tracks, round(seconds * SAMPLE_RATE), profile, kicks), profile)
    samples = np.ascontiguousarray(samples.T)
    _fade(samples)
    return normalised(Recording(samples, SAMPLE_RATE))


def separated(
    tracks: Iterable[MixTrack], seconds: float, profile: Profile = PLAIN, kicks: Sequence[float] = ()
) -> Iterator[tuple[Role | Layer, Samples]]:
    """Yield each track as it sounds in the mix: at its level and place, in its room, with the mix's tone.

    Only what the master does to the sum of all, compression and saturation, is left out.
    """
    length = round(seconds * SAMPLE_RATE)
    without = replace(profile, bus_squeeze=0.0, saturation=0.0)
    for track in tracks:
        samples = np.ascontiguousarray(_mastered(_summed([track], length, profile, kicks), without).T)
        _fade(samples)
        yield track.name, samples


def level_of(name: Role | Layer, profile: Profile) -> float:
    """Return the loudness that a track is brought to, in LUFS before the master."""
    if name is Layer.MACHINE:
        return level_of(Role.DRUMS, replace(profile, machine=1 - profile.machine))
    level = REFERENCE + MIX[name].level + float(getattr(profile, name.value))
    if name is Role.DRUMS:
        level += 20 * math.log10(max(1 - profile.machine, LEAST_SHARE))
    return level


def _summed(tracks: Iterable[MixTrack], length: int, profile: Profile, kicks: Sequence[float]) -> Samples:
    """Return the sum of the tracks and their room, shape (2, length)."""
    rhythm, upper = (np.zeros((2, length), dtype=np.float32) for _ in range(2))
    to_room = np.zeros(length, dtype=np.float32)

    def place(track_and_pan: tuple[MixTrack, float]) -> tuple[Role | Layer, Samples]:
        track, pan = track_and_pan
        return track.name, _placed(track, pan, length, profile, kicks)

    for name, sides in worked_ahead(place, _panned(tracks)):
        bus = rhythm if name in RHYTHM_SECTION else upper
        send = np.float32(MIX[name].send / 2 * 10 ** (profile.wet / 20))
        for side, placed in enumerate(sides):
            bus[side, : len(placed)] += placed
            to_room[: len(placed)] += send * placed
    last = (partial(_room, to_room, profile), partial(equalised, upper, low_cut(UPPER_LOW_CUT)))
    mix, cut = worked_ahead(lambda work: work(), last)
    mix += rhythm
    mix += cut
    return mix


def _panned(tracks: Iterable[MixTrack]) -> Iterator[tuple[MixTrack, float]]:
    """Yield each track with its place; parts of one role alternate between the sides."""
    seen: Counter[Role | Layer] = Counter()
    for track in tracks:
        yield track, MIX[track.name].pan * (-1 if seen[track.name] % 2 else 1)
        seen[track.name] += 1


def _placed(track: MixTrack, pan: float, length: int, profile: Profile, kicks: Sequence[float]) -> Samples:
    """Return a track at its level and place, shape (2, n) with n at most ``length``."""
    samples = _squeezed(track, profile)[..., :length]
    if track.name not in STRIKING:
        samples = ducked(samples, kicks, profile.pump)
    level = level_of(track.name, profile) + 10 * math.log10(track.share)
    sides = np.float32(_gain(samples, level)) * _sides(pan)
    return np.asarray(samples * sides[:, None], np.float32)


def _squeezed(track: MixTrack, profile: Profile) -> Samples:
    """Return a track's samples, compressed by the profile if it is a track of drums, bass or voice."""
    if track.name in STRIKING:
        return compressed(track.samples, profile.squeeze, attack=0.012, release=0.12)
    if track.name in STEADY:
        return compressed(track.samples, 0.8 * profile.squeeze, attack=0.008, release=0.2)
    return track.samples


def _room(to_room: Samples, profile: Profile) -> Samples:
    """Return the room that the tracks are sent to, shape (2, n)."""
    response = np.sqrt(1 - profile.spring) * room_response(round(profile.room, 2))
    if profile.spring > 0:
        spring = np.sqrt(profile.spring) * spring_response(round(profile.room, 2))
        response[:, : spring.shape[1]] += spring
    return convolved(to_room, response.astype(np.float32))


def _mastered(mix: Samples, profile: Profile) -> Samples:
    """Return the whole mix, compressed, saturated, equalised and narrowed as the profile says."""
    mix = compressed(mix, profile.bus_squeeze, ratio=2.5, attack=0.02, release=0.2)
    mix = saturated(mix, profile.saturation)
    mix = equalised(mix, tone(profile))
    if profile.width != 1:
        middle, side = (mix[0] + mix[1]) / 2, np.float32(profile.width) * (mix[0] - mix[1]) / 2
        mix = np.stack([middle + side, middle - side])
    return mix


def tone(profile: Profile) -> Curve:
    """Return the equaliser's curve for the whole mix."""
    gains = (profile.sub_tone, profile.low_tone, profile.middle_tone, profile.presence, profile.air)
    curves = [tuple(zip(TONE_AT, gains, strict=True)), low_cut(profile.bottom)]
    if profile.top < 20_000:
        curves.append(high_cut(profile.top))
    return joined(*curves)


def _gain(samples: Samples, level: float) -> float:
    """Return the amplitude that brings a track towards a level in LUFS."""
    loudness = integrated_loudness(Clip(samples if samples.ndim == 1 else samples.mean(axis=0), SAMPLE_RATE))
    if not math.isfinite(loudness):
        return 1.0
    gain = min(max(CORRECTION * (level - loudness), -MAX_CORRECTION), MAX_CORRECTION)
    return float(10 ** (gain / 20))


def _sides(pan: float) -> Samples:
    """Return the amplitudes left and right: of constant power, and 1 in the middle."""
    angle = (pan + 1) * math.pi / 4
    return np.array([math.cos(angle), math.sin(angle)], dtype=np.float32) * np.float32(math.sqrt(2))


def _fade(samples: Samples) -> None:
    """Fade both ends in place, by raised cosines."""
    for seconds, ends in ((FADE_IN, slice(None)), (FADE_OUT, slice(None, None, -1))):
        part = samples[ends][: round(seconds * SAMPLE_RATE)]
        ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(len(part)) / max(len(part), 1))
        part *= ramp[:, None].astype(np.float32)
