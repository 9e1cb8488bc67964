"""Audio and samples for the survey's tests."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyloudnorm
import soundfile

from survey_db.running.listener_state import ListenerState, Step
from survey_db.running.listening import AnswerOutcome, new_token
from survey_db.running.samples import NewSample
from survey_db.store import Store

RATE = 16000
SIX_GENRES = ("blues", "classical", "hiphop", "jazz", "metal", "rock")


def tone(frequency: float, seconds: float = 1.0, loudness: float = -16.0, kind: str = "FLAC") -> bytes:
    """A tone at a loudness in LUFS, as an audio file without tags."""
    time = np.arange(round(RATE * seconds)) / RATE
    wave = 0.2 * np.sin(2 * np.pi * frequency * time)
    wave *= 10 ** ((loudness - pyloudnorm.Meter(RATE, filter_class="DeMan").integrated_loudness(wave)) / 20)
    file = io.BytesIO()
    soundfile.write(file, wave, RATE, format=kind)
    return file.getvalue()


def six_samples(genres: Sequence[str] = SIX_GENRES) -> list[NewSample]:
    """Six samples, each of another tone, of these genres in turn."""
    return [
        NewSample(
            audio=tone(300 + 50 * place), intended_genre=genres[place % len(genres)], settings={"seed": place}
        )
        for place in range(6)
    ]


class Clock:
    """A clock that stands still until it is moved on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **units: float) -> None:
        self.now += timedelta(**units)


def begin(store: Store, slug: str, **options: Any) -> str:
    """Start a listener and return their token."""
    token = new_token()
    store.listening.start(slug, token, **options)
    return token


def state_of(store: Store, slug: str, token: str) -> ListenerState:
    state = store.listening.state(slug, token)
    assert state is not None
    return state


def listen(store: Store, slug: str, token: str) -> int:
    """Hear the listener's present clip to its end; returns the sample."""
    item = state_of(store, slug, token).item
    assert item is not None
    store.listening.show(token, item.sample_id)
    assert isinstance(store.clock, Clock)
    store.clock.move(seconds=item.seconds)
    assert store.listening.hear(token, item.sample_id, [(0, item.seconds)], ended=True)
    return item.sample_id


def finish(store: Store, slug: str, token: str, guess: str = "rock", rating: int = 5) -> None:
    """Answer everything that is left in the same way."""
    while state_of(store, slug, token).step is not Step.FINISHED:
        sample = listen(store, slug, token)
        assert store.listening.answer(token, sample, guess=guess, rating=rating) is AnswerOutcome.STORED
