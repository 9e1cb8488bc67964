"""``generate``: make samples in a genre, as audio, MIDI and a record of every setting."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gmn_core.cli.files import write_whole
from gmn_core.cli.formats import add_format
from gmn_core.cli.usage import Commands, UsageError
from gmn_core.generation.request import GenerationError, GenerationRequest
from gmn_core.genres import GENRES, Genre

if TYPE_CHECKING:
    from gmn_core.generation.samples import GeneratedSample

MAX_COUNT = 1000


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("generate", help="make music in a genre")
    parser.add_argument("--genre", type=_genre, required=True, help=", ".join(GENRES))
    parser.add_argument("--seconds", type=float, default=30.0, help="length, 10 to 120 (default: 30)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, another piece (default: 0)")
    parser.add_argument("--count", type=int, default=1, help="make so many, with seeds counting up")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the files go")
    parser.add_argument("--tempo", type=float, help="quarter notes per minute (default: as the genre)")
    parser.add_argument(
        "--temperature", type=float, default=1.0, help="adventurousness, 0.2 to 2 (default: 1)"
    )
    parser.add_argument(
        "--blend", type=_blend, metavar="GENRE:SHARE", help="mix in a second genre, e.g. disco:0.3"
    )
    parser.add_argument(
        "--continue",
        dest="opening",
        type=Path,
        metavar="FILE",
        help="go on from the first bars of a MIDI file",
    )
    parser.add_argument("--soundfont", type=Path, metavar="FILE", help="play on this SoundFont (.sf2, .sf3)")
    add_format(parser, "wav", "ogg", "mid")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the samples; each is written when it is complete, its record last."""
    try:
        requests = list(_requests(arguments))
        for sample in _samples(requests, arguments.soundfont):
            _write(sample, arguments)
    except GenerationError as error:
        raise UsageError(str(error)) from error
    return 0


def _requests(arguments: argparse.Namespace) -> Iterator[GenerationRequest]:
    """Yield what is asked for, checked before anything is made."""
    if not 1 <= arguments.count <= MAX_COUNT:
        raise UsageError(f"The count must be from 1 to {MAX_COUNT}, not {arguments.count}.")
    blend, weight = arguments.blend or (None, 0.0)
    try:
        opening = arguments.opening.read_bytes() if arguments.opening else None
    except OSError as error:
        raise UsageError(f"{arguments.opening} cannot be read: {error.strerror}.") from error
    for index in range(arguments.count):
        yield GenerationRequest(
            genre=arguments.genre,
            seconds=arguments.seconds,
            tempo=arguments.tempo,
            temperature=arguments.temperature,
            seed=arguments.seed + index,
            blend=blend,
            blend_weight=weight,
            opening=opening,
        )


def _samples(requests: list[GenerationRequest], soundfont_path: Path | None) -> Iterator[GeneratedSample]:
    """Make one sample after the other, with a bar on standard error where that is a terminal."""
    from tqdm import tqdm

    from gmn_core.generation.samples import generate_sample
    from gmn_core.generation.sound.soundfont import find_soundfont

    soundfont = find_soundfont(soundfont_path)
    form = "{l_bar}{bar}| {elapsed}<{remaining}"
    with tqdm(total=len(requests), bar_format=form, disable=not sys.stderr.isatty(), leave=False) as bar:
        for index, request in enumerate(requests):

            def show(share: float, index: int = index) -> None:
                bar.update(index + share - bar.n)

            yield generate_sample(request, soundfont=soundfont, on_progress=show)


def _write(sample: GeneratedSample, arguments: argparse.Namespace) -> None:
    from gmn_core.generation.samples import sample_name

    name = sample_name(sample.request)
    files = {arguments.out / f"{name}.{suffix}": sample.file(suffix) for suffix in arguments.formats}
    for path, data in files.items():
        write_whole(path, data)
    record = {
        **sample.record(),
        "opening": arguments.opening and str(arguments.opening),
        "files": {path.name: hashlib.sha256(data).hexdigest() for path, data in files.items()},
    }
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    write_whole(arguments.out / f"{name}.json", text.encode())
    print(*files, sep="\n")


def _genre(text: str) -> Genre:
    try:
        return Genre(text.strip().lower())
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is none of {', '.join(GENRES)}") from None


def _blend(text: str) -> tuple[Genre, float]:
    name, _, share = text.partition(":")
    try:
        return _genre(name), float(share)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not of the form disco:0.3") from None
