from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from survey_db.statistics.controls import Consistency, consistency, controls
from survey_db.statistics.intervals import Interval, Missing, wilson


def with_item(
    responses: pd.DataFrame, control: str, rating: np.ndarray, *, guess: str | None = None
) -> pd.DataFrame:
    """The responses and, of each listener, one more to a control item, heard last."""
    first = responses[responses["sample"] == "Sample 1"].sort_values("listener")
    item = first.assign(
        sample=control.replace("_", " "),
        control=control,
        repeat_of="Sample 1" if control == "repeat" else None,
        rating=rating,
        position=7,
    )
    return pd.concat([responses, item if guess is None else item.assign(guess=guess)], ignore_index=True)


def test_low_anchor_is_held_against_each_listener_s_own_mean(published_responses: pd.DataFrame) -> None:
    rating = np.where(np.arange(32) < 30, 1, 10)
    (anchor,) = controls(with_item(published_responses, "low_anchor", rating)).anchors
    own = published_responses.groupby("listener")["rating"].mean()
    theirs = stats.ttest_rel(rating, own).confidence_interval()
    assert (anchor.control, anchor.answers, anchor.compared) == ("low_anchor", 32, 32)
    assert anchor.as_expected == (rating < own).sum() == 30
    assert anchor.difference == pytest.approx((rating - own).mean())
    assert anchor.difference_interval == Interval(pytest.approx(theirs.low), pytest.approx(theirs.high))


def test_high_anchor_is_expected_above(published_responses: pd.DataFrame) -> None:
    (anchor,) = controls(with_item(published_responses, "high_anchor", np.full(32, 10))).anchors
    assert (anchor.as_expected, anchor.mean_rating) == (32, 10)


def test_an_anchor_rated_alone_is_not_compared(published_responses: pd.DataFrame) -> None:
    responses = with_item(published_responses, "low_anchor", np.full(32, 1))
    (anchor,) = controls(responses[responses["control"] != "none"]).anchors
    assert (anchor.answers, anchor.compared) == (32, 0)
    assert isinstance(anchor.difference, Missing)
    assert isinstance(anchor.difference_interval, Missing)


def test_repeat_is_paired_with_its_first_hearing(published_responses: pd.DataFrame) -> None:
    first = published_responses[published_responses["sample"] == "Sample 1"].sort_values("listener")
    shift = np.resize([0, 1, -1, 2], 32)
    found = consistency(with_item(published_responses, "repeat", first["rating"].to_numpy() + shift))
    assert isinstance(found, Consistency)
    assert (found.pairs, found.same_guess) == (32, 32)
    assert found.share_interval == wilson(32, 32)
    assert found.mean_difference == pytest.approx(shift.mean())
    assert found.rating_error == pytest.approx(np.sqrt((shift**2).sum() / (2 * 32)))


def test_changed_guesses_are_seen(published_responses: pd.DataFrame) -> None:
    first = published_responses[published_responses["sample"] == "Sample 1"].sort_values("listener")
    found = consistency(with_item(published_responses, "repeat", first["rating"].to_numpy(), guess="jazz"))
    assert isinstance(found, Consistency)
    assert found.same_guess == (first["guess"] == "jazz").sum()


def test_a_repeat_heard_first_counts_as_the_first_hearing(published_responses: pd.DataFrame) -> None:
    first = published_responses[published_responses["sample"] == "Sample 1"].sort_values("listener")
    responses = with_item(published_responses, "repeat", first["rating"].to_numpy() + 1)
    responses.loc[responses["control"] == "repeat", "position"] = 0
    found = consistency(responses)
    assert isinstance(found, Consistency)
    assert found.mean_difference == pytest.approx(-1)


def test_within_listener_error_worked_by_bland_and_altman() -> None:
    """The mean of within-subject variances of pairs is ``Σ d² / 2n`` (BMJ 1996;312:1654)."""
    pairs = np.array([[4, 6], [7, 7], [3, 4], [9, 6]])
    rows = [
        {"study": "s", "listener": f"L{listener}", "sample": label, "control": control,
         "repeat_of": repeat_of, "rating": rating, "guess": "jazz", "position": position}
        for listener, pair in enumerate(pairs.tolist())
        for label, control, repeat_of, rating, position in (
            ("A", "none", None, pair[0], 1), ("B", "repeat", "A", pair[1], 2)
        )
    ]  # fmt: skip
    found = consistency(pd.DataFrame(rows))
    assert isinstance(found, Consistency)
    assert found.rating_error == pytest.approx(np.sqrt(pairs.var(axis=1, ddof=1).mean()))


def test_a_study_without_control_items(published_responses: pd.DataFrame) -> None:
    found = controls(published_responses)
    assert found.anchors == ()
    assert isinstance(found.consistency, Missing)
