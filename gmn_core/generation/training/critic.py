"""Training the critic on passages of training pieces and on the generator's own."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gmn_core.generation.playing.critic import LIMIT, PASSAGE_BARS, Critic, Features, passage_features
from gmn_core.generation.tokens.encoding import Tokens
from gmn_core.generation.tokens.sheet import Sheet
from gmn_core.genres import Genre

_HIDDEN = 32
_DECAY = 1.0  # L2 penalty on the weights
_EPOCHS = 20
_MOST_REAL = 4  # times as many real passages as own ones


@dataclass(frozen=True, eq=False)
class HeardPiece:
    """A piece that the critic learns from: a training piece or one of the generator's."""

    genre: Genre
    sheet: Sheet
    tokens: Tokens


def describe_passages(pieces: Sequence[HeardPiece], per_piece: int, seed: int) -> Features:
    """Return the features of up to ``per_piece`` passages of each piece, drawn at random."""
    rng = np.random.default_rng(seed)
    found = []
    for piece in pieces:
        bar = piece.sheet.steps_per_bar
        n_starts = len(piece.tokens) // bar - PASSAGE_BARS + 1
        if n_starts < 1:
            continue
        starts = rng.permutation(n_starts)[:per_piece] * bar
        passages = np.stack([piece.tokens[start : start + PASSAGE_BARS * bar] for start in starts.tolist()])
        found.append(passage_features(passages, piece.sheet, {piece.genre: 1.0}))
    return np.concatenate(found)


def train_critic(real: Features, own: Features, seed: int = 0) -> Critic:
    """Fit a critic.

    Parameters
    ----------
    real, own : ndarray of float32, shape (n, n_features)
        Of passages of training pieces and of the generator's; evenly weighted
        however many they are.
    seed : int
        Seed of the weights and of the batches.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    rng = np.random.default_rng(seed)
    n = min(len(real), _MOST_REAL * len(own))
    drawn = [group[rng.permutation(max(n, len(group)))[:n] % len(group)] for group in (own, real)]
    features, truth = np.concatenate(drawn), np.repeat([0, 1], n)
    mean, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-3)
    network = MLPClassifier((_HIDDEN,), alpha=_DECAY, max_iter=_EPOCHS, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped early on purpose
        network.fit(np.clip((features - mean) / spread, -LIMIT, LIMIT), truth)
    weights, biases = (
        [np.asarray(own, np.float32) for own in group] for group in (network.coefs_, network.intercepts_)
    )
    return Critic(mean, spread, weights[0], biases[0], weights[1][:, 0], biases[1][0])


def critic_auc(critic: Critic, real: Features, own: Features) -> float:
    """Return the area under the ROC curve of a critic on passages that it did not learn from."""
    from sklearn.metrics import roc_auc_score

    truth: npt.NDArray[np.int64] = np.repeat([1, 0], [len(real), len(own)])
    return float(roc_auc_score(truth, critic.judge(np.concatenate([real, own]))))
