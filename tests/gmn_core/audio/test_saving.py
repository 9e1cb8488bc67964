"""Audio written as a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from gmn_core.audio.clip import Clip
from gmn_core.audio.errors import AudioError
from gmn_core.audio.recording import Recording

RATE = 48_000
TONE = (0.5 * np.sin(np.arange(RATE) / 20)).astype(np.float32)


@pytest.mark.parametrize(("name", "kind"), [("a.wav", "WAV"), ("new folder/b.ogg", "OGG"), ("c.MP3", "MP3")])
def test_the_ending_decides_the_form(name: str, kind: str, tmp_path: Path) -> None:
    for audio in (Clip(TONE, RATE), Recording(np.stack([TONE, TONE], axis=1), RATE)):
        audio.save(str(tmp_path / name))
        written = soundfile.info(tmp_path / name)
        assert (written.format, written.samplerate) == (kind, RATE)
        assert written.channels == np.atleast_2d(audio.samples.T).shape[0]


def test_another_ending_is_refused_in_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"as wav, ogg, mp3, not as “flac”"):
        Clip(TONE, RATE).save(tmp_path / "a.flac")
    assert not list(tmp_path.iterdir())
