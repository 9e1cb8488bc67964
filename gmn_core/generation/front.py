"""One call from a genre to a finished piece."""

from __future__ import annotations

from pathlib import Path

from gmn_core.files import StrPath
from gmn_core.generation.request import DEFAULT_TYPICALITY, GenerationError, GenerationRequest
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
    GeneratedSample.save, GeneratedSample.stems
    classify : What genre does it sound like?

    Examples
    --------
    >>> sample = gmn_core.generate("jazz", seconds=10, seed=7)
    >>> sample.recording.seconds
    10.0
    >>> sample.save("jazz.ogg")
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
    )
    font = None if soundfont is None else find_soundfont(soundfont)
    return generate_sample(request, soundfont=font, model=model)


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
