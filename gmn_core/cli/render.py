"""``render``: play MIDI files, produce them in the manner of a genre and write them as audio."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gmn_core.cli.formats import add_format, parse_genre
from gmn_core.cli.usage import Commands, UsageError, progress
from gmn_core.files import write_whole
from gmn_core.genres import GENRES

if TYPE_CHECKING:
    from gmn_core.generation.sound.profile import Profile
    from gmn_core.generation.sound.soundfont import SoundFont

MIDI_SUFFIXES = (".mid", ".midi")
RING_OUT = 2.0  # seconds kept after a file's last event


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("render", help="render MIDI files as audio")
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|FOLDER", help="MIDI, or folders of it")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="folder for the audio")
    parser.add_argument(
        "--genre",
        type=parse_genre,
        help=f"arrange and mix in the manner of a genre (default: plain): {', '.join(GENRES)}",
    )
    parser.add_argument("--seconds", type=float, help="render at most this much of each file")
    parser.add_argument("--soundfont", type=Path, metavar="FILE", help="play on this SoundFont (.sf2, .sf3)")
    add_format(parser, "wav", "ogg")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Render every file; the exit status is 1 if any of them failed."""
    from gmn_core.generation.request import GenerationError
    from gmn_core.generation.sound.profile import PLAIN, profile_of
    from gmn_core.generation.sound.soundfont import find_soundfont

    if arguments.seconds is not None and not arguments.seconds > 0:
        raise UsageError(f"The length must be above 0 seconds, not {arguments.seconds:g}.")
    sources: dict[Path, Path] = {}
    for target, source in _targets(arguments.paths):
        if target in sources:
            raise UsageError(f"Both {sources[target]} and {source} would be written as {target}.")
        sources[target] = source
    try:
        soundfont = find_soundfont(arguments.soundfont)
    except GenerationError as error:
        raise UsageError(str(error)) from error
    profile = PLAIN if arguments.genre is None else profile_of(arguments.genre)
    failed = 0
    for target, source in progress(sources.items(), unit="files"):
        try:
            files = _rendered(source, soundfont, profile, arguments.seconds, arguments.formats)
        except (GenerationError, OSError) as error:
            print(f"{source}: {error}", file=sys.stderr)
            failed += 1
            continue
        for suffix, data in files.items():
            path = arguments.out / target.with_name(f"{target.name}.{suffix}")
            write_whole(path, data)
            print(path)
    return 1 if failed else 0


def _targets(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield each MIDI file after its path below the output folder without suffix."""
    for path in paths:
        if path.is_dir():
            found = sorted(file for file in path.rglob("*") if file.suffix.lower() in MIDI_SUFFIXES)
            if not found:
                raise UsageError(f"There is no MIDI file in {path}.")
            for file in found:
                yield file.relative_to(path).with_suffix(""), file
        elif path.is_file():
            yield Path(path.stem), path
        else:
            raise UsageError(f"There is no file or folder {path}.")


def _rendered(
    source: Path, soundfont: SoundFont, profile: Profile, seconds: float | None, formats: Sequence[str]
) -> dict[str, bytes]:
    from gmn_core.audio.encoding import encode
    from gmn_core.generation.sound.production import Session
    from gmn_core.generation.sound.score import Score

    score = Score(source.read_bytes())
    length = score.seconds + RING_OUT
    length = length if seconds is None else min(length, seconds)
    recording = Session(score, soundfont, length, profile).recording()
    return {suffix: encode(recording, suffix) for suffix in formats}
