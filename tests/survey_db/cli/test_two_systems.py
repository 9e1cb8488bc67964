"""A study of two systems of eight compositions, from its folder to its report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from survey_db.cli import main
from survey_db.running.listener_state import Step
from survey_db.store import open_store
from tests.survey_db.material import Clock, begin, listen, state_of, tone


def test_from_create_to_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url, samples = f"sqlite:///{tmp_path / 'survey.db'}", []
    for number, system in enumerate(("Ours", "Players")):
        for tune in range(8):
            name = f"{number}-{tune}.flac"
            (tmp_path / name).write_bytes(tone(200 + 30 * tune + 400 * number))
            genre = ("rock", "jazz")[tune % 2]
            samples.append(
                {"file": name, "intended_genre": genre, "system": system, "composition": f"tune {tune}"}
            )
    systems = [{"name": "Ours"}, {"name": "Players", "kind": "people"}]
    study = {"title": "Two bands", "volume_check": False, "systems": systems, "samples": samples}
    (tmp_path / "study.json").write_text(json.dumps(study))
    assert main(["--database", url, "create", str(tmp_path), "--open"]) == 0
    slug = capsys.readouterr().out.strip()
    store = open_store(url)
    store.clock = Clock()
    better = {
        sample.id for sample in store.samples.all(slug) if sample.system and sample.system.name == "Players"
    }
    rng = np.random.default_rng(0)
    for _ in range(12):
        token = begin(store, slug)
        while state_of(store, slug, token).step is not Step.FINISHED:
            sample = listen(store, slug, token)
            rating = int(rng.integers(1, 5)) + 5 * (sample in better)
            store.listening.answer(token, sample, guess=str(rng.choice(["rock", "jazz"])), rating=rating)
    store.engine.dispose()
    report = tmp_path / "report.html"
    assert main(["--database", url, "summary", slug, "--html", str(report)]) == 0
    text = report.read_text(encoding="utf-8")
    assert "Systems compared" in text
    assert "it is shown that Players is above Ours" in text
    assert "8 compositions have more than one rendering" in text
