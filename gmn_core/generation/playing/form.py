"""The form: sections that return, the bars that lead from one to the next, and the bar before the end.

A form is a word such as AABA. Each letter is a passage of the outline. What returns is played from memory or
anew, mostly as it was by the accompaniment, often varied by the tune. A blues has choruses of twelve bars. As
in real pieces, some players come in only after the first section.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import Role
from gmn_core.generation.tokens.chords import QUALITIES, Chord, Chords, chord_roots
from gmn_core.generation.tokens.outline import (
    HOLDS,
    LAYERS,
    N_ACTIVITIES,
    N_RETURNS,
    RESTS,
    RETURN_BARS,
    UNKNOWN,
    Outline,
)
from gmn_core.genres import Genre

_FORMS = ("AABA", "ABAB", "AABB", "ABAC")
_OWN_FORMS: Mapping[Genre, tuple[str, ...]] = {
    Genre.BLUES: ("ABC",),  # three lines of a chorus
    Genre.JAZZ: ("AABA", "ABAC"),
}
_PLAGAL = frozenset({Genre.ROCK, Genre.METAL, Genre.REGGAE, Genre.HIPHOP, Genre.DISCO, Genre.BLUES})
_SHORT, _LONG = 4, 8  # bars of a section
_LONGEST = 16  # bars of a section that given chords may make
_LONG_FROM = 28  # bars of a piece with long sections
_CHORUS_ROOTS = np.array([0, 0, 0, 0, 5, 5, 0, 0, 7, 5, 0, 0])  # of each bar of a blues, up from the tonic
CHORUS_BARS = len(_CHORUS_ROOTS)
_FEWEST_LEFT = 2  # bars that make a section of their own at the end
_FROM_MEMORY = (0.85, 0.6)  # how often a layer returns from memory: accompaniment, tune
# How often a role comes in after the first section: its share of rests in the first four bars of training
# pieces, beyond that in bars 25 to 28.
_COMES_IN_LATER: Mapping[Role, float] = {Role.LEAD: 0.45, Role.SECOND: 0.35}
_BUILT_UP_FROM = 12  # bars of a piece
_FEWEST_SOUNDING = 3  # roles that play on in a bar in which another is late
_WHOLE_INSTEAD = 0.5  # how often a bar that mostly returns from close by does so as it was
_WHOLE, _MOSTLY = N_RETURNS - 1, N_RETURNS - 2
_BUSIEST = N_ACTIVITIES - 1
_ROLES = tuple(Role)
_DRUMS = _ROLES.index(Role.DRUMS)
_TUNE_LAYER = 1
_TUNE = LAYERS[_TUNE_LAYER]

Memory = npt.NDArray[np.int64]
"""How many bars back each layer of a bar is played from; 0 for anew; shape (n_bars, n_layers)."""


@dataclass(frozen=True, eq=False)
class Form:
    """The sections of a piece.

    Parameters
    ----------
    starts : tuple of int
        The bar that each section starts at.
    letters : str
        What each section is.
    """

    starts: tuple[int, ...]
    letters: str

    def distances(self, n_bars: int) -> npt.NDArray[np.int64]:
        """Return how many bars before each bar the same place of the same section last was; 0 for none."""
        found = np.zeros(n_bars, np.int64)
        latest: dict[str, int] = {}
        for letter, start, end in zip(self.letters, self.starts, (*self.starts[1:], n_bars), strict=True):
            if letter in latest:
                found[start:end] = start - latest[letter]
            latest[letter] = start
        return found

    def fills(self, n_bars: int) -> list[int]:
        """Return the bars that lead to another section or to the end."""
        return [bar - 1 for bar in (*self.starts[1:], n_bars)]


def draw_form(genre: Genre, n_bars: int, rng: np.random.Generator, n_round: int = 0) -> Form:
    """Draw a form.

    Parameters
    ----------
    genre : Genre
        Some genres have forms of their own.
    n_bars : int
        Length of the piece; what is left over lengthens or shortens the last
        section.
    rng : numpy Generator
        Gives one random number.
    n_round : int
        Bars after which given chords return: sections are whole rounds of them.
    """
    forms = _OWN_FORMS.get(genre, _FORMS)
    word = forms[int(rng.integers(len(forms)))]
    length = _LONG if n_bars >= _LONG_FROM and genre is not Genre.BLUES else _SHORT
    if 0 < n_round <= _LONGEST:
        length = n_round * -(-length // n_round) if n_round < length else n_round
    n_sections = max((n_bars + length - _FEWEST_LEFT) // length, 1)
    letters = (word * (n_sections // len(word) + 1))[:n_sections]
    return Form(tuple(range(0, n_sections * length, length)), letters)


def find_chorus(chords: Chords) -> tuple[int, float]:
    """Find the likeliest chorus of a blues.

    Parameters
    ----------
    chords : ndarray of uint8, shape (n_bars, `CHORDS_PER_BAR`, 2)
        A chord plan.

    Returns
    -------
    first_bar : int
        Where it begins.
    likeness : float
        The share of its half bars in which the root is that of twelve-bar
        blues; 0 where the plan is shorter or unknown.
    """
    n_bars = len(_CHORUS_ROOTS)
    if len(chords) < n_bars:
        return 0, 0.0
    roots = chord_roots(chords)
    passages = np.lib.stride_tricks.sliding_window_view(roots, n_bars, axis=0)
    likeness = (passages == _CHORUS_ROOTS).mean(axis=(1, 2))
    first_bar = int(likeness.argmax())
    return first_bar, float(likeness[first_bar])


def arrange(outline: Outline, form: Form, n_bars: int, rng: np.random.Generator) -> tuple[Outline, Memory]:
    """Lay an outline out in a form.

    Parameters
    ----------
    outline : Outline
        A passage; each letter of the form takes another part of it.
    form : Form
        The sections.
    n_bars : int
        Length of the piece.
    rng : numpy Generator
        Decides what is played from memory.

    Returns
    -------
    outline : Outline
        Of ``n_bars`` bars.
    memory : ndarray of int64, shape (n_bars, n_layers)
        What is played from memory.
    """
    source, back = np.zeros(n_bars, np.int64), form.distances(n_bars)
    bounds = [*form.starts, n_bars]
    length = bounds[1] - bounds[0]
    first: dict[str, int] = {}  # where in the outline a letter is
    memory = np.zeros((n_bars, len(LAYERS)), np.int64)
    for letter, start, end in zip(form.letters, bounds[:-1], bounds[1:], strict=True):
        bars = np.arange(start, end)
        source[bars] = (first.setdefault(letter, length * len(first)) + bars - start) % outline.n_bars
        if back[start]:
            memory[bars] = back[bars, None] * (rng.random(len(LAYERS)) < _FROM_MEMORY)
            # A last section that is longer than the others goes on into what came after.
            memory[bars] *= (bars - start < length)[:, None]
    arranged, fills = outline.at(source), form.fills(n_bars)
    memory[fills] = 0
    returns = _returns(arranged, source, back, memory)
    # The network keeps less of a bar than the outline says; that some are whole makes up for it.
    mostly = (returns == _MOSTLY) & (back == 0)[:, None, None]
    returns[mostly & (rng.random(returns.shape[:2]) < _WHOLE_INSTEAD)[..., None]] = _WHOLE
    returns[fills] = np.minimum(returns[fills], _MOSTLY)
    activity = arranged.activity.copy()
    drums = activity[fills, _DRUMS]
    activity[fills, _DRUMS] = np.where(drums > HOLDS, np.minimum(drums + 1, _BUSIEST), drums)
    arranged = replace(arranged, returns=returns, activity=activity)
    return arranged, np.where(memory > 0, memory, nearest_returns(arranged))


def build_up(
    outline: Outline, memory: Memory, form: Form, rng: np.random.Generator
) -> tuple[Outline, Memory]:
    """Let lead or second voice come in only after the first section, as they often do.

    They rest where enough others play, and what they play when the section
    returns is drawn anew. A piece of fewer than twelve bars stays as it is.
    """
    length, n_bars = form.starts[1] if len(form.starts) > 1 else outline.n_bars, outline.n_bars
    draws = rng.random(len(_TUNE))
    if n_bars < _BUILT_UP_FROM:
        return outline, memory
    activity, returns, memory = outline.activity.copy(), outline.returns.copy(), memory.copy()
    bars = np.arange(n_bars)
    for role, draw in zip(_TUNE, draws, strict=True):
        own = activity[:, _ROLES.index(role)]
        late = (bars < length) & (own >= HOLDS) & ((activity >= HOLDS).sum(axis=1) > _FEWEST_SOUNDING)
        if draw >= _COMES_IN_LATER[role] or not late.any():
            continue
        own[late] = RESTS
        for lag, apart in enumerate(RETURN_BARS):
            returns[(bars >= length) & (bars - apart < length), _TUNE_LAYER, lag] = UNKNOWN
        silent = (bars >= length) & (bars - memory[:, _TUNE_LAYER] < length)
        memory[silent, _TUNE_LAYER] = 0
    return replace(outline, activity=activity, returns=returns), memory


def nearest_returns(outline: Outline) -> Memory:
    """Return how many bars back each bar's layers are played from where the outline says that they return."""
    whole = outline.returns == _WHOLE
    nearest = np.array(RETURN_BARS)[whole.argmax(axis=2)]
    return np.where(whole.any(axis=2), nearest, 0)


def _returns(
    outline: Outline, source: npt.NDArray[np.int64], back: npt.NDArray[np.int64], memory: Memory
) -> npt.NDArray[np.uint8]:
    """Return the levels of return: the outline's where its bars are still so far apart, else the form's."""
    returns = outline.returns.copy()
    bars = np.arange(len(source))
    for lag, apart in enumerate(RETURN_BARS):
        earlier = np.maximum(bars - apart, 0)
        as_it_was = (bars >= apart) & (source - source[earlier] == apart)
        returns[:, :, lag] = np.where(as_it_was[:, None], returns[:, :, lag], UNKNOWN)
        again = (back == apart)[:, None]
        returns[:, :, lag] = np.where(again, np.where(memory > 0, _WHOLE, _MOSTLY), returns[:, :, lag])
    return returns


def cadence(genre: Genre, minor: bool, rng: np.random.Generator) -> Chord:
    """Draw the chord that leads to the last one, up from the tonic.

    The dominant seventh or, where the genre likes them as well, the
    subdominant or the major chord below the tonic.
    """
    qualities = tuple(QUALITIES)
    dominant = Chord(7, qualities.index("7"), 7)
    subdominant = Chord(5, qualities.index("m" if minor else ""), 5)
    below = Chord(10, qualities.index(""), 10)
    chords = (dominant, subdominant, below) if genre in _PLAGAL else (dominant,)
    return chords[int(rng.integers(len(chords)))]
