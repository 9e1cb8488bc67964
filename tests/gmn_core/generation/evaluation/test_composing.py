"""What chords and locks cost: the measures, and the report on a small corpus."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gmn_core.cli.evaluate_composing import composing_summary
from gmn_core.corpora.midi import Split
from gmn_core.generation.evaluation.composing import as_text, chord_tone_share, composing_report
from gmn_core.generation.evaluation.excerpts import MeasuredPiece
from gmn_core.generation.music.band import Band, Role
from gmn_core.generation.playing.model import GeneratorModel, shipped_model
from gmn_core.generation.tokens.encoding import encode
from gmn_core.generation.training.dataset import Dataset
from gmn_core.genres import Genre


def test_notes_are_held_against_the_chord_where_they_are_struck(band: Band) -> None:
    # Bass and chords play D, G, A and D, bar by bar.
    right = replace(band, chords=tuple((bar * 1920, "DGAD"[bar % 4]) for bar in range(12)))
    wrong = replace(band, chords=((0, "E♭"),))
    assert chord_tone_share(right, (Role.BASS, Role.CHORDS)) == 1
    assert chord_tone_share(wrong, (Role.BASS,)) == pytest.approx(0.25)  # the G
    assert chord_tone_share(band, (Role.BASS,)) != chord_tone_share(band, (Role.BASS,))


def test_the_chords_of_a_piece_are_written_as_people_do(band: Band) -> None:
    sheet, tokens = encode(band, shipped_model().shapes)
    text = as_text(MeasuredPiece(Genre.POP, sheet, tokens, band), shipped_model())
    assert text.split(" | ")[:4] == ["D", "G", "A", "D"]


def test_the_report_has_every_kind_of_sample(dataset: Dataset, model: GeneratorModel) -> None:
    pieces = dataset.of(Split.TRAIN)
    report = composing_report(
        pieces, pieces[:2], model, n_pieces=1, seconds=10, seed=1, progress=lambda items, **_: items
    )
    names = ["held-out real", "free", "given chords", "another drummer", "others, drums kept"]
    assert list(report) == names
    assert len(composing_summary(report)) == 5
    assert report["given chords"]["chord tones"]["accompaniment"]["mean"] >= 0.8
