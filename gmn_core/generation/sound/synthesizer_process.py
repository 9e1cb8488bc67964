"""The program that plays one MIDI file on a SoundFont, in a process of its own (see `renderer`).

midirenderer holds Python's lock while it plays, so that in one process nothing else could be done meanwhile.
Standard input holds the SoundFont's length in eight bytes, the SoundFont and the MIDI file; standard output
gets the sound as a WAV file, or standard error why there is none. It imports nothing of the package, to
start fast.
"""

from __future__ import annotations

import sys

import midirenderer

LENGTH_BYTES = 8


def main() -> int:
    """Play standard input to standard output; the exit status is 0 if it could be played."""
    length = int.from_bytes(sys.stdin.buffer.read(LENGTH_BYTES), "little")
    soundfont = sys.stdin.buffer.read(length)
    try:
        wav = midirenderer.render_wave_from(soundfont, sys.stdin.buffer.read())
    except RuntimeError as error:
        sys.stderr.write(str(error))
        return 1
    sys.stdout.buffer.write(wav)
    return 0


if __name__ == "__main__":
    sys.exit(main())
