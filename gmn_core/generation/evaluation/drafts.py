"""What choosing among drafts does: to what is nearest to real music, and to the variety of samples."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from gmn_core.generation.evaluation.chords import roots_kept
from gmn_core.generation.evaluation.excerpts import Progress
from gmn_core.generation.evaluation.metrics import diversity
from gmn_core.generation.playing.critic import PASSAGE_BARS, passage_features
from gmn_core.generation.playing.model import GeneratorModel
from gmn_core.generation.playing.planning import draw_plan
from gmn_core.generation.playing.take import N_DRAFTS, Take
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.tokens.chords import find_chords
from gmn_core.generation.tokens.encoding import Tokens


def drafts_report(
    model: GeneratorModel, n: int, seconds: float, seed: int, progress: Progress
) -> dict[str, Any]:
    """Play the same plans from one draft of each bar, from the usual number, and with the critic.

    Returns
    -------
    dict
        Of each way, the mean difference between samples of a genre (as
        `metrics.diversity`), and the critic's mean log-odds that four bars are
        real, where the generator has a critic; and the share of half bars whose
        chord has the root that the plan gave.
    """
    without = replace(model, tuning=replace(model.tuning, critic=None))
    ways = {
        "one draft": (without, 1),
        f"{N_DRAFTS} drafts, no critic": (without, N_DRAFTS),
        f"{N_DRAFTS} drafts": (model, N_DRAFTS),
    }
    jobs = [(name, genre) for name in ways for genre in model.sheets]
    varied: dict[str, list[float]] = {name: [] for name in ways}
    judged: dict[str, list[float]] = {name: [] for name in ways}
    kept: dict[str, list[float]] = {name: [] for name in ways}
    for name, genre in progress(jobs, unit="genres", total=len(jobs)):
        player, n_drafts = ways[name]
        pieces: list[Tokens] = []
        for index in range(n):
            request = GenerationRequest(genre, seconds, seed=seed + index)
            rng = np.random.default_rng((request.seed, 0))
            plan = draw_plan(request, player, rng)
            tokens = Take(plan, request, player, rng, n_drafts).play()
            pieces.append(tokens)
            whole = tokens[: plan.n_bars * plan.sheet.steps_per_bar]
            found = find_chords(whole, plan.sheet, model.shapes)
            kept[name].append(roots_kept(plan.outline.chords, found))
            bar, critic = plan.sheet.steps_per_bar, model.tuning.critic
            starts = range(0, (plan.n_bars - PASSAGE_BARS + 1) * bar, bar)
            if critic is not None and len(starts):
                passages = np.stack([tokens[start : start + PASSAGE_BARS * bar] for start in starts])
                features = passage_features(passages, plan.sheet, request.genre_shares)
                judged[name].append(float(critic.judge(features).mean()))
        varied[name].append(diversity(pieces))
    return {
        name: {
            "diversity": float(np.nanmean(varied[name])),
            "roots kept": float(np.nanmean(kept[name])),
            "critic": float(np.mean(judged[name])) if judged[name] else None,
        }
        for name in ways
    }
