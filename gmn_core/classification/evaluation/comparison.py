"""Evaluating classifiers on GTZAN: the shipped models, or models retrained for the purpose.

test
    The shipped models, on the test clips. No choice was made on those.
valid
    The same recipes trained on the train clips, on the valid clips. (The
    shipped models were trained on both.)
cv
    The same recipes in every fold over train and valid: folds that keep an
    artist on one side, and random folds, whose figures are better by what is
    gained from knowing the artists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from gmn_core.classification.calibration import apply_temperature, fit_temperature
from gmn_core.classification.descriptor_knn.model import genre_positions
from gmn_core.classification.evaluation.contenders import Contender, Predict
from gmn_core.classification.evaluation.inputs import ClipInputs
from gmn_core.classification.evaluation.metrics import McNemarTest, evaluate, mcnemar_test
from gmn_core.corpora.folds import FoldKind, group_names, make_folds
from gmn_core.corpora.gtzan import Track
from gmn_core.genres import GENRES

SEED = 0
FOLD_KINDS: tuple[FoldKind, ...] = ("artist", "random")


@dataclass(frozen=True, eq=False)
class Answers:
    """Predictions of one model.

    Parameters
    ----------
    model : str
        Its name.
    tracks : tuple of str
        The clips that it could be run on.
    shares : ndarray, shape (n_clips, 10)
        Genre shares, calibrated where the model is.
    sources : mapping
        How many clips were read from audio, and how many from a table.
    temperatures : tuple of float
        The temperatures that calibrated them, if fitted here; one per fold.
    n_asked : int
        Clips of the split, whether or not the model could be run on them.
    """

    model: str
    tracks: tuple[str, ...]
    shares: npt.NDArray[np.float64]
    sources: dict[str, int]
    n_asked: int
    temperatures: tuple[float, ...] = ()


def answers_on_test(contender: Contender, inputs: ClipInputs, tracks: Sequence[Track]) -> Answers:
    """Run the shipped model on each clip."""
    return _ask(contender, contender.shipped(), inputs, tracks)


def answers_on_valid(contender: Contender, inputs: ClipInputs, tracks: Sequence[Track]) -> Answers:
    """Train on the train clips and predict each valid clip."""
    learned = contender.fit(inputs, [track for track in tracks if track.split == "train"])
    return _ask(contender, learned, inputs, [track for track in tracks if track.split == "valid"])


def answers_in_folds(
    contender: Contender,
    inputs: ClipInputs,
    tracks: Sequence[Track],
    kind: FoldKind,
    n_folds: int,
    seed: int,
    repetitions: Sequence[tuple[str, str]] = (),
) -> list[Answers]:
    """Train in every fold and predict the held-out clips; the shares are not yet calibrated.

    Parameters
    ----------
    contender : Contender
        Trained ``n_folds`` times.
    inputs : ClipInputs
        The clips' forms.
    tracks : sequence of Track
        The clips to split.
    kind, n_folds, seed, repetitions
        See `make_folds` and `group_names`.

    Returns
    -------
    list of Answers
        One per fold; `joined` combines them.
    """
    labels = genre_positions([track.name for track in tracks])
    parts = []
    for fold in make_folds(group_names(tracks, repetitions), labels, kind, n_folds, seed):
        learned = contender.fit(inputs, [tracks[index] for index in fold.train])
        parts.append(_ask(contender, learned, inputs, [tracks[index] for index in fold.test]))
    return parts


def cross_validated_answers(
    contender: Contender,
    inputs: ClipInputs,
    tracks: Sequence[Track],
    kind: FoldKind,
    n_folds: int,
    repetitions: Sequence[tuple[str, str]],
) -> Answers:
    """Return the predictions of all folds, calibrated if the model is; see `answers_in_folds`."""
    parts = answers_in_folds(contender, inputs, tracks, kind, n_folds, SEED, repetitions)
    return joined(calibrated_across(parts) if contender.is_calibrated else parts)


def calibrated_across(parts: Sequence[Answers]) -> list[Answers]:
    """Calibrate each fold's shares by a temperature fitted to the other folds."""
    calibrated = []
    for part in parts:
        others = joined([other for other in parts if other is not part])
        temperature = fit_temperature(genre_positions(others.tracks), others.shares)
        shares = apply_temperature(part.shares, temperature)
        calibrated.append(replace(part, shares=shares, temperatures=(temperature,)))
    return calibrated


def report(answers: Sequence[Answers]) -> dict[str, Any]:
    """Return every figure of every model, and McNemar's test of each pair on the clips of both."""
    return {
        "models": {each.model: _figures(each) for each in answers},
        "comparisons": [_comparison(first, second) for first, second in combinations(answers, 2)],
    }


def _ask(contender: Contender, predict: Predict, inputs: ClipInputs, tracks: Sequence[Track]) -> Answers:
    shares = {}
    sources: Counter[str] = Counter()
    for track in tracks:
        prediction = predict(inputs, track)
        if prediction is not None:
            shares[track.name] = prediction.shares
            sources[inputs.source(contender.reads, track) or "none"] += 1
    rows = np.array(list(shares.values())).reshape(-1, len(GENRES))
    return Answers(contender.name, tuple(shares), rows, dict(sources), len(tracks))


def joined(parts: Sequence[Answers]) -> Answers:
    """Combine the predictions of several folds."""
    return Answers(
        model=parts[0].model,
        tracks=tuple(name for part in parts for name in part.tracks),
        shares=np.concatenate([part.shares for part in parts]),
        sources=dict(sum((Counter(part.sources) for part in parts), Counter())),
        n_asked=sum(part.n_asked for part in parts),
        temperatures=tuple(value for part in parts for value in part.temperatures),
    )


def _figures(answers: Answers) -> dict[str, Any]:
    facts = {"n_clips": len(answers.tracks), "n_asked": answers.n_asked, "read_from": answers.sources}
    if not answers.tracks:
        return facts
    figures = evaluate(genre_positions(answers.tracks), answers.shares).record()
    if answers.temperatures:
        facts["temperature"] = float(np.mean(answers.temperatures))
    return facts | figures


def _comparison(first: Answers, second: Answers) -> dict[str, Any]:
    common = sorted(set(first.tracks) & set(second.tracks))
    of_first, of_second = ([list(each.tracks).index(name) for name in common] for each in (first, second))
    found = McNemarTest(only_first=0, only_second=0, p_value=1.0)
    if common:
        found = mcnemar_test(genre_positions(common), first.shares[of_first], second.shares[of_second])
    return {"first": first.model, "second": second.model, "n_clips": len(common), **asdict(found)}
