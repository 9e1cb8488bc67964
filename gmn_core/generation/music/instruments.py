"""The names of General MIDI's instruments and drum kits."""

from __future__ import annotations

import difflib

from gmn_core.generation.music.band import ROLES, Role
from gmn_core.generation.request import GenerationError

# General MIDI Level 1, programs 0 to 127, in families of eight.
INSTRUMENTS: tuple[str, ...] = (
    *("Grand piano", "Bright piano", "Electric grand piano", "Honky-tonk piano"),
    *("Electric piano", "FM electric piano", "Harpsichord", "Clavinet"),
    *("Celesta", "Glockenspiel", "Music box", "Vibraphone"),
    *("Marimba", "Xylophone", "Tubular bells", "Dulcimer"),
    *("Drawbar organ", "Percussive organ", "Rock organ", "Church organ"),
    *("Reed organ", "Accordion", "Harmonica", "Bandoneon"),
    *("Nylon-string guitar", "Steel-string guitar", "Jazz guitar", "Clean electric guitar"),
    *("Muted electric guitar", "Overdriven guitar", "Distortion guitar", "Guitar harmonics"),
    *("Double bass", "Fingered bass", "Picked bass", "Fretless bass"),
    *("Slap bass 1", "Slap bass 2", "Synth bass 1", "Synth bass 2"),
    *("Violin", "Viola", "Cello", "Contrabass"),
    *("Tremolo strings", "Pizzicato strings", "Harp", "Timpani"),
    *("String ensemble 1", "String ensemble 2", "Synth strings 1", "Synth strings 2"),
    *("Choir aahs", "Voice oohs", "Synth voice", "Orchestra hit"),
    *("Trumpet", "Trombone", "Tuba", "Muted trumpet"),
    *("French horn", "Brass section", "Synth brass 1", "Synth brass 2"),
    *("Soprano saxophone", "Alto saxophone", "Tenor saxophone", "Baritone saxophone"),
    *("Oboe", "English horn", "Bassoon", "Clarinet"),
    *("Piccolo", "Flute", "Recorder", "Pan flute"),
    *("Blown bottle", "Shakuhachi", "Whistle", "Ocarina"),
    *("Square lead", "Sawtooth lead", "Calliope lead", "Chiff lead"),
    *("Charang lead", "Voice lead", "Fifths lead", "Bass and lead"),
    *("New age pad", "Warm pad", "Polysynth pad", "Choir pad"),
    *("Bowed pad", "Metallic pad", "Halo pad", "Sweep pad"),
    *("Rain", "Soundtrack", "Crystal", "Atmosphere"),
    *("Brightness", "Goblins", "Echoes", "Science fiction"),
    *("Sitar", "Banjo", "Shamisen", "Koto"),
    *("Kalimba", "Bagpipe", "Fiddle", "Shanai"),
    *("Tinkle bell", "Agogo", "Steel drums", "Woodblock"),
    *("Taiko drum", "Melodic tom", "Synth drum", "Reverse cymbal"),
    *("Guitar fret noise", "Breath noise", "Seashore", "Bird tweet"),
    *("Telephone ring", "Helicopter", "Applause", "Gunshot"),
)
# Roland GS, which SoundFonts follow; where there is no kit of a program, the standard one plays.
DRUM_KITS: dict[int, str] = {
    0: "Standard drum kit",
    8: "Room drum kit",
    16: "Power drum kit",
    24: "Electronic drum kit",
    25: "TR-808 drum kit",
    32: "Jazz drum kit",
    40: "Brush drum kit",
    48: "Orchestra percussion",
}


def instrument_name(role: Role, program: int) -> str:
    """Return the name of what a role plays on, e.g. ``"Jazz guitar"``."""
    if role is not Role.DRUMS:
        return INSTRUMENTS[program]
    return DRUM_KITS.get(program, DRUM_KITS[0])


def read_instrument(role: Role, text: str) -> int:
    """Return the program of an instrument by its name, by a part of it that no other has, or by its number.

    Examples
    --------
    >>> read_instrument(Role.LEAD, "harmonica"), read_instrument(Role.DRUMS, "brush drum kit")
    (22, 40)

    Raises
    ------
    GenerationError
        If there is no such instrument, or several.
    """
    names = DRUM_KITS if role is Role.DRUMS else dict(enumerate(INSTRUMENTS))
    wanted = " ".join(text.lower().replace("-", " ").split())
    plain = {program: name.lower().replace("-", " ") for program, name in names.items()}
    if wanted.isascii() and wanted.isdecimal() and int(wanted) < len(INSTRUMENTS):
        return int(wanted)
    found = [program for program, name in plain.items() if name == wanted]
    found = found or [program for program, name in plain.items() if wanted and wanted in name]
    if len(found) == 1:
        return found[0]
    what = "drum kit" if role is Role.DRUMS else "instrument"
    if not found:
        alike = difflib.get_close_matches(wanted, plain.values(), 3, 0.5)
        found = [program for program, name in plain.items() if name in alike]
    several = ", ".join(names[program] for program in found[:5])
    hint = f"; did you mean {several}?" if found else ", by the names of General MIDI."
    raise GenerationError(f"There is no {what} called “{text[:40]}”{hint}")


def read_role(text: str) -> Role:
    """Return the role of a name, as it is written or shown.

    Raises
    ------
    GenerationError
        If there is none.
    """
    wanted = text.strip().lower()
    for role in ROLES:
        if wanted in (role.value, role.display_name.lower()):
            return role
    raise GenerationError(f"“{text.strip()[:40]}” is no role; the roles are {', '.join(ROLES)}.")
