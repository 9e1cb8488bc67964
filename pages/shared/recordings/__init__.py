"""Real recordings of a known genre, which a visitor may classify; NOTICE.md says whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gmn_core.genres import Genre

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class ExampleRecording:
    """A recording that ships.

    Parameters
    ----------
    file : str
        Its file in this folder.
    title, artist : str
        Whose it is.
    genre : Genre
        What its artist calls it.
    licence, licence_url : str
        What it may be used under.
    """

    file: str
    title: str
    artist: str
    genre: Genre
    licence: str
    licence_url: str

    def read(self) -> bytes:
        """Return the file's content."""
        return (_FOLDER / self.file).read_bytes()

    @property
    def credit(self) -> str:
        """Whose it is and what it may be used under, in a sentence of Markdown."""
        return (
            f"“{self.title}” by {self.artist}, an excerpt, [{self.licence}]({self.licence_url}). "
            f"Its artist calls it {self.genre.display_name.lower()}."
        )


RECORDINGS: tuple[ExampleRecording, ...] = (
    ExampleRecording(
        *("chaos_god.ogg", "Chaos God", "Muldjord (composed by El Senator)", Genre.METAL),
        *("CC BY-SA 3.0", "https://creativecommons.org/licenses/by-sa/3.0/"),
    ),
    ExampleRecording(
        *("vibe_ace.ogg", "Vibe Ace", "Kevin MacLeod", Genre.JAZZ),
        *("CC BY 3.0", "https://creativecommons.org/licenses/by/3.0/"),
    ),
)
