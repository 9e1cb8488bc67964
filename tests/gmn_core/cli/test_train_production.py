"""The ``train production`` command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gmn_core.cli import main
from gmn_core.generation.sound.profile import Profile, profile_path
from gmn_core.genres import Genre
from gmn_core.models.card import file_sha256
from tests.gmn_core.cli.conftest import Refused


def test_what_cannot_be_used_is_refused(refused: Refused, midi_corpus: Path, tmp_path: Path) -> None:
    words = ["train", "production", "--midi", midi_corpus, "--out", tmp_path / "out"]
    assert "'polka' is none of blues" in refused(*words, "--gtzan", tmp_path, "--genre", "polka")
    assert "too few clips of blues" in refused(*words, "--gtzan", tmp_path)
    assert not (tmp_path / "out").exists()


@pytest.mark.corpus
def test_a_short_fit_writes_a_profile_and_a_card(corpus_dir: Path, midi_corpus: Path, tmp_path: Path) -> None:
    out, run_dir = tmp_path / "out", tmp_path / "run"
    words = ["train", "production", "--midi", midi_corpus, "--gtzan", corpus_dir / "gtzan"]
    words += ["--genre", "jazz", "--pieces", "1", "--seconds", "3", "--rounds", "1", "--candidates", "3"]
    assert main([*map(str, words), "--run", str(run_dir), "--out", str(out)]) == 0
    path = profile_path(Genre.JAZZ, out)
    assert Profile.from_json(path.read_text()).room > 0
    card = json.loads((out / "card.json").read_text())
    assert card["weights"] == {"jazz.json": file_sha256(path)}
    (figures,) = card["figures"].values()
    assert set(figures["jazz"]) == {"before", "after", "kept"}
    assert len(json.loads((run_dir / "jazz.json").read_text())["values"]) == 3
