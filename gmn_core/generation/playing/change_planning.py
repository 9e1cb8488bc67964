"""The plan of a change: the piece as it was says how it is built, and what is made anew is built likewise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gmn_core.generation.music.band import Band, Role
from gmn_core.generation.playing.changing import count_bars, draw_free, forget_kept, keep
from gmn_core.generation.playing.form import nearest_returns
from gmn_core.generation.playing.harmony import bar_fit, reharmonised
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.playing.planning import Plan, bars_within, draw_outline, length_in_ticks, taking_part
from gmn_core.generation.playing.wishes import (
    chord_marks,
    chord_plan,
    going_round,
    inserted,
    marked_symbols,
    same_chords,
    steps_on_chord,
    with_players,
)
from gmn_core.generation.request import GenerationError, GenerationRequest
from gmn_core.generation.tokens.encoding import N_SLOTS, encode
from gmn_core.generation.tokens.outline import SECTION_BARS, find_outline
from gmn_core.generation.tokens.progression import read_progression, tones_of

CONTINUATION = "Continuation"
"""The section that a piece is lengthened by."""


def draw_change(
    before: Band, request: GenerationRequest, model: GeneratorModel, rng: np.random.Generator
) -> Plan:
    """Draw the plan of a request's last change.

    Parameters
    ----------
    before : Band
        The piece as it was.
    request : GenerationRequest
        Its last change is made.
    model : GeneratorModel
        What the piece has not yet is drawn from its sheets and outlines.
    rng : numpy Generator
        Source of all random numbers.

    Raises
    ------
    GenerationError
        If the change cannot be made.
    """
    change, genre = request.changes[-1], request.genre
    sheet, tokens = encode(before, model.shapes)
    sheet = replace(sheet, tempo=before.tempo)
    n_before = count_bars(before)
    tokens = np.pad(tokens, ((0, 1), (0, 0)))  # a last stroke where the piece has none
    sheet = with_players(sheet, sheet.programs, change.players, model.sheets[genre])
    n_bars = n_before if change.seconds is None else bars_within(change.seconds, sheet)
    length = before.length if change.seconds is None else length_in_ticks(change.seconds, sheet)
    kept = keep(
        tokens, draw_free(change, before, sheet.programs, n_before, n_bars, rng), before, sheet, n_before
    )
    if not kept.free.any() and dict(sheet.programs) == dict(before.programs):
        raise GenerationError("Every role is locked, so that there is nothing to make anew.")
    heard = find_outline(tokens[: n_before * sheet.steps_per_bar], sheet, model.shapes)
    outline = heard.at(np.arange(n_bars) % n_before)
    if newcomers := sheet.programs.keys() - before.notes.keys():
        drawn = draw_outline(request, sheet, genre, model, rng)
        new = [role in newcomers for role in Role]
        activity = np.where(new, drawn.activity[np.arange(n_bars) % drawn.n_bars], outline.activity)
        outline = taking_part(replace(outline, activity=activity), newcomers)
    key = (sheet.tonic, sheet.minor)
    names = going_round(before.chords, n_before, n_bars, before.bar_ticks)
    if change.chords:
        progression = read_progression(change.chords, key)
        first, last = change.bars or (1, n_bars)
        symbols = progression.symbols(last - first + 1, sheet.beats_per_bar)
        names = inserted(names, chord_marks(symbols, sheet), first - 1, last, before.bar_ticks)
    symbols = marked_symbols(names, key, n_bars, sheet.beats_per_bar)
    tones = tones_of(symbols)
    memory = nearest_returns(outline)
    if symbols:
        outline = reharmonised(outline, chord_plan(symbols))
        memory = memory * same_chords(tones, memory)
    outline, memory = forget_kept(outline, memory, kept.free)
    grooves = model.tuning.groove.draw(outline, memory, request.genre_shares, rng)
    # Who is to play anew does not keep to what is to be replaced.
    came_free = np.take_along_axis(kept.free, np.arange(n_bars)[:, None] - grooves, axis=0)
    profile = outline.profile(0, SECTION_BARS)
    sections = tuple(mark for mark in before.sections if mark[0] < n_bars * before.bar_ticks)
    if n_bars > n_before and sections:
        sections = (*sections, (n_before * before.bar_ticks, CONTINUATION))
    return Plan(
        sheet,
        outline,
        profile,
        bar_fit(outline, profile),
        memory,
        np.zeros((0, N_SLOTS), np.int16),
        n_bars,
        length,
        steps_on_chord(tones, sheet.steps_per_beat),
        sections,
        names,
        kept,
        grooves=grooves * came_free,
    )
