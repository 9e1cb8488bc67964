import numpy as np

from gmn_core.generation.sound.notes import Notes


def chords() -> Notes:
    """Two chords, the second spread over 20 ms, and one note."""
    return Notes(
        np.array([0, 0, 0, 1.0, 1.01, 1.02, 2.0]),
        np.array([2.0] * 7),
        np.array([60, 64, 67, 59, 62, 67, 72]),
        np.full(7, 90),
    )


def test_notes_struck_together_share_a_stroke() -> None:
    assert chords().strokes().tolist() == [0, 0, 0, 1, 1, 1, 2]


def test_the_outer_voices_are_lines_of_single_notes() -> None:
    top, bottom = chords().outer_voice(), chords().outer_voice(highest=False)
    assert top.pitches.tolist() == [67, 67, 72]
    assert bottom.pitches.tolist() == [60, 59, 72]
    assert np.all(top.onsets[:-1] + top.durations[:-1] <= top.onsets[1:] + 1e-9)


def test_no_notes_make_no_voice() -> None:
    nothing = chords()[np.zeros(7, bool)]
    assert len(nothing) == len(nothing.outer_voice()) == 0
