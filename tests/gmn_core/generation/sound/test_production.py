import subprocess
import sys
from hashlib import sha256

import numpy as np
import pytest

from gmn_core.audio.clip import Clip
from gmn_core.audio.loudness import integrated_loudness, true_peak
from gmn_core.audio.sound import Samples
from gmn_core.generation.music.band import Role
from gmn_core.generation.sound.production import MIX, STYLES, Style, produce
from gmn_core.generation.sound.renderer import SAMPLE_RATE, Stem
from gmn_core.genres import Genre

SECONDS = 4.0


def tone(frequency: float, amplitude: float = 0.1, seconds: float = SECONDS) -> Samples:
    """A tone struck twice a second, equal in both channels."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave = amplitude * np.sin(2 * np.pi * frequency * time) * np.exp(-4 * (time % 0.5))
    return np.stack([wave, wave], axis=1).astype(np.float32)


def stem(role: Role, samples: Samples, share: float = 1.0) -> Stem:
    return Stem(role, 0, share, samples)


def level_at(samples: Samples, frequency: float) -> float:
    """Decibels of the strongest line near a frequency."""
    spectrum = np.abs(np.fft.rfft(samples, axis=0)) / len(samples)
    middle = round(frequency * len(samples) / SAMPLE_RATE)
    return 20 * np.log10(float(spectrum[middle - 20 : middle + 20].max()))


def band() -> list[Stem]:
    """Stems as unequal as a SoundFont's: the chords are 30 dB louder than the lead."""
    return [
        stem(Role.DRUMS, tone(3000, 0.3)),
        stem(Role.BASS, tone(80, 0.02)),
        stem(Role.CHORDS, tone(500, 0.6)),
        stem(Role.LEAD, tone(1200, 0.02)),
    ]


@pytest.mark.parametrize("seconds", [2.0, 3.777, SECONDS])
def test_length_loudness_and_peak_are_as_promised(seconds: float) -> None:
    recording = produce(band(), seconds)
    assert recording.samples.shape == (round(seconds * SAMPLE_RATE), 2)
    assert recording.sample_rate == SAMPLE_RATE
    assert integrated_loudness(recording) == pytest.approx(-16, abs=0.1)
    assert true_peak(recording) < -1


def test_roles_come_closer_to_their_levels() -> None:
    recording = produce(band(), SECONDS)
    mono = recording.samples.mean(axis=1)
    apart = level_at(mono, 500) - level_at(mono, 1200)
    assert level_at(tone(500, 0.6)[:, 0], 500) - level_at(tone(1200, 0.02)[:, 0], 1200) > 29
    assert abs(apart) < 10


def test_equal_parts_of_one_role_are_together_as_loud_as_one() -> None:
    def drums_beside(leads: int) -> float:
        stems = [stem(Role.LEAD, tone(1200), 1 / leads) for _ in range(leads)]
        mono = produce([stem(Role.DRUMS, tone(3000)), *stems], SECONDS).samples.mean(axis=1)
        return level_at(mono, 3000) - level_at(mono, 1200)

    # Four equal tones add up by 12 dB, four parts' powers by 6: three quarters of these are taken away.
    assert drums_beside(1) - drums_beside(4) == pytest.approx(12 - 0.75 * 6, abs=1)


def test_each_role_has_its_place_and_a_second_part_the_other_side() -> None:
    noise = np.random.default_rng(0).normal(0, 0.05, (round(SECONDS * SAMPLE_RATE), 1)).astype(np.float32)

    def balance(role: Role, parts: int = 1) -> float:
        stems = [stem(role, np.repeat(noise, 2, axis=1), 1 / parts) for _ in range(parts)]
        left, right = np.sqrt(np.mean(produce(stems, SECONDS).samples ** 2, axis=0))
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
        samples = produce([stem(Role.LEAD, click)], SECONDS, Style(room=room)).samples
        sound, tail = samples[: SAMPLE_RATE // 2], samples[SAMPLE_RATE : 3 * SAMPLE_RATE]
        tails.append(20 * np.log10(np.std(tail) / np.std(sound)))
    assert tails[0] < tails[1] - 6 < tails[2] - 12
    assert tails[2] < -15  # a room, not a wash


def test_rumble_below_hearing_is_taken_out() -> None:
    rumbling = tone(800)
    rumbling += tone(12, 0.1)
    mono = produce([stem(Role.BASS, rumbling)], SECONDS).samples.mean(axis=1)
    assert level_at(mono, 12) - level_at(mono, 800) < -8


def test_it_ends_in_silence_without_a_click() -> None:
    samples = produce(band(), 3.3).samples
    assert np.abs(samples[-10:]).max() < 1e-4
    assert np.abs(np.diff(samples[-SAMPLE_RATE // 5 :], axis=0)).max() < 0.1
    assert np.std(samples[-SAMPLE_RATE // 10 :]) < 0.2 * np.std(samples)


def test_silent_and_too_few_stems_are_no_trouble() -> None:
    silence = np.zeros((SAMPLE_RATE, 2), dtype=np.float32)
    assert not produce([stem(Role.PAD, silence)], 1.0).samples.any()
    assert produce([], 1.0).samples.shape == (SAMPLE_RATE, 2)


def test_every_role_and_genre_has_its_setting() -> None:
    assert set(MIX) == set(Role)
    assert set(STYLES) == set(Genre)


def test_a_styles_accent_lifts_its_role() -> None:
    def chords(style: Style) -> float:
        mono = produce(band(), SECONDS, style).samples.mean(axis=1)
        return level_at(mono, 500) - level_at(mono, 3000)

    # Three quarters of it, as of every distance from a level.
    assert chords(Style(accents={Role.CHORDS: 4})) - chords(Style()) == pytest.approx(3, abs=0.2)


def test_equal_stems_give_equal_recordings_in_any_process() -> None:
    script = (
        "import sys; sys.path.insert(0, 'tests/gmn_core/generation/sound')\n"
        "from hashlib import sha256\n"
        "from test_production import band, produce\n"
        "print(sha256(produce(band(), 2.0).samples.tobytes()).hexdigest())"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == sha256(produce(band(), 2.0).samples.tobytes()).hexdigest()
    assert integrated_loudness(Clip(tone(440)[:, 0], SAMPLE_RATE)) < 0
