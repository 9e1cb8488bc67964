"""The watch: attempts are broken off, and what is played is what would be played without breaking off."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from gmn_core.generation.playing import sampler, take
from gmn_core.generation.playing.floor import Floor
from gmn_core.generation.playing.memorisation import VOICES, run_hashes
from gmn_core.generation.playing.model import GeneratorModel, shipped_model
from gmn_core.generation.playing.planning import Plan
from gmn_core.generation.playing.sampler import sample_tokens
from gmn_core.generation.playing.take import Take
from gmn_core.generation.playing.watch import Rejected, Watch
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.tokens.encoding import Tokens
from gmn_core.genres import Genre

COUNTRY = GenerationRequest(Genre.COUNTRY, 15, seed=3)


@contextmanager
def counted_bars(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Count the bars that are played."""
    played: list[int] = []
    own = Take._play_bar

    def play_bar(self: Take, bar: int) -> None:
        played.append(bar)
        own(self, bar)

    with monkeypatch.context() as patch:
        patch.setattr(Take, "_play_bar", play_bar)
        yield played


def planned(
    request: GenerationRequest, attempt: int = 0, model: GeneratorModel | None = None
) -> tuple[Plan, np.random.Generator]:
    return sampler._planned(request, model or shipped_model(), attempt, None)


def having_learned(model: GeneratorModel, tokens: Tokens, steps_per_bar: int) -> GeneratorModel:
    """Return the generator as if it had learned from a piece."""
    runs = dict(model.runs)
    for voice in VOICES:
        for length, own in enumerate(run_hashes(tokens, steps_per_bar, voice), start=1):
            runs[voice, length] = np.union1d(runs.get((voice, length), own), own)
    return replace(model, runs=runs)


def test_a_take_that_cannot_but_share_is_broken_off_and_the_next_one_is_played(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    single = partial(Take, n_drafts=1)  # there is no other choice
    monkeypatch.setattr(sampler, "Take", single)
    monkeypatch.setattr(take, "_BATCHES", 1)
    plan, rng = planned(COUNTRY)
    first = single(plan, COUNTRY, shipped_model(), rng).play()
    model = having_learned(shipped_model(), first, plan.sheet.steps_per_bar)
    plan, rng = planned(COUNTRY, attempt=1)
    second = single(plan, COUNTRY, shipped_model(), rng).play()
    with counted_bars(monkeypatch) as bars, caplog.at_level(logging.WARNING):
        _, tokens = sample_tokens(COUNTRY, model)
    assert "training piece" in caplog.text
    assert np.array_equal(tokens, second)
    assert len(bars) < plan.n_bars + planned(COUNTRY)[0].n_bars


def test_of_takes_below_the_floor_the_first_is_played_from_end_to_end(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    model = shipped_model()
    strict = replace(model, tuning=replace(model.tuning, floors={Genre.COUNTRY: Floor(still=0)}))
    plan, rng = planned(COUNTRY, model=strict)
    first = Take(plan, COUNTRY, strict, rng, watch=Watch(plan, Genre.COUNTRY, strict, None)).play()
    with counted_bars(monkeypatch) as bars, caplog.at_level(logging.WARNING):
        _, tokens = sample_tokens(COUNTRY, strict)
    assert caplog.text.count("on one chord") == sampler._ATTEMPTS
    assert np.array_equal(tokens, first)
    plans = [planned(COUNTRY, number, strict)[0] for number in range(sampler._ATTEMPTS)]
    heard = sum(min(4, own.n_bars) for own in plans)  # each attempt is broken off after four bars
    assert len(bars) == heard + plan.n_bars


def test_drafts_that_share_give_way_to_others() -> None:
    model = shipped_model()
    plan, rng = planned(COUNTRY)
    first = Take(plan, COUNTRY, model, rng).play()
    learned = having_learned(model, first, plan.sheet.steps_per_bar)
    plan, rng = planned(COUNTRY)
    watch = Watch(plan, Genre.COUNTRY, learned, None)
    other = Take(plan, COUNTRY, learned, rng, watch=watch).play()  # is not rejected
    assert not np.array_equal(other, first)


def test_a_change_is_never_broken_off() -> None:
    plan, rng = planned(COUNTRY)
    tokens = Take(plan, COUNTRY, shipped_model(), rng).play()
    bar = plan.sheet.steps_per_bar
    model = having_learned(shipped_model(), tokens, bar)

    def hear(watch: Watch) -> None:
        for number in range(plan.n_bars):
            watch.note(number, tokens[: (number + 1) * bar])

    hear(Watch(plan, Genre.COUNTRY, model, None, strict=False))
    with pytest.raises(Rejected, match="training piece"):
        hear(Watch(plan, Genre.COUNTRY, model, None))
