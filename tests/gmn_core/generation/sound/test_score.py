import mido
import pytest

from gmn_core.generation.music.band import Band, Note, Role
from gmn_core.generation.request import GenerationError
from gmn_core.generation.sound.score import Score
from tests.gmn_core.generation.sound.midi_files import BEAT, midi_file, track


def test_a_bands_tracks_say_their_roles() -> None:
    roles = {Role.BASS: 0, Role.PAD: 0, Role.LEAD: 0, Role.SECOND: 0}
    notes = {role: (Note(onset=0, pitch=60, duration=BEAT, velocity=90),) for role in roles}
    band = Band(120, 4, 4, 0, False, programs=roles, notes=notes, length=4 * BEAT)
    assert [part.role for part in Score(band.to_midi()).parts] == list(roles)


@pytest.mark.parametrize(
    ("channel", "program", "pitches", "role"),
    [
        (9, 0, [[36]], Role.DRUMS),
        (0, 33, [[36]], Role.BASS),
        (0, 48, [[60]], Role.PAD),
        (0, 24, [[60, 64], [62, 65]], Role.CHORDS),
        (0, 65, [[72], [74]], Role.LEAD),
        (0, 65, [[50], [52]], Role.SECOND),
    ],
)
def test_other_tracks_are_judged_by_what_they_play(
    channel: int, program: int, pitches: list[list[int]], role: Role
) -> None:
    (part,) = Score(midi_file(track(channel, program, pitches))).parts
    assert part.role is role
    assert part.program == program


@pytest.mark.parametrize("midi", [b"", b"not MIDI at all", midi_file(track(0, 0, [[60]]))[:40]])
def test_what_is_no_midi_file_is_refused(midi: bytes) -> None:
    with pytest.raises(GenerationError, match=r"not a MIDI file|cut off"):
        Score(midi)


def test_a_key_that_does_not_exist_is_no_hindrance() -> None:
    midi = midi_file([mido.MetaMessage("key_signature", key="C"), *track(0, 0, [[60]])])
    assert Score(midi.replace(b"\xff\x59\x02\x00\x00", b"\xff\x59\x02\x30\x07")).parts


def test_time_in_film_frames_is_refused() -> None:
    midi = midi_file(track(0, 0, [[60]]))
    with pytest.raises(GenerationError, match="film frames"):
        Score(midi.replace(BEAT.to_bytes(2, "big"), b"\xe7\x28", 1))


def test_a_file_without_notes_and_one_without_end_are_refused() -> None:
    with pytest.raises(GenerationError, match="holds no notes"):
        Score(midi_file(track(0, 0, [])))
    with pytest.raises(GenerationError, match="longer than 20 minutes"):
        Score(midi_file([mido.Message("note_on", note=60), mido.Message("note_off", note=60, time=10**7)]))
