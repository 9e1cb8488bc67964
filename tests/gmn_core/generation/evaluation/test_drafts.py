"""What choosing among drafts does."""

from __future__ import annotations

from gmn_core.generation.evaluation.drafts import drafts_report
from gmn_core.generation.playing.model import GeneratorModel


def test_each_way_of_choosing_is_measured_on_the_same_plans(model: GeneratorModel) -> None:
    report = drafts_report(model, 2, 10.0, 5, lambda items, **_: items)
    assert list(report) == ["one draft", "8 drafts, no critic", "8 drafts"]
    assert all(0 < own["diversity"] <= 1 for own in report.values())
    assert all(0 < own["roots kept"] <= 1 for own in report.values())
    # Without a critic there is nothing to choose by but the outline.
    assert report["8 drafts"] == report["8 drafts, no critic"]
