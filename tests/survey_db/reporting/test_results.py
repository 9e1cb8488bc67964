from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from survey_db.errors import SurveyError
from survey_db.reporting.results import fingerprint, read_study
from survey_db.statistics.headline import Headline
from survey_db.statistics.machine import HumanMachine
from survey_db.statistics.selection import Filters
from survey_db.statistics.summary import Plain, to_plain
from survey_db.store import Store
from tests.survey_db.published_store import store_published_study
from tests.survey_db.published_study import OFFERED, reconstructed_summary


@pytest.fixture(scope="module")
def slug(store: Store) -> str:
    return store_published_study(store)


def test_a_stored_study_reads_as_the_study_printed_it(store: Store, slug: str) -> None:
    study = read_study(store, slug)
    assert (study.title, study.status, study.offered) == ("Reconstruction", "closed", OFFERED)
    head = study.summarise(Filters()).headline
    assert isinstance(head, Headline)
    assert f"{head.mean_rating:.2f} ± {head.rating_sd:.2f}" == "6.17 ± 2.30"
    assert [sample.share for sample in (*head.best, *head.worst)] == [25 / 32, 1 / 32]


def test_the_database_changes_no_statistic(store: Store, slug: str) -> None:
    stored, direct = read_study(store, slug).summarise(Filters()), reconstructed_summary()
    apart = {"controls": direct.controls}  # the stored study has none
    ours, theirs = (dict(leaves(to_plain(replace(summary, **apart)))) for summary in (stored, direct))
    assert ours.keys() == theirs.keys()
    for path, leaf in ours.items():
        # Rows come back in another order, which moves sums by a rounding error.
        assert leaf == (pytest.approx(theirs[path]) if isinstance(leaf, float) else theirs[path]), path


def leaves(plain: Plain, path: str = "") -> Iterator[tuple[str, Plain]]:
    """Every number and text with the way to it."""
    if isinstance(plain, (dict, list)):
        items = plain.items() if isinstance(plain, dict) else enumerate(plain)
        for key, item in items:
            yield from leaves(item, f"{path}/{key}")
    else:
        yield path, plain


def test_predictions_are_compared(store: Store, slug: str) -> None:
    found = read_study(store, slug).summarise(Filters()).human_machine
    assert isinstance(found, HumanMachine)
    assert [(model.name, model.right) for model in found.models] == [("cnn", 4), ("knn", 1)]


def test_fingerprint_stays_until_something_changes(store: Store) -> None:
    slug = store_published_study(store, slug="printed", status="open")
    before = fingerprint(store, slug)
    assert before == fingerprint(store, slug)
    assert (before.answers, before.listeners, before.completed, before.predictions) == (192, 32, 32, 12)
    store.attendances.withdraw(slug, "L07")
    after = fingerprint(store, slug)
    assert (after.answers, after.listeners) == (186, 31)
    store.studies.set_status(slug, "closed")
    assert fingerprint(store, slug) == replace(after, status="closed")


def test_an_unknown_study_is_an_error(store: Store) -> None:
    for read in (read_study, fingerprint):
        with pytest.raises(SurveyError, match="no study “nowhere”"):
            read(store, "nowhere")
