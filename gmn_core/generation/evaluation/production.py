"""What production is worth: recognition, distance from records and cost, plain and produced.

Held-out real pieces and generated samples are rendered in several ways: plainly, produced, and
produced with one ingredient left out. The project's own classifiers name the genre of each, and so
does a recogniser that knows renderings instead of records: it is trained on renderings of other
pieces, plain and produced.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from gmn_core.classification.classifier import GenreClassifier
from gmn_core.classification.evaluation.metrics import evaluate
from gmn_core.generation.music.band import Band
from gmn_core.generation.sound.measures import Dynamics, distances, measured, medians
from gmn_core.generation.sound.production import Session
from gmn_core.generation.sound.profile import PLAIN, Profile, shipped_profile
from gmn_core.generation.sound.score import Score
from gmn_core.generation.sound.soundfont import SoundFont
from gmn_core.generation.sound.targets import Heard, SoundAnalyser, Target, as_in_gtzan
from gmn_core.genres import GENRES, Genre

FloatArray = npt.NDArray[np.float64]
Progress = Callable[[Iterable[Any]], Iterable[Any]]

# The numbers that belong to each ingredient; without it they are as in a plain mix.
INGREDIENTS: dict[str, tuple[str, ...]] = {
    "arrangement": ("machine", "guitars", "strum", "strings", "sub", "shaker", "floor", "backbeat"),
    "voice": ("voice",),
    "balance": ("drums", "bass", "chords", "pad", "lead", "second"),
    "amplifiers and compressors": ("drive", "bass_drive", "squeeze", "pump"),
    "room": ("room", "wet", "spring"),
    "master": (
        *("bus_squeeze", "saturation", "sub_tone", "low_tone", "middle_tone", "presence", "air"),
        *("bottom", "top", "width"),
    ),
    "playing": ("looseness", "strum_time", "accent", "vibrato", "slide"),
}
PLAINLY, PRODUCED = "plain", "produced"


@dataclass(frozen=True, eq=False)
class RenderedPiece:
    """Notes with a genre.

    Parameters
    ----------
    genre : Genre
        What they are meant to be, or were labelled.
    band : Band
        The notes.
    """

    genre: Genre
    band: Band


@dataclass(frozen=True, eq=False)
class Rendering:
    """What is kept of a rendering.

    Parameters
    ----------
    genre : Genre
        The genre of its piece.
    heard : Heard
        Tags and descriptors.
    shares : mapping of str to ndarray, shape (10,)
        What each classifier made of it.
    dynamics : Dynamics
        What the tags and averages that fits read do not say.
    seconds : float
        Processor time that it took.
    """

    genre: Genre
    heard: Heard
    shares: Mapping[str, FloatArray]
    dynamics: Dynamics
    seconds: float


def without(profile: Profile, ingredient: str) -> Profile:
    """Return a profile that lacks one of the `INGREDIENTS`."""
    return replace(profile, **{name: getattr(PLAIN, name) for name in INGREDIENTS[ingredient]})


def systems(ablation: bool) -> dict[str, Callable[[Genre], Profile]]:
    """Return the ways of rendering, by name."""

    def lacking(ingredient: str, genre: Genre) -> Profile:
        return without(shipped_profile(genre), ingredient)

    found: dict[str, Callable[[Genre], Profile]] = {PLAINLY: lambda genre: PLAIN, PRODUCED: shipped_profile}
    if ablation:
        found |= {f"without {name}": partial(lacking, name) for name in INGREDIENTS}
    return found


def render(
    pieces: Iterable[RenderedPiece],
    profile_of: Callable[[Genre], Profile],
    soundfont: SoundFont,
    seconds: float,
    analyser: SoundAnalyser,
    classifiers: Sequence[GenreClassifier] = (),
) -> list[Rendering]:
    """Render pieces and have them heard."""
    renderings = []
    for piece in pieces:
        before = time.process_time()
        session = Session(Score(piece.band.to_midi()), soundfont, seconds, profile_of(piece.genre))
        recording = session.recording()
        took = time.process_time() - before
        clip = as_in_gtzan(recording)
        shares = {classifier.name: classifier.classify(clip).shares for classifier in classifiers}
        renderings.append(Rendering(piece.genre, analyser(clip), shares, measured(clip), took))
    return renderings


def report(
    groups: Mapping[str, Mapping[str, Sequence[Rendering]]],
    training: Sequence[Rendering],
    targets: Mapping[Genre, Target],
    records: Mapping[Genre, Sequence[Dynamics]],
) -> dict[str, Any]:
    """Return the figures of every group of pieces and every way of rendering.

    Parameters
    ----------
    groups : mapping of str to mapping of str to sequence of Rendering
        ``{"held-out": {"plain": …, "produced": …}, "samples": …}``.
    training : sequence of Rendering
        Renderings of training pieces, for the recogniser that knows renderings.
    targets : mapping of Genre to Target
        Records of each genre.
    records : mapping of Genre to sequence of Dynamics
        What records of each genre measure.
    """
    recogniser = train_rendering_recogniser(training) if training else None
    found: dict[str, Any] = {"chance": 1 / len(GENRES), "peak_memory_mb": _peak_memory()}
    found["records"] = {str(genre): medians(clips) for genre, clips in records.items()}
    for group, ways in groups.items():
        found[group] = {way: _figures(own, targets, records, recogniser) for way, own in ways.items()}
    return found


def train_rendering_recogniser(renderings: Sequence[Rendering]) -> Any:
    """Fit a logistic regression on what is heard of renderings."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.02, max_iter=500, class_weight="balanced"))
    return model.fit(_features(renderings), [GENRES.index(each.genre) for each in renderings])


def _figures(
    renderings: Sequence[Rendering],
    targets: Mapping[Genre, Target],
    records: Mapping[Genre, Sequence[Dynamics]],
    recogniser: Any,
) -> dict[str, Any]:
    labels = np.array([GENRES.index(each.genre) for each in renderings], np.intp)
    verdicts = {name: np.stack([each.shares[name] for each in renderings]) for name in renderings[0].shares}
    if recogniser is not None:
        shares = np.zeros((len(renderings), len(GENRES)))
        shares[:, recogniser.classes_] = recogniser.predict_proba(_features(renderings))
        verdicts["recogniser of renderings"] = shares
    by_genre = {genre: [each for each in renderings if each.genre is genre] for genre in GENRES}
    by_genre = {genre: own for genre, own in by_genre.items() if own}
    apart = [targets[genre].distance([each.heard for each in own]) for genre, own in by_genre.items()]
    dynamics = {genre: [each.dynamics for each in own] for genre, own in by_genre.items()}
    return {
        "n": len(renderings),
        "recognition": {name: _recognition(labels, own) for name, own in verdicts.items()},
        "distance": {view: round(float(np.mean([each[view] for each in apart])), 3) for view in apart[0]},
        "dynamics": {str(genre): medians(clips) for genre, clips in dynamics.items()},
        "distance of dynamics": distances(dynamics, records),
        "processor_seconds": round(float(np.mean([each.seconds for each in renderings])), 2),
    }


def _recognition(labels: npt.NDArray[np.intp], shares: FloatArray) -> dict[str, Any]:
    found = evaluate(labels, shares)
    return {
        "accuracy": _rounded(asdict(found.accuracy)),
        "recall": {str(genre): round(own.value, 3) for genre, own in found.recall.items()},
        "confusion": found.confusion,
    }


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}


def _features(renderings: Sequence[Rendering]) -> FloatArray:
    return np.stack([np.concatenate([each.heard.tags, each.heard.descriptors]) for each in renderings])


def _peak_memory() -> int:
    """Return the process's largest resident size so far, in MB; classifiers included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
