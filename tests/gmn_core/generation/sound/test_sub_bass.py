import numpy as np

from gmn_core.generation.sound.notes import Notes
from gmn_core.generation.sound.rate import SAMPLE_RATE
from gmn_core.generation.sound.sub_bass import sub_bass


def test_it_sounds_the_note_from_onset_to_end_without_clicks() -> None:
    notes = Notes(np.array([0.25]), np.array([0.5]), np.array([33]), np.array([100]))  # A1, 55 Hz
    samples = sub_bass(notes, 1.0)
    assert not samples[: SAMPLE_RATE // 4].any()
    assert not samples[round(0.75 * SAMPLE_RATE) :].any()
    assert np.argmax(np.abs(np.fft.rfft(samples))) == 55
    assert np.abs(np.diff(samples)).max() < 0.02


def test_notes_too_short_or_too_late_are_left_out() -> None:
    notes = Notes(np.array([0.1, 3.0]), np.array([0.001, 1.0]), np.array([33, 33]), np.array([100, 100]))
    assert not sub_bass(notes, 1.0).any()
