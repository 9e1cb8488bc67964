"""``generate``: generate samples in a genre, as audio, MIDI and a record of all settings."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from gmn_core.cli.formats import add_format, parse_genre
from gmn_core.cli.usage import Commands, UsageError
from gmn_core.files import write_whole
from gmn_core.generation.music.band import Role
from gmn_core.generation.music.instruments import read_role
from gmn_core.generation.music.players import players_of
from gmn_core.generation.request import (
    A_LITTLE,
    A_LOT,
    DEFAULT_TYPICALITY,
    Change,
    GenerationError,
    GenerationRequest,
)
from gmn_core.genres import GENRES, Genre

if TYPE_CHECKING:
    from tqdm import tqdm

    from gmn_core.generation.music.band import Band
    from gmn_core.generation.samples import GeneratedSample

MAX_COUNT = 1000
KNOBS = (
    *("seconds", "seed", "count", "tempo", "temperature", "blend", "opening", "plain"),
    *("chords", "key", "band", "lock", "bars", "vary"),
)
NEW_ONLY = ("tempo", "temperature", "typicality", "blend", "opening", "plain", "key")
"""What is decided when a piece is made, and cannot be changed afterwards."""

CHANGE_ONLY = ("lock", "bars", "vary")
SHARES = {"little": A_LITTLE, "lot": A_LOT}
SWITCHES = {"on": True, "off": False}
DEFAULT_SECONDS = 30.0

T = TypeVar("T")
U = TypeVar("U")


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser("generate", help="generate music in a genre")
    parser.add_argument("--genre", type=parse_genre, help=", ".join(GENRES))
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--again", type=Path, metavar="FILE.json", help="make the sample of this record again")
    what.add_argument(
        "--from",
        dest="piece",
        type=Path,
        metavar="FILE",
        help="change this piece: a .json that this command wrote, or with --genre a MIDI file",
    )
    parser.add_argument("--seconds", type=float, help="length, 10 to 120 (default: 30, or as it was)")
    parser.add_argument("--seed", type=int, default=0, help="each seed gives another piece (default: 0)")
    parser.add_argument(
        "--count", type=int, default=1, help="number of samples, seeds counting up (default: 1)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="folder for the files")
    parser.add_argument("--tempo", type=float, help="quarter notes per minute (default: as in the genre)")
    parser.add_argument(
        "--temperature", type=float, default=1.0, help="adventurousness, 0.2 to 2 (default: 1)"
    )
    parser.add_argument(
        "--typicality",
        type=float,
        default=DEFAULT_TYPICALITY,
        help="0 to 1: at 1 what is typical of the genre, below 0.5 also instruments that it seldom uses "
        f"(default: {DEFAULT_TYPICALITY:g})",
    )
    parser.add_argument(
        "--blend", type=_blend, metavar="GENRE:SHARE", help="mix in a second genre, e.g. disco:0.3"
    )
    parser.add_argument(
        "--continue",
        dest="opening",
        type=Path,
        metavar="FILE",
        help="continue from the first bars of a MIDI file",
    )
    parser.add_argument(
        "--chords", default="", help='bar by bar, e.g. "Dm7 G7 | Cmaj7 %%" or "I7 | IV7 | I7 | V7"'
    )
    parser.add_argument("--key", default="", help='e.g. "A" or "F# minor" (default: found from the chords)')
    parser.add_argument(
        "--band",
        type=_players,
        default={},
        metavar="ROLE=INSTRUMENT,…",
        help="who plays, e.g. lead=harmonica,pad=off,second=on (default: as in the genre)",
    )
    parser.add_argument(
        "--lock", type=_roles, default=(), metavar="ROLE,…", help="with --from: roles that keep every note"
    )
    parser.add_argument(
        "--bars", type=_bars, metavar="FIRST-LAST", help="with --from: the bars that may change, from 1"
    )
    parser.add_argument(
        "--vary", type=_share, metavar="little|lot|SHARE", help="with --from: how much of it changes"
    )
    parser.add_argument(
        "--plain", action="store_true", help="mix the notes as written, without the genre's production"
    )
    parser.add_argument("--soundfont", type=Path, metavar="FILE", help="play on this SoundFont (.sf2, .sf3)")
    parser.add_argument(
        "--model",
        type=Path,
        metavar="FOLDER",
        help="a generator that `train lstm` made (default: the one that ships)",
    )
    add_format(
        parser, "wav", "ogg", "mid", more=("musicxml", "lead.musicxml", "svg", "lead.svg", "stems.zip")
    )
    knobs = {name: parser.get_default(name) for name in (*KNOBS, *NEW_ONLY)}
    parser.set_defaults(run=run, knobs=knobs)


def run(arguments: argparse.Namespace) -> int:
    """Make the samples; each is written when it is complete, its record last.

    The exit status is 1 if a sample made again differs from its record.
    """
    try:
        if arguments.again:
            return _again(arguments)
        before, requests = _wanted(arguments)
        for sample in _samples(requests, before, arguments.soundfont, arguments.model):
            _write(sample, arguments)
    except GenerationError as error:
        raise UsageError(str(error)) from error
    return 0


def _wanted(arguments: argparse.Namespace) -> tuple[Band | None, list[GenerationRequest]]:
    """Return the piece that is changed, if any, and what is asked for, checked before anything is made."""
    if not 1 <= arguments.count <= MAX_COUNT:
        raise UsageError(f"The count must be from 1 to {MAX_COUNT}, not {arguments.count}.")
    if arguments.piece:
        return _changes(arguments)
    if not arguments.genre:
        raise UsageError("Say what to make: --genre, --from or --again.")
    if turned := _turned(arguments, CHANGE_ONLY):
        raise UsageError(f"--{turned[0]} changes a piece: name it by --from.")
    return None, list(_requests(arguments))


def _turned(arguments: argparse.Namespace, names: Sequence[str]) -> list[str]:
    """Return the options that are not as they are by default."""
    return [name for name in names if getattr(arguments, name) != arguments.knobs[name]]


def _changes(arguments: argparse.Namespace) -> tuple[Band, list[GenerationRequest]]:
    from gmn_core.generation.piece import load_piece

    if turned := _turned(arguments, NEW_ONLY):
        option = "continue" if turned[0] == "opening" else turned[0]
        raise UsageError(f"--{option} is decided when a piece is made: leave it out with --from.")
    piece = load_piece(arguments.piece, arguments.genre)
    return piece.band, [
        piece.changed(
            Change(
                seed=arguments.seed + index,
                lock=frozenset(arguments.lock),
                bars=arguments.bars,
                share=arguments.vary or 1.0,
                seconds=arguments.seconds,
                chords=arguments.chords,
                players=players_of(arguments.band),
            )
        )
        for index in range(arguments.count)
    ]


def _requests(arguments: argparse.Namespace) -> Iterator[GenerationRequest]:
    """Yield the pieces that are asked for."""
    blend, weight = arguments.blend or (None, 0.0)
    try:
        opening = arguments.opening.read_bytes() if arguments.opening else None
    except OSError as error:
        raise UsageError(f"{arguments.opening} cannot be read: {error.strerror}.") from error
    for index in range(arguments.count):
        yield GenerationRequest(
            genre=arguments.genre,
            seconds=DEFAULT_SECONDS if arguments.seconds is None else arguments.seconds,
            tempo=arguments.tempo,
            temperature=arguments.temperature,
            seed=arguments.seed + index,
            typicality=arguments.typicality,
            blend=blend,
            blend_weight=weight,
            opening=opening,
            plain=arguments.plain,
            chords=arguments.chords,
            key=arguments.key,
            players=players_of(arguments.band),
        )


def _again(arguments: argparse.Namespace) -> int:
    from gmn_core.generation.provenance import difference, make_again
    from gmn_core.generation.samples import sample_name

    if arguments.genre:
        raise UsageError("With --again the record decides everything: leave out --genre.")
    if turned := _turned(arguments, KNOBS):
        option = "continue" if turned[0] == "opening" else turned[0]
        raise UsageError(f"With --again the record decides everything: leave out --{option}.")
    stored = _read_record(arguments.again)
    with _bar(1) as bar:
        sample = make_again(
            stored,
            soundfont=arguments.soundfont,
            model=arguments.model,
            on_progress=lambda at: bar.update(at - bar.n),
        )
    if (arguments.out / f"{sample_name(sample.request)}.json").resolve() == arguments.again.resolve():
        raise UsageError(f"{arguments.again} would be overwritten; write to another folder.")
    _write(sample, arguments)
    if changed := difference(stored, sample):
        print(changed, file=sys.stderr)
        return 1
    return 0


def _read_record(path: Path) -> dict[str, Any]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UsageError(f"{path} is not JSON.") from error
    if not isinstance(stored, dict):
        raise UsageError(f"{path} is not the record of a sample.")
    return stored


def _bar(total: int) -> tqdm[NoReturn]:
    """Return a progress bar on standard error, silent unless that is a terminal."""
    from tqdm import tqdm

    form = "{l_bar}{bar}| {elapsed}<{remaining}"
    return tqdm(total=total, bar_format=form, disable=not sys.stderr.isatty(), leave=False)


def _samples(
    requests: list[GenerationRequest],
    before: Band | None,
    soundfont_path: Path | None,
    model: Path | None,
) -> Iterator[GeneratedSample]:
    """Make one sample after the other, with a bar on standard error where that is a terminal."""
    from gmn_core.generation.samples import generate_sample
    from gmn_core.generation.sound.soundfont import find_soundfont

    soundfont = find_soundfont(soundfont_path)
    with _bar(len(requests)) as bar:
        for index, request in enumerate(requests):

            def show(share: float, index: int = index) -> None:
                bar.update(index + share - bar.n)

            yield generate_sample(request, soundfont=soundfont, model=model, before=before, on_progress=show)


def _write(sample: GeneratedSample, arguments: argparse.Namespace) -> None:
    from gmn_core.generation.music.band_record import band_record
    from gmn_core.generation.provenance import record
    from gmn_core.generation.samples import sample_name

    name = sample_name(sample.request)
    files = {arguments.out / f"{name}.{suffix}": sample.file(suffix) for suffix in arguments.formats}
    for path, data in files.items():
        write_whole(path, data)
    stored = {
        **record(sample),
        "band": band_record(sample.band),
        "files": {path.name: hashlib.sha256(data).hexdigest() for path, data in files.items()},
    }
    text = _as_text(stored)
    write_whole(arguments.out / f"{name}.json", text.encode())
    print(*files, sep="\n")


def _as_text(stored: dict[str, Any]) -> str:
    """Return a record as text: a line for each entry, and one for each role's notes."""
    notes = stored["band"]["notes"]
    lean = {**stored, "band": {**stored["band"], "notes": {role: f"@{role}" for role in notes}}}
    text = json.dumps(lean, indent=2, ensure_ascii=False) + "\n"
    for role, rows in notes.items():
        text = text.replace(f'"@{role}"', json.dumps(rows, separators=(",", ":")))
    return text


def _roles(text: str) -> tuple[Role, ...]:
    return tuple(_told(read_role, name) for name in text.split(","))


def _players(text: str) -> dict[str, str | bool]:
    wanted: dict[str, str | bool] = {}
    for part in text.split(","):
        role, _, instrument = (each.strip() for each in part.partition("="))
        wanted[role] = SWITCHES.get(instrument.lower(), instrument)
    _told(players_of, wanted)
    return wanted


def _bars(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    try:
        return int(first), int(last or first)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not of the form 5-8") from None


def _share(text: str) -> float:
    try:
        return SHARES[text] if text in SHARES else float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is neither little nor lot nor a share") from None


def _told(read: Callable[[T], U], text: T) -> U:
    """Read an argument; argparse shows what is wrong with it."""
    try:
        return read(text)
    except GenerationError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _blend(text: str) -> tuple[Genre, float]:
    name, _, share = text.partition(":")
    try:
        return parse_genre(name), float(share)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not of the form disco:0.3") from None
