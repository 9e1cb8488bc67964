"""MusPy's metrics on bands with known answers, self-similarity and diversity."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from gmn_core.generation.evaluation.metrics import diversity, muspy_metrics, self_similarity
from gmn_core.generation.music.band import TICKS_PER_BEAT, Band, Note, Role
from gmn_core.generation.tokens.encoding import Shapes, encode
from tests.gmn_core.generation.conftest import make_band

BEAT = TICKS_PER_BEAT


def plain_band(notes: dict[Role, list[Note]], length: int = 16 * BEAT) -> Band:
    return Band(120, 4, 4, 0, False, dict.fromkeys(notes, 0), {r: tuple(n) for r, n in notes.items()}, length)


def test_entropy_and_scale() -> None:
    one = muspy_metrics(plain_band({Role.LEAD: [Note(beat * BEAT, 60, BEAT, 90) for beat in range(8)]}))
    assert one["pitch-class entropy"] == 0
    assert one["scale consistency"] == 1
    chromatic = [Note(place * BEAT, 60 + place, BEAT, 90) for place in range(12)]
    every = muspy_metrics(plain_band({Role.LEAD: chromatic}))
    assert every["pitch-class entropy"] == pytest.approx(math.log2(12))
    assert every["scale consistency"] == pytest.approx(7 / 12)
    assert math.isnan(every["drum-pattern consistency"])


def test_polyphony_counts_sounding_pitches() -> None:
    notes = [Note(0, 60, 2 * BEAT, 90), Note(0, 64, BEAT, 90)]
    assert muspy_metrics(plain_band({Role.CHORDS: notes}))["polyphony"] == pytest.approx(1.5)


def test_empty_beats_are_those_in_which_nothing_sounds() -> None:
    notes = [Note(0, 60, BEAT // 2, 90), Note(3 * BEAT, 60, BEAT // 2, 90)]
    assert muspy_metrics(plain_band({Role.LEAD: notes}))["empty-beat rate"] == pytest.approx(0.5)


def test_drums_on_a_triple_pattern_are_consistent() -> None:
    hits = [Note(place * BEAT // 3, 42, 10, 90) for place in range(12)]
    assert muspy_metrics(plain_band({Role.DRUMS: hits}))["drum-pattern consistency"] == 1
    off = [replace(hit, onset=hit.onset + BEAT // 24) for hit in hits]
    assert muspy_metrics(plain_band({Role.DRUMS: off}))["drum-pattern consistency"] == 0


def test_the_metrics_are_muspys(band: Band, tmp_path: object) -> None:
    muspy = pytest.importorskip("muspy", reason="muspy checks our metrics where it is installed")
    from pathlib import Path

    path = Path(str(tmp_path)) / "band.mid"
    path.write_bytes(band.to_midi())
    music = muspy.read_midi(path)
    music.adjust_resolution(24)
    ours = muspy_metrics(band)
    assert ours["pitch-class entropy"] == pytest.approx(muspy.pitch_class_entropy(music))
    assert ours["scale consistency"] == pytest.approx(muspy.scale_consistency(music))
    assert ours["polyphony"] == pytest.approx(muspy.polyphony(music))
    assert ours["empty-beat rate"] == pytest.approx(muspy.empty_beat_rate(music))
    assert ours["groove consistency"] == pytest.approx(muspy.groove_consistency(music, 96))
    assert ours["drum-pattern consistency"] == pytest.approx(muspy.drum_pattern_consistency(music))


def test_a_piece_in_four_bar_phrases_is_like_itself_four_bars_on() -> None:
    band = make_band()
    without_tune = replace(
        band,
        programs={role: own for role, own in band.programs.items() if role is not Role.LEAD},
        notes={role: own for role, own in band.notes.items() if role is not Role.LEAD},
    )
    _, tokens = encode(without_tune, Shapes(((), (4, 7))))
    similar = self_similarity(tokens, 16)
    assert similar[4] == similar[8] == 1
    assert similar[1] < 1


def test_diversity_is_zero_between_equals() -> None:
    one, other = (encode(make_band(seed=seed), Shapes(((), (4, 7))))[1] for seed in (1, 2))
    assert diversity([one, one]) == 0
    assert 0 < diversity([one, other]) < 1
    assert np.isnan(diversity([one]))
