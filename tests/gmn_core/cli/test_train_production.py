"""The ``train production`` command."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from gmn_core.cli import main
from gmn_core.generation.sound.profile import Profile, profile_path
from gmn_core.genres import GENRES, Genre
from gmn_core.models import training_run
from gmn_core.models.card import file_sha256, model_dir
from tests.gmn_core.cli.conftest import Refused


def test_what_cannot_be_used_is_refused(refused: Refused, midi_corpus: Path, tmp_path: Path) -> None:
    words = ["train", "production", "--midi", midi_corpus]
    assert "'polka' is none of blues" in refused(*words, "--gtzan", tmp_path, "--genre", "polka")
    assert "too few clips of blues" in refused(*words, "--gtzan", tmp_path)
    assert not (tmp_path / "runs").exists()


@pytest.mark.corpus
def test_a_short_fit_writes_into_its_run_and_is_published_only_where_it_is_asked_to(
    corpus_dir: Path, midi_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "checkout" / "gmn_core" / "models"
    shutil.copytree(model_dir("production"), shipped / "production")
    (tmp_path / "checkout" / "pyproject.toml").touch()
    monkeypatch.setattr(training_run, "MODELS_DIR", shipped)
    monkeypatch.chdir(tmp_path)
    words = ["train", "production", "--midi", midi_corpus, "--gtzan", corpus_dir / "gtzan"]
    words += ["--genre", "jazz", "--pieces", "1", "--seconds", "3", "--rounds", "1", "--candidates", "3"]
    before = _hashes(shipped / "production")
    assert main([*map(str, words)]) == 0
    assert _hashes(shipped / "production") == before

    folder = tmp_path / "runs" / "production" / "models" / "production"
    assert Profile.from_json(profile_path(Genre.JAZZ, folder).read_text()).room > 0
    card = json.loads((folder / "card.json").read_text())
    names = {f"{genre.value}.json" for genre in GENRES}
    assert card["weights"] == {name: file_sha256(folder / name) for name in names}
    unfitted = names - {"jazz.json"}
    assert {name: card["weights"][name] for name in unfitted} == {name: before[name] for name in unfitted}
    (figures,) = card["figures"].values()
    assert set(figures["jazz"]) == {"before", "after", "kept"}
    assert len(json.loads((tmp_path / "runs" / "production" / "jazz.json").read_text())["values"]) == 3

    assert main(["publish", "runs/production"]) == 0
    assert _hashes(shipped / "production") == _hashes(folder)


def _hashes(folder: Path) -> dict[str, str]:
    return {path.name: file_sha256(path) for path in folder.iterdir()}
