"""What others have published."""

from __future__ import annotations

from gmn_core.classification.published import PUBLISHED_ACCURACIES


def test_the_best_come_first() -> None:
    accuracies = [each.accuracy for each in PUBLISHED_ACCURACIES]
    assert accuracies == sorted(accuracies, reverse=True)
    assert all(0.1 < accuracy < 1 for accuracy in accuracies)
