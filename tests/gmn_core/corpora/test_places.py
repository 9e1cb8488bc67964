"""Where data sets lie: in the checkout, or in the user's own folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from gmn_core.corpora import places

ROOT = Path(__file__).parents[3]


def test_a_checkout_keeps_its_data_and_an_installed_copy_leaves_the_package_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert places.corpus_dir("gtzan") == ROOT / "data" / "gtzan"
    monkeypatch.setattr(places, "_CHECKOUT", tmp_path)
    assert ROOT not in places.corpus_dir("gtzan").parents
    assert places.corpus_dir("gtzan").parts[-2:] == ("generative-music-network", "gtzan")
