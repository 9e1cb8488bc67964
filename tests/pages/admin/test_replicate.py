"""The whole study, from its samples to its report, in short."""

from __future__ import annotations

from pathlib import Path

from pages.admin.replicate import DATABASE, REPORT, SLUG, main
from survey_db.statistics.published import PUBLISHED
from survey_db.store import open_store


def test_a_study_is_replicated_and_says_that_its_listeners_are_none(tmp_path: Path) -> None:
    for _ in range(2):  # the second takes the place of the first
        main([str(tmp_path), "--shipped", "--listeners", "8"])
    report = (tmp_path / REPORT).read_text(encoding="utf-8")
    assert "Simulated: What do you hear in this music?" in report
    assert "The listeners are simulated" in report
    assert PUBLISHED.what_it_shows().split(".")[0] in report
    store = open_store(f"sqlite:///{tmp_path / DATABASE}")
    study = store.studies.get(SLUG)
    assert study.status == "closed"
    assert len(store.attendances.all(SLUG)) == 8
    store.engine.dispose()
