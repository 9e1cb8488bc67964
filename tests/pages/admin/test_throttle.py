"""Guessing is slow, and nobody is kept out by others' guesses."""

from __future__ import annotations

from pages.admin.throttle import FORGOTTEN_AFTER, FREE_ATTEMPTS, LONGEST_STEP, LONGEST_WAIT, Throttle


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def spend_free_attempts(throttle: Throttle, client: str = "here") -> None:
    for _ in range(FREE_ATTEMPTS):
        assert throttle.take(client, "first") == 0


def test_after_the_free_attempts_the_turns_of_a_client_lie_ever_further_apart() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    spend_free_attempts(throttle)
    waits = []
    for _ in range(8):
        waits.append(throttle.take("here", "first"))
        clock.now += waits[-1]
        assert throttle.take("here", "first") == 0
    assert waits == [1, 2, 4, 8, 16, LONGEST_STEP, LONGEST_STEP, LONGEST_STEP]


def test_asking_does_not_move_a_turn_and_nobody_elses_attempts_do() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    spend_free_attempts(throttle)
    assert throttle.take("here", "attacker") == 1
    wait = throttle.take("here", "administrator")
    assert wait == 2
    for tenth in range(10 * int(wait)):
        clock.now = 1000.0 + tenth / 10
        throttle.take("here", "attacker")
    clock.now = 1000.0 + wait
    assert throttle.take("here", "administrator") == 0


def test_more_visits_make_guessing_no_faster() -> None:
    """Of one client, for an hour: each visit tries again and again."""

    def tries(visits: int) -> int:
        clock = Clock()
        throttle = Throttle(clock)
        count = 0
        for second in range(3600):
            clock.now = 1000.0 + second
            count += sum(throttle.take("here", f"visit {number}") == 0 for number in range(visits))
        return count

    assert tries(1) < tries(20) < tries(1) + 30
    assert tries(1) < 3600 / LONGEST_STEP + 10
    assert tries(100) < 100 * 3600 / LONGEST_WAIT + 100


def test_another_client_does_not_wait() -> None:
    throttle = Throttle(Clock())
    spend_free_attempts(throttle)
    assert throttle.wait("here", "first") > 0
    assert throttle.take("there", "second") == 0


def test_the_wait_for_a_turn_has_an_end_however_many_ask() -> None:
    throttle = Throttle(Clock())
    spend_free_attempts(throttle)
    waits = [throttle.wait("here", f"visit {number}") for number in range(1000)]
    assert max(waits) == LONGEST_WAIT


def test_a_success_and_an_hour_are_forgiving() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    spend_free_attempts(throttle)
    throttle.succeeded("here")
    spend_free_attempts(throttle)
    assert throttle.wait("here", "first") > 0
    clock.now += FORGOTTEN_AFTER + 1
    spend_free_attempts(throttle)


def test_thousands_of_attempts_do_not_wear_it_out() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for _ in range(3000):
        clock.now += throttle.take("here", "first")
    assert throttle.wait("here", "first") <= LONGEST_STEP


def test_attempts_at_the_same_moment_do_not_slip_through() -> None:
    throttle = Throttle(Clock())
    assert sum(throttle.take("here", f"visit {number}") == 0 for number in range(100)) == FREE_ATTEMPTS
