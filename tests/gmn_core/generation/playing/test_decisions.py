"""Drawing tokens, masks of what is impossible, and playing from memory."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from gmn_core.generation.music.band import PITCHED_ROLES, Band, Role
from gmn_core.generation.playing.contour import NO_MOVES, WIDEST_INTERVAL, Moves
from gmn_core.generation.playing.decisions import Decisions, draw, follow, recall
from gmn_core.generation.playing.model import RoleSampling
from gmn_core.generation.playing.stepper import NOTHING, Array, Choice, Decide, Logits
from gmn_core.generation.tokens.encoding import (
    ACTION_TOKENS,
    FIRST_PITCH,
    HOLD,
    LOWEST,
    N_DRUM_SLOTS,
    N_SHAPES,
    REST,
    Shapes,
    role_slots,
    slot_sizes,
)
from gmn_core.generation.tokens.sheet import write_sheet

SHAPES = Shapes(((), (4, 7), (3, 7), (1, 2)))
LOGITS = np.log(np.array([0.5, 0.3, 0.15, 0.05], np.float32))


def shares(how: RoleSampling, allowed: list[bool] | None = None) -> np.ndarray:
    rng = np.random.default_rng(0)
    mask = None if allowed is None else np.array(allowed)
    drawn = draw(np.tile(LOGITS, (4000, 1)), how, mask, rng)
    return np.bincount(drawn, minlength=4) / 4000


EVEN = np.zeros(12, np.float32)
"""Every pitch class fits alike."""
START = np.zeros((1, len(PITCHED_ROLES)), np.int64)
"""No role has struck yet."""


def test_tokens_are_drawn_by_their_probability() -> None:
    assert shares(RoleSampling(1.0, 1.0)) == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.03)


def test_the_nucleus_leaves_the_tail_out() -> None:
    assert shares(RoleSampling(1.0, 0.7)) == pytest.approx([0.625, 0.375, 0, 0], abs=0.03)
    assert shares(RoleSampling(1.0, 0.01)) == pytest.approx([1, 0, 0, 0])


def test_a_low_temperature_prefers_the_likely() -> None:
    assert shares(RoleSampling(0.5, 1.0))[0] > 0.6
    assert shares(RoleSampling(2.0, 1.0))[3] > 0.1


def test_a_masked_token_is_never_drawn() -> None:
    assert shares(RoleSampling(1.0, 1.0), [False, True, False, True]) == pytest.approx(
        [0, 6 / 7, 0, 1 / 7], abs=0.03
    )


@pytest.fixture
def decisions(band: Band) -> Decisions:
    sampling = {role: RoleSampling(1.0, 1.0) for role in Role}
    return Decisions(write_sheet(band), SHAPES, sampling, np.random.default_rng(0))


def held(steps: Mapping[Role, int], n_drafts: int = 1) -> np.ndarray:
    """Return for how many steps each role's last stroke has sounded, in all drafts."""
    return np.tile([steps.get(role, 0) for role in PITCHED_ROLES], (n_drafts, 1))


def play(decide: Decide, favour: Mapping[int, int]) -> list[int]:
    """Decide a whole step of one draft with flat logits but for the tokens to favour."""

    def logits(slot: int) -> Logits:
        flat = np.zeros((1, slot_sizes()[slot]), np.float32)
        if slot in favour:
            flat[:, favour[slot]] = 50
        return lambda drafts=None: flat

    return [int(np.ravel(decide(slot, logits(slot)))[0]) for slot in range(len(slot_sizes()))]


def test_nothing_is_held_that_does_not_sound(decisions: Decisions) -> None:
    actions = {role_slots(role)[0]: HOLD for role in PITCHED_ROLES}
    assert HOLD not in [play(decisions.free(held({}), START, EVEN), actions)[slot] for slot in actions]
    sounding = play(decisions.free(held({Role.BASS: 3}), START, EVEN), actions)
    assert sounding[role_slots(Role.BASS)[0]] == HOLD
    assert sounding[role_slots(Role.BASS)[1]] == NOTHING


def test_a_note_is_not_held_for_ever(decisions: Decisions) -> None:
    slot = role_slots(Role.BASS)[0]
    assert play(decisions.free(held({Role.BASS: 64}), START, EVEN), {slot: HOLD})[slot] != HOLD


def test_who_keeps_to_a_rhythm_does_as_then_to_notes_of_its_own(decisions: Decisions) -> None:
    slot = role_slots(Role.BASS)[0]
    for earlier, wish, expected in (
        (FIRST_PITCH + 3, HOLD, range(FIRST_PITCH, ACTION_TOKENS)),
        (HOLD, FIRST_PITCH + 9, [HOLD]),
        (REST, FIRST_PITCH + 9, [REST]),
    ):
        decide = decisions.free(held({Role.BASS: 3}), START, EVEN, rhythm={Role.BASS: earlier})
        assert play(decide, {slot: wish})[slot] in expected
    silent = decisions.free(held({}), START, EVEN, rhythm={Role.BASS: HOLD})  # nothing to hold
    assert play(silent, {slot: FIRST_PITCH + 9})[slot] == FIRST_PITCH + 9


def test_roles_that_take_no_part_rest(decisions: Decisions) -> None:
    slot = role_slots(Role.PAD)[0]
    step = play(decisions.free(held({}), START, EVEN), {slot: FIRST_PITCH + 40})
    assert step[slot : slot + 3] == [0, NOTHING, NOTHING]


def test_shapes_that_the_vocabulary_lacks_are_never_drawn(decisions: Decisions) -> None:
    action, shape, _ = role_slots(Role.CHORDS)
    drawn = {
        play(decisions.free(held({}), START, EVEN), {action: FIRST_PITCH + 40})[shape] for _ in range(60)
    }
    assert drawn <= set(range(len(SHAPES.intervals)))
    assert slot_sizes()[shape] == N_SHAPES


def test_the_last_stroke_is_the_tonic_triad(decisions: Decisions) -> None:
    for _ in range(30):
        step = play(decisions.last(frozenset({Role.DRUMS, Role.BASS, Role.CHORDS})), {})
        bass, chords = (step[role_slots(role)[0]] for role in (Role.BASS, Role.CHORDS))
        assert (bass - FIRST_PITCH + LOWEST) % 12 == 0
        lowest, shape = chords - FIRST_PITCH + LOWEST, step[role_slots(Role.CHORDS)[1]]
        assert {(lowest + above) % 12 for above in (0, *SHAPES.intervals[shape])} <= {0, 4, 7}
        assert step[role_slots(Role.LEAD)[0]] == 0
        assert step[0] % 4 > 1


def test_without_drums_there_is_no_last_kick(decisions: Decisions) -> None:
    assert play(decisions.last(frozenset({Role.BASS})), {})[:N_DRUM_SLOTS] == [0] * N_DRUM_SLOTS


def test_every_action_has_a_token() -> None:
    assert slot_sizes()[role_slots(Role.BASS)[0]] == ACTION_TOKENS


def test_what_returns_is_played_from_memory_and_the_rest_is_decided() -> None:
    earlier = np.zeros(len(slot_sizes()), np.int16)
    earlier[0] = 7
    bass, lead = role_slots(Role.BASS), role_slots(Role.LEAD)
    earlier[list(bass)] = FIRST_PITCH + 20, 3, 2
    earlier[lead[0]] = FIRST_PITCH + 40
    decide = recall(lambda slot, logits: 1, earlier, (Role.DRUMS, Role.BASS, Role.PAD), held({}))
    answers = play(decide, {})
    assert answers[:N_DRUM_SLOTS] == [7, 0, 0, 0]
    assert [answers[slot] for slot in bass] == [FIRST_PITCH + 20, 3, 2]
    assert [answers[slot] for slot in role_slots(Role.PAD)] == [0, NOTHING, NOTHING]
    assert [answers[slot] for slot in (*lead, *role_slots(Role.CHORDS))] == [1] * 6


def test_only_a_note_that_sounds_is_held_from_memory() -> None:
    bass = role_slots(Role.BASS)
    earlier = np.zeros(len(slot_sizes()), np.int16)
    earlier[bass[0]] = HOLD
    sounding = np.concatenate([held({Role.BASS: 3}), held({})])
    decide = recall(lambda slot, logits: NOTHING, earlier, (Role.BASS,), sounding)
    assert np.asarray(decide(bass[0], lambda drafts=None: LOGITS)).tolist() == [HOLD, 0]


def test_probability_moves_among_the_tokens_that_may_move() -> None:
    logits = np.array([[0.0, 1.0, 2.0, 0.5]], np.float32)
    moved = np.array([False, True, True, True])
    found = follow(logits, np.array([9.0, 0.0, -3.0, 0.0], np.float32), moved)
    before, after = (np.exp(each[0]) / np.exp(each).sum() for each in (logits, found))
    assert after[0] == pytest.approx(before[0])
    assert after[2] < before[2]
    assert after[1] / after[3] == pytest.approx(before[1] / before[3])


def test_strikes_keep_to_the_harmony(decisions: Decisions) -> None:
    only_d = np.full(12, -30, np.float32)
    only_d[2] = 0
    slot = role_slots(Role.BASS)[0]
    drawn = [play(decisions.free(held({}), START, only_d), {})[slot] for _ in range(100)]
    assert {(action - FIRST_PITCH + LOWEST) % 12 for action in drawn if action >= FIRST_PITCH} == {2}
    # All tokens were equally probable, so a strike is still what nearly always happens.
    assert np.mean(np.array(drawn) >= FIRST_PITCH) > 0.9


def test_chord_shapes_keep_to_the_harmony(decisions: Decisions) -> None:
    c_minor = np.full(12, -30, np.float32)
    c_minor[[0, 3, 7]] = 0
    action, shape, _ = role_slots(Role.CHORDS)
    on_c = FIRST_PITCH + (-LOWEST % 12) + 24
    drawn = [play(decisions.free(held({}), START, c_minor), {action: on_c})[shape] for _ in range(100)]
    # A single note stays as probable as it was; of the chords only the minor triad fits.
    assert set(drawn) == {0, 2}


def test_each_draft_has_its_own_mask_and_its_own_harmony(decisions: Decisions) -> None:
    action, shape, _ = role_slots(Role.CHORDS)
    wanted = np.array([HOLD, FIRST_PITCH + 40, FIRST_PITCH + 45])

    def logits(slot: int) -> Logits:
        def of(drafts: np.ndarray | None = None) -> Array:
            rows = np.zeros((3, slot_sizes()[slot]), np.float32)
            if slot == action:
                rows[np.arange(3), wanted] = 50
            return rows if drafts is None else rows[drafts]

        return of

    sounding = np.concatenate([held({Role.CHORDS: 3}), held({}, 2)])
    decide = decisions.free(sounding, np.tile(START, (3, 1)), EVEN)
    found: dict[int, Choice] = {slot: np.asarray(decide(slot, logits(slot))) for slot in range(shape + 1)}
    assert found[action].tolist() == wanted.tolist()
    assert found[shape][0] == NOTHING
    assert (found[shape][1:] >= 0).all()


def test_a_tune_follows_the_contour_from_its_last_stroke(decisions: Decisions) -> None:
    moves = Moves(*(np.copy(own) for own in NO_MOVES))
    moves.intervals[PITCHED_ROLES.index(Role.LEAD)] = -30
    moves.intervals[PITCHED_ROLES.index(Role.LEAD), WIDEST_INTERVAL + 2] = 0
    latest = START + FIRST_PITCH + 40
    slot = role_slots(Role.LEAD)[0]
    drawn = {play(decisions.free(held({}), latest, EVEN, moves), {})[slot] for _ in range(100)}
    assert {action for action in drawn if action >= FIRST_PITCH} == {FIRST_PITCH + 42}
