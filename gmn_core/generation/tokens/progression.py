"""Progressions: chords as people write them, in letters or in Roman numerals, read in the key's own terms.

Bars stand between bar lines: ``"Dm7 G7 | Cmaj7 %"``. What shares a bar shares its beats. ``%`` repeats the
chord or, alone in its bar, the bar before. Without any bar line each chord has a bar to itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gmn_core.generation.request import GenerationError
from gmn_core.generation.tokens.chords import QUALITIES, Chord, spelt
from gmn_core.genres import Genre

MAX_BARS = 64
MOST_IN_A_BAR = 4

_NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_DEGREES = {"I": 0, "II": 2, "III": 4, "IV": 5, "V": 7, "VI": 9, "VII": 11}
_LOWERED_IN_MINOR = (4, 9, 11)  # the third, sixth and seventh degrees, which a minor key has a semitone lower
_ACCIDENTALS = {"#": 1, "♯": 1, "b": -1, "♭": -1}
# How suffixes are written: the quality that the generator knows, and tones beyond it.
_SUFFIXES: dict[str, tuple[str, tuple[int, ...]]] = {
    **dict.fromkeys(("", "maj", "M"), ("", ())),
    **dict.fromkeys(("m", "min", "mi", "-"), ("m", ())),
    **dict.fromkeys(("7", "dom7"), ("7", ())),
    **dict.fromkeys(("maj7", "M7", "ma7", "Δ", "Δ7", "^", "^7", "j7"), ("maj7", ())),
    **dict.fromkeys(("m7", "min7", "mi7", "-7"), ("m7", ())),
    **dict.fromkeys(("dim", "o", "°"), ("dim", ())),
    **dict.fromkeys(("dim7", "o7", "°7"), ("dim", (9,))),
    **dict.fromkeys(("m7b5", "m7♭5", "min7b5", "-7b5", "ø", "ø7"), ("m7b5", ())),
    **dict.fromkeys(("sus4", "sus"), ("sus4", ())),
    "sus2": ("5", (2,)),
    **dict.fromkeys(("7sus4", "7sus"), ("sus4", (10,))),
    **dict.fromkeys(("9sus4", "9sus"), ("sus4", (10, 2))),
    **dict.fromkeys(("aug", "+"), ("", (8,))),
    **dict.fromkeys(("aug7", "+7", "7#5", "7♯5"), ("7", (8,))),
    "5": ("5", ()),
    **dict.fromkeys(("6", "maj6", "M6"), ("", (9,))),
    **dict.fromkeys(("m6", "min6", "-6"), ("m", (9,))),
    **dict.fromkeys(("69", "6/9"), ("", (9, 2))),
    **dict.fromkeys(("add9", "add2"), ("", (2,))),
    **dict.fromkeys(("madd9", "m(add9)"), ("m", (2,))),
    "9": ("7", (2,)),
    "11": ("7", (2, 5)),
    "13": ("7", (2, 9)),
    **dict.fromkeys(("7b9", "7♭9"), ("7", (1,))),
    **dict.fromkeys(("7#9", "7♯9"), ("7", (3,))),
    **dict.fromkeys(("7b5", "7♭5"), ("7", (6,))),
    **dict.fromkeys(("7#11", "7♯11"), ("7", (6,))),
    **dict.fromkeys(("maj9", "M9", "Δ9"), ("maj7", (2,))),
    **dict.fromkeys(("m9", "min9", "-9"), ("m7", (2,))),
    **dict.fromkeys(("m11", "min11", "-11"), ("m7", (2, 5))),
    **dict.fromkeys(("mmaj7", "mM7", "m(maj7)", "-Δ7"), ("m", (11,))),
}
_WITHOUT_FIFTH = ("aug", "+", "aug7", "+7", "7#5", "7♯5", "7b5", "7♭5")
_LETTER = re.compile(r"([A-G])([#♯b♭]?)(.*)")
_NUMERAL = re.compile(r"([#♯b♭]?)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(.*)")
_KEY = re.compile(r"\s*([A-Ga-g])\s*([#♯b♭]?)\s*-?\s*(m|min|minor|maj|major|)\s*")
_SEPARATORS = re.compile(r"\|\|?:?|:\|\|?|[\n;]")
_SEVENTHS = ("7", "maj7", "m7", "m7b5")

ChordTones = npt.NDArray[np.bool_]
"""Which pitch classes, up from the tonic, belong to the chord of each beat; shape (n_bars, n_beats, 12)."""

PRESETS: dict[str, tuple[str, str]] = {
    "Twelve-bar blues": ("I7 | IV7 | I7 | I7 | IV7 | IV7 | I7 | I7 | V7 | IV7 | I7 | V7", Genre.BLUES),
    "Minor blues": ("i7 | i7 | i7 | i7 | iv7 | iv7 | i7 | i7 | bVI7 | V7 | i7 | V7", Genre.BLUES),
    "Two-five-one": ("ii7 | V7 | Imaj7 | %", Genre.JAZZ),
    "Turnaround": ("Imaj7 vi7 | ii7 V7", Genre.JAZZ),
    "Autumn circle": ("iv7 | bVII7 | bIIImaj7 | bVImaj7 | iiø7 | V7 | i | %", Genre.JAZZ),
    "Four chords": ("I | V | vi | IV", Genre.POP),
    "Doo-wop": ("I | vi | IV | V", Genre.POP),
    "Canon": ("I V | vi iii | IV I | IV V", Genre.CLASSICAL),
    "Lament": ("i | bVII | bVI | V", Genre.CLASSICAL),
    "Three chords": ("I | I | IV | I | V | V | I | I", Genre.COUNTRY),
    "Mixolydian rock": ("I | bVII | IV | I", Genre.ROCK),
    "Power ballad": ("vi | IV | I | V", Genre.ROCK),
    "Power chords": ("i5 | bVI5 | bVII5 | i5", Genre.METAL),
    "Phrygian riff": ("i5 | bII5 | i5 | bVII5", Genre.METAL),
    "One drop": ("I | IV | I | V", Genre.REGGAE),
    "Minor skank": ("i | iv | i | bVII", Genre.REGGAE),
    "Soul loop": ("i7 | iv7", Genre.HIPHOP),
    "Dark loop": ("i | bVI | iv | V", Genre.HIPHOP),
    "Dance floor": ("i7 | bVII | bVImaj7 | V7", Genre.DISCO),
    "Good times": ("ii7 | V7 | ii7 | V7", Genre.DISCO),
}
"""Progressions that many know: the chords in Roman numerals, and the genre that they are typical of."""


@dataclass(frozen=True)
class Symbol:
    """A chord as written.

    Parameters
    ----------
    chord : Chord
        Root and bass as semitones above the tonic; the quality is the nearest that the generator knows.
    tones : frozenset of int
        All its pitch classes above the tonic, ninths and the like included.
    suffix : str
        What follows the root in its symbol.
    """

    chord: Chord
    tones: frozenset[int]
    suffix: str

    def name(self, tonic: int, *, minor: bool) -> str:
        """Return its symbol in a key, e.g. ``"E7"``."""
        root, bass = (spelt(degree, tonic, minor=minor) for degree in (self.chord.root, self.chord.bass))
        return root + self.suffix + (f"/{bass}" if self.chord.bass != self.chord.root else "")


@dataclass(frozen=True)
class Progression:
    """Chords bar by bar, and the key that they are in.

    Parameters
    ----------
    bars : tuple of tuple of Symbol
        The chords of each bar, one to four.
    tonic : int or None
        Pitch class of the key; None where Roman numerals leave it open.
    minor : bool
        Whether the key is a minor one.
    """

    bars: tuple[tuple[Symbol, ...], ...]
    tonic: int | None
    minor: bool

    @property
    def busiest(self) -> int:
        """The most chords in a bar."""
        return max(len(bar) for bar in self.bars)

    def symbols(self, n_bars: int, n_beats: int) -> list[list[Symbol]]:
        """Return the chord of each beat, the progression going round as often as it takes."""
        rounds = [self.bars[bar % len(self.bars)] for bar in range(n_bars)]
        return [[own[beat * len(own) // n_beats] for beat in range(n_beats)] for own in rounds]


def tones_of(symbols: list[list[Symbol]]) -> ChordTones:
    """Return the tones of the chord of each beat."""
    tones = np.zeros((len(symbols), len(symbols[0]) if symbols else 0, 12), bool)
    for bar, own in enumerate(symbols):
        for beat, symbol in enumerate(own):
            tones[bar, beat, list(symbol.tones)] = True
    return tones


def read_key(text: str) -> tuple[int, bool]:
    """Read the name of a key: its tonic, and whether it is minor.

    Examples
    --------
    >>> read_key("A"), read_key("f# minor"), read_key("B♭m")
    ((9, False), (6, True), (10, True))

    Raises
    ------
    GenerationError
        If it is none.
    """
    found = _KEY.fullmatch(text)
    if found is None:
        raise GenerationError(f"“{_short(text)}” is no key; keys look like A, E♭ major or F♯ minor.")
    letter, accidental, mode = found.groups()
    tonic = (_NATURALS[letter.upper()] + _ACCIDENTALS.get(accidental, 0)) % 12
    return tonic, mode in ("m", "min", "minor")


def read_progression(text: str, key: tuple[int, bool] | None = None) -> Progression:
    """Read chords as people write them.

    Parameters
    ----------
    text : str
        Symbols such as ``"Dm7 G7 | Cmaj7 %"``, or Roman numerals.
    key : (int, bool), optional
        Tonic and whether it is minor; found from the chords where it is None,
        and left open by Roman numerals.

    Raises
    ------
    GenerationError
        If something in it is no chord; the message says what and in which bar.

    Examples
    --------
    >>> blues = read_progression("A7 | D7 | A7 | E7")
    >>> blues.tonic, [bar[0].chord.root for bar in blues.bars]
    (9, [0, 5, 0, 7])
    """
    words = _bars_of(text)
    flat = [word for bar in words for word in bar]
    roman = [word for word in flat if _NUMERAL.match(word) and not _LETTER.match(word)]
    minor = bool(roman) and (key[1] if key else _says_minor(roman))
    bars: list[tuple[Symbol, ...]] = []
    for number, own in enumerate(words, 1):
        read: list[Symbol] = []
        for word in own:
            if word in ("%", "/"):
                read += _repeated(bars, read, alone=len(own) == 1, number=number)
            else:
                read.append(_symbol(word, number, minor=minor, roman=bool(roman)))
        if len(read) > MOST_IN_A_BAR:
            raise GenerationError(f"Bar {number} has {len(read)} chords; a bar has room for {MOST_IN_A_BAR}.")
        bars.append(tuple(read))
    if roman:
        return Progression(tuple(bars), key[0] if key else None, minor)
    tonic, minor = key or _likely_key([symbol for bar in bars for symbol in bar])
    return Progression(tuple(tuple(_moved(each, -tonic) for each in bar) for bar in bars), tonic, minor)


def _bars_of(text: str) -> list[list[str]]:
    """Return the words of each bar."""
    parts = [part.split() for part in _SEPARATORS.split(text.strip().strip("|:"))]
    words = [part for part in parts if part]
    if not words:
        raise GenerationError("There are no chords; write them like this: Dm7 G7 | Cmaj7 %.")
    if len(parts) == 1:
        words = [[word] for word in words[0]]
    if len(words) > MAX_BARS:
        raise GenerationError(f"The chords fill {len(words)} bars; {MAX_BARS} at most, they are repeated.")
    return words


def _repeated(
    bars: list[tuple[Symbol, ...]], read: list[Symbol], *, alone: bool, number: int
) -> list[Symbol]:
    if alone and bars:
        return list(bars[-1])
    if read or bars:
        return [read[-1] if read else bars[-1][-1]]
    raise GenerationError(f"Bar {number} repeats a chord before there is one.")


def _symbol(word: str, number: int, *, minor: bool, roman: bool) -> Symbol:
    """Read one chord."""
    body, slash, below = word.partition("/") if not word.endswith("6/9") else (word, "", "")
    found = (_NUMERAL if roman else _LETTER).fullmatch(body)
    if found is None:
        raise _unreadable(word, number, roman=roman)
    if roman:
        accidental, numeral, suffix = found.groups()
        root = _degree(accidental, numeral, minor=minor)
        if numeral.islower() and not suffix.startswith(("m", "min", "-", "dim", "o", "°", "ø")):
            suffix = suffix if suffix in ("5", "sus4", "sus", "sus2") else "m" + suffix
    else:
        letter, accidental, suffix = found.groups()
        root = (_NATURALS[letter] + _ACCIDENTALS.get(accidental, 0)) % 12
    if suffix not in _SUFFIXES:
        raise _unreadable(word, number, roman=roman)
    bass = root
    if slash and roman:
        target = _NUMERAL.fullmatch(below)
        if target is None:
            raise _unreadable(word, number, roman=roman)
        # V7/ii is the dominant of the second degree.
        root = bass = (root + _degree(*target.groups()[:2], minor=minor)) % 12
    elif slash:
        lower = _LETTER.fullmatch(below)
        if lower is None or lower[3]:
            raise _unreadable(word, number, roman=roman)
        bass = (_NATURALS[lower[1]] + _ACCIDENTALS.get(lower[2], 0)) % 12
    quality, more = _SUFFIXES[suffix]
    intervals = {*QUALITIES[quality], *more} - ({7} if suffix in _WITHOUT_FIFTH else set())
    tones = frozenset((root + interval) % 12 for interval in intervals) | {bass}
    return Symbol(Chord(root, list(QUALITIES).index(quality), bass), tones, _written(suffix))


def _degree(accidental: str, numeral: str, *, minor: bool) -> int:
    """Return the semitones of a degree above the tonic; a minor key has its own third, sixth and seventh."""
    degree = _DEGREES[numeral.upper()]
    lowered = minor and not accidental and degree in _LOWERED_IN_MINOR and numeral.isupper()
    return (degree + _ACCIDENTALS.get(accidental, 0) - lowered) % 12


def _written(suffix: str) -> str:
    """Return a suffix in its common form."""
    quality, more = _SUFFIXES[suffix]
    return next(text for text, own in _SUFFIXES.items() if own == (quality, more))


def _says_minor(numerals: list[str]) -> bool:
    """Say whether Roman numerals are in a minor key: their tonic chord, or else their first, is."""
    found = [match for word in numerals if (match := _NUMERAL.match(word))]
    tonics = [match[2] for match in found if match[2].upper() == "I" and not match[1]]
    return bool(tonics) and tonics[0].islower()


def _moved(symbol: Symbol, by: int) -> Symbol:
    root, quality, bass = symbol.chord
    moved = Chord((root + by) % 12, quality, (bass + by) % 12)
    return Symbol(moved, frozenset((tone + by) % 12 for tone in symbol.tones), symbol.suffix)


def _likely_key(symbols: list[Symbol]) -> tuple[int, bool]:
    """Return the key whose scale has most of the chords' tones, the first chord's root rather than others."""
    scales = {False: {0, 2, 4, 5, 7, 9, 11}, True: {0, 2, 3, 5, 7, 8, 10, 11}}

    def score(tonic: int, minor: bool) -> float:
        total = 0.0
        for symbol in symbols:
            root, quality, _ = symbol.chord
            for interval in tuple(QUALITIES.values())[quality]:
                inside = (root + interval - tonic) % 12 in scales[minor]
                total -= 0.0 if inside else 0.4 if interval >= 10 else 1.0
        first, last = symbols[0].chord, symbols[-1].chord
        modes = ("m", "m7", "dim", "m7b5")
        home = (first.root == tonic) and (tuple(QUALITIES)[first.quality] in modes) == minor
        ends = (last.root == tonic) and (tuple(QUALITIES)[last.quality] in modes) == minor
        # A minor key has both sevenths here, and would fit all the better for it.
        return total + len(symbols) * (0.4 * home + 0.25 * ends) - 0.1 * minor

    keys = [(tonic, minor) for minor in (False, True) for tonic in range(12)]
    return max(keys, key=lambda key: score(*key))


def _unreadable(word: str, number: int, *, roman: bool) -> GenerationError:
    like = "I, ii7, V7, ♭VII or viiø7" if roman else "C, Am7, F♯maj7, B♭7 or G/B"
    return GenerationError(f"“{_short(word)}” in bar {number} is not a known chord; chords look like {like}.")


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "…"
