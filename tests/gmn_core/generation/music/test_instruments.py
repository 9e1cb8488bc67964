import pytest
from pretty_midi import program_to_instrument_class

from gmn_core.generation.music.band import Role
from gmn_core.generation.music.instruments import DRUM_KITS, INSTRUMENTS, instrument_name


def test_there_is_a_name_of_its_own_for_every_program() -> None:
    assert len(INSTRUMENTS) == len(set(INSTRUMENTS)) == 128


@pytest.mark.parametrize(
    ("family", "word"),
    [("Guitar", "uitar"), ("Bass", "ass"), ("Piano", "iano"), ("Synth Pad", " pad"), ("Organ", "organ")],
)
def test_families_stand_where_general_midi_has_them(family: str, word: str) -> None:
    named = [
        name for program, name in enumerate(INSTRUMENTS) if program_to_instrument_class(program) == family
    ]
    assert len(named) == 8
    assert sum(word in name for name in named) >= 5


def test_kits_have_names_and_what_is_no_kit_is_played_on_the_standard_one() -> None:
    names = [instrument_name(Role.DRUMS, program) for program in (0, 8, 40, 41, 127)]
    assert names == [DRUM_KITS[kit] for kit in (0, 8, 40, 0, 0)]
    assert instrument_name(Role.LEAD, 25) == "Steel-string guitar"
