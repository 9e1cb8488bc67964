"""Fitting the production of a genre: an evolution strategy on renderings of real pieces.

The numbers of the mix are moved so that training pieces, reduced to the band's roles and produced,
come near the training clips of the genre. What is recorded (playing, amplifiers, voices) stays as set
by hand, so that each piece is recorded once and mixed hundreds of times.

References
----------
Hansen and Ostermeier (2001), "Completely derandomized self-adaptation in evolution strategies",
Evolutionary Computation 9: CMA-ES.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gmn_core.audio.clip import Clip
from gmn_core.corpora.midi import MidiPiece
from gmn_core.files import StrPath
from gmn_core.generation.music.band import TICKS_PER_BEAT, Band
from gmn_core.generation.music.casting import band_from_midi
from gmn_core.generation.request import GenerationError
from gmn_core.generation.sound.arrangement import Layer
from gmn_core.generation.sound.measures import measured
from gmn_core.generation.sound.mix import MixTrack, mixed
from gmn_core.generation.sound.production import Session
from gmn_core.generation.sound.profile import OFF, Profile
from gmn_core.generation.sound.score import Score
from gmn_core.generation.sound.soundfont import SoundFont
from gmn_core.generation.sound.targets import Heard, SoundAnalyser, Target, as_in_gtzan
from gmn_core.genres import Genre

FloatArray = npt.NDArray[np.float64]

_ROLES = ("drums", "bass", "chords", "pad", "lead", "second")
_MIX = (
    *("squeeze", "bus_squeeze", "saturation", "wet"),
    *("sub_tone", "low_tone", "middle_tone", "presence", "air"),
)
# Of a number's range: a first step in some twenty numbers must cost less naturalness than it can gain.
_STEP = 0.05
_LEAST_PARTS = 3
_HALVINGS = 6  # of the range of a gain: to a third of a decibel


@dataclass(frozen=True)
class FitSettings:
    """How a fit is made.

    Parameters
    ----------
    pieces : int
        Training pieces of each genre.
    seconds : float
        Of each, its busiest passage.
    rounds, candidates : int
        Rounds of the evolution strategy, and mixes that each tries.
    naturalness : float
        Weight of the squared distance from the start, in ranges, summed over the numbers.
    seed : int
        Seed of the choice of pieces and of the strategy.
    """

    pieces: int = 6
    seconds: float = 9.0
    rounds: int = 12
    candidates: int = 10
    naturalness: float = 0.5
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Recorded:
    """A piece recorded: its tracks, to be mixed again and again."""

    tracks: Sequence[MixTrack]
    kicks: Sequence[float]
    seconds: float

    def mixed(self, profile: Profile, analyser: SoundAnalyser) -> Heard:
        """Return the features of a mix."""
        return analyser(self.clip(profile))

    def clip(self, profile: Profile) -> Clip:
        """Return a mix in the form of GTZAN's clips."""
        return as_in_gtzan(mixed(self.tracks, self.seconds, profile, self.kicks))


def record(bands: Iterable[Band], profile: Profile, soundfont: SoundFont, seconds: float) -> list[Recorded]:
    """Record pieces with a profile's arrangement and playing."""
    sessions = [Session(Score(band.to_midi()), soundfont, seconds, profile) for band in bands]
    return [Recorded(list(session.tracks()), session.kicks, seconds) for session in sessions]


def choose_bands(pieces: Sequence[MidiPiece], count: int, seconds: float, seed: int) -> list[Band]:
    """Return the busiest passages of pieces by different artists, reduced to the band's roles."""
    order = np.random.default_rng(seed).permutation(len(pieces))
    chosen: list[Band] = []
    artists: set[str] = set()
    for piece in (pieces[index] for index in order):
        if len(chosen) == count:
            break
        if piece.artist and piece.artist in artists:
            continue
        try:
            band = band_from_midi(piece.path.read_bytes())
        except (GenerationError, OSError):
            continue
        if band.seconds > 2 * seconds and len(band.roles) >= _LEAST_PARTS:
            artists.add(piece.artist)
            chosen.append(busiest_passage(band, seconds))
    return chosen


def busiest_passage(band: Band, seconds: float) -> Band:
    """Return the bars of a band in which most of its parts have most to do."""
    bar = band.beats_per_bar * TICKS_PER_BEAT
    length = int(seconds * band.tempo / 60 * TICKS_PER_BEAT)
    onsets = {role: np.array([note.onset for note in notes]) for role, notes in band.notes.items()}
    starts = np.arange(0, max(band.length - length, 1), 2 * bar)
    # A part counts by the root of its notes, so that one busy part does not outweigh all others.
    counts = [
        sum(np.sqrt(np.count_nonzero((own >= start) & (own < start + length))) for own in onsets.values())
        for start in starts
    ]
    first = int(starts[int(np.argmax(counts))])
    notes = {
        role: tuple(
            replace(note, onset=note.onset - first, duration=min(note.duration, first + length - note.onset))
            for note in own
            if first <= note.onset < first + length
        )
        for role, own in band.notes.items()
    }
    kept = {role: own for role, own in notes.items() if own}
    programs = {role: band.programs[role] for role in kept}
    return replace(band, programs=programs, notes=kept, length=length)


@dataclass(frozen=True, eq=False)
class Objective:
    """How far recorded pieces, mixed with a profile, are from a genre.

    Parameters
    ----------
    genre : Genre
        The genre.
    target : Target
        Its records.
    analyser : SoundAnalyser
        Computes the features of the mixes.
    pieces : sequence of Recorded
        What is mixed.
    """

    genre: Genre
    target: Target
    analyser: SoundAnalyser
    pieces: Sequence[Recorded]

    def parts(self, profile: Profile) -> dict[str, float]:
        """Return the distances of both views, and the mean surprise of the project's own classifier."""
        heard = [piece.mixed(profile, self.analyser) for piece in self.pieces]
        surprise = float(np.mean([self.analyser.surprise(each, self.genre) for each in heard]))
        return {**self.target.distance(heard), "surprise": surprise}

    def __call__(self, profile: Profile) -> float:
        """Return the sum of the parts."""
        return sum(self.parts(profile).values())


def fitted_names(profile: Profile) -> list[str]:
    """Return the numbers that a fit moves: those of the mix, and the levels of what is there."""
    levels = (layer.value for layer in Layer if layer is not Layer.MACHINE)
    return [*_ROLES, *(name for name in levels if getattr(profile, name) > OFF), *_MIX]


def fit(
    start: Profile,
    objective: Callable[[Profile], float],
    settings: FitSettings,
    diary: StrPath,
    on_round: Callable[[int, float], None] = lambda number, best: None,
) -> Profile:
    """Return the best profile that the evolution strategy found.

    Parameters
    ----------
    start : Profile
        Where it begins, and what it is kept near.
    objective : callable
        Lower is better.
    settings : FitSettings
        How the fit is made.
    diary : Path
        JSON file of the values found so far; with the same start and settings an
        interrupted fit resumes from it.
    on_round : callable
        Called with each round's number and the least value so far.
    """
    diary = Path(diary)
    import cma

    names = fitted_names(start)
    limits = {each.name: (each.metadata["low"], each.metadata["high"]) for each in fields(Profile)}
    low, high = np.array([limits[name] for name in names]).T
    origin = (np.array([getattr(start, name) for name in names]) - low) / (high - low)
    known: list[float] = _read_diary(diary, start, settings)
    strategy = cma.CMAEvolutionStrategy(
        origin.tolist(),
        _STEP,
        {
            "seed": settings.seed + 1,  # 0 would be drawn from the clock
            "popsize": settings.candidates,
            "bounds": [0, 1],
            "verbose": -9,
            "maxiter": settings.rounds,
        },
    )
    best, least, asked = start, np.inf, 0
    for number in range(settings.rounds):
        # The start itself is the first candidate, so that nothing worse than it can come out.
        candidates = strategy.ask() if number else [origin, *strategy.ask()[1:]]
        values = []
        for candidate in candidates:
            numbers = low + np.asarray(candidate) * (high - low)
            profile = start.with_values(dict(zip(names, numbers.tolist(), strict=True)))
            if asked == len(known):
                known.append(objective(profile))
                _write_diary(diary, start, settings, known)
            away = float(np.sum((np.asarray(candidate) - origin) ** 2))
            values.append(known[asked] + settings.naturalness * away)
            asked += 1
            if values[-1] < least:
                best, least = profile, values[-1]
        strategy.tell(candidates, values)
        on_round(number + 1, least)
    return best


def with_low_end(profile: Profile, pieces: Sequence[Recorded], wanted: float) -> Profile:
    """Return a profile whose gain at 60 Hz gives its mixes as much low end as records have.

    Neither tags nor averages over wide bands say much of the bass, so that a fit may trade it away.

    Parameters
    ----------
    profile : Profile
        How the pieces are mixed otherwise.
    pieces : sequence of Recorded
        What is mixed; their median counts.
    wanted : float
        `gmn_core.generation.sound.measures.Dynamics.low_end` of records, in dB. Where the
        gain's range does not reach it, its end is taken.
    """
    limits = next(each.metadata for each in fields(Profile) if each.name == "sub_tone")
    low, high = limits["low"], limits["high"]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        tried = profile.with_values({"sub_tone": middle})
        reached = np.median([measured(piece.clip(tried)).low_end for piece in pieces])
        low, high = (middle, high) if reached < wanted else (low, middle)
    return profile.with_values({"sub_tone": (low + high) / 2})


def _key(start: Profile, settings: FitSettings) -> dict[str, Any]:
    return {"start": start.sha256, "settings": asdict(settings)}


def _read_diary(diary: Path, start: Profile, settings: FitSettings) -> list[float]:
    if not diary.is_file():
        return []
    written = json.loads(diary.read_text(encoding="utf-8"))
    return list(written["values"]) if written["of"] == _key(start, settings) else []


def _write_diary(diary: Path, start: Profile, settings: FitSettings, values: Sequence[float]) -> None:
    diary.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"of": _key(start, settings), "values": values})
    diary.with_suffix(".part").write_text(text, encoding="utf-8")
    diary.with_suffix(".part").replace(diary)
