import io
import struct
from collections.abc import Collection

import mido
import numpy as np
import numpy.typing as npt
import pytest

from gmn_core.generation.request import GenerationError
from gmn_core.generation.sound.presets import PERCUSSION_BANK, PresetLibrary
from gmn_core.generation.sound.soundfont import bundled_soundfont

RATE = 48_000


def played(soundfont: bytes, program: int, key: int, drums: bool = False) -> npt.NDArray[np.float64]:
    """Return one note of one second, in mono."""
    import midirenderer

    channel = 9 if drums else 0
    track = mido.MidiTrack(
        [
            mido.Message("program_change", channel=channel, program=program),
            mido.Message("note_on", channel=channel, note=key, velocity=100),
            mido.Message("note_off", channel=channel, note=key, time=960),
        ]
    )
    buffer = io.BytesIO()
    mido.MidiFile(type=0, ticks_per_beat=480, tracks=[track]).save(file=buffer)
    wav = midirenderer.render_wave_from(soundfont, buffer.getvalue())
    return np.frombuffer(wav, "<i2", offset=44).reshape(-1, 2)[:RATE].mean(axis=1)


def cut(presets: dict[tuple[int, int], Collection[int]]) -> bytes:
    return bundled_soundfont().cut(presets)


def test_what_is_cut_is_small_and_plays_the_note_in_tune() -> None:
    flute = cut({(0, 73): {69}})
    assert len(flute) < 1_000_000
    sound = played(flute, 73, 69)
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 8 * RATE))
    assert np.argmax(spectrum) / 8 == pytest.approx(440, rel=0.005)


def test_a_cut_of_a_cut_sounds_the_same() -> None:
    """It is a SoundFont 2 itself: its samples are plain, their loops counted from the file's start."""
    first = cut({(0, 48): {60, 72}, (0, 33): {40}})
    second = PresetLibrary(first).cut({(0, 48): {60}})
    assert len(second) < len(first)
    np.testing.assert_array_equal(played(second, 48, 60), played(first, 48, 60))


def test_a_loop_sustains_a_note_beyond_its_sample() -> None:
    organ = played(cut({(0, 16): {60}}), 16, 60)
    late = organ[int(0.8 * RATE) :]
    assert np.sqrt(np.mean(late**2)) > 0.5 * np.sqrt(np.mean(organ[RATE // 10 : RATE // 2] ** 2))


def test_keys_that_are_not_played_are_left_out() -> None:
    one, many = (len(cut({(0, 0): keys})) for keys in ({60}, set(range(21, 109))))
    assert 5 * one < many


def test_drums_sound_where_some_of_the_kit_is_left_out() -> None:
    kit = cut({(PERCUSSION_BANK, 0): {36, 42}})
    assert played(kit, 0, 36, drums=True).std() > 100
    assert played(kit, 0, 42, drums=True).std() > 10


@pytest.mark.parametrize(("bank", "program"), [(PERCUSSION_BANK, 99), (PERCUSSION_BANK, 127)])
def test_what_the_soundfont_lacks_is_played_by_the_first_of_its_bank(bank: int, program: int) -> None:
    missing = played(cut({(bank, program): {38}}), program, 38, drums=True)
    np.testing.assert_array_equal(missing, played(cut({(bank, 0): {38}}), 0, 38, drums=True))


def test_a_chunk_of_odd_length_may_lack_the_byte_after_it() -> None:
    whole = cut({(0, 73): {69}})
    place = whole.index(b"LIST", 20)  # the sound
    size = struct.unpack_from("<I", whole, place + 4)[0]
    odd = whole[: place + 8 + size] + b"x" + whole[place + 8 + size :]
    odd = odd[: place + 4] + struct.pack("<I", size + 1) + odd[place + 8 :]
    assert PresetLibrary(odd).cut({(0, 73): {69}}) == whole


def test_a_damaged_file_is_refused() -> None:
    whole = cut({(0, 73): {69}})
    for part in (whole[:100], whole[: len(whole) // 2], whole[:-30]):
        with pytest.raises(GenerationError, match="damaged"):
            PresetLibrary(part)
