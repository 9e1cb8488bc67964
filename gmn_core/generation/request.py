"""What is asked of the generator: everything that decides a sample's bytes."""

from __future__ import annotations

from dataclasses import dataclass

from gmn_core.generation.music.band import ROLES, Role
from gmn_core.genres import Genre

MIN_SECONDS, MAX_SECONDS = 10.0, 120.0
MIN_TEMPO, MAX_TEMPO = 40.0, 240.0
DEFAULT_TYPICALITY = 0.75
MIN_TEMPERATURE, MAX_TEMPERATURE = 0.2, 2.0
MAX_CHANGES = 50
MAX_CHORD_TEXT = 1000  # characters
A_LITTLE, A_LOT = 0.25, 0.7
"""How much of a piece is made anew where it is varied."""


class GenerationError(ValueError):
    """A request that cannot be met; its message is a sentence a person can act on."""


class GenerationCancelled(Exception):  # noqa: N818 - a decision of the user's, not an error
    """The caller asked to stop before the sample was complete."""


@dataclass(frozen=True, order=True)
class Player:
    """What a request says of one role; of roles that it does not name, the genre decides.

    Parameters
    ----------
    role : Role
        Whose player.
    program : int, optional
        General MIDI program, for the drums that of the kit; as the genre has
        it where it is None.
    plays : bool
        Whether the role takes part at all.
    """

    role: Role
    program: int | None = None
    plays: bool = True

    def __post_init__(self) -> None:
        if self.program is not None:
            _check_range("instrument's program", self.program, 0, 127)


Players = tuple[Player, ...]


@dataclass(frozen=True)
class Change:
    """What is made anew of a piece; all else stays as it is, note for note.

    Parameters
    ----------
    seed : int
        Each gives another change, 0 to 2**32 - 1.
    lock : frozenset of Role
        Roles that keep every note.
    bars : (int, int), optional
        The first and the last bar that may change, counted from 1; all may
        where it is None.
    share : float
        How much of that is made anew, above 0 to 1.
    seconds : float, optional
        The piece's new length: what is added is composed, what is too long cut.
    chords : str
        Other chords, as in `GenerationRequest`; in the piece's key.
    players : tuple of Player
        Other instruments, or roles that come or go.
    """

    seed: int = 0
    lock: frozenset[Role] = frozenset()
    bars: tuple[int, int] | None = None
    share: float = 1.0
    seconds: float | None = None
    chords: str = ""
    players: Players = ()

    def __post_init__(self) -> None:
        _check_range("seed", self.seed, 0, 2**32 - 1)
        if self.seconds is not None:
            _check_range("length", self.seconds, MIN_SECONDS, MAX_SECONDS, "seconds")
        if not 0 < self.share <= 1:
            raise GenerationError(f"The share to change must be above 0 and at most 1, not {self.share:g}.")
        if self.bars is not None and not 1 <= self.bars[0] <= self.bars[1]:
            raise GenerationError(
                f"The bars must be counted from 1 and in order, not {self.bars[0]} to {self.bars[1]}."
            )
        _check_wishes(self.chords, self.players)


@dataclass(frozen=True)
class GenerationRequest:
    """The arguments of one sample; equal requests give equal bytes.

    Parameters
    ----------
    genre : Genre
        The genre to play.
    seconds : float
        Length of the audio, 10 to 120 s.
    tempo : float, optional
        Quarter notes per minute, 40 to 240; drawn from the genre's own
        distribution where it is None.
    temperature : float
        Adventurousness, 0.2 to 2: below 1 the likeliest continuation is
        preferred, above 1 the unlikely ones come more often.
    seed : int
        Seed of all random numbers, 0 to 2**32 - 1.
    typicality : float
        0 to 1: at 1 the pieces that a sample takes its plan from are the
        typical ones of the genre, at 0 any. Below 0.5 instruments that the
        genre seldom uses come in, the oftener the lower.
    blend : Genre, optional
        A second genre to mix in.
    blend_weight : float
        Share of the second genre, 0 to 1.
    opening : bytes, optional
        A MIDI file whose first bars the sample continues.
    plain : bool
        Whether the notes are played as written and mixed the same way for every
        genre, instead of played, arranged and produced in the genre's manner.
    chords : str
        The chords bar by bar, e.g. ``"Dm7 G7 | Cmaj7 %"``, repeated to the end;
        see `gmn_core.generation.tokens.progression`. The genre's own where it is empty.
    key : str
        The key, e.g. ``"A"`` or ``"F# minor"``; drawn, or found from the chords,
        where it is empty.
    players : tuple of Player
        Who plays on what, as far as it is not left to the genre.
    changes : tuple of Change
        What is then changed of the piece, one change after the other.
    start : bytes, optional
        A piece's file or a MIDI file whose notes the changes start from, in
        place of a piece that is composed.

    Raises
    ------
    GenerationError
        If a value is outside its range.
    """

    genre: Genre
    seconds: float = 30.0
    tempo: float | None = None
    temperature: float = 1.0
    seed: int = 0
    typicality: float = DEFAULT_TYPICALITY
    blend: Genre | None = None
    blend_weight: float = 0.0
    opening: bytes | None = None
    plain: bool = False
    chords: str = ""
    key: str = ""
    players: Players = ()
    changes: tuple[Change, ...] = ()
    start: bytes | None = None

    def __post_init__(self) -> None:
        _check_range("length", self.seconds, MIN_SECONDS, MAX_SECONDS, "seconds")
        _check_range("temperature", self.temperature, MIN_TEMPERATURE, MAX_TEMPERATURE)
        _check_range("typicality", self.typicality, 0.0, 1.0)
        _check_range("share of the second genre", self.blend_weight, 0.0, 1.0)
        _check_range("seed", self.seed, 0, 2**32 - 1)
        if self.tempo is not None:
            _check_range("tempo", self.tempo, MIN_TEMPO, MAX_TEMPO, "quarter notes per minute")
        _check_wishes(self.chords, self.players)
        if (self.opening or self.start) and (self.chords or self.key or self.players):
            raise GenerationError(
                "A piece that is given has its own key, band and chords; ask for others in a change."
            )
        if len(self.changes) > MAX_CHANGES:
            raise GenerationError(f"A piece can be changed {MAX_CHANGES} times, not {len(self.changes)}.")

    @property
    def length(self) -> float:
        """Length in seconds after all changes."""
        return next(
            (each.seconds for each in reversed(self.changes) if each.seconds is not None), self.seconds
        )

    @property
    def genre_shares(self) -> dict[Genre, float]:
        """The share that each genre has in the sample."""
        if self.blend is None or self.blend is self.genre:
            return {self.genre: 1.0}
        return {self.genre: 1.0 - self.blend_weight, self.blend: self.blend_weight}

    @property
    def main_genre(self) -> Genre | None:
        """The genre that has the larger share; None where two have half each."""
        if self.blend is None or self.blend is self.genre or self.blend_weight < 0.5:
            return self.genre
        return self.blend if self.blend_weight > 0.5 else None


def _check_wishes(chords: str, players: Players) -> None:
    if len(chords) > MAX_CHORD_TEXT:
        raise GenerationError(f"The chords take more than {MAX_CHORD_TEXT} characters.")
    roles = [player.role for player in players]
    if twice := [role for role in ROLES if roles.count(role) > 1]:
        raise GenerationError(f"The {twice[0].display_name.lower()} can be given one instrument only.")
    if all(any(own.role is role and not own.plays for own in players) for role in ROLES):
        raise GenerationError("A band needs at least one player.")


def _check_range(name: str, value: float, low: float, high: float, unit: str = "") -> None:
    if not low <= value <= high:
        too_long = abs(value) > 10**15  # a whole number may be beyond any float
        given = "something far beyond" if too_long else f"{value:.10g}"
        raise GenerationError(
            f"The {name} must be from {low:.10g} to {high:.10g} {unit}".rstrip() + f", not {given}."
        )
