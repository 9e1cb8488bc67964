"""Setting the check for music."""

from __future__ import annotations

import numpy as np

from gmn_core.classification.evaluation.music_rule import Measured, fit_rule
from gmn_core.classification.music_check import Movement


def clips(n: int, *, is_music: bool, source: str, flux: float, seed: int) -> list[Measured]:
    rng = np.random.default_rng(seed)
    return [
        Measured(
            Movement(*rng.normal(5, 1, 2), rng.normal(flux, 1), *rng.normal(5, 1, 5)),
            is_music,
            source,
            f"{source} {index % 3}",
        )
        for index in range(n)
    ]


def test_what_tells_them_apart_gets_the_weight_and_few_pieces_of_music_are_mistaken() -> None:
    music = clips(300, is_music=True, source="records", flux=2, seed=0)
    speech = clips(60, is_music=False, source="voices", flux=9, seed=1)
    rule = fit_rule([*music, *speech])
    assert int(np.argmax(np.abs(rule.weights))) == 2
    mistaken = np.mean([rule.score(clip.movement) > rule.threshold for clip in music])
    assert mistaken <= 0.03
    assert np.mean([rule.score(clip.movement) > rule.threshold for clip in speech]) > 0.9


def test_a_large_source_does_not_drown_a_small_one() -> None:
    music = clips(60, is_music=True, source="records", flux=2, seed=0)
    voices = clips(300, is_music=False, source="voices", flux=9, seed=1)
    birds = clips(20, is_music=False, source="birds", flux=6, seed=2)
    rule = fit_rule([*music, *voices, *birds])
    assert np.mean([rule.score(clip.movement) > rule.threshold for clip in birds]) > 0.6
