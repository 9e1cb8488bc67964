"""Tuning a trained generator: its own pieces are drawn, held against training pieces, and drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from gmn_core.corpora.midi import Split
from gmn_core.generation.evaluation.excerpts import Progress
from gmn_core.generation.playing.contour import Contour
from gmn_core.generation.playing.critic import Features
from gmn_core.generation.playing.floor import ANY, UNBANDED, Floor, full_bars, longest_run, still_bars
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.playing.sampler import sample_tokens
from gmn_core.generation.playing.tuning import Tuning
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.tokens.chords import find_chords
from gmn_core.generation.tokens.encoding import Shapes, Tokens
from gmn_core.generation.training.contour import learn_contour, learn_habits
from gmn_core.generation.training.critic import HeardPiece, critic_auc, describe_passages, train_critic
from gmn_core.generation.training.dataset import Dataset, EncodedPiece, excerpts
from gmn_core.generation.training.groove import learn_groove
from gmn_core.generation.training.windows import group_by_genre
from gmn_core.genres import Genre

_SECONDS = 30.0
_TYPICAL = 0.9  # of real excerpts do not fall below the floor
_OWN_PASSAGES = 16  # of each of the generator's pieces that the critic learns from
_REAL_PASSAGES = 8  # of each training piece


@dataclass(frozen=True)
class TuningSettings:
    """How much is drawn.

    Parameters
    ----------
    samples : int
        Pieces of each genre drawn in each round, and for the critic.
    rounds : int
        How often contour and groove are measured and corrected.
    seed : int
        Seed of the first piece; none is drawn twice.
    """

    samples: int = 15
    rounds: int = 3
    seed: int = 500_000


def learn_floors(pieces: Sequence[EncodedPiece], shapes: Shapes) -> dict[Genre, Floor]:
    """Return what nine in ten half minutes of each genre's pieces do not exceed.

    A genre in which more than one in ten stay on one chord throughout has no
    limit there, and classical music and blues none for the band.
    """
    floors = {}
    for own in group_by_genre(pieces):
        thin, still = [], []
        for piece in own:
            part = _middle(piece)
            thin.append(longest_run(~full_bars(part.tokens, part.sheet.steps_per_bar)))
            stays = still_bars(find_chords(part.tokens, part.sheet, shapes))
            still.append(ANY if stays == part.n_bars else stays)
        genre = own[0].genre
        limits = [int(np.quantile(each, _TYPICAL, method="higher")) for each in (thin, still)]
        floors[genre] = Floor(ANY if genre in UNBANDED else limits[0], limits[1])
    return floors


def tune(
    model: GeneratorModel, dataset: Dataset, settings: TuningSettings, progress: Progress
) -> tuple[Tuning, dict[str, Any]]:
    """Learn a tuning.

    Parameters
    ----------
    model : GeneratorModel
        The trained generator; a tuning that it has is forgotten.
    dataset : Dataset
        The corpus that it was trained on, in its own chord shapes.
    settings : TuningSettings
        How much is drawn.
    progress : callable
        Passes items on, drawing a bar; as `gmn_core.cli.usage.progress`.

    Returns
    -------
    tuning : Tuning
    report : dict
        The settings, and the area under the ROC curve of a critic that learned
        from half of the pieces drawn for it, on passages of the others and of
        validation pieces.
    """
    train, valid = dataset.of(Split.TRAIN), dataset.of(Split.VALID)
    real = [(piece.genre, piece.tokens) for piece in train]
    middles = [_rhythmic(each) for each in map(_middle, train)]
    tuning = Tuning(Contour(habits=learn_habits(real)), floors=learn_floors(train, model.shapes))
    for number in range(settings.rounds):
        own = _draw(replace(model, tuning=tuning), settings, number, progress)
        contour = learn_contour(real, [(piece.genre, piece.tokens) for piece in own], tuning.contour)
        groove = learn_groove(middles, [_rhythmic(piece) for piece in own], tuning.groove)
        tuning = replace(tuning, contour=contour, groove=groove)
    without = replace(model, tuning=tuning)
    first, second = (
        describe_passages(
            _draw(without, settings, settings.rounds + number, progress), _OWN_PASSAGES, settings.seed
        )
        for number in range(2)
    )
    learned, held_out = (_describe_real(own, settings.seed) for own in (train, valid))
    auc = critic_auc(train_critic(learned, first, settings.seed), held_out, second)
    critic = train_critic(learned, np.concatenate([first, second]), settings.seed)
    return replace(tuning, critic=critic), {**asdict(settings), "critic's AUC": auc}


def _middle(piece: EncodedPiece) -> EncodedPiece:
    """Return half a minute from the middle of a piece."""
    parts = excerpts(piece, max(round(_SECONDS / piece.sheet.bar_seconds), 1))
    return parts[len(parts) // 2]


def _rhythmic(piece: EncodedPiece | HeardPiece) -> tuple[Genre, Tokens, int]:
    return piece.genre, piece.tokens, piece.sheet.steps_per_bar


def _draw(
    model: GeneratorModel, settings: TuningSettings, number: int, progress: Progress
) -> list[HeardPiece]:
    """Draw the pieces of a round, with seeds that no other round has."""
    first = settings.seed + number * settings.samples
    jobs = [(genre, first + index) for genre in model.sheets for index in range(settings.samples)]
    found = []
    for genre, seed in progress(jobs, unit="samples", total=len(jobs)):
        plan, tokens = sample_tokens(GenerationRequest(genre, _SECONDS, seed=seed), model)
        found.append(HeardPiece(genre, plan.sheet, tokens[: plan.n_bars * plan.sheet.steps_per_bar]))
    return found


def _describe_real(pieces: Sequence[EncodedPiece], seed: int) -> Features:
    """Return the features of passages, equally many of each genre."""
    rng = np.random.default_rng(seed)
    groups = group_by_genre(pieces)
    most = max(map(len, groups))
    drawn = [own[index] for own in groups for index in (rng.permutation(most) % len(own)).tolist()]
    heard = [HeardPiece(piece.genre, piece.sheet, piece.tokens) for piece in drawn]
    return describe_passages(heard, _REAL_PASSAGES, seed)
