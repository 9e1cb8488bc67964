"""Whole productions of a small band on the bundled SoundFont."""

import numpy as np
import pytest

from gmn_core.audio.loudness import integrated_loudness, true_peak
from gmn_core.generation.music.band import Band, Note, Role
from gmn_core.generation.sound.arrangement import Layer
from gmn_core.generation.sound.production import Session, owner
from gmn_core.generation.sound.profile import PLAIN, Profile, profile_of
from gmn_core.generation.sound.rate import SAMPLE_RATE
from gmn_core.generation.sound.score import Score
from gmn_core.generation.sound.soundfont import bundled_soundfont
from gmn_core.genres import GENRES, Genre

BEAT = 480
SECONDS = 4.0


def score(chords: int = 30) -> Score:
    """Two bars at 120: drums, bass, a chord in each bar, a tune."""
    notes = {
        Role.DRUMS: tuple(
            Note(place * BEAT // 2, 36 if place % 2 == 0 else 42, 60, 100) for place in range(16)
        ),
        Role.BASS: tuple(Note(place * BEAT, 40 - 5 * (place > 3), BEAT - 20, 90) for place in range(8)),
        Role.CHORDS: tuple(
            Note(bar * 4 * BEAT, pitch - 5 * bar, 4 * BEAT - 20, 80)
            for bar in range(2)
            for pitch in (52, 59, 64)
        ),
        Role.LEAD: tuple(Note(place * BEAT, 64 + place, BEAT - 40, 95) for place in range(8)),
    }
    programs = {Role.DRUMS: 0, Role.BASS: 33, Role.CHORDS: chords, Role.LEAD: 73}
    return Score(Band(120, 4, 4, 4, True, programs, notes, 8 * BEAT).to_midi())


def session(profile: Profile = PLAIN) -> Session:
    return Session(score(), bundled_soundfont(), SECONDS, profile)


def spectrum(samples: np.ndarray, low: float, high: float) -> float:
    """Share of the power between two frequencies."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    frequencies = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE)
    return float(power[(frequencies >= low) & (frequencies < high)].sum() / power.sum())


def test_a_plain_session_records_the_parts_and_nothing_else() -> None:
    assert {track.name for track in session().tracks()} == {Role.DRUMS, Role.BASS, Role.CHORDS, Role.LEAD}
    assert len(session()) == 4


@pytest.mark.parametrize("layer", [layer for layer in Layer if layer is not Layer.BACKBEAT])
def test_each_layer_is_recorded_where_it_is_wanted(layer: Layer) -> None:
    level = 0.5 if layer is Layer.MACHINE else 0.0
    wanted = session(Profile(**{layer.value: level}))
    tracks = list(wanted.tracks())
    assert [track.name for track in tracks][4:] == [layer]
    assert len(wanted) == len(tracks)
    assert tracks[-1].samples.shape[-1] == round(SECONDS * SAMPLE_RATE)
    assert np.sqrt(np.mean(tracks[-1].samples ** 2)) > 1e-3


@pytest.mark.parametrize("machine", [0.0, 1.0])
def test_where_there_are_no_drums_a_kit_or_a_machine_keeps_time(machine: float) -> None:
    notes = {Role.LEAD: tuple(Note(place * BEAT, 64, BEAT, 90) for place in range(8))}
    tune = Score(Band(120, 4, 4, 0, False, {Role.LEAD: 73}, notes, 8 * BEAT).to_midi())
    recorded = {
        t.name: t.samples
        for t in Session(tune, bundled_soundfont(), 4.0, Profile(backbeat=0, machine=machine)).tracks()
    }
    assert recorded[Layer.BACKBEAT].shape == (2, round(4.0 * SAMPLE_RATE))
    assert np.abs(recorded[Layer.BACKBEAT]).max() > 0.01


def test_a_drum_machine_alone_leaves_the_kit_out() -> None:
    names = [track.name for track in session(Profile(machine=1)).tracks()]
    assert Role.DRUMS not in names
    assert Layer.MACHINE in names


def test_driven_guitars_are_rich_in_overtones_and_end_at_the_cabinet() -> None:
    clean = next(t.samples for t in session().tracks() if t.name is Role.CHORDS)
    driven = next(t.samples for t in session(Profile(drive=30)).tracks() if t.name is Role.CHORDS)
    assert spectrum(driven, 1500, 4500) > 0.05
    assert spectrum(driven, 8000, 24000) < min(1e-3, spectrum(clean, 8000, 24000) + 1e-4)


def test_guitars_are_doubled_by_unlike_takes() -> None:
    (guitars,) = (
        t.samples for t in session(Profile(guitars=0, drive=25)).tracks() if t.name is Layer.GUITARS
    )
    assert abs(np.corrcoef(guitars)[0, 1]) < 0.9


def test_kicks_are_those_of_the_drums() -> None:
    np.testing.assert_allclose(session().kicks, np.arange(8) * 0.5, atol=0.002)


@pytest.mark.parametrize("genre", [Genre.METAL, Genre.HIPHOP, Genre.CLASSICAL])
def test_a_genres_production_keeps_what_every_recording_promises(genre: Genre) -> None:
    produced = session(profile_of(genre)).recording()
    assert produced.samples.shape == (round(SECONDS * SAMPLE_RATE), 2)
    assert integrated_loudness(produced) == pytest.approx(-16, abs=0.1)
    assert true_peak(produced) < -1
    assert np.abs(produced.samples.mean(axis=0)).max() < 1e-3
    again = session(profile_of(genre)).recording()
    assert again.samples.tobytes() == produced.samples.tobytes()


def test_genres_sound_unlike_each_other_and_unlike_a_plain_mix() -> None:
    recordings = [session().recording(), *(session(profile_of(genre)).recording() for genre in GENRES[:3])]
    spectra = [
        np.log(np.abs(np.fft.rfft(each.samples.mean(axis=1)))[100:20000] + 1e-6) for each in recordings
    ]
    for place, one in enumerate(spectra):
        for other in spectra[place + 1 :]:
            assert np.mean(np.abs(one - other)) > 0.3


def test_a_silent_layer_source_is_no_trouble() -> None:
    notes = {Role.DRUMS: (Note(0, 36, 60, 100),)}
    drums = Score(Band(120, 4, 4, 0, False, {Role.DRUMS: 0}, notes, 4 * BEAT).to_midi())
    everything = Profile(
        guitars=0, strum=0, strings=0, voice=0, sub=0, shaker=-6, machine=0.5, drive=20, pump=4
    )
    assert Session(drums, bundled_soundfont(), 1.0, everything).recording().samples.any()


def test_a_layer_is_heard_with_the_role_that_it_is_drawn_from() -> None:
    assert owner(Role.BASS, [Role.DRUMS, Role.BASS]) is Role.BASS
    assert owner(Layer.SHAKER, [Role.DRUMS, Role.LEAD]) is Role.DRUMS
    assert owner(Layer.VOICE, [Role.CHORDS, Role.SECOND]) is Role.SECOND
    assert owner(Layer.FLOOR, [Role.LEAD]) is Role.LEAD
