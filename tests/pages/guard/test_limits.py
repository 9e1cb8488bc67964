"""Who counts as one client, and how much one may ask for."""

from __future__ import annotations

import pytest

from pages.guard.limits import UNKNOWN, Pace, Places, client_name


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("testclient", UNKNOWN),
        ("", UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_a_network_of_a_household_is_one_client(address: str | None, client: str) -> None:
    assert client_name(address) == client


def test_a_burst_goes_at_once_and_what_follows_waits() -> None:
    now = [0.0]
    pace = Pace(per_second=2, burst=3, clock=lambda: now[0])
    assert [pace.wait() for _ in range(5)] == [0, 0, 0, 0.5, 1]
    now[0] += 1
    assert pace.wait() == 0.5
    now[0] += 100
    assert [pace.wait() for _ in range(4)] == [0, 0, 0, 0.5]


def test_a_step_that_is_not_free_is_not_taken() -> None:
    now = [0.0]
    pace = Pace(per_second=2, burst=1, clock=lambda: now[0])
    assert [pace.take() for _ in range(4)] == [0, 0.5, 0.5, 0.5]
    now[0] += 0.5
    assert [pace.take() for _ in range(2)] == [0, 0.5]


def test_a_client_has_so_many_places_and_gets_them_back() -> None:
    places = Places(per_client=2)
    with places.take("here") as first, places.take("here") as second:
        with places.take("here") as third, places.take("there") as other:
            assert [first, second, third, other] == [True, True, False, True]
        with places.take("here") as again:
            assert not again
    with pytest.raises(KeyError), places.take("here"):
        raise KeyError
    with places.take("here") as first, places.take("here") as second:
        assert first
        assert second
    assert not places._taken
