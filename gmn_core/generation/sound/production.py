"""Production: a score played, arranged and mixed in the manner of a genre."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import cached_property, partial

import numpy as np

from gmn_core.audio.recording import Recording
from gmn_core.audio.sound import Samples
from gmn_core.generation.music.band import DRUM_CHANNEL, Role
from gmn_core.generation.music.drumkit import VOICES
from gmn_core.generation.sound.amplifier import BASS_CABINET, BASS_INPUT, amplified
from gmn_core.generation.sound.arrangement import Layer, Music, layer_notes
from gmn_core.generation.sound.drum_machine import machine_drums
from gmn_core.generation.sound.mix import MixTrack, mixed
from gmn_core.generation.sound.notes import Notes
from gmn_core.generation.sound.performance import Feel, performed
from gmn_core.generation.sound.profile import OFF, PLAIN, Profile
from gmn_core.generation.sound.renderer import play_notes, play_part
from gmn_core.generation.sound.score import Score, ScorePart
from gmn_core.generation.sound.soundfont import SoundFont
from gmn_core.generation.sound.sub_bass import sub_bass
from gmn_core.generation.sound.voice import Voice, sung
from gmn_core.parallel import worked_ahead

CLEAN_GUITAR, STEEL_GUITAR, STRINGS = 27, 25, 48
DRIVEN_GUITARS = (29, 30)
TAKES = 2  # of what is doubled
_TAKE_JITTER = 0.007  # seconds
_VOICE_RANGE = 9  # semitones on either side of its height
_LEAST_SHARE = 0.02  # of the drum machine or the kit, below which it is left out


# Whose part a layer is heard with: the first of these that plays.
_OWNERS: dict[Layer, tuple[Role, ...]] = {
    Layer.MACHINE: (Role.DRUMS,),
    Layer.SHAKER: (Role.DRUMS,),
    Layer.FLOOR: (Role.DRUMS,),
    Layer.BACKBEAT: (Role.DRUMS,),
    Layer.SUB: (Role.BASS,),
    Layer.GUITARS: (Role.CHORDS, Role.PAD, Role.SECOND),
    Layer.STRUM: (Role.CHORDS, Role.PAD, Role.SECOND),
    Layer.STRINGS: (Role.PAD, Role.CHORDS, Role.SECOND),
    Layer.VOICE: (Role.LEAD, Role.SECOND, Role.CHORDS),
}


def owner(name: Role | Layer, playing: Collection[Role]) -> Role:
    """Return the role that a track is heard with, among those that play."""
    if isinstance(name, Role):
        return name
    return next((role for role in _OWNERS[name] if role in playing), next(iter(playing)))


class Session:
    """A score with a profile: all that is recorded, track by track.

    Parameters
    ----------
    score : Score
        What is played.
    soundfont : SoundFont
        What it is played on.
    seconds : float
        Length.
    profile : Profile
        How it is played and produced; plainly by default.
    """

    def __init__(self, score: Score, soundfont: SoundFont, seconds: float, profile: Profile = PLAIN) -> None:
        self.score, self.soundfont, self.seconds, self.profile = score, soundfont, seconds, profile

    @cached_property
    def music(self) -> Music:
        """The notes of each role in seconds."""
        busiest: dict[Role, Notes] = {}
        for part in self.score.parts:
            notes = self.score.notes(part)
            notes = notes[notes.onsets < self.seconds]
            if len(notes) > len(busiest.get(part.role, ())):
                busiest[part.role] = notes
        return Music(busiest, self.score.beat)

    @cached_property
    def layers(self) -> dict[Layer, Notes]:
        """What the arrangement adds."""
        chosen = [layer for layer in Layer if self._wanted(layer)]
        found = {
            layer: layer_notes(layer, self.music, self.profile.chug, self.profile.speech) for layer in chosen
        }
        return {layer: notes for layer, notes in found.items() if notes is not None}

    @property
    def kicks(self) -> list[float]:
        """When the kick drum strikes, in seconds."""
        drums = self.music.of(Role.DRUMS)
        return [] if drums is None else drums.onsets[np.isin(drums.pitches, VOICES["kick"])].tolist()

    def __len__(self) -> int:
        """Return the number of tracks."""
        return sum(self._heard(part) for part in self.score.parts) + len(self.layers)

    def tracks(self) -> Iterator[MixTrack]:
        """Record the tracks, a few at once and not all, since one of two minutes takes 46 MB."""
        players = Counter(part.role for part in self.score.parts)
        takes: list[tuple[Role | Layer, float, Callable[[], Samples]]] = [
            (part.role, 1 / players[part.role], partial(self._part, part))
            for part in self.score.parts
            if self._heard(part)
        ]
        takes += [(layer, 1.0, partial(self._layer, layer, notes)) for layer, notes in self.layers.items()]
        return worked_ahead(lambda take: MixTrack(take[0], take[1], take[2]()), takes)

    def recording(self) -> Recording:
        """Return the finished recording."""
        return mixed(self.tracks(), self.seconds, self.profile, self.kicks)

    def _wanted(self, layer: Layer) -> bool:
        if layer is Layer.MACHINE:
            return self.profile.machine > _LEAST_SHARE
        return bool(getattr(self.profile, layer.value) > OFF)

    def _heard(self, part: ScorePart) -> bool:
        return part.role is not Role.DRUMS or self.profile.machine < 1 - _LEAST_SHARE

    def _part(self, part: ScorePart) -> Samples:
        """Return the sound of a part: drums in stereo, others in one channel."""
        profile = self.profile
        driven = profile.drive > 0 and part.role is not Role.DRUMS and part.program in DRIVEN_GUITARS
        if driven:
            part = _on(part, CLEAN_GUITAR)
        if profile.played:
            part = performed(part, self.score.ticks_per_second, self.score.ticks_per_beat, self._feel)
        samples = play_part(self.score, part, self.soundfont, self.seconds).T
        if part.role is Role.DRUMS:
            return np.ascontiguousarray(samples)
        mono = _in_one_channel(samples)
        if driven:
            return amplified(mono, profile.drive)
        if part.role is Role.BASS and profile.bass_drive > 0:
            return amplified(mono, profile.bass_drive, BASS_CABINET, BASS_INPUT)
        return mono

    @property
    def _feel(self) -> Feel:
        profile = self.profile
        return Feel(profile.looseness, profile.strum_time, profile.accent, profile.vibrato, profile.slide)

    def _layer(self, layer: Layer, notes: Notes) -> Samples:
        match layer:
            case Layer.MACHINE | Layer.SHAKER | Layer.FLOOR:
                return machine_drums(notes, self.seconds)
            case Layer.BACKBEAT if self.profile.machine > 0.5:
                return machine_drums(notes, self.seconds)
            case Layer.BACKBEAT:
                return play_notes(notes, 0, self.soundfont, self.seconds, DRUM_CHANNEL).T
            case Layer.SUB:
                return sub_bass(notes, self.seconds)
            case Layer.STRINGS:
                return self._take(notes, STRINGS, 0)
            case Layer.VOICE if self.profile.speech > 0.5:
                return sung(notes, self.seconds, self._singer)
            case Layer.VOICE:
                one, other = (sung(notes, self.seconds, self._singer, seed) for seed in range(TAKES))
                return np.stack([0.8 * one + 0.45 * other, 0.45 * one + 0.8 * other])
            case Layer.STRUM:
                return np.stack([self._take(notes, STEEL_GUITAR, seed) for seed in range(TAKES)])
            case Layer.GUITARS:
                takes = (self._take(notes, CLEAN_GUITAR, seed) for seed in range(TAKES))
                return np.stack([amplified(take, self.profile.drive) for take in takes])

    def _take(self, notes: Notes, program: int, seed: int) -> Samples:
        """Return the notes of another take, each a little different."""
        rng = np.random.default_rng((program, seed))
        strokes = notes.strokes()
        late = rng.normal(0, _TAKE_JITTER, strokes.max(initial=0) + 1)[strokes]
        rank = np.concatenate([np.arange(n) for n in np.bincount(strokes)]) if len(notes) else strokes
        strummed = rank * self.profile.strum_time / 1000 if program == STEEL_GUITAR else 0.0
        velocities = np.clip(notes.velocities + rng.integers(-6, 7, len(notes)), 1, 127)
        moved = Notes(
            np.maximum(notes.onsets + late + strummed, 0), notes.durations, notes.pitches, velocities
        )
        return _in_one_channel(play_notes(moved, program, self.soundfont, self.seconds).T)

    @property
    def _singer(self) -> Voice:
        profile = self.profile
        height = round(profile.height)
        return Voice(
            low=height - _VOICE_RANGE,
            high=height + _VOICE_RANGE,
            size=profile.size,
            breath=profile.breath,
            speech=profile.speech,
            rough=profile.rough,
        )


def _in_one_channel(samples: Samples) -> Samples:
    """Return the mean of two channels, shape (n,); NumPy's own takes five times as long over two rows."""
    mono: Samples = samples[0] + samples[1]
    mono *= np.float32(0.5)
    return mono


def _on(part: ScorePart, program: int) -> ScorePart:
    """Return a part played on another instrument."""
    events = [
        (tick, message.copy(program=program) if message.type == "program_change" else message)
        for tick, message in part.events
    ]
    return ScorePart(part.role, program, events)
