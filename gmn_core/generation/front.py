"""One call from a genre to a finished piece, and one from a piece to a changed one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gmn_core.files import StrPath
from gmn_core.generation.music.instruments import read_role
from gmn_core.generation.music.players import Wanted, players_of
from gmn_core.generation.piece import Piece, load_piece
from gmn_core.generation.request import DEFAULT_TYPICALITY, Change, GenerationError, GenerationRequest
from gmn_core.generation.samples import GeneratedSample, generate_sample
from gmn_core.generation.sound.soundfont import find_soundfont
from gmn_core.genres import GENRES, Genre


def generate(
    genre: str,
    *,
    seconds: float = 30.0,
    seed: int = 0,
    tempo: float | None = None,
    temperature: float = 1.0,
    typicality: float = DEFAULT_TYPICALITY,
    blend: str | None = None,
    blend_weight: float = 0.5,
    opening: StrPath | bytes | None = None,
    plain: bool = False,
    chords: str = "",
    key: str = "",
    players: Wanted | None = None,
    soundfont: StrPath | None = None,
    model: StrPath | None = None,
) -> GeneratedSample:
    """Compose, play and produce a piece of band music; equal arguments give equal bytes.

    Parameters
    ----------
    genre : str
        One of `GENRES`.
    seconds : float
        Length, 10 to 120 s.
    seed : int
        Another seed, another piece.
    tempo : float, optional
        Quarter notes per minute, 40 to 240; by default drawn as the genre has it.
    temperature : float
        Adventurousness, 0.2 to 2.
    typicality : float
        0 to 1: at 1 the piece is planned after the typical ones of its genre, at
        0 after any; below 0.5 instruments come in that the genre seldom uses.
    blend : str, optional
        A second genre to mix in.
    blend_weight : float
        Its share, 0 to 1.
    opening : path or bytes, optional
        A MIDI file whose first bars the piece continues.
    plain : bool
        Whether to mix the notes as written, without the genre's production.
    chords : str
        Chords bar by bar, as ``"Dm7 G7 | Cmaj7 %"`` or in Roman numerals; they
        are repeated to the end.
    key : str
        Such as ``"A"`` or ``"F# minor"``; by default found from the chords, or drawn.
    players : mapping of str to str or bool, optional
        An instrument of each role, by its General MIDI name; True for a role
        that is to play, False for one that is to be silent. The genre decides
        of all others.
    soundfont : path, optional
        A SoundFont to play on; by default the one that ships.
    model : path, optional
        Folder of a generator that ``gmn train lstm`` made; by default the one
        that ships.

    Returns
    -------
    GeneratedSample
        The notes, the MIDI file and the mixed recording.

    Raises
    ------
    GenerationError
        If an argument cannot be met; the message is a sentence for people.

    See Also
    --------
    change : Keep what you like of a piece and make the rest anew.
    GeneratedSample.save, GeneratedSample.stems
    classify : What genre does it sound like?

    Examples
    --------
    >>> sample = gmn_core.generate("jazz", seconds=10, seed=7)
    >>> sample.recording.seconds
    10.0
    >>> sample.save("jazz.ogg")

    A twelve-bar blues with a harmonica:

    >>> blues = gmn_core.generate(
    ...     "blues", seconds=12, key="A", players={"lead": "harmonica"},
    ...     chords="I7 | IV7 | I7 | % | IV7 | % | I7 | % | V7 | IV7 | I7 | V7",
    ... )
    >>> blues.band.key_name, blues.band.chords[1]
    ('A major', (1920, 'D7'))
    """
    request = GenerationRequest(
        genre=_genre(genre),
        seconds=seconds,
        tempo=tempo,
        temperature=temperature,
        seed=seed,
        typicality=typicality,
        blend=None if blend is None else _genre(blend),
        blend_weight=0.0 if blend is None else blend_weight,
        opening=_midi(opening),
        plain=plain,
        chords=chords,
        key=key,
        players=players_of(players or {}),
    )
    font = None if soundfont is None else find_soundfont(soundfont)
    return generate_sample(request, soundfont=font, model=model)


def change(
    piece: GeneratedSample | StrPath,
    *,
    seed: int = 0,
    lock: Iterable[str] = (),
    bars: tuple[int, int] | None = None,
    share: float = 1.0,
    seconds: float | None = None,
    chords: str = "",
    players: Wanted | None = None,
    genre: str | None = None,
    soundfont: StrPath | None = None,
    model: StrPath | None = None,
) -> GeneratedSample:
    """Make part of a piece anew; every other note stays as it is. Equal arguments give equal bytes.

    Parameters
    ----------
    piece : GeneratedSample or path
        A piece, or the file of one (``.json``), or a MIDI file.
    seed : int
        Another seed, another change.
    lock : iterable of str
        Roles that keep every note.
    bars : (int, int), optional
        The first and the last bar that may change, counted from 1.
    share : float
        How much of what may change does: `A_LITTLE`, `A_LOT` or any share up to 1.
    seconds : float, optional
        Another length: what is added is composed, what is too much cut, and
        the rest stays.
    chords : str
        Other chords for these bars, in the piece's key.
    players : mapping of str to str or bool, optional
        Other instruments, roles that come (True) or go (False); see `generate`.
    genre : str, optional
        In whose manner a MIDI file is changed.
    soundfont, model : path, optional
        See `generate`.

    Raises
    ------
    GenerationError
        If the change cannot be made; the message is a sentence for people.

    See Also
    --------
    generate : Compose a piece.

    Examples
    --------
    Another drummer:

    >>> piece = gmn_core.generate("rock", seconds=10, seed=7)
    >>> others = [role for role in piece.band.roles if role != "drums"]
    >>> again = gmn_core.change(piece, lock=others, seed=1)
    >>> again.band.notes["bass"] == piece.band.notes["bass"]
    True
    """
    if isinstance(piece, GeneratedSample):
        old = Piece(piece.request, piece.band)
        model = piece.model_folder if model is None else model
    else:
        old = load_piece(piece, None if genre is None else _genre(genre))
    wanted = Change(
        seed=seed,
        lock=frozenset(read_role(role) for role in lock),
        bars=bars,
        share=share,
        seconds=seconds,
        chords=chords,
        players=players_of(players or {}),
    )
    font = None if soundfont is None else find_soundfont(soundfont)
    return generate_sample(old.changed(wanted), soundfont=font, model=model, before=old.band)


def _genre(name: str) -> Genre:
    try:
        return Genre(name)
    except ValueError:
        raise GenerationError(f"{name!r} is none of {', '.join(GENRES)}.") from None


def _midi(opening: StrPath | bytes | None) -> bytes | None:
    if opening is None or isinstance(opening, bytes):
        return opening
    path = Path(opening)
    try:
        return path.read_bytes()
    except OSError as error:
        raise GenerationError(f"{path} cannot be read: {error.strerror}.") from error
