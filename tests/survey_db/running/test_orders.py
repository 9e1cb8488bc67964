"""Orders: Williams designs, repeats kept apart, the least-used row."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_db.errors import SurveyError
from survey_db.running.orders import least_used, listening_orders, williams_design


@pytest.mark.parametrize("n_items", [1, 2, 3, 4, 5, 6, 7, 9, 12])
def test_a_williams_design_balances_places_and_successions(n_items: int) -> None:
    design = williams_design(n_items)
    assert len(design) == (n_items if n_items % 2 == 0 or n_items == 1 else 2 * n_items)
    assert all(sorted(row) == list(range(n_items)) for row in design)
    times = len(design) // n_items
    places = Counter((place, item) for row in design for place, item in enumerate(row))
    assert set(places.values()) == {times}
    assert len(places) == n_items**2
    successions = Counter(pair for row in design for pair in pairwise(row))
    assert len(successions) == n_items * (n_items - 1)
    assert set(successions.values()) <= {times}


def test_the_order_of_six_is_the_published_zigzag() -> None:
    assert williams_design(6)[0] == [0, 1, 5, 2, 4, 3]


@given(st.integers(2, 10), st.data())
def test_repeats_never_follow_their_original(n_items: int, data: st.DataObject) -> None:
    samples = list(range(100, 100 + n_items))
    originals = data.draw(st.lists(st.sampled_from(samples), unique=True, min_size=1))
    repeats = {200 + original: original for original in originals}
    for order in listening_orders([samples], (), repeats):
        assert sorted(order) == sorted([*samples, *repeats])
        for repeat, original in repeats.items():
            assert abs(order.index(repeat) - order.index(original)) > 1


def test_no_samples_and_a_repeat_alone_with_its_original_are_refused() -> None:
    with pytest.raises(SurveyError, match="at least one sample"):
        listening_orders([[]])
    with pytest.raises(SurveyError, match="to come between"):
        listening_orders([[1]], (), {2: 1})


def test_the_least_used_row_is_the_first_of_the_rarest() -> None:
    assert least_used({}, 6) == 0
    assert least_used({0: 2, 1: 1, 2: 1}, 3) == 1
    assert least_used({0: 1, 2: 1}, 3) == 1


def test_sittings_take_turns_and_begin_at_all_their_places() -> None:
    dealt = [[1, 2, 3, 4], [5, 6, 7, 8], [1, 3, 5, 7]]
    orders = listening_orders(dealt, always=[90])
    assert len(orders) == 3 * len(williams_design(5))
    for place, order in enumerate(orders):
        assert sorted(order) == sorted([*dealt[place % 3], 90])
    for place in range(3):
        firsts = Counter(order[0] for order in orders[place::3])
        assert set(firsts.values()) == {2}


def test_a_repeat_is_heard_by_those_who_hear_its_original() -> None:
    orders = listening_orders([[1, 2, 3], [4, 5, 6]], (), {10: 2})
    assert all((10 in order) == (2 in order) for order in orders)
    assert any(10 in order for order in orders)
