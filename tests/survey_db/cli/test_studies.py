"""``studies``: a line a study."""

from __future__ import annotations

import pytest

from survey_db.cli import main
from survey_db.store import open_store
from tests.survey_db.material import Clock, begin, finish


def test_each_study_has_a_line_and_archived_ones_only_if_asked_for(
    slug: str, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    store = open_store(url)
    store.clock = Clock()
    finish(store, slug, begin(store, slug))
    begin(store, slug)
    assert main(["studies"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "study\tstate\tstarted\tcompleted\tanswers\ttitle",
        "from-a-folder\topen\t2\t1\t6\tFrom a folder",
    ]
    store.studies.archive(slug)
    assert main(["studies"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert main(["studies", "--archived"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split("\t")[:2] == ["from-a-folder", "archived"]
