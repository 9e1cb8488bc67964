import numpy as np

from gmn_core.generation.sound.articulation import FRAME_RATE, Articulation, articulated
from gmn_core.generation.sound.notes import Notes


def line(count: int = 24, length: float = 0.25) -> Notes:
    return Notes(
        0.5 + np.arange(count) * length,
        np.full(count, 0.85 * length),
        np.full(count, 60),
        np.full(count, 100),
    )


def articulate(speech: float, length: float = 0.25, seed: int = 3) -> Articulation:
    return articulated(line(length=length), 8.0, speech, seed)


def test_every_note_is_voiced_and_rests_are_not() -> None:
    mouth = articulate(0.0)
    for onset in line().onsets:
        assert mouth.voiced[round((onset + 0.1) * FRAME_RATE)] > 0.5
    assert mouth.voiced[: round(0.3 * FRAME_RATE)].max() < 0.01
    assert mouth.voiced[-FRAME_RATE // 2 :].max() == 0


def test_formants_are_those_of_a_mouth_and_keep_their_order() -> None:
    formants = articulate(1.0).formants
    assert formants.min() > 200
    assert np.all(np.diff(formants, axis=1) > 100)
    assert np.ptp(formants[:, 1]) > 800  # the vowels differ


def test_speech_has_more_noise_than_song() -> None:
    assert articulate(1.0).noise.sum() > 1.5 * articulate(0.0).noise.sum() > 0


def test_a_seed_names_the_syllables() -> None:
    one, again, other = (articulate(1.0, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.formants, again.formants)
    assert np.abs(one.formants - other.formants).max() > 100
