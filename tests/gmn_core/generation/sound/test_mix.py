import subprocess
import sys
from hashlib import sha256

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.audio.loudness import integrated_loudness, true_peak
from gmn_core.audio.sound import Samples
from gmn_core.generation.music.band import Role
from gmn_core.generation.sound.arrangement import Layer
from gmn_core.generation.sound.mix import MIX, MixTrack, level_of, mixed
from gmn_core.generation.sound.profile import Profile
from gmn_core.generation.sound.rate import SAMPLE_RATE

SECONDS = 4.0


def tone(frequency: float, amplitude: float = 0.1, seconds: float = SECONDS) -> Samples:
    """A tone struck twice a second, equal in both channels."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave = amplitude * np.sin(2 * np.pi * frequency * time) * np.exp(-4 * (time % 0.5))
    return np.stack([wave, wave], axis=1).astype(np.float32)


def track(name: Role | Layer, samples: Samples, share: float = 1.0) -> MixTrack:
    return MixTrack(name, share, np.ascontiguousarray(samples.T))


def level_at(samples: Samples, frequency: float) -> float:
    """Decibels of the strongest line near a frequency."""
    spectrum = np.abs(np.fft.rfft(samples, axis=0)) / len(samples)
    middle = round(frequency * len(samples) / SAMPLE_RATE)
    return 20 * np.log10(float(spectrum[middle - 20 : middle + 20].max()))


def band() -> list[MixTrack]:
    """Tracks as unequal as a SoundFont's: the chords are 30 dB louder than the lead."""
    return [
        track(Role.DRUMS, tone(3000, 0.3)),
        track(Role.BASS, tone(80, 0.02)),
        track(Role.CHORDS, tone(500, 0.6)),
        track(Role.LEAD, tone(1200, 0.02)),
    ]


@pytest.mark.parametrize("seconds", [2.0, 3.777, SECONDS])
def test_length_loudness_and_peak_are_as_promised(seconds: float) -> None:
    recording = mixed(band(), seconds)
    assert recording.samples.shape == (round(seconds * SAMPLE_RATE), 2)
    assert recording.sample_rate == SAMPLE_RATE
    assert integrated_loudness(recording) == pytest.approx(-16, abs=0.1)
    assert true_peak(recording) < -1


def test_roles_come_closer_to_their_levels() -> None:
    recording = mixed(band(), SECONDS)
    mono = recording.samples.mean(axis=1)
    apart = level_at(mono, 500) - level_at(mono, 1200)
    assert level_at(tone(500, 0.6)[:, 0], 500) - level_at(tone(1200, 0.02)[:, 0], 1200) > 29
    assert abs(apart) < 10


def test_equal_parts_of_one_role_are_together_as_loud_as_one() -> None:
    def drums_beside(leads: int) -> float:
        tracks = [track(Role.LEAD, tone(1200), 1 / leads) for _ in range(leads)]
        mono = mixed([track(Role.DRUMS, tone(3000)), *tracks], SECONDS).samples.mean(axis=1)
        return level_at(mono, 3000) - level_at(mono, 1200)

    # Four equal tones add up by 12 dB, four parts' powers by 6: three quarters of these are taken away.
    assert drums_beside(1) - drums_beside(4) == pytest.approx(12 - 0.75 * 6, abs=1)


def test_each_role_has_its_place_and_a_second_part_the_other_side() -> None:
    noise = np.random.default_rng(0).normal(0, 0.05, (round(SECONDS * SAMPLE_RATE), 1)).astype(np.float32)

    def balance(role: Role, parts: int = 1) -> float:
        tracks = [track(role, np.repeat(noise, 2, axis=1), 1 / parts) for _ in range(parts)]
        left, right = np.sqrt(np.mean(mixed(tracks, SECONDS).samples ** 2, axis=0))
        return 20 * float(np.log10(right / left))

    assert balance(Role.BASS) == pytest.approx(0, abs=0.2)
    assert balance(Role.CHORDS) < -3
    assert balance(Role.SECOND) > 3
    assert balance(Role.SECOND, parts=2) == pytest.approx(0, abs=0.2)


def test_the_room_rings_after_the_sound_longer_the_larger_it_is() -> None:
    click = np.zeros((round(SECONDS * SAMPLE_RATE), 2), dtype=np.float32)
    click[: SAMPLE_RATE // 2] = tone(800, seconds=0.5)
    tails = []
    for room in (0.5, 1.2, 2.5):
        samples = mixed([track(Role.LEAD, click)], SECONDS, Profile(room=room)).samples
        sound, tail = samples[: SAMPLE_RATE // 2], samples[SAMPLE_RATE : 3 * SAMPLE_RATE]
        tails.append(20 * np.log10(np.std(tail) / np.std(sound)))
    assert tails[0] < tails[1] - 6 < tails[2] - 12
    assert tails[2] < -15  # a room, not a wash


def test_rumble_below_hearing_is_taken_out() -> None:
    rumbling = tone(800)
    rumbling += tone(12, 0.1)
    mono = mixed([track(Role.BASS, rumbling)], SECONDS).samples.mean(axis=1)
    assert level_at(mono, 12) - level_at(mono, 800) < -8


def test_it_ends_in_silence_without_a_click() -> None:
    samples = mixed(band(), 3.3).samples
    assert np.abs(samples[-10:]).max() < 1e-4
    assert np.abs(np.diff(samples[-SAMPLE_RATE // 5 :], axis=0)).max() < 0.1
    assert np.std(samples[-SAMPLE_RATE // 10 :]) < 0.2 * np.std(samples)


def test_silent_and_too_few_stems_are_no_trouble() -> None:
    silence = np.zeros((SAMPLE_RATE, 2), dtype=np.float32)
    assert not mixed([track(Role.PAD, silence)], 1.0).samples.any()
    assert mixed([], 1.0).samples.shape == (SAMPLE_RATE, 2)


def test_every_role_and_layer_has_its_setting() -> None:
    assert set(MIX) == {*Role, *Layer}
    assert all(np.isfinite(level_of(name, Profile())) for name in MIX)


def test_a_profiles_level_lifts_its_role() -> None:
    def chords(profile: Profile) -> float:
        mono = mixed(band(), SECONDS, profile).samples.mean(axis=1)
        return level_at(mono, 500) - level_at(mono, 3000)

    # Three quarters of it, as of every distance from a level.
    assert chords(Profile(chords=4)) - chords(Profile()) == pytest.approx(3, abs=0.2)


def test_the_drum_machine_takes_its_share_of_the_kits_level() -> None:
    both = Profile(machine=0.5)
    assert level_of(Role.DRUMS, both) == pytest.approx(level_of(Role.DRUMS, Profile()) - 6, abs=0.1)
    assert level_of(Layer.MACHINE, both) == pytest.approx(level_of(Role.DRUMS, both))


def test_kicks_push_the_music_down_but_not_the_drums() -> None:
    def dip(name: Role) -> float:
        steady = (
            np.random.default_rng(1).normal(0, 0.05, (round(SECONDS * SAMPLE_RATE), 2)).astype(np.float32)
        )
        mono = mixed([track(name, steady)], SECONDS, Profile(pump=8), kicks=[1.0, 2.0]).samples[:, 0]
        at, before = (np.std(mono[round(time * SAMPLE_RATE) :][:2000]) for time in (2.005, 1.9))
        return float(20 * np.log10(at / before))

    assert dip(Role.PAD) < -4
    assert abs(dip(Role.DRUMS)) < 1


def test_the_whole_is_coloured_cut_and_narrowed() -> None:
    plain, narrow = (mixed(band(), SECONDS, Profile(width=width)).samples for width in (1, 0))
    assert np.abs(plain[:, 0] - plain[:, 1]).max() > 0.01
    np.testing.assert_allclose(narrow[:, 0], narrow[:, 1], atol=1e-6)
    radio = mixed(band(), SECONDS, Profile(top=6000, presence=-6)).samples.mean(axis=1)
    mono = plain.mean(axis=1)
    assert level_at(radio, 3000) - level_at(radio, 500) < level_at(mono, 3000) - level_at(mono, 500) - 3


def test_a_heavy_production_still_keeps_loudness_peak_and_no_dc() -> None:
    heavy = Profile(squeeze=18, bus_squeeze=12, saturation=12, wet=8, air=10, sub_tone=8, drums=6, spring=1)
    recording = mixed(band(), SECONDS, heavy)
    assert integrated_loudness(recording) == pytest.approx(-16, abs=0.1)
    assert true_peak(recording) < -1
    assert np.abs(recording.samples.mean(axis=0)).max() < 1e-3


def test_equal_stems_give_equal_recordings_in_any_process() -> None:
    script = (
        "import sys; sys.path.insert(0, 'tests/gmn_core/generation/sound')\n"
        "from hashlib import sha256\n"
        "from test_mix import band, mixed\n"
        "print(sha256(mixed(band(), 2.0).samples.tobytes()).hexdigest())"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == sha256(mixed(band(), 2.0).samples.tobytes()).hexdigest()
    assert integrated_loudness(Clip(tone(440)[:, 0], SAMPLE_RATE)) < 0
