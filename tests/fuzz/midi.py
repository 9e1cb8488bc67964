"""MIDI files: as an opening, as a piece of a corpus, and as something to render."""

from __future__ import annotations

import struct

import numpy as np

from gmn_core.generation.evaluation.outside import file_features
from gmn_core.generation.music.band import TICKS_PER_BEAT, Band, Note, Role
from gmn_core.generation.music.casting import band_from_midi
from gmn_core.generation.playing.model import shipped_model
from gmn_core.generation.playing.planning import draw_plan
from gmn_core.generation.request import MAX_SECONDS, MIN_SECONDS, GenerationError, GenerationRequest
from gmn_core.generation.sound.production import Session
from gmn_core.generation.sound.profile import PLAIN
from gmn_core.generation.sound.score import Score
from gmn_core.generation.sound.soundfont import find_soundfont
from gmn_core.genres import Genre
from tests.fuzz.mutation import mutated

RENDERED = 0.02  # share of the files that are played, which takes longer than all the rest

_MODEL, _SOUNDFONT = shipped_model(), find_soundfont()
_STEPS = (0, 1, 3, 60, 96, 480, 1920, 1 << 14, 1 << 21, (1 << 28) - 1)
_DIVISIONS = (0, 1, 24, 96, 480, 960, 32_767, 0x8000, 0xE728)


def _piece(seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    notes = {
        role: tuple(
            Note(beat * TICKS_PER_BEAT, int(rng.integers(36, 80)), int(rng.integers(1, 900)), 90)
            for beat in range(32)
        )
        for role in (Role.DRUMS, Role.BASS, Role.CHORDS, Role.LEAD)
    }
    programs = dict(zip(notes, (0, 33, 0, 65), strict=True))
    return Band(120.0, 4, 4, 0, False, programs, notes, 32 * TICKS_PER_BEAT).to_midi()


_PIECES = tuple(_piece(seed) for seed in range(4))


def make(rng: np.random.Generator) -> bytes:
    """Return a piece that is damaged, or a file that is made up event by event, and perhaps damaged too."""
    kind, piece = rng.random(), _PIECES[rng.integers(len(_PIECES))]
    if kind < 0.2:
        return mutated(rng, piece, _PIECES)
    if kind < 0.4:
        return _altered(rng, piece)
    made = _made_up(rng)
    return mutated(rng, made, _PIECES) if rng.random() < 0.2 else made


def consume(data: bytes) -> str:
    """Do with a file all that the program does with one."""
    try:
        band = band_from_midi(data)
    except GenerationError:
        return "refused"
    file_features(data)
    band.to_midi()
    score = Score(data)
    chance = np.random.default_rng(
        len(data)
    )  # the same for the same file, so that a finding can be had again
    seconds = MAX_SECONDS if chance.random() < 0.5 else MIN_SECONDS
    tempo = 120.0 if chance.random() < 0.5 else None
    outcome = "read"
    try:
        draw_plan(GenerationRequest(Genre.JAZZ, seconds, tempo, opening=data), _MODEL, chance)
    except GenerationError:
        outcome = "read, no opening"
    if chance.random() < RENDERED:
        # Whatever can be read can be played.
        recording = Session(score, _SOUNDFONT, 0.5, PLAIN).recording()
        if not np.isfinite(recording.samples).all():
            raise ValueError("samples that are not numbers")
    return outcome


def _altered(rng: np.random.Generator, piece: bytes) -> bytes:
    """Return a piece with other numbers in its events, which stay events."""
    altered = bytearray(piece)
    for place in rng.integers(22, len(piece), int(2 ** rng.uniform(0, 6))):
        if altered[place] < 0x80:
            altered[place] = rng.integers(0x80)
    return bytes(altered)


def _made_up(rng: np.random.Generator) -> bytes:
    """Return a file that is well formed; in one of three anything may be claimed."""
    wild = bool(rng.random() < 1 / 3)
    n_tracks = int(rng.choice((1, 2, 3, 17, 300), p=(0.4, 0.3, 0.2, 0.09, 0.01)))
    size = 9 if n_tracks < 20 else 3
    tracks = [_track(rng, int(2 ** rng.uniform(2, size)), wild) for _ in range(n_tracks)]
    division = int(rng.choice(_DIVISIONS if wild else _DIVISIONS[1:-2]))
    header = struct.pack(">HHH", int(rng.choice((0, 1, 1, 2) if wild else (0, 1))), n_tracks, division)
    return _chunk(b"MThd", header) + b"".join(_chunk(b"MTrk", track) for track in tracks)


def _track(rng: np.random.Generator, n_events: int, wild: bool) -> bytes:
    events = bytearray()
    for _ in range(n_events):
        events += _number(int(rng.choice(_STEPS)) if wild else int(rng.integers(0, 240)))
        events += _event(rng, wild)
    if rng.random() < 0.05:  # the same again and again
        events *= max(1, int(min(2 ** rng.uniform(0, 12), 800_000 // len(events))))
    return bytes(events) + b"\x00\xff\x2f\x00"


def _event(rng: np.random.Generator, wild: bool) -> bytes:
    channel = int(rng.choice((0, 1, 9, int(rng.integers(16)))))
    data = rng.integers(0, 128, 2).tolist()
    kind = rng.random()
    if kind < 0.8:
        # Few pitches, so that most notes find their end.
        return bytes(
            [(0x90 if kind < 0.4 else 0x80) | channel, int(rng.choice((36, 48, 60, 67, data[0]))), data[1]]
        )
    if kind < 0.9:
        status = int(rng.integers(0x8, 0xF)) << 4 | channel
        return bytes([status, *data[: 1 if 0xC0 <= status < 0xE0 else 2]])
    if kind < 0.94:
        tempo = rng.choice((0, 1, 60, 60_000, 0xFFFFFF) if wild else (60_000, 250_000, 500_000, 2_000_000))
        return b"\xff\x51\x03" + int(tempo).to_bytes(3, "big")
    if kind < 0.96:
        numbers = rng.choice((0, 1, 3, 7, 12, 64, 255) if wild else (1, 2, 3, 4, 6), 4)
        return b"\xff\x58\x04" + bytes(numbers.tolist())
    body = rng.bytes(int(rng.integers(0, 40)))
    if kind < 0.98:
        # Not the end of the track, nor what has its own form.
        return bytes([0xFF, int(rng.integers(1, 16))]) + _number(len(body)) + body
    return b"\xf0" + _number(len(body)) + body


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack(">I", len(content)) + content


def _number(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))
