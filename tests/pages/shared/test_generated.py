"""The cache of generated samples."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from gmn_core.generation.provenance import record
from gmn_core.generation.request import GenerationRequest
from gmn_core.generation.samples import generate_sample
from gmn_core.generation.sound.soundfont import find_soundfont
from gmn_core.genres import Genre
from pages.shared import generated
from pages.shared.generated import KeptSample, SampleCache, what_it_is_worth

REQUEST = GenerationRequest(Genre.COUNTRY, seconds=10, seed=1)


def silently(share: float) -> None:
    pass


def refuse(share: float) -> None:
    raise AssertionError("a kept sample is not made again")


@pytest.fixture(scope="module")
def kept() -> KeptSample:
    return SampleCache().get(REQUEST, silently)


def test_it_has_the_files_that_the_generator_makes(kept: KeptSample) -> None:
    sample = generate_sample(REQUEST, soundfont=find_soundfont())
    assert kept.midi == sample.midi
    assert kept.midi_file == sample.file("mid")
    assert kept.score == sample.score() != kept.midi_file
    assert kept.ogg == sample.file("ogg")
    assert hashlib.sha256(kept.wav()).digest() == hashlib.sha256(sample.file("wav")).digest()
    assert kept.name == "country-1"


def test_it_is_recorded_as_the_generator_records_it(kept: KeptSample) -> None:
    assert record(kept.sample()) == record(generate_sample(REQUEST, soundfont=find_soundfont()))


def test_a_sample_is_made_once_and_the_oldest_is_let_go() -> None:
    cache = SampleCache(size=2)
    requests = [replace(REQUEST, seed=seed) for seed in (1, 2, 3)]
    first, second = (cache.get(request, silently) for request in requests[:2])
    assert cache.get(requests[0], refuse) is first
    cache.get(requests[2], silently)
    assert cache.get(requests[0], refuse) is first
    assert cache.get(requests[1], silently) is not second


def test_what_stops_the_making_leaves_nothing_behind() -> None:
    cache = SampleCache()
    with pytest.raises(AssertionError):
        cache.get(REQUEST, refuse)
    assert cache.get(REQUEST, silently).request == REQUEST


def test_visitors_at_the_same_time_get_equal_samples() -> None:
    cache, found = SampleCache(), []
    threads = [Thread(target=lambda: found.append(cache.get(REQUEST, silently).ogg)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert found[0] == found[1]


def test_an_answer_other_than_what_was_asked_for_is_explained() -> None:
    told = what_it_is_worth(REQUEST, Genre.COUNTRY)
    other = what_it_is_worth(REQUEST, Genre.ROCK)
    assert told in other
    assert "rock for country does not mean" in other
    halves = replace(REQUEST, blend=Genre.JAZZ, blend_weight=0.5)
    assert what_it_is_worth(halves, Genre.ROCK) == told, "neither was asked for more than the other"


def test_nothing_of_an_upload_is_kept_for_other_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def have_done(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        made.append(function.__name__)
        return {}

    def visit(uploaded: bool) -> None:
        import plotly.graph_objects as go

        from gmn_core import Genre
        from gmn_core.generation.request import GenerationRequest
        from gmn_core.generation.sound.soundfont import find_soundfont
        from pages.shared.generated import KeptSample, parts_of, pictures_of
        from tests.pages.composing.test_versions import BAND

        request = GenerationRequest(Genre.JAZZ, opening=b"MThd" if uploaded else None)
        ogg = b"uploaded" if uploaded else b"composed"
        sample = KeptSample(request, BAND, {}, go.Figure(), b"", ogg, find_soundfont())
        parts_of(sample)
        pictures_of(sample, "Score")

    monkeypatch.setattr(generated, "have_done", have_done)
    for uploaded, times in ((False, 1), (True, 2)):
        made.clear()
        for _ in range(2):
            app = AppTest.from_function(visit, args=(uploaded,), default_timeout=60).run().run()
            assert not app.exception
        assert sorted(made) == sorted(["play_parts_as_ogg", "draw_score"] * times)
