"""A gallery of samples: one page that plays without a network, with a player and a picture for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from gmn_core.figures.band import ROLE_COLOURS
from gmn_core.figures.band_svg import ChordNames, band_svg
from gmn_core.files import StrPath, write_whole
from gmn_core.generation.music.band import TICKS_PER_BEAT, Band
from gmn_core.generation.music.instruments import instrument_name
from gmn_core.generation.samples import GeneratedSample, sample_name
from gmn_core.generation.tokens.chords import CHORDS_PER_BAR, find_chords, read_chord
from gmn_core.generation.tokens.encoding import Shapes, encode
from gmn_core.genres import GENRES, Genre

PAGE = "index.html"

_HEAD = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Gallery of generated music</title>
<style>
:root { color-scheme: light dark }
body { font: 15px/1.5 sans-serif; max-width: 1240px; margin: auto; padding: 0 16px 48px }
article { margin: 20px 0 } img { width: 100%; height: auto } audio { width: 100%; height: 36px }
h3 { margin: 0; font-size: 15px } p { margin: 2px 0 } nav a { margin-right: 12px }
i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin: 0 4px 0 10px }
</style>
"""


@dataclass(frozen=True)
class Exhibit:
    """What the page says of a sample.

    Parameters
    ----------
    genre : Genre
        Its genre.
    name : str
        What its files are called, without suffix.
    seed : int
        Its seed.
    about : str
        Tempo, key and metre, in words.
    players : sequence of (str, str)
        Colour and instrument of each role.
    """

    genre: Genre
    name: str
    seed: int
    about: str
    players: Sequence[tuple[str, str]]


def chord_names(band: Band, shapes: Shapes) -> ChordNames:
    """Return the chords of a band where they change: the tick and the name, without bass notes.

    Parameters
    ----------
    band : Band
        The piece.
    shapes : Shapes
        A vocabulary of chord shapes.
    """
    sheet, tokens = encode(band, shapes)
    found: list[tuple[int, str]] = []
    half = band.beats_per_bar * TICKS_PER_BEAT // CHORDS_PER_BAR
    for index, row in enumerate(find_chords(tokens, sheet, shapes).reshape(-1, 2)):
        chord = read_chord(row)
        name = chord._replace(bass=chord.root).name(sheet.tonic, minor=sheet.minor) if chord else ""
        if name and (not found or found[-1][1] != name):
            found.append((index * half, name))
    return found


def hang(sample: GeneratedSample, shapes: Shapes, folder: StrPath) -> Exhibit:
    """Write a sample's sound, notes and picture into a gallery's folder."""
    name, band, folder = sample_name(sample.request), sample.band, Path(folder)
    sample.save(folder / f"{name}.ogg")
    sample.save(folder / f"{name}.mid")
    write_whole(folder / f"{name}.svg", band_svg(band, chord_names(band, shapes)).encode())
    drawn = sample.drawn()
    about = ", ".join(drawn[key] for key in ("Key", "Tempo", "Metre"))
    players = [
        (ROLE_COLOURS[role], f"{role.display_name}: {instrument_name(role, band.programs[role])}")
        for role in band.roles
        if band.notes[role]
    ]
    return Exhibit(sample.request.genre, name, sample.request.seed, about, players)


def write_page(exhibits: Iterable[Exhibit], folder: StrPath) -> Path:
    """Write the page of a gallery.

    Parameters
    ----------
    exhibits : iterable of Exhibit
        From `hang`.
    folder : str or os.PathLike
        Where their files are.

    Returns
    -------
    Path
        The page.
    """
    own = list(exhibits)
    genres = [genre for genre in GENRES if any(each.genre is genre for each in own)]
    seeds = sorted({each.seed for each in own})
    which = f"Seed {seeds[0]}" if len(seeds) == 1 else f"Seeds {seeds[0]} to {seeds[-1]}"
    links = "".join(f'<a href="#{genre}">{escape(genre.display_name)}</a>' for genre in genres)
    parts = [
        _HEAD,
        f"<h1>Gallery of generated music</h1><p>{which} of each genre, none left out. "
        "The chords above the notes are estimated from them.</p>",
        f"<nav>{links}</nav>",
    ]
    for genre in genres:
        parts.append(f'<h2 id="{genre}">{escape(genre.display_name)}</h2>')
        parts += [_article(each) for each in own if each.genre is genre]
    path = Path(folder) / PAGE
    write_whole(path, "\n".join([*parts, "</html>\n"]).encode())
    return path


def _article(exhibit: Exhibit) -> str:
    name = escape(exhibit.name)
    players = "".join(
        f'<i style="background:{colour}"></i>{escape(player)}' for colour, player in exhibit.players
    )
    return (
        f"<article><h3>Seed {exhibit.seed}: {escape(exhibit.about)}</h3><p>{players}</p>"
        f'<audio controls preload="none" src="{name}.ogg"></audio>'
        f'<img loading="lazy" src="{name}.svg" alt="Notes of {name}, with chords">'
        f'<p><a href="{name}.mid" download>MIDI file</a></p></article>'
    )
