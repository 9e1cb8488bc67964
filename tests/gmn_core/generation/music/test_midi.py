"""Reading MIDI files within bounds."""

from __future__ import annotations

import io
import struct
import tracemalloc

import mido
import numpy as np
import pytest

from gmn_core.generation.music.band import Band
from gmn_core.generation.music.casting import band_from_midi
from gmn_core.generation.music.midi import (
    MAX_BYTES,
    MAX_NOTES,
    MAX_TRACKS,
    MidiFile,
    as_bytes,
    read_midi,
)
from gmn_core.generation.request import GenerationError

END = b"\x00\xff\x2f\x00"
NOTE = b"\x00\x90\x3c\x50" + b"\x60\x80\x3c\x00"  # middle C for 96 ticks


def chunk(events: bytes, *, kind: bytes = b"MTrk", claims: int = 0) -> bytes:
    return kind + struct.pack(">I", claims or len(events)) + events


def smf(*tracks: bytes, form: int = 1, n_tracks: int | None = None, division: int = 96) -> bytes:
    """A file of tracks, each given by its events."""
    header = struct.pack(">HHH", form, len(tracks) if n_tracks is None else n_tracks, division)
    return chunk(header, kind=b"MThd") + b"".join(map(chunk, tracks))


def tempo(microseconds: int) -> bytes:
    return b"\x00\xff\x51\x03" + microseconds.to_bytes(3, "big")


def notes_of(file: MidiFile) -> list[list[list[int]]]:
    return [part.notes.tolist() for part in file.parts()]


def test_notes_times_tempos_and_metres_are_read() -> None:
    metre = b"\x00\xff\x58\x04\x06\x03\x18\x08"
    later = b"\x81\x00\xff\x51\x03" + (250_000).to_bytes(3, "big")
    name = b"\x00\xff\x03\x04Lead"
    sysex = b"\x00\xf0\x03\x7e\x7f\xf7"
    file = read_midi(smf(tempo(1_000_000) + metre + later, name + b"\x00\xc0\x41" + sysex + NOTE + END))
    assert [tuple(own) for own in file.tempos] == [(0, 1_000_000), (128, 250_000)]
    assert [round(own.per_minute) for own in file.tempos] == [60, 240]
    assert file.metres == ((0, 6, 8),)
    (part,) = file.parts()
    assert (part.name, part.program, part.is_drum) == ("Lead", 65, False)
    assert part.notes.tolist() == [[0, 60, 96, 80]]
    assert file.seconds == pytest.approx(128 / 96)


def test_a_band_comes_back_as_it_was_written(band: Band) -> None:
    file = read_midi(band.to_midi())
    assert file.length == band.length
    assert file.seconds == pytest.approx(band.seconds, abs=1e-4)
    for part, role in zip(file.parts(), band.roles, strict=True):
        assert (part.name, part.program) == (role.value, band.programs[role])
        expected = [[note.onset, note.pitch, note.duration, note.velocity] for note in band.notes[role]]
        assert sorted(part.notes.tolist()) == sorted(expected)


def test_messages_are_those_that_mido_reads() -> None:
    rng = np.random.default_rng(1)
    kinds = {"note_on": 2, "note_off": 2, "polytouch": 2, "control_change": 2, "aftertouch": 1}
    track = mido.MidiTrack([mido.MetaMessage("track_name", name="all kinds")])
    for _ in range(300):
        status = int(rng.integers(0x80, 0xF0))
        data = rng.integers(0, 128, 1 if 0xC0 <= status < 0xE0 else 2).tolist()
        track.append(mido.Message.from_bytes([status, *data], time=int(rng.integers(0, 1000))))
    assert {message.type for message in track} >= set(kinds)
    buffer = io.BytesIO()
    mido.MidiFile(type=0, ticks_per_beat=480, tracks=[track]).save(file=buffer)
    (read,) = read_midi(buffer.getvalue()).tracks
    assert read.name == "all kinds"
    assert [as_bytes(message) for message in read.messages] == [bytes(m.bytes()) for m in track[1:]]
    times = np.diff([0, *(message[0] for message in read.messages)])
    assert times.tolist() == [message.time for message in track[1:]]


def test_running_status_goes_on_after_a_meta_event() -> None:
    file = read_midi(smf(b"\x00\x90\x3c\x50" + b"\x00\xff\x01\x01a" + b"\x60\x3c\x00" + END))
    assert notes_of(file) == [[[0, 60, 96, 80]]]


def test_the_note_that_sounds_longest_ends_first_and_endless_ones_are_left_out() -> None:
    twice = b"\x00\x90\x3c\x50" + b"\x10\x3c\x40" + b"\x10\x3c\x00" + b"\x10\x3c\x00" + b"\x00\x3d\x40" + END
    assert notes_of(read_midi(smf(twice))) == [[[0, 60, 32, 80], [16, 60, 32, 64]]]


def test_a_note_belongs_to_the_program_with_which_it_began() -> None:
    change = b"\x00\xc0\x05" + b"\x00\x90\x3c\x50" + b"\x00\xc0\x09" + b"\x60\x80\x3c\x00" + NOTE + END
    programs = {part.program: part.notes[:, 0].tolist() for part in read_midi(smf(change)).parts()}
    assert programs == {5: [0], 9: [96]}


def test_what_follows_the_tracks_and_foreign_chunks_are_passed_over() -> None:
    whole = smf(NOTE + END)
    assert notes_of(read_midi(whole + b"<!-- from the web -->")) == [[[0, 60, 96, 80]]]
    header, track = whole[:14], whole[14:]
    assert notes_of(read_midi(header + chunk(b"junk", kind=b"XFIH") + track)) == [[[0, 60, 96, 80]]]


def test_of_two_metres_at_one_moment_the_later_counts() -> None:
    metres = b"\x00\xff\x58\x04\x04\x02\x18\x08" + b"\x00\xff\x58\x04\x03\x02\x18\x08"
    assert band_from_midi(smf(metres + NOTE * 8 + END)).beats_per_bar == 3


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a MIDI file"),
        (b"MThd", "not a MIDI file"),
        (b"RIFF and nothing else", "not a MIDI file"),
        (b"MThd\x00\x00\x00\x05" + smf(NOTE)[8:], "header cannot be read"),
        (smf(NOTE, form=3), "header cannot be read"),
        (smf(NOTE, NOTE, form=2), "several pieces"),
        (smf(NOTE, division=0xE728), "film frames"),
        (smf(NOTE, division=0), "into no ticks"),
        (smf(NOTE, n_tracks=MAX_TRACKS + 1), f"{MAX_TRACKS + 1} tracks"),
        (smf(NOTE, n_tracks=2), "cut off"),
        (smf(NOTE)[:-1], "cut off"),
        (smf(NOTE)[:14] + chunk(NOTE, claims=0xFFFFFFFF), "cut off"),
        (smf(NOTE[:-1]), "middle of an event"),
        (smf(b"\x00"), "middle of an event"),
        (smf(b"\x00\xff\x03\x7fshort"), "middle of an event"),
        (smf(b"\x00\xff\x51\x00"), "beyond 1,000 beats"),
        (smf(b"\x00\xff\x58\x00"), "middle of an event"),
        (smf(b"\xff\xff\xff\xff\x7f\x90\x3c\x50"), "a time in it has no end"),
        (smf(b"\x00\x3c\x50"), "bytes that are no events"),
        (smf(b"\x00\x90\x3c\x80"), "bytes that are no events"),
        (smf(b"\x00\xf8"), "bytes that are no events"),
        (smf(tempo(0) + NOTE), "tempo beyond 1,000 beats"),
        (smf(tempo(1) + NOTE), "tempo beyond 1,000 beats"),
        (smf(b"\x00\xff\x58\x04\x04\x08\x18\x08"), "metre beyond 128/64"),
        (smf(b"\x00\xff\x58\x04\x04\xff\x18\x08"), "metre beyond 128/64"),
        (smf(b"\x00\xff\x58\x04\x00\x02\x18\x08"), "metre beyond 128/64"),
        (smf(b"\x00\x90\x3c\x50" + b"\xff\xff\xff\x7f\x80\x3c\x00"), "longer than 20 minutes"),
        (smf(NOTE * (MAX_NOTES // 2 + 1), NOTE * (MAX_NOTES // 2)), "more than 100,000 notes"),
        (smf(NOTE) + bytes(MAX_BYTES), "larger than 1 MB"),
    ],
)
def test_each_refusal_is_one_sentence(data: bytes, message: str) -> None:
    with pytest.raises(GenerationError, match=message) as refusal:
        read_midi(data)
    assert str(refusal.value).endswith(".")


def test_tempo_alone_makes_no_file_short_enough() -> None:
    ticks = b"\x87\xc0\x00"  # 122,880: 1,280 beats, at 60 per minute over 21 minutes
    slow = smf(tempo(1_000_000) + b"\x00\x90\x3c\x50" + ticks + b"\x80\x3c\x00" + END)
    with pytest.raises(GenerationError, match="longer than 20 minutes"):
        read_midi(slow)
    fast = smf(tempo(500_000) + b"\x00\x90\x3c\x50" + ticks + b"\x80\x3c\x00" + END)
    assert read_midi(fast).seconds == pytest.approx(640)


def test_the_largest_file_takes_little_memory() -> None:
    full = smf(b"\x00\x90\x3c\x50\x01\x3c\x00" + b"\x00\x3c\x50\x01\x3c\x00" * (MAX_NOTES - 1) + END)
    tracemalloc.start()
    (part,) = read_midi(full).parts()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(part.notes) == MAX_NOTES
    assert peak < 100 * 2**20
