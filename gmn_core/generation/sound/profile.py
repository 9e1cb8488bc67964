"""Production profiles: every number that decides how a genre's notes are played and made into a recording."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from gmn_core.files import StrPath
from gmn_core.generation.request import GenerationError
from gmn_core.genres import Genre
from gmn_core.models.card import model_dir

MODEL = "production"
OFF = -30.0
"""Level in LU at which a layer is left out."""


def _number(plain: float, low: float, high: float) -> Any:
    """Declare a field: its value in a plain mix, and the range within which it can be fitted."""
    return field(default=plain, metadata={"low": low, "high": high})


@dataclass(frozen=True)
class Profile:
    """How music is produced; by default, plainly.

    Parameters
    ----------
    drums, bass, chords, pad, lead, second : float
        Level of each role relative to a plain mix, in LU.
    machine : float
        Share of the drum machine in the drums' sound, 0 to 1.
    guitars, strum, strings, voice, sub, shaker, floor, backbeat : float
        Level of each layer that the arrangement adds, in LU; `OFF` leaves it out.
    chug : float
        How much of the guitars' time is palm-muted eighths, 0 to 1.
    drive, bass_drive : float
        Of the electric guitars' and the bass's amplifiers, in dB; 0 leaves them out.
    squeeze, bus_squeeze : float
        How far drums, bass and voice, and the whole, are compressed, in dB.
    saturation : float
        Of the whole, in dB above the onset.
    pump : float
        How far the kick drum ducks the music, in dB.
    height, size, speech, rough, breath : float
        Of the voice: middle of its range as a MIDI note number, formants relative to
        a man's, from singing to chanting, from clear to growled, breath.
    room, wet, spring : float
        Reverberation time in seconds, its level in dB relative to a plain mix, share of
        springs in it, 0 to 1.
    sub_tone, low_tone, middle_tone, presence, air : float
        Gains of the whole in dB at 60, 200, 800, 3,000 and 9,000 Hz.
    bottom, top : float
        Corners in Hz below and above which the whole is cut: records, radios and tape
        carry no more.
    width : float
        Of the stereo image: 0 is mono, 1 as mixed.
    looseness, strum_time, accent, vibrato, slide : float
        How it is played; see `gmn_core.generation.sound.performance.Feel`. All 0 plays as written.
    """

    drums: float = _number(0, -6, 6)
    bass: float = _number(0, -6, 6)
    chords: float = _number(0, -12, 6)
    pad: float = _number(0, -12, 6)
    lead: float = _number(0, -12, 6)
    second: float = _number(0, -12, 6)
    machine: float = _number(0, 0, 1)
    guitars: float = _number(OFF, -14, 4)
    strum: float = _number(OFF, -14, 2)
    strings: float = _number(OFF, -14, 2)
    voice: float = _number(OFF, -12, 6)
    sub: float = _number(OFF, -14, 4)
    shaker: float = _number(OFF, -20, -4)
    floor: float = _number(OFF, -14, 2)
    backbeat: float = _number(OFF, -8, 4)
    chug: float = _number(0, 0, 1)
    drive: float = _number(0, 0, 40)
    bass_drive: float = _number(0, 0, 18)
    squeeze: float = _number(0, 0, 18)
    bus_squeeze: float = _number(0, 0, 12)
    saturation: float = _number(0, 0, 12)
    pump: float = _number(0, 0, 8)
    height: float = _number(55, 40, 72)
    size: float = _number(1, 0.9, 1.2)
    speech: float = _number(0, 0, 1)
    rough: float = _number(0, 0, 1)
    breath: float = _number(0.05, 0, 0.3)
    room: float = _number(1.2, 0.3, 3)
    wet: float = _number(0, -12, 8)
    spring: float = _number(0, 0, 1)
    sub_tone: float = _number(0, -10, 8)
    low_tone: float = _number(0, -6, 6)
    middle_tone: float = _number(0, -6, 6)
    presence: float = _number(0, -8, 8)
    air: float = _number(0, -12, 10)
    bottom: float = _number(30, 30, 120)
    top: float = _number(20_000, 5_000, 20_000)
    width: float = _number(1, 0, 1.3)
    looseness: float = _number(0, 0, 15)
    strum_time: float = _number(0, 0, 20)
    accent: float = _number(0, 0, 16)
    vibrato: float = _number(0, 0, 0.5)
    slide: float = _number(0, 0, 1.5)

    @classmethod
    def from_json(cls, text: str) -> Profile:
        """Read a profile; what it does not name is as in a plain mix.

        Raises
        ------
        GenerationError
            If it names an unknown number, or a value is not a number.
        """
        try:
            values = json.loads(text)
            return cls(**{name: float(value) for name, value in values.items()})
        except (TypeError, ValueError, AttributeError) as error:
            raise GenerationError("This is no production profile.") from error

    def to_json(self) -> str:
        """Return the numbers that differ from a plain mix."""
        values = {
            name: round(value, 4) for name, value in asdict(self).items() if value != getattr(PLAIN, name)
        }
        return json.dumps(values, indent=2) + "\n"

    @property
    def sha256(self) -> str:
        """Hash of all that the profile decides."""
        values = {name: float(value) for name, value in asdict(self).items()}
        return hashlib.sha256(json.dumps(values).encode()).hexdigest()

    @property
    def played(self) -> bool:
        """Whether anything is played differently from what is written."""
        return any((self.looseness, self.strum_time, self.accent, self.vibrato, self.slide))

    def blended(self, other: Profile, weight: float) -> Profile:
        """Return the profile that lies between this one and another, ``weight`` of the way."""
        ours, others = asdict(self), asdict(other)
        return Profile(**{name: (1 - weight) * ours[name] + weight * others[name] for name in ours})

    def with_values(self, values: Mapping[str, float]) -> Profile:
        """Return the profile with some numbers changed, each kept within its range."""
        limits = {each.name: each.metadata for each in fields(self)}
        kept = {
            name: min(max(value, limits[name]["low"]), limits[name]["high"]) for name, value in values.items()
        }
        return replace(self, **kept)


PLAIN = Profile()


def profile_path(genre: Genre, folder: StrPath | None = None) -> Path:
    """Return the file of a genre's profile."""
    return Path(folder or model_dir(MODEL)) / f"{genre.value}.json"


@lru_cache
def shipped_profile(genre: Genre) -> Profile:
    """Return a genre's profile."""
    return Profile.from_json(profile_path(genre).read_text(encoding="utf-8"))


def profile_of(genre: Genre, blend: Genre | None = None, weight: float = 0.0) -> Profile:
    """Return a genre's profile, or that of a blend with ``weight`` of a second genre."""
    profile = shipped_profile(genre)
    return profile if blend is None else profile.blended(shipped_profile(blend), weight)
