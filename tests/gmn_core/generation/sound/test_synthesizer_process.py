import pytest

from gmn_core.generation.sound.renderer import synthesized
from gmn_core.generation.sound.soundfont import bundled_soundfont
from tests.gmn_core.generation.sound.midi_files import midi_file, track


def test_the_process_plays_what_the_synthesizer_plays() -> None:
    import midirenderer

    piano = bundled_soundfont().cut({(0, 0): {60}})
    midi = midi_file(track(0, 0, [[60]]))
    assert synthesized(piano, midi) == midirenderer.render_wave_from(piano, midi)


def test_the_process_says_why_it_cannot_play() -> None:
    with pytest.raises(RuntimeError, match=r"\w"):
        synthesized(b"no SoundFont", midi_file(track(0, 0, [[60]])))
