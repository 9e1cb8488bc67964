"""The work that visitors have done, called plainly."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from gmn_core.audio import decode
from gmn_core.audio.clip import Clip
from gmn_core.classification.pretrained.model import Tagger
from pages.workers.tasks import classify_bytes, look_at

RATE = 22_050


def unheard(share: float) -> None:
    pass


@pytest.fixture(scope="module")
def wav() -> bytes:
    t = np.arange(3 * RATE) / RATE
    file = io.BytesIO()
    soundfile.write(file, 0.4 * np.sin(2 * np.pi * 220 * t) * (t % 0.5 < 0.4), RATE, format="WAV")
    return file.getvalue()


def test_a_file_is_decoded_once_and_heard_once_by_the_pretrained_network(
    wav: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    real_decode, real_tagger = decode.decode, Tagger.__call__

    def counting_decode(data: bytes) -> decode.Decoded:
        done.append("decoded")
        return real_decode(data)

    def counting_tagger(self: Tagger, clip: Clip, hop: int) -> object:
        done.append("heard")
        return real_tagger(self, clip, hop)

    monkeypatch.setattr(decode, "decode", counting_decode)
    monkeypatch.setattr(Tagger, "__call__", counting_tagger)
    heard = classify_bytes(unheard, "a.wav", wav, "player")
    assert sorted(done) == ["decoded", "heard"]
    *_, best = heard.result.predictions.values()
    assert heard.view is not None
    later = look_at(unheard, wav, best, "player")
    assert (later.doubt, later.picture) == (heard.view.doubt, heard.view.picture)
    assert done.count("heard") == 1
    assert all(word.islower() for word in best.words)


def test_a_file_of_many_and_a_bad_one_are_not_looked_at(wav: bytes) -> None:
    assert classify_bytes(unheard, "a.wav", wav).view is None
    bad = classify_bytes(unheard, "b.wav", b"", "player")
    assert (bad.view, bad.result.error) == (None, "The file is empty.")
