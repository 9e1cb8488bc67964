import numpy as np
import pytest

from gmn_core.generation.music.band import Role
from gmn_core.generation.sound.arrangement import Layer, Music, layer_notes
from gmn_core.generation.sound.notes import Notes

BEAT = 0.5


def notes(*rows: tuple[float, float, int]) -> Notes:
    onsets, durations, pitches = (np.array(column) for column in zip(*rows, strict=True))
    return Notes(onsets.astype(float), durations.astype(float), pitches, np.full(len(rows), 90))


def music() -> Music:
    """A minor and F major, a bar each, over their roots; a tune; drums."""
    return Music(
        {
            Role.CHORDS: notes(*((bar * 2.0, 1.9, p - 4 * bar) for bar in range(2) for p in (57, 60, 64))),
            Role.BASS: notes((0, 1.9, 33), (2.0, 1.9, 41)),
            Role.LEAD: notes((0, 0.9, 69), (1, 0.9, 72), (2, 1.9, 72)),
            Role.DRUMS: notes(*((place * BEAT, 0.1, 36) for place in range(8))),
        },
        BEAT,
    )


def played(layer: Layer, chug: float = 0.0) -> Notes:
    found = layer_notes(layer, music(), chug)
    assert found is not None
    return found


def test_power_chords_stand_on_the_basss_root() -> None:
    guitars = played(Layer.GUITARS)
    assert guitars.pitches.tolist() == [45, 52, 57, 41, 48, 53]  # A and F with fifth and octave
    assert guitars.onsets.tolist() == [0, 0, 0, 2, 2, 2]


def test_chugging_cuts_long_chords_into_eighths_that_stop_short() -> None:
    guitars = played(Layer.GUITARS, chug=1.0)
    onsets = np.unique(guitars.onsets.round(3))
    assert len(onsets) == 16
    np.testing.assert_allclose(np.diff(onsets), BEAT / 2, atol=0.1)
    muted = guitars[guitars.velocities < 90]
    assert len(muted) > len(guitars) / 3
    assert muted.durations.max() < 0.7 * BEAT / 2


@pytest.mark.parametrize("layer", [Layer.STRUM, Layer.STRINGS])
def test_harmony_layers_play_the_chords_notes_only(layer: Layer) -> None:
    layered = played(layer)
    for bar, classes in ((0, {9, 0, 4}), (1, {5, 8, 0})):
        chosen = layered[(layered.onsets >= 2 * bar - 0.01) & (layered.onsets < 2 * bar + 1.9)]
        assert {pitch % 12 for pitch in chosen.pitches.tolist()} == classes


def test_strings_hold_a_chord_that_is_struck_again() -> None:
    struck = [(place * BEAT, 0.4, pitch) for place in range(8) for pitch in (57, 60, 64)]
    held = layer_notes(Layer.STRINGS, Music({Role.CHORDS: notes(*struck)}, BEAT))
    assert held is not None
    assert len(held) == 3
    assert held.durations.min() > 3.5


def test_the_voice_takes_the_tune_and_the_sub_the_bass() -> None:
    assert played(Layer.VOICE).pitches.tolist() == [69, 72, 72]
    sub = played(Layer.SUB)
    assert [pitch % 12 for pitch in sub.pitches.tolist()] == [9, 5]
    assert sub.pitches.max() < 40


def test_the_shaker_fills_sixteenths() -> None:
    shaker = played(Layer.SHAKER)
    np.testing.assert_allclose(np.diff(shaker.onsets), BEAT / 4)


def test_a_kick_falls_on_every_beat_and_a_hat_after_it() -> None:
    floor = played(Layer.FLOOR)
    np.testing.assert_allclose(floor.onsets[floor.pitches == 36], np.arange(8) * BEAT)
    np.testing.assert_allclose(floor.onsets[floor.pitches == 46], (np.arange(7) + 0.5) * BEAT)


def test_a_plain_beat_fills_the_bars_in_which_the_drums_rest() -> None:
    assert layer_notes(Layer.BACKBEAT, music()) is None  # the drums play in every bar
    without = Music({role: own for role, own in music().roles.items() if role is not Role.DRUMS}, BEAT)
    beat = layer_notes(Layer.BACKBEAT, without)
    assert beat is not None
    np.testing.assert_allclose(beat.onsets[beat.pitches == 38], [0.5, 1.5])
    assert beat.onsets.max() <= 2.0


def test_a_chant_is_dense_stressed_and_breathes() -> None:
    chant = layer_notes(Layer.VOICE, music(), speech=1.0)
    assert chant is not None
    assert len(chant) > 4 * (chant.onsets[-1] - chant.onsets[0])
    assert len(set(chant.velocities.tolist())) == 2
    assert np.all(chant.onsets[:-1] + chant.durations[:-1] <= chant.onsets[1:] + 1e-9)
    assert chant.onsets[-1] < 4.0


@pytest.mark.parametrize("layer", list(Layer))
def test_without_anything_to_draw_from_a_layer_rests(layer: Layer) -> None:
    assert layer_notes(layer, Music({}, BEAT), 0.5) is None
