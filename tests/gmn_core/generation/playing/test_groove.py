"""The groove: new rhythms are counted, and bars keep to those of earlier ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gmn_core.generation.music.band import Role
from gmn_core.generation.playing.groove import Groove, count_rhythms
from gmn_core.generation.tokens.chords import unknown_chords
from gmn_core.generation.tokens.encoding import FIRST_PITCH, N_SLOTS, Tokens, role_slots
from gmn_core.generation.tokens.outline import LITTLE, RETURN_BARS, UNKNOWN, Outline
from gmn_core.genres import GENRES, Genre

BAR = 16
DRUMS, BASS = (list(Role).index(role) for role in (Role.DRUMS, Role.BASS))


def outline(n_bars: int = 12, level: int = LITTLE) -> Outline:
    """Return an outline in which everybody is equally busy."""
    return Outline(
        np.zeros((n_bars, 12), np.uint8),
        np.full((n_bars, 2, len(RETURN_BARS)), level, np.uint8),
        np.full((n_bars, len(Role)), 4, np.uint8),
        unknown_chords(n_bars),
    )


def always() -> Groove:
    return Groove(np.ones((len(GENRES), len(Role)), np.float32))


def drawn(groove: Groove, plan: Outline, memory: int = 0) -> list[list[int]]:
    """Return how many bars back each role keeps to, bar by bar, of a pop piece."""
    played = np.full((plan.n_bars, 2), memory)
    return groove.draw(plan, played, {Genre.POP: 1.0}, np.random.default_rng(0)).tolist()


def test_without_a_table_no_bar_keeps_to_another() -> None:
    assert not np.any(drawn(Groove(), outline(level=UNKNOWN)))


def test_a_role_keeps_to_the_bar_from_which_most_returns() -> None:
    plan = outline()
    plan.returns[:, 0, RETURN_BARS.index(1)] = 2
    plan.returns[:, 0, RETURN_BARS.index(4)] = 3
    bass = [bar[BASS] for bar in drawn(always(), plan)]
    assert bass == [0, 1, 1, 1, *(8 * [4])]
    assert not any(bar[list(Role).index(Role.LEAD)] for bar in drawn(always(), plan))  # little of it returns


def test_who_is_to_be_busier_or_plays_from_memory_keeps_to_nothing() -> None:
    plan = outline(level=3)
    plan.activity[5, DRUMS] = 5
    plan.activity[:, BASS] = 1  # rests
    back = drawn(always(), plan)
    assert back[5][DRUMS] == 0
    assert back[4][DRUMS] == 1
    assert not any(bar[BASS] for bar in back)
    assert not np.any(drawn(always(), plan, memory=4))


def test_a_blend_keeps_to_rhythms_as_often_as_its_genres_together() -> None:
    groove = Groove()
    groove.table[GENRES.index(Genre.POP)] = 1
    plan = outline(400, level=3)
    blend = {Genre.POP: 0.25, Genre.JAZZ: 0.75}
    found = groove.draw(plan, np.zeros((400, 2), np.int64), blend, np.random.default_rng(0))
    assert 0.2 < np.mean(found[1:] > 0) < 0.3


def beat(*strokes: int) -> Tokens:
    tokens = np.zeros((BAR, N_SLOTS), np.int16)
    tokens[list(strokes), role_slots(Role.BASS)[0]] = FIRST_PITCH + 10
    return tokens


def test_a_rhythm_is_new_that_none_of_the_eight_bars_before_has() -> None:
    bars = (
        [beat(0, 8)] * 4 + [beat(0, 8), beat(0), beat(0, 8), beat(), beat(3)] + 8 * [beat(0, 8)] + [beat(0)]
    )
    assert count_rhythms(np.concatenate(bars), BAR)[BASS].tolist() == [13, 3]


def test_a_rhythm_is_the_same_to_other_pitches_and_of_drums_with_other_strength_another() -> None:
    bars = [beat(0, 8) for _ in range(6)]
    bars[5][0, role_slots(Role.BASS)[0]] += 5
    for number, bar in enumerate(bars):
        bar[0, 0] = 1 + (number == 5)
    counts = count_rhythms(np.concatenate(bars), BAR)
    assert counts[BASS].tolist() == [2, 0]
    assert counts[DRUMS].tolist() == [2, 1]


def test_pieces_shorter_than_the_first_bars_say_nothing() -> None:
    assert not count_rhythms(np.concatenate([beat(0)] * 4), BAR).any()


def test_the_outline_stays_as_it_was() -> None:
    plan = outline(level=3)
    before = replace(plan, returns=plan.returns.copy(), activity=plan.activity.copy())
    drawn(always(), plan)
    assert (plan.returns == before.returns).all()
    assert (plan.activity == before.activity).all()
