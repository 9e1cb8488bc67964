"""The round trip: a MIDI file as the representation keeps it."""

from __future__ import annotations

from gmn_core.generation.music.casting import band_from_midi
from gmn_core.generation.tokens.encoding import Shapes, decode, encode


def round_trip(data: bytes, shapes: Shapes) -> bytes:
    """Write a MIDI file as a sheet and tokens, and play these as a MIDI file.

    Parameters
    ----------
    data : bytes
        Any MIDI file.
    shapes : Shapes
        The vocabulary of chord shapes.

    Returns
    -------
    bytes
        A MIDI file of everything that the network can know about the piece.

    Raises
    ------
    GenerationError
        If the bytes are not a MIDI file or hold no notes.
    """
    sheet, tokens = encode(band_from_midi(data), shapes)
    return decode(sheet, tokens, shapes).to_midi()
