"""The plan of a sample: sheet, outline and length, fixed before the first note is drawn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from gmn_core.generation.music.band import TICKS_PER_BEAT, Marks, Role
from gmn_core.generation.music.casting import band_from_midi
from gmn_core.generation.playing.changing import Kept
from gmn_core.generation.playing.decisions import NO_CHORD, OnChord
from gmn_core.generation.playing.floor import UNBANDED, has_full_band
from gmn_core.generation.playing.form import (
    Memory,
    arrange,
    build_up,
    cadence,
    draw_form,
    find_chorus,
    nearest_returns,
)
from gmn_core.generation.playing.harmony import Fit, bar_fit, reharmonised
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.playing.wishes import (
    Wishes,
    chord_marks,
    chord_plan,
    same_chords,
    steps_on_chord,
    suited,
    whole_rounds,
    wishes_of,
    with_players,
)
from gmn_core.generation.request import MAX_TEMPO, MIN_TEMPO, GenerationError, GenerationRequest
from gmn_core.generation.tokens.chords import CHORD, chord_tones, unknown_chords, write_chord
from gmn_core.generation.tokens.encoding import N_SLOTS, Tokens, encode
from gmn_core.generation.tokens.outline import HOLDS, RESTS, SECTION_BARS, Outline, find_outline
from gmn_core.generation.tokens.progression import tones_of
from gmn_core.generation.tokens.sheet import Sheet
from gmn_core.genres import Genre

_RING_SECONDS = 1.5  # the last stroke rings at least so long, or a bar
_OPENING_BARS = 8
_OPENING_SHARE = 0.5  # of the sample that an opening may take
_FEWEST_STRIKING = 2  # roles in a bar that is no break
_DRUMS, _BASS = (list(Role).index(role) for role in (Role.DRUMS, Role.BASS))
_LOOSEST = 15.0  # ticks: players further apart sound like a mistake
_OUTSIDE_CADENCE = -3.0  # nats of what does not belong to the chord before the last
_MOST_RESTS = 0.5  # of the bars, of a player who is asked for
_LEAST_TYPICAL = 0.01  # every piece can be drawn
_LEAST_LIKE = 0.1  # a blues with another form can be drawn too
_CHORUS_POWER = 4  # of the likeness to twelve bars, by which the chance of a blues goes

Profile = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Plan:
    """What is fixed before the first note.

    Parameters
    ----------
    sheet : Sheet
        How the sample sounds.
    outline : Outline
        How each bar is built.
    profile : ndarray of float32, shape (12,)
        The share of each pitch class in the sample.
    fit : ndarray of float32, shape (n_bars, 12)
        How well each pitch class fits each bar; see `harmony.bar_fit`.
    memory : ndarray of int64, shape (n_bars, n_layers)
        What is played from memory; see `form.arrange`.
    opening : ndarray of int16, shape (n_steps, n_slots)
        The given bars; empty without an opening.
    n_bars : int
        Bars before the last stroke.
    length : int
        Length of the sample in ticks.
    chords : list of list of OnChord
        How each step of each bar keeps to given chords; empty where none are
        given.
    sections, names : tuple of (int, str)
        When each section and each given chord begins, in ticks, and its name.
    kept : Kept, optional
        What stays of a piece that is changed.
    grooves : ndarray of int64, shape (n_bars, n_roles)
        Whose rhythm comes from how many bars before; see `Groove.draw`.
    """

    sheet: Sheet
    outline: Outline
    profile: Profile
    fit: Fit
    memory: Memory
    opening: Tokens
    n_bars: int
    length: int
    chords: Sequence[Sequence[OnChord]] = ()
    sections: Marks = ()
    names: Marks = ()
    kept: Kept | None = None
    grooves: Memory = field(kw_only=True)

    def on_chord(self, bar: int, step: int) -> OnChord:
        """Return how a step keeps to a given chord."""
        return self.chords[bar][step] if self.chords else NO_CHORD

    @property
    def n_opening(self) -> int:
        """Steps of the opening."""
        return len(self.opening)

    @property
    def n_steps(self) -> int:
        """Steps up to and including the last stroke."""
        return self.n_bars * self.sheet.steps_per_bar + 1


def draw_plan(request: GenerationRequest, model: GeneratorModel, rng: np.random.Generator) -> Plan:
    """Draw a plan.

    Parameters
    ----------
    request : GenerationRequest
        What to play.
    model : GeneratorModel
        Its sheets and outlines are drawn from.
    rng : numpy Generator
        Source of all random numbers.

    Raises
    ------
    GenerationError
        If the request's opening cannot be continued.
    """
    wishes = wishes_of(request)
    sheet, genre = _draw_sheet(request, wishes, model, rng)
    opening = None
    if request.opening is not None:
        own, opening = encode(band_from_midi(request.opening), model.shapes)
        if request.tempo is None and not MIN_TEMPO <= own.tempo <= MAX_TEMPO:
            raise GenerationError(
                f"The opening's tempo of {own.tempo:.0f} quarter notes per minute is not "
                f"from {MIN_TEMPO:.0f} to {MAX_TEMPO:.0f}; choose a tempo for it."
            )
        sheet = replace(own, tempo=request.tempo or own.tempo)
    sheet = replace(sheet, looseness={role: min(own, _LOOSEST) for role, own in sheet.looseness.items()})
    n_round = len(wishes.progression.bars) if wishes.progression else 0
    if n_round and request.tempo is None:
        sheet = whole_rounds(sheet, request.seconds, min(_RING_SECONDS, sheet.bar_seconds), n_round)
    n_bars = bars_within(request.seconds, sheet)
    outline = draw_outline(request, sheet, genre, model, rng)
    banded = request.genre not in UNBANDED and has_full_band(sheet)
    symbols = wishes.progression.symbols(n_bars, sheet.beats_per_bar) if wishes.progression else []
    tones = tones_of(symbols)
    profile, heard_chords = outline.profile(0, SECTION_BARS), None
    outline = _without_breaks(outline, banded)
    if opening is None:
        opening = np.zeros((0, N_SLOTS), np.int16)
        form = draw_form(request.genre, n_bars, rng, n_round)
        outline, memory = build_up(*arrange(outline, form, n_bars, rng), form, rng)
        outline = taking_part(outline, wishes.on)
        sections = tuple(
            (start * sheet.steps_per_bar * sheet.ticks_per_step, letter)
            for start, letter in zip(form.starts, form.letters, strict=True)
        )
    else:
        sections, form = (), None
        outline = outline.at(np.arange(n_bars) % outline.n_bars)
        opening = _first_bars(opening, sheet, min(_OPENING_BARS, int(n_bars * _OPENING_SHARE)))
        heard = find_outline(opening, sheet, model.shapes)
        profile = (profile + heard.profile(0, heard.n_bars)) / np.float32(2)
        outline = _as_it_began(heard, outline)
        memory, heard_chords = nearest_returns(outline), heard.chords
    if symbols:
        outline = reharmonised(outline, chord_plan(symbols))
        memory = memory * same_chords(tones, memory)
        profile = outline.profile(0, SECTION_BARS)
        fit = bar_fit(outline, profile)
    else:
        chords = unknown_chords(n_bars)
        if model.harmonist is not None:
            chords = model.harmonist.draw(
                sheet, request.genre_shares, outline.chords, rng, form=form, heard=heard_chords
            )
        chords[-1] = write_chord(cadence(request.genre, sheet.minor, rng))
        outline = reharmonised(outline, chords)
        memory = memory * same_chords(chords[:, :, CHORD], memory)
        if heard_chords is None and model.harmonist is not None:
            profile = outline.profile(0, SECTION_BARS)
        fit = bar_fit(outline, profile)
        fit[-1] = np.where(chord_tones(chords)[-1].any(axis=0), 0, _OUTSIDE_CADENCE)
    return Plan(
        sheet,
        outline,
        profile,
        fit,
        memory,
        opening,
        n_bars,
        length_in_ticks(request.seconds, sheet),
        steps_on_chord(tones, sheet.steps_per_beat),
        sections,
        chord_marks(symbols, sheet),
        grooves=model.tuning.groove.draw(outline, memory, request.genre_shares, rng),
    )


def bars_within(seconds: float, sheet: Sheet) -> int:
    """Return the bars before the last stroke, which rings no longer than two bars."""
    ring = min(_RING_SECONDS, sheet.bar_seconds)
    return max(int((seconds - ring) / sheet.bar_seconds), 1)


def length_in_ticks(seconds: float, sheet: Sheet) -> int:
    """Return a length in ticks."""
    return round(seconds * sheet.tempo / 60 * TICKS_PER_BEAT)


def _draw_sheet(
    request: GenerationRequest, wishes: Wishes, model: GeneratorModel, rng: np.random.Generator
) -> tuple[Sheet, Genre]:
    """Draw a sheet, a band and a key of the genre or, with the probability of its share, of the second."""
    second = rng.random() < request.blend_weight  # drawn without a blend too: a share of 0 changes nothing
    genre = request.blend if second and request.blend is not None else request.genre
    sheets = model.sheets[genre]
    shares = typical_shares(model, genre, request.typicality)
    whole = np.array([has_full_band(own) for own in sheets])
    if genre not in UNBANDED and whole.any():
        shares = shares * whole / np.sum(shares * whole)
    shares = suited(shares, sheets, wishes)
    number = int(rng.choice(len(sheets), p=shares))
    sheet = sheets[number]
    # Above the middle of the scale nobody plays what the genre seldom uses.
    unusual = rng.random() < 1 - 2 * request.typicality
    programs = sheet.programs if unusual else model.bands[genre][number]
    keys = [own.tonic for own in sheets if own.minor == sheet.minor]
    tonic = keys[int(rng.integers(len(keys)))]
    sheet = with_players(sheet, programs, wishes.players, sheets)
    return replace(
        sheet,
        tonic=tonic if wishes.tonic is None else wishes.tonic,
        minor=sheet.minor if wishes.minor is None else wishes.minor,
        tempo=request.tempo or sheet.tempo,
    ), genre


def typical_shares(model: GeneratorModel, genre: Genre, typicality: float) -> npt.NDArray[np.float64]:
    """Return each piece's probability: all alike at 0, by the square of how typical it is at 1."""
    typical = np.maximum(model.typicality[genre], _LEAST_TYPICAL)
    weights: npt.NDArray[np.float64] = typical ** (2 * typicality)
    shares: npt.NDArray[np.float64] = weights / weights.sum()
    return shares


def draw_outline(
    request: GenerationRequest, sheet: Sheet, genre: Genre, model: GeneratorModel, rng: np.random.Generator
) -> Outline:
    """Draw the outline of a piece that is like the sheet's.

    Alike are pieces with the same roles, metre and mode; for a sheet from
    elsewhere, those that agree with it in most of these. One of them is the
    sheet's own piece, which a genre of few pieces may have to draw: the notes
    are drawn in any case. A blues is preferred the more, the more it has the
    chords of twelve bars, and begins with them.
    """
    likeness = [
        int(own.programs.keys() == sheet.programs.keys())
        + (own.beats_per_bar == sheet.beats_per_bar)
        + (own.minor == sheet.minor)
        for own in model.sheets[genre]
    ]
    alike = np.array(likeness) == max(likeness)
    shares = typical_shares(model, genre, request.typicality) * alike
    outlines = model.outlines[genre]
    if genre is not Genre.BLUES:
        return outlines[int(rng.choice(len(shares), p=shares / shares.sum()))]
    choruses = [find_chorus(own.chords) for own in outlines]
    shares = shares * np.maximum([likeness for _, likeness in choruses], _LEAST_LIKE) ** _CHORUS_POWER
    number = int(rng.choice(len(shares), p=shares / shares.sum()))
    return outlines[number].passage(choruses[number][0], outlines[number].n_bars)


def _without_breaks(outline: Outline, banded: bool) -> Outline:
    """Let pick-ups and breaks, where fewer than two roles strike, be as busy as the last full bar.

    Before the first full bar, as busy as that one. In the middle of a piece they
    make sense; in half a minute of music they are just gaps. Of a band, drums,
    bass and another must sound as well, where the outline has such bars.
    """
    full = (outline.activity > HOLDS).sum(axis=1) >= _FEWEST_STRIKING
    sounds = outline.activity >= HOLDS
    band = full & sounds[:, _DRUMS] & sounds[:, _BASS] & (sounds.sum(axis=1) > _FEWEST_STRIKING)
    if banded and band.any():
        full = band
    latest = np.maximum.accumulate(np.where(full, np.arange(len(full)), np.argmax(full)))
    return replace(outline, activity=outline.activity[latest])


def taking_part(outline: Outline, roles: Collection[Role]) -> Outline:
    """Let some roles play in a passage in which they would rest for most of the time."""
    activity = outline.activity.copy()
    for role in roles:
        own = activity[:, list(Role).index(role)]
        if np.mean(own <= RESTS) > _MOST_RESTS:
            np.maximum(own, HOLDS + 1, out=own)
    return replace(outline, activity=activity)


def _first_bars(tokens: Tokens, sheet: Sheet, n_bars: int) -> Tokens:
    """Return the first bars from the first one that sounds."""
    sounding = np.any(tokens != 0, axis=1)
    first = int(np.argmax(sounding)) // sheet.steps_per_bar * sheet.steps_per_bar
    opening = tokens[first : first + n_bars * sheet.steps_per_bar]
    if not len(opening):
        raise GenerationError("The opening's bars are too long for a sample of this length.")
    return opening


def _as_it_began(heard: Outline, outline: Outline) -> Outline:
    """Describe the opening's bars as they are, and let its players go on as busily as they began."""
    returns, chords = (
        np.concatenate([began, planned[heard.n_bars :]])
        for began, planned in ((heard.returns, outline.returns), (heard.chords, outline.chords))
    )
    activity = heard.activity[np.arange(outline.n_bars) % heard.n_bars]
    return replace(outline, returns=returns, activity=activity, chords=chords)
