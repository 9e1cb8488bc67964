"""Control items, kept out of every other figure: anchors and the repeated sample."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_db.statistics.intervals import Interval, Missing, mean_interval, wilson


@dataclass(frozen=True)
class Anchor:
    """A control item whose quality is known beforehand.

    Parameters
    ----------
    sample, control : str
        Its label, and ``low_anchor`` (random notes) or ``high_anchor`` (made by people).
    answers : int
        Number of ratings, one per listener.
    mean_rating : float
        Their mean.
    interval : Interval or Missing
        Student's t interval of the mean.
    difference : float or Missing
        Mean over listeners of the anchor's rating less the mean of their own
        ratings of the study's samples.
    difference_interval : Interval or Missing
        Student's t interval of that difference.
    as_expected : int
        Listeners who put a low anchor below, or a high one above, their own mean.
    compared : int
        Listeners who rated both the anchor and samples of the study.
    """

    sample: str
    control: str
    answers: int
    mean_rating: float
    interval: Interval | Missing
    difference: float | Missing
    difference_interval: Interval | Missing
    as_expected: int
    compared: int


@dataclass(frozen=True)
class Consistency:
    """How alike a listener's two answers to the same sample are.

    Parameters
    ----------
    pairs : int
        Answers to a repeat whose first hearing was answered, too.
    same_guess : int
        Pairs with one and the same guess.
    share_same : float
        ``same_guess / pairs``.
    share_interval : Interval
        Its Wilson interval.
    mean_difference : float
        Second rating less first.
    difference_interval : Interval or Missing
        Its Student's t interval.
    rating_error : float
        Standard deviation of one listener's rating of one sample, ``sqrt(Σ d² / 2n)``
        (Bland and Altman, 1996, "Measurement error", BMJ 312:1654).
    """

    pairs: int
    same_guess: int
    share_same: float
    share_interval: Interval
    mean_difference: float
    difference_interval: Interval | Missing
    rating_error: float


@dataclass(frozen=True)
class Controls:
    """All control items of a study."""

    anchors: tuple[Anchor, ...]
    consistency: Consistency | Missing


def controls(responses: pd.DataFrame) -> Controls:
    """Return the control items of the selected responses, anchors before the repeat."""
    own_mean = responses[responses["control"] == "none"].groupby("listener")["rating"].mean()
    anchors = responses[responses["control"].isin(["low_anchor", "high_anchor"])]
    return Controls(
        anchors=tuple(
            _anchor(str(label), group, own_mean) for label, group in anchors.groupby("sample", sort=True)
        ),
        consistency=consistency(responses),
    )


def consistency(responses: pd.DataFrame) -> Consistency | Missing:
    """Return the self-consistency of listeners on repeated samples."""
    # The label of the first hearing is that of the sample, and of the repeat what it repeats.
    repeats = responses[responses["control"] == "repeat"].drop(columns="sample")
    pairs = responses[responses["control"] == "none"].merge(
        repeats.rename(columns={"repeat_of": "sample"}),
        on=["study", "listener", "sample"],
        suffixes=("_a", "_b"),
    )
    if pairs.empty:
        return Missing("Self-consistency needs listeners who answered a sample and its repeat.")
    # Orders are balanced, so the item marked as the repeat may well be heard first.
    sign = np.where(pairs["position_b"] > pairs["position_a"], 1.0, -1.0)
    differences = sign * (pairs["rating_b"] - pairs["rating_a"]).to_numpy(dtype=np.float64)
    same = int((pairs["guess_a"].astype(str) == pairs["guess_b"].astype(str)).sum())
    return Consistency(
        pairs=len(pairs),
        same_guess=same,
        share_same=same / len(pairs),
        share_interval=wilson(same, len(pairs)),
        mean_difference=float(differences.mean()),
        difference_interval=mean_interval(differences),
        rating_error=math.sqrt(float((differences**2).mean()) / 2),
    )


def _anchor(label: str, group: pd.DataFrame, own_mean: pd.Series) -> Anchor:
    control = str(group["control"].iloc[0])
    ratings = group["rating"].to_numpy(dtype=np.float64)
    differences = (group.set_index("listener")["rating"] - own_mean).dropna().to_numpy(dtype=np.float64)
    expected = differences < 0 if control == "low_anchor" else differences > 0
    nobody = Missing("Nobody has rated both this item and samples of the study yet.")
    return Anchor(
        sample=label,
        control=control,
        answers=len(ratings),
        mean_rating=float(ratings.mean()),
        interval=mean_interval(ratings),
        difference=float(differences.mean()) if len(differences) else nobody,
        difference_interval=mean_interval(differences) if len(differences) else nobody,
        as_expected=int(expected.sum()),
        compared=len(differences),
    )
