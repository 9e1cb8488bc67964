"""The example recordings."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmn_core.audio.decode import decode
from pages.shared import recordings
from pages.shared.recordings import RECORDINGS, ExampleRecording

FOLDER = Path(recordings.__file__).parent


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.file)
def test_a_recording_lasts_half_a_minute_and_is_in_the_notice(
    recording: ExampleRecording,
) -> None:
    assert decode(recording.read()).clip.seconds == pytest.approx(30, abs=0.1)
    notice = (FOLDER / "NOTICE.md").read_text(encoding="utf-8")
    assert recording.file in notice
    assert recording.title in notice
    assert f"[{recording.licence}]" in notice


def test_all_of_them_together_are_small() -> None:
    assert sum(len(recording.read()) for recording in RECORDINGS) < 2 * 2**20
