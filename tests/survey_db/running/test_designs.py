"""Sittings: each sample equally often, pairs as evenly as can be, no composition twice."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_db.running.designs import Slot, sittings


def slots(n_compositions: int, n_systems: int = 1, *, composed: bool = True) -> tuple[Slot, ...]:
    """Each composition as each system renders it; the sample's number tells both."""
    return tuple(
        Slot(100 * system + place, system, f"tune {place}" if composed else None)
        for system in range(n_systems)
        for place in range(n_compositions)
    )


def uses(dealt: tuple[tuple[int, ...], ...]) -> Counter[int]:
    return Counter(sample for sitting in dealt for sample in sitting)


def meetings(dealt: tuple[tuple[int, ...], ...]) -> Counter[frozenset[int]]:
    return Counter(frozenset(pair) for sitting in dealt for pair in combinations(sitting, 2))


def test_samples_that_fit_are_heard_by_everybody() -> None:
    assert sittings(slots(6)) == (tuple(range(6)),)
    assert sittings(slots(6), 6) == sittings(slots(6), 60) == sittings(slots(6))
    assert sittings(()) == ((),)


@pytest.mark.parametrize(
    ("samples", "size", "blocks", "together"),
    # The parameters of published balanced incomplete block designs.
    [(7, 3, 7, 1), (6, 3, 10, 2), (9, 3, 12, 1), (13, 4, 13, 1), (11, 5, 11, 2), (16, 4, 20, 1)],
)
def test_a_balanced_incomplete_block_design_is_found(
    samples: int, size: int, blocks: int, together: int
) -> None:
    dealt = sittings(slots(samples), size)
    assert len(dealt) == blocks
    assert set(uses(dealt).values()) == {blocks * size // samples}
    assert set(meetings(dealt).values()) == {together}
    assert len(meetings(dealt)) == samples * (samples - 1) // 2


def test_two_renderings_of_a_composition_meet_only_where_that_is_asked_for() -> None:
    """Eight compositions of two systems: each listener hears each composition once, four from each system."""
    both = slots(8, 2)
    dealt = sittings(both)
    assert {len(sitting) for sitting in dealt} == {8}
    for sitting in dealt:
        assert {sample % 100 for sample in sitting} == set(range(8))
        assert sum(sample < 100 for sample in sitting) == 4
    assert len(set(uses(dealt).values())) == 1
    allowed = [
        times for pair, times in meetings(dealt).items() if len({sample % 100 for sample in pair}) == 2
    ]
    assert len(allowed) == 8 * 7 * 4 // 2
    assert max(allowed) - min(allowed) <= 3
    assert sittings(both, together=True) == (tuple(slot.sample for slot in both),)


def test_a_sitting_takes_from_each_system_in_proportion_to_its_samples() -> None:
    unequal = tuple(Slot(place, system=int(place >= 30)) for place in range(40))
    dealt = sittings(unequal, 8)
    assert {sum(sample >= 30 for sample in sitting) for sitting in dealt} == {2}
    assert len(set(uses(dealt).values())) == 1


def test_the_first_sittings_already_bring_all_samples() -> None:
    dealt = sittings(slots(200), 20)
    assert set(uses(dealt[:10]).values()) == {1}
    assert len(uses(dealt[:10])) == 200


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([None, *"uvwxyz"])), min_size=1, max_size=18),
    st.integers(1, 20),
    st.booleans(),
)
def test_whatever_the_study_sittings_are_whole(
    items: list[tuple[str, str | None]], size: int, together: bool
) -> None:
    given = tuple(Slot(place, ord(system), composition) for place, (system, composition) in enumerate(items))
    dealt = sittings(given, size, together=together)
    names = {
        slot.sample: slot.composition if slot.composition and not together else str(slot.sample)
        for slot in given
    }
    held = min(size, len(set(names.values())))
    for sitting in dealt:
        assert len(sitting) == held == len({names[sample] for sample in sitting})
    assert set(uses(dealt)) == set(names)
    assert dealt == sittings(given, size, together=together)
