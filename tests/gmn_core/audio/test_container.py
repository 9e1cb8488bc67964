"""What headers tell."""

from __future__ import annotations

import struct

import pytest

from gmn_core.audio.container import claims_more_than_it_holds, foreign_format, is_for_libsndfile


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.4", "a PDF document"),
        (b"PK\x03\x04rest", "a ZIP archive or an office document"),
        (b"RIFF\x00\x00\x00\x00WAVE", None),
        (b"fLaC", None),
        (b"", None),
    ],
)
def test_well_known_kinds_are_named(data: bytes, name: str | None) -> None:
    assert foreign_format(data) == name


@pytest.mark.parametrize("size_field", [">I", "<I"])
@pytest.mark.parametrize(
    ("claimed", "cut"), [(4_992, False), (5_500, False), (7_000, True), (0xFFFFFFFF, False), (0, False)]
)
def test_sizes_are_compared_with_some_tolerance(size_field: str, claimed: int, cut: bool) -> None:
    magic = b"RIFF" if size_field == "<I" else b"FORM"
    data = magic + struct.pack(size_field, claimed) + bytes(4_992)
    assert claims_more_than_it_holds(data) is cut


def test_au_states_offset_and_size() -> None:
    assert claims_more_than_it_holds(b".snd" + struct.pack(">II", 24, 9_000) + bytes(2_000))
    assert not claims_more_than_it_holds(b".snd" + struct.pack(">II", 24, 1_988) + bytes(2_000))


def test_other_formats_state_nothing() -> None:
    assert not claims_more_than_it_holds(b"OggS" + b"\xff" * 100)
    assert not claims_more_than_it_holds(b"RIFF")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"RIFF\x00\x00\x00\x00WAVE", True),
        (b"\xff\xfb\x90\x00", True),  # MPEG 1, layer 3
        (b"\xff\xf3\x90\x00", True),  # MPEG 2, layer 3
        (b"\xff\xf1\x50\x80", False),  # AAC
        (b"\x1aE\xdf\xa3", False),  # WebM
        (b"Creative Voice File\x1a", False),  # libsndfile would read it, but nobody has asked for it
        (b"", False),
    ],
)
def test_libsndfile_gets_what_it_is_wanted_for(data: bytes, expected: bool) -> None:
    assert is_for_libsndfile(data) is expected
