"""One verdict from several classifiers, in sentences for people who know none of them.

The strongest classifier decides; what the others say, and how often each is
right on recordings by artists that it never heard, tells how far to trust it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gmn_core.classification.calibration import is_uncertain
from gmn_core.classification.names import MODEL_NAMES
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.genres import Genre

Evaluated = Mapping[str, Mapping[str, Any]]
"""The ``models`` of an evaluation report: a classifier's name to its figures."""


@dataclass(frozen=True)
class JointVerdict:
    """What the classifiers together make of a recording.

    Parameters
    ----------
    headline : str
        A genre, a tie of genres, or why there is none; a few words.
    sureness : str
        How sure the strongest classifier is, and how often it is right when it is that sure.
    others : str
        What the others say; empty where there are none.
    """

    headline: str
    sureness: str
    others: str


def joint_verdict(
    predictions: Mapping[str, GenrePrediction], evaluated: Evaluated, doubt: str | None = None
) -> JointVerdict:
    """Put several classifiers' predictions into one verdict.

    Parameters
    ----------
    predictions : mapping
        Classifier name to its prediction, the strongest last.
    evaluated : mapping
        How good each classifier is; may be empty.
    doubt : str, optional
        Why the recording does not look like music.

    Examples
    --------
    >>> import numpy as np
    >>> jazz = GenrePrediction(np.eye(10)[5])
    >>> joint_verdict({"cnn": jazz, "cnn_pretrained": jazz}, {}).headline
    'Jazz'
    """
    *_, (strongest, best) = predictions.items()
    weaker = {model: each for model, each in predictions.items() if model != strongest}
    return JointVerdict(
        "Probably not music" if doubt else headline(best),
        _sureness(strongest, best, evaluated),
        _others(strongest, best, weaker, evaluated) if weaker else "",
    )


def headline(prediction: GenrePrediction) -> str:
    """Return a calibrated prediction in a few words: a genre, a tie, or none for certain."""
    if len(prediction.leaders) > 1:
        return f"{named(prediction.leaders)}: a tie"
    if is_uncertain(prediction):
        return "Not clearly any of the ten"
    return prediction.genre.display_name


def named(genres: tuple[Genre, ...]) -> str:
    """Return genres as a phrase, e.g. ``"Blues or rock"``."""
    first, *rest = (genre.display_name for genre in genres)
    if not rest:
        return first
    *middle, last = (name.lower() for name in rest)
    return f"{', '.join([first, *middle])} or {last}"


def percent_sure(share: float) -> str:
    """Return a share in words that never claim certainty, e.g. ``"87%"``."""
    return "more than 99%" if share >= 0.995 else f"{share:.0%}"


def how_often_right(model: str, evaluated: Evaluated) -> str | None:
    """Return the share of the test recordings that a classifier named rightly, e.g. ``"84%"``."""
    accuracy = evaluated.get(model, {}).get("accuracy")
    return f"{accuracy['value']:.0%}" if accuracy else None


def _sureness(model: str, prediction: GenrePrediction, evaluated: Evaluated) -> str:
    (_, share), (second, next_share), *_ = prediction.ranked()
    if len(prediction.leaders) > 1:
        first = f"The best classifier gives {named(prediction.leaders).lower()} {share:.0%} each."
    elif is_uncertain(prediction):
        first = (
            f"The best classifier finds it closest to {prediction.genre.display_name.lower()} ({share:.0%}), "
            f"then {second.display_name.lower()} ({next_share:.0%})."
        )
    else:
        first = f"The best classifier is {percent_sure(share)} sure."
    bins = evaluated.get(model, {}).get("reliability", [])
    near = min(bins, key=lambda each: abs(each["confidence"] - share), default=None)
    if near is None:
        return first
    right, n = near["accuracy"]["n_right"], near["accuracy"]["n"]
    return f"{first} When it was about as sure in the test, it was right {right} times out of {n}."


def _others(
    strongest: str, best: GenrePrediction, weaker: Mapping[str, GenrePrediction], evaluated: Evaluated
) -> str:
    against = {model: each for model, each in weaker.items() if each.leaders != best.leaders}
    if not against:
        said = "The other classifier agrees." if len(weaker) == 1 else "The other classifiers agree."
    else:
        answers: dict[str, list[str]] = {}
        for model, each in against.items():
            answers.setdefault(named(each.leaders).lower(), []).append(f"the {MODEL_NAMES[model]}")
        said = " and ".join(
            f"{' and '.join(models)} {'says' if len(models) == 1 else 'say'} {answer}"
            for answer, models in answers.items()
        )
        said = f"{said[0].upper()}{said[1:]}"
        said += (
            f": {'it has' if len(against) == 1 else 'they have'} heard far less music." if evaluated else "."
        )
    rates = {model: how_often_right(model, evaluated) for model in (strongest, *reversed(list(weaker)))}
    if not all(rates.values()):
        return said
    (_, best_rate), *rest = rates.items()
    listed = [f"the {MODEL_NAMES[model]} {rate}" for model, rate in rest]
    n_clips = evaluated[strongest]["accuracy"]["n"]
    return (
        f"{said} On {n_clips} test recordings by artists that none of them had heard, the "
        f"{MODEL_NAMES[strongest]} was right {best_rate} of the time, {' and '.join(listed)}."
    )
