"""The pieces that ship for the Home page."""

from __future__ import annotations

import json

import pytest

from gmn_core.audio.decode import decode
from gmn_core.generation.music.band import Band, Note, Role
from pages.front.make_pieces import SEED
from pages.front.pieces import FOLDER, HomePiece, drawn_notes, shipped_pieces
from pages.shared.survey_store import DEFAULT_STUDY


def test_all_of_them_stay_below_a_megabyte() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 1_000_000


@pytest.mark.parametrize("piece", shipped_pieces(), ids=lambda piece: piece.genre)
def test_a_piece_is_what_its_index_says(piece: HomePiece) -> None:
    clip = decode(piece.audio).clip
    assert clip.seconds == pytest.approx(piece.seconds, abs=0.1)
    assert abs(clip.samples).max() > 0.1
    assert sum(piece.heard.values()) == pytest.approx(1, abs=1e-3)
    onsets = [onset for notes in piece.notes.values() for onset, *_ in notes]
    assert min(onsets) >= 0
    assert max(onsets) < piece.seconds


def test_none_is_a_sample_of_the_default_study() -> None:
    study = json.loads((DEFAULT_STUDY / "study.json").read_text(encoding="utf-8"))
    taken = {(sample["intended_genre"], sample["settings"]["request"]["seed"]) for sample in study["samples"]}
    assert taken
    assert all(seed != SEED for _, seed in taken)
    assert not taken & {(piece.genre.value, piece.seed) for piece in shipped_pieces()}


def test_notes_are_drawn_in_seconds_and_silent_players_left_out() -> None:
    band = Band(
        tempo=120,
        beats_per_bar=4,
        steps_per_beat=4,
        tonic=0,
        minor=False,
        programs={Role.BASS: 32, Role.LEAD: 0},
        notes={
            Role.BASS: (Note(onset=480, duration=240, pitch=40, velocity=90),),
            Role.LEAD: (),
        },
        length=1920,
    )
    assert drawn_notes(band) == {Role.BASS: [(0.5, 0.25, 40, 90)]}
