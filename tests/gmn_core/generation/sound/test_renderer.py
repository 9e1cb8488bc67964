import mido
import numpy as np
import pytest

from gmn_core.generation.music.band import Role
from gmn_core.generation.request import GenerationError
from gmn_core.generation.sound.rate import SAMPLE_RATE
from gmn_core.generation.sound.renderer import Stem, record_stems
from gmn_core.generation.sound.score import Score
from gmn_core.generation.sound.soundfont import bundled_soundfont
from tests.gmn_core.generation.sound.midi_files import BEAT, midi_file, track


def played(midi: bytes, seconds: float = 3.0) -> list[Stem]:
    return list(record_stems(Score(midi), bundled_soundfont(), seconds))


def strongest_frequency(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples.mean(axis=1)))
    return float(np.argmax(spectrum) * SAMPLE_RATE / len(samples))


def test_each_channel_is_a_stem_of_exact_length() -> None:
    midi = midi_file(track(0, 0, [[60, 64, 67]] * 4), track(9, 0, [[36], [38]] * 2))
    chords, drums = played(midi, 3.21)
    assert chords.samples.shape == drums.samples.shape == (round(3.21 * SAMPLE_RATE), 2)
    assert chords.samples.dtype == np.float32
    assert chords.role is Role.CHORDS
    assert drums.role is Role.DRUMS


def test_what_sounds_is_the_note_at_its_time() -> None:
    """A flute's A4 enters after one second of rest."""
    rest = [mido.Message("control_change", channel=0, control=1, value=0, time=2 * BEAT)]
    samples = played(midi_file(track(0, 73, []) + rest + track(0, 73, [[69]] * 2)))[0].samples
    assert np.abs(samples[: SAMPLE_RATE - 100]).max() < 1e-4
    assert np.abs(samples[SAMPLE_RATE : SAMPLE_RATE + 9600]).max() > 0.01
    assert strongest_frequency(samples[SAMPLE_RATE : 2 * SAMPLE_RATE]) == pytest.approx(440, rel=0.01)


def test_tempo_changes_bind_every_part() -> None:
    tempos = [
        mido.MetaMessage("set_tempo", tempo=500_000),
        mido.MetaMessage("set_tempo", tempo=1_000_000, time=2 * BEAT),
    ]
    beats = track(9, 0, [[37]] * 6)  # side sticks at 0, 0.5, then at 1, 2, 3, 4 s
    level = np.abs(played(midi_file(tempos, beats), 5.0)[0].samples).max(axis=1)
    loud = [level[round(t * SAMPLE_RATE) :][: SAMPLE_RATE // 8].max() for t in (0, 0.5, 1, 1.5, 2, 2.5, 3, 4)]
    assert [value > 0.01 for value in loud] == [True, True, True, False, True, False, True, True]


def test_the_sound_rings_on_after_the_last_event() -> None:
    samples = played(midi_file(track(0, 14, [[60]])))[0].samples  # tubular bells
    assert np.abs(samples[SAMPLE_RATE // 2 : SAMPLE_RATE]).max() > 1e-3


def test_a_long_file_is_played_only_as_far_as_asked() -> None:
    short, long = (midi_file(track(0, 0, [[60], [64]] * beats)) for beats in (4, 400))
    np.testing.assert_array_equal(played(long, 1.5)[0].samples, played(short, 1.5)[0].samples)


def test_level_place_and_room_of_the_file_are_left_to_the_mix() -> None:
    plain = played(midi_file(track(0, 0, [[60]] * 3)))[0].samples
    mixed = played(midi_file(track(0, 0, [[60]] * 3, cc7=20, cc10=0, cc91=127, cc93=127)))[0].samples
    np.testing.assert_array_equal(plain, mixed)
    assert np.abs(plain[:, 0] - plain[:, 1]).max() < 0.05 * np.abs(plain).max()


def test_expression_is_kept() -> None:
    plain = played(midi_file(track(0, 73, [[60]] * 3)))[0].samples
    soft = played(midi_file(track(0, 73, [[60]] * 3, cc11=40)))[0].samples
    assert np.std(soft) < 0.4 * np.std(plain)


def test_a_kit_without_the_strokes_is_silent_and_the_next_one_plays() -> None:
    orchestra, standard = (track(9, program, [[60]] * 2) for program in (58, 0))
    samples = played(midi_file(orchestra + standard), 2.0)[0].samples
    assert not samples[: SAMPLE_RATE - 1].any()
    assert samples[SAMPLE_RATE:].any()


def test_a_part_too_loud_for_sixteen_bits_is_played_again_more_softly() -> None:
    wall = [mido.Message("note_on", channel=0, note=pitch, velocity=127) for pitch in range(36, 92)]
    midi = midi_file([mido.Message("program_change", channel=0, program=30), *wall, *track(1, 0, [[60]])])
    samples = played(midi, 2.0)[0].samples
    assert 0.1 < np.abs(samples).max() < 0.9999


def test_parts_of_one_role_share_it() -> None:
    stems = played(midi_file(*(track(channel, 65, [[72]]) for channel in range(3)), track(9, 0, [[36]])), 1.0)
    assert [stem.share for stem in stems] == [1 / 3] * 3 + [1]


def test_notes_beyond_an_instruments_range_are_silent_and_the_others_play() -> None:
    silent, heard = played(midi_file(track(0, 42, [[118]]), track(1, 0, [[60]])), 0.5)
    assert not silent.samples.any()
    assert heard.samples.any()


def test_damaged_files_are_played_or_refused_in_a_sentence() -> None:
    rng = np.random.default_rng(2)
    whole = midi_file(
        [mido.MetaMessage("set_tempo", tempo=400_000)], track(0, 5, [[60, 64]] * 4), track(9, 0, [[36]])
    )
    outcomes = set()
    for _ in range(300):
        damaged = bytearray(whole)
        for place in rng.integers(len(damaged), size=rng.integers(1, 5)):
            damaged[place] = rng.integers(256)
        try:
            assert played(bytes(damaged), 0.05)
            outcomes.add("played")
        except GenerationError as refusal:
            outcomes.add(str(refusal))
    assert len(outcomes) >= 3
    assert all(outcome == "played" or outcome.endswith(".") for outcome in outcomes)
