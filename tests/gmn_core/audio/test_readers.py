"""Block-wise reading."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from gmn_core.audio.errors import AudioError
from gmn_core.audio.readers import open_audio


def test_blocks_arrive_in_order_and_lazily() -> None:
    samples = np.random.default_rng(0).uniform(-0.9, 0.9, (200_000, 2)).astype(np.float32)
    file = io.BytesIO()
    soundfile.write(file, samples, 44_100, format="WAV", subtype="FLOAT")
    with open_audio(file.getvalue()) as source:
        assert (source.sample_rate, source.frames) == (44_100, 200_000)
        first = next(source.blocks)
        assert 0 < len(first) < 200_000
        read = np.concatenate([first, *source.blocks])
    np.testing.assert_array_equal(read, samples)


@pytest.mark.parametrize(
    "playlist",
    [
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"[playlist]\nFile1=/etc/hostname\n",
    ],
)
def test_playlists_that_name_other_files_are_refused(playlist: bytes) -> None:
    with pytest.raises(AudioError, match="not an audio file"), open_audio(playlist):
        pytest.fail("a playlist was opened")
