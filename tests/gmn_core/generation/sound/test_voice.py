import numpy as np
import pytest

from gmn_core.audio.sound import Samples
from gmn_core.generation.sound.notes import Notes
from gmn_core.generation.sound.rate import SAMPLE_RATE
from gmn_core.generation.sound.voice import Voice, sung


def line(*pitches: int, length: float = 1.0) -> Notes:
    count = len(pitches)
    return Notes(
        np.arange(count) * length, np.full(count, 0.9 * length), np.array(pitches), np.full(count, 90)
    )


def fundamental(samples: Samples) -> float:
    """Return the pitch in Hz, by autocorrelation between 60 and 700 Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 2 * len(samples))) ** 2
    correlation = np.fft.irfft(spectrum)
    first, last = SAMPLE_RATE // 700, SAMPLE_RATE // 60
    return SAMPLE_RATE / (first + int(np.argmax(correlation[first:last])))


def test_it_sings_the_notes_moved_into_its_range() -> None:
    samples = sung(line(69, 72), 2.0, Voice(low=45, high=64, vibrato=0, breath=0.02))
    for place, wanted in ((0, 220.0), (1, 261.6)):  # an octave lower than written
        held = samples[round((place + 0.3) * SAMPLE_RATE) : round((place + 0.7) * SAMPLE_RATE)]
        assert fundamental(held) == pytest.approx(wanted, rel=0.03)


def test_chanting_stays_near_the_middle_of_the_range_and_falls() -> None:
    samples = sung(line(*[48, 64, 50, 62], length=0.4), 1.6, Voice(low=40, high=58, speech=1, vibrato=0))
    pitches = [
        fundamental(samples[round(start * SAMPLE_RATE) : round((start + 0.2) * SAMPLE_RATE)])
        for start in (0.12, 0.52, 0.92, 1.32)
    ]
    semitones = 12 * np.log2(np.array(pitches) / pitches[0])
    assert np.ptp(semitones) < 6
    assert semitones[-1] < 0


def test_two_takes_differ_and_a_take_is_always_the_same() -> None:
    one, other, again = (sung(line(60, 62), 2.0, Voice(), seed) for seed in (0, 1, 0))
    np.testing.assert_array_equal(one, again)
    assert np.corrcoef(one, other)[0, 1] < 0.9


def test_it_rests_where_there_is_no_note() -> None:
    notes = Notes(np.array([1.0]), np.array([0.5]), np.array([60]), np.array([90]))
    samples = sung(notes, 3.0, Voice())
    sounding = np.abs(samples).max()
    assert np.abs(samples[: round(0.8 * SAMPLE_RATE)]).max() < 1e-3 * sounding
    assert np.abs(samples[round(1.8 * SAMPLE_RATE) :]).max() < 1e-3 * sounding
    assert not sung(notes[np.array([], int)], 1.0, Voice()).any()


def test_a_growl_is_noisier_than_a_clear_voice() -> None:
    def noise(voice: Voice) -> float:
        held = sung(line(52, length=2.0), 2.0, voice)[SAMPLE_RATE // 2 : SAMPLE_RATE]
        power = np.abs(np.fft.rfft(held * np.hanning(len(held)))) ** 2
        return float(np.exp(np.mean(np.log(power[100:2000] + 1e-12))) / power[100:2000].mean())

    assert noise(Voice(40, 58, rough=1, breath=0.2)) > 2 * noise(Voice(40, 58, breath=0))
