"""The generator's report: every measure of it, beside held-out real pieces and the baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gmn_core.classification.evaluation.metrics import proportion
from gmn_core.corpora.midi import MidiPiece, Split
from gmn_core.generation.evaluation.chords import chord_report
from gmn_core.generation.evaluation.drafts import drafts_report
from gmn_core.generation.evaluation.excerpts import (
    MeasuredPiece,
    Progress,
    draw_samples,
    real_excerpts,
    spread_excerpts,
    training_excerpts,
)
from gmn_core.generation.evaluation.form import floor_report, form_report
from gmn_core.generation.evaluation.harmony import harmony_report
from gmn_core.generation.evaluation.instruments import instruments_report
from gmn_core.generation.evaluation.likelihood import likelihood_report
from gmn_core.generation.evaluation.metrics import diversity, muspy_metrics, self_similarity
from gmn_core.generation.evaluation.outside import feature_groups, file_features, train_recogniser
from gmn_core.generation.evaluation.recogniser import band_features, train_band_recogniser
from gmn_core.generation.evaluation.two_sample import outside_report, told_apart_by, two_sample_report
from gmn_core.generation.playing.memorisation import VOICES, KnownRuns, learn_runs, longest_shared_run
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.tokens.roundtrip import round_trip
from gmn_core.generation.training.dataset import Dataset, EncodedPiece
from gmn_core.genres import GENRES, Genre

_DRAFTED = 3  # samples of each genre that are played from other numbers of drafts too
_TRAIN_EXCERPTS = 4  # of each training piece that the recogniser learns from


def round_trip_report(
    learned: Sequence[MidiPiece], held_out: Sequence[MidiPiece], model: GeneratorModel, progress: Progress
) -> dict[str, Any]:
    """Ask an outside recogniser about held-out files before and after their round trip.

    How well the two are told apart, by each group of features alone, says what
    the representation loses.
    """
    raw = [file_features(piece.path.read_bytes()) for piece in progress(learned, unit="files")]
    forest = train_recogniser(np.array(raw), [piece.genre for piece in learned])
    before, after = [], []
    for piece in progress(held_out, unit="files"):
        data = piece.path.read_bytes()
        before.append(feature_groups(data))
        after.append(feature_groups(round_trip(data, model.shapes)))
    truth = np.array([piece.genre.position for piece in held_out])
    report = {
        name: _recall(truth, forest.predict(np.array([np.concatenate(list(each.values())) for each in own])))
        for name, own in (("raw files", before), ("after the round trip", after))
    }
    lost = {
        measure: 1 - report["after the round trip"][measure] / report["raw files"][measure]
        for measure in ("accuracy", "macro recall")
    }
    return {**report, "lost": lost, "told apart": told_apart_by(before, after)}


def recognisability_report(
    train: Sequence[EncodedPiece],
    real: Sequence[MeasuredPiece],
    samples: Sequence[MeasuredPiece],
    seconds: float,
) -> dict[str, Any]:
    """Ask a recogniser trained on real training pieces about held-out excerpts and about samples."""
    features, genres = [], []
    for piece in train:
        for part in spread_excerpts(piece, seconds, _TRAIN_EXCERPTS):
            features.append(band_features(piece.sheet, part.tokens))
            genres.append(piece.genre)
    forest = train_band_recogniser(np.array(features), genres)
    report: dict[str, Any] = {}
    for name, own in (("held-out real", real), ("samples", samples)):
        answers = forest.predict(np.array([band_features(each.sheet, each.tokens) for each in own]))
        report[name] = _recall(np.array([each.genre.position for each in own]), answers)
    held_out, drawn = report["held-out real"], report["samples"]
    report["share of the real accuracy"] = drawn["accuracy"] / held_out["accuracy"]
    report["share of the real macro recall"] = drawn["macro recall"] / held_out["macro recall"]
    report["genres below half of their own"] = [
        genre
        for genre, recall in drawn["recall"].items()
        if genre in held_out["recall"] and recall < 0.5 * held_out["recall"][genre]
    ]
    return report


def _recall(truth: npt.NDArray[np.int64], answers: npt.NDArray[np.int64]) -> dict[str, Any]:
    recall = {
        genre.value: float(np.mean(answers[truth == genre.position] == genre.position))
        for genre in GENRES
        if np.any(truth == genre.position)
    }
    accuracy = proportion(int(np.sum(answers == truth)), len(truth))
    return {
        "n": accuracy.n,
        "accuracy": accuracy.value,
        "accuracy, 95 % interval": [accuracy.low, accuracy.high],
        "macro recall": float(np.mean(list(recall.values()))),
        "recall": recall,
    }


def metrics_report(
    real: Sequence[MeasuredPiece], samples: Sequence[MeasuredPiece], training: Sequence[MeasuredPiece]
) -> dict[str, Any]:
    """Hold MusPy's metrics of the samples against the quartiles of held-out real excerpts.

    Real excerpts of training pieces, in the samples' place, tell how much of
    a miss is owed to the held-out artists, and to metrics that are skewed.
    """
    report: dict[str, Any] = {}
    for genre in GENRES:
        theirs, ours, learned = (
            [muspy_metrics(each.band) for each in group if each.genre is genre]
            for group in (real, samples, training)
        )
        if not theirs or not ours or not learned:
            continue
        rows = {}
        for name in ours[0]:
            low, middle, high = np.nanquantile([own[name] for own in theirs], (0.25, 0.5, 0.75))
            mean, of_training = (_mean([own[name] for own in group]) for group in (ours, learned))
            rows[name] = {
                "mean": mean,
                "training mean": of_training,
                "real quartiles": [float(low), float(middle), float(high)],
                "inside": _is_inside(mean, low, high),
                "training inside": _is_inside(of_training, low, high),
            }
        report[genre.value] = {
            "metrics": rows,
            "inside": sum(own["inside"] for own in rows.values()),
            "training inside": sum(own["training inside"] for own in rows.values()),
        }
    return {
        "by genre": report,
        "genres with at least 5 of 6 inside": sum(own["inside"] >= 5 for own in report.values()),
        "the same of training excerpts": sum(own["training inside"] >= 5 for own in report.values()),
    }


def _mean(values: Sequence[float]) -> float:
    return float("nan") if np.isnan(values).all() else float(np.nanmean(values))


def _is_inside(mean: float, low: float, high: float) -> bool:
    """Say whether a mean lies between the quartiles; what neither side has agrees."""
    return bool(low <= mean <= high) or bool(np.isnan(low) and np.isnan(mean))


def memorisation_report(
    train: Sequence[EncodedPiece], real: Sequence[MeasuredPiece], samples: Sequence[MeasuredPiece]
) -> dict[str, Any]:
    """Compare the longest runs of bars shared with training pieces, of samples and of held-out excerpts."""
    pieces = [(piece.tokens, piece.sheet.steps_per_bar) for piece in train]
    report: dict[str, Any] = {}
    for voice in VOICES:
        known = learn_runs(pieces, voice)
        for genre in GENRES:
            theirs, ours = (_runs(group, genre, voice, known) for group in (real, samples))
            if not theirs or not ours:
                continue
            typical = int(np.quantile(theirs, 0.9))
            report.setdefault(genre.value, {})[voice] = {
                "held-out, 90 % at most": typical,
                "held-out, mean": float(np.mean(theirs)),
                "samples, mean": float(np.mean(ours)),
                "samples, longest": max(ours),
                "samples beyond held-out": sum(own > typical for own in ours),
            }
    return report


def _runs(group: Sequence[MeasuredPiece], genre: Genre, voice: str, known: KnownRuns) -> list[int]:
    return [
        longest_shared_run(own.tokens, own.sheet.steps_per_bar, voice, known)
        for own in group
        if own.genre is genre
    ]


def structure_report(real: Sequence[MeasuredPiece], samples: Sequence[MeasuredPiece]) -> dict[str, Any]:
    """Compare self-similarity at one to eight bars, and the difference between pieces of a genre."""
    report: dict[str, Any] = {}
    for genre in GENRES:
        own = {}
        for name, group in (("held-out real", real), ("samples", samples)):
            chosen = [each for each in group if each.genre is genre]
            if not chosen:
                continue
            similar = [self_similarity(each.tokens, each.sheet.steps_per_bar) for each in chosen]
            own[name] = {
                "self-similarity": {
                    str(apart): float(np.nanmean([each[apart] for each in similar])) for apart in similar[0]
                },
                "diversity": diversity([each.tokens for each in chosen[:20]]),
            }
        report[genre.value] = own
    return report


def evaluate_generator(
    splits: Mapping[Split, Sequence[MidiPiece]],
    dataset: Dataset,
    model: GeneratorModel,
    *,
    n_samples: int,
    seconds: float,
    seed: int,
    progress: Progress,
    split: Split = Split.TEST,
    earlier: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Measure a generator.

    Parameters
    ----------
    splits : mapping of Split to sequence of MidiPiece
        The corpus that it was trained on, split as for the training.
    dataset : Dataset
        The same, encoded with the generator's own chord shapes.
    model : GeneratorModel
        The generator.
    n_samples : int
        Samples of each genre.
    seconds : float
        Length of a sample, and of the real excerpts beside it.
    seed : int
        Seed of the first sample of each genre.
    progress : callable
        Passes items on, drawing a bar; as `gmn_core.cli.usage.progress`.
    split : Split
        The held-out pieces: test pieces for a figure to report, validation
        pieces for a choice.
    earlier : mapping, optional
        An earlier report of the same weights and corpus, from which to take
        what does not depend on samples: round trip and likelihood.

    Returns
    -------
    dict
        The report, in JSON's own types.
    """
    train, valid, held_out = (dataset.of(own) for own in (Split.TRAIN, Split.VALID, split))
    learned = [piece for own in Split if own not in (split, Split.TEST) for piece in splits[own]]
    earlier = earlier or {
        "round trip": round_trip_report(learned, splits[split], model, progress),
        "likelihood": likelihood_report(model, train, valid, held_out),
    }
    samples = draw_samples(model, n_samples, seconds, seed, progress)
    real = real_excerpts(held_out, model, seconds)
    return {
        "settings": {
            "held-out pieces": split.value,
            "samples per genre": n_samples,
            "seconds": seconds,
            "seed": seed,
            "guidance": model.guidance,
        },
        "pieces": {own.value: len(dataset.of(own)) for own in Split},
        "round trip": earlier["round trip"],
        "likelihood": earlier["likelihood"],
        "recognisability": recognisability_report(train, real, samples, seconds),
        "metrics": metrics_report(real, samples, training_excerpts(train, model, seconds, seed)),
        "memorisation": memorisation_report(train, real, samples),
        "structure": structure_report(real, samples),
        "harmony": harmony_report(real, samples),
        "chords": chord_report(train, real, samples, model.shapes),
        "form": form_report(real, samples, model.shapes),
        "floor": floor_report(samples, model),
        "drafts": drafts_report(model, _DRAFTED, seconds, seed, progress),
        "two-sample test": two_sample_report(real, samples, model.shapes, seed),
        "two-sample tests from outside": outside_report(
            splits[split], samples, model.shapes, seconds, seed, progress
        ),
        "instruments": instruments_report(train, samples),
    }
