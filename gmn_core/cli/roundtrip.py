"""``roundtrip``: write MIDI files as the generator's representation keeps them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gmn_core.cli.usage import Commands, UsageError, progress


def add_parser(commands: Commands) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "roundtrip", help="write MIDI files as the generator's representation keeps them"
    )
    parser.add_argument("midi", type=Path, metavar="MIDI_DIR", help="folder of MIDI files, at any depth")
    parser.add_argument("out", type=Path, metavar="OUT_DIR", help="folder for the results, named alike")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Convert every file; say which ones could not be read."""
    from gmn_core.generation.playing.model import shipped_model
    from gmn_core.generation.request import GenerationError
    from gmn_core.generation.tokens.roundtrip import round_trip

    files = sorted(path for path in arguments.midi.rglob("*") if path.suffix.lower() in {".mid", ".midi"})
    if not files:
        raise UsageError(f"{arguments.midi} holds no MIDI files.")
    shapes = shipped_model().shapes
    failed = 0
    for path in progress(files, unit="files"):
        target = arguments.out / path.relative_to(arguments.midi)
        try:
            data = round_trip(path.read_bytes(), shapes)
        except GenerationError as error:
            print(f"{path}: {error}", file=sys.stderr)
            failed += 1
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    print(f"{len(files) - failed} of {len(files)} files written to {arguments.out}")
    return 1 if failed else 0
