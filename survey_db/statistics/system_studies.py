"""Simulated studies of several systems, to see how often the intervals of their differences hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_db.statistics.intervals import SEED, Codes, Floats, Interval, Missing, wilson
from survey_db.statistics.systems import SystemDifference, compare_systems

EFFECTS = {"listener": 1.0, "listener_system": 0.4, "composition": 0.7, "sample": 0.4, "residual": 1.5}
"""Standard deviations of a simulated study's effects, in points of rating."""


@dataclass(frozen=True)
class SystemStudy:
    """A study of several systems that are equally good.

    Parameters
    ----------
    listeners, systems, compositions : int
        How many there are; each system renders every composition.
    heard : int
        How many compositions a listener hears; all of them where it is 0.
    together : bool
        Whether they hear each in every system's rendering, or in one, the
        systems taking turns.
    drop_out : float
        Share of listeners who leave after a part of their answers.
    """

    listeners: int
    systems: int = 2
    compositions: int = 8
    heard: int = 0
    together: bool = False
    drop_out: float = 0.0


STUDIES = {
    "24 listeners, 2 systems, 8 compositions, one rendering of each": SystemStudy(24),
    "the same, 30% leaving early": SystemStudy(24, drop_out=0.3),
    "24 listeners, 2 systems, 8 compositions, both renderings of each": SystemStudy(24, together=True),
    "12 listeners, 2 systems, 8 compositions, one rendering of each": SystemStudy(12),
    "30 listeners, 3 systems, 6 compositions, one rendering of each": SystemStudy(30, 3, 6),
    "40 listeners, 4 systems, 12 compositions, 8 of them heard": SystemStudy(40, 4, 12, heard=8),
}


@dataclass(frozen=True)
class Coverage:
    """In which share of simulated studies all intervals of the systems' differences hold.

    Parameters
    ----------
    ratings, recognition : float
        For other listeners and compositions, of both outcomes.
    within_listeners : float
        For other listeners, the difference of ratings of the very clips.
    studies : int
        Studies drawn.
    """

    ratings: float
    recognition: float
    within_listeners: float
    studies: int

    def interval(self, share: float) -> Interval:
        """Return the Wilson interval of one of the shares."""
        return wilson(round(share * self.studies), self.studies)


def coverage(study: SystemStudy, studies: int) -> Coverage:
    """Draw studies and count in how many all intervals cover the truth, that of all pairs at once."""
    rng = np.random.default_rng(SEED)
    held = np.zeros(3)
    for _ in range(studies):
        answers, of_clips = simulated_answers(study, rng)
        found = compare_systems(answers)
        assert found is not None
        held += (
            _hold(found.ratings.differences, np.zeros(study.systems)),
            _hold(found.recognition.differences, np.zeros(study.systems)),
            _hold(found.ratings.within_listeners, of_clips),
        )
    ratings, recognition, within = (held / studies).tolist()
    return Coverage(ratings, recognition, within, studies)


def simulated_answers(study: SystemStudy, rng: np.random.Generator) -> tuple[pd.DataFrame, Floats]:
    """Draw one study.

    Returns
    -------
    answers : DataFrame
        As `survey_db.statistics.systems.compare_systems` takes them: ratings
        are rounded to the scale, guesses are right by a logistic model with
        the same effects.
    of_clips : ndarray, shape (n_systems,)
        What the very clips of each system are worth, in points of rating.
    """
    listener, composition, system = _design(study, rng)
    shape = {
        "listener": (study.listeners,),
        "listener_system": (study.listeners, study.systems),
        "composition": (study.compositions,),
        "sample": (study.compositions, study.systems),
    }
    answers = {
        "listener": listener,
        "sample": np.char.add(
            np.char.add("c", composition.astype(str)), np.char.add("s", system.astype(str))
        ),
        "system": np.char.add("System ", system.astype(str)),
        "composition": np.char.add("Composition ", composition.astype(str)),
        "intended_genre": np.full(len(system), "rock"),
    }
    of_clips = np.zeros(study.systems)
    for outcome in ("rating", "right"):
        effects = {name: rng.normal(0, EFFECTS[name], size) for name, size in shape.items()}
        value = (
            effects["listener"][listener]
            + effects["listener_system"][listener, system]
            + effects["composition"][composition]
            + effects["sample"][composition, system]
        )
        if outcome == "rating":
            of_clips = effects["sample"].mean(axis=0)
            heard = 5.5 + value + rng.normal(0, EFFECTS["residual"], len(value))
            answers["rating"] = np.clip(np.rint(heard), 1, 10)
        else:
            answers["right"] = value + rng.logistic(0, 1, len(value)) > 0
    return pd.DataFrame(answers), of_clips


def report(studies: int) -> Iterator[str]:
    """Yield the lines of the coverage, as Markdown, each row as soon as it is known."""
    yield from (
        f"Share of {studies:,} simulated studies in which the simultaneous intervals of all differences",
        "between systems hold; 95% is claimed (in brackets its 95% interval).",
        "",
        "| study | ratings | genres recognised | ratings, within listeners |",
        "|---|---|---|---|",
    )
    for name, study in STUDIES.items():
        found = coverage(study, studies)
        cells = (
            f"{100 * share:.1f}% [{100 * around.low:.1f}, {100 * around.high:.1f}]"
            for share in (found.ratings, found.recognition, found.within_listeners)
            for around in [found.interval(share)]
        )
        yield f"| {name} | {' | '.join(cells)} |"


def _design(study: SystemStudy, rng: np.random.Generator) -> tuple[Codes, Codes, Codes]:
    """Return listener, composition and system of each answer."""
    rows = []
    for listener in range(study.listeners):
        heard = rng.permutation(study.compositions)[: study.heard or study.compositions]
        # Half of the listeners hear a composition in one system's rendering, half in the other's.
        turn = (np.arange(study.compositions) + listener)[heard] % study.systems
        own = [
            (listener, composition, system)
            for composition, first in zip(heard.tolist(), turn.tolist(), strict=True)
            for system in (range(study.systems) if study.together else [first])
        ]
        if rng.random() < study.drop_out:
            own = own[: rng.integers(1, len(own))]
        rows += own
    listeners, compositions, systems = np.array(rows).T
    return listeners, compositions, systems


def _hold(differences: tuple[SystemDifference, ...] | Missing, truth: Floats) -> bool:
    if isinstance(differences, Missing):
        raise TypeError(differences.reason)
    worth = {f"System {place}": value for place, value in enumerate(truth.tolist())}
    return all(worth[one.first] - worth[one.second] in one.interval for one in differences)
