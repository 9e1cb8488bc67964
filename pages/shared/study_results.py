"""The results of studies, computed once for all visitors and not again before something changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from pages.shared.kept import kept
from survey_db.genres import GENRES
from survey_db.reporting.archive import consent_versions, study_archive
from survey_db.reporting.comparison import comparison_section
from survey_db.reporting.description import description
from survey_db.reporting.export import csv_bytes, data_dictionary, json_text, parquet_bytes
from survey_db.reporting.parts import Section
from survey_db.reporting.report import html_report
from survey_db.reporting.results import Fingerprint, StudyData, fingerprint, read_study
from survey_db.reporting.sections import sections
from survey_db.statistics.comparison import compare
from survey_db.statistics.reconstruction import example_summary
from survey_db.statistics.selection import Filters, select, study_answers
from survey_db.statistics.summary import StudyStatistics, to_plain
from survey_db.store import Store


@dataclass(frozen=True, eq=False)
class Results:
    """What the page shows of a study."""

    summary: StudyStatistics
    sections: tuple[Section, ...]
    description: tuple[Section, ...] = ()


def results(store: Store, slug: str, filters: Filters) -> Results:
    """Return a study's results, from the cache unless its answers have changed."""
    return _results(store, fingerprint(store, slug), filters)


@kept()
def example_results() -> Results:
    """Return what results look like: those of answers that nobody gave."""
    with st.spinner("Computing the statistics …"):
        summary = example_summary()
        return Results(summary, sections(summary))


def comparison(store: Store, slugs: tuple[str, str], filters: Filters) -> Section:
    """Return two studies side by side, from the cache unless the answers of one have changed."""
    prints = (fingerprint(store, slugs[0]), fingerprint(store, slugs[1]))
    return _comparison(store, prints, filters)


def study_data(store: Store, slug: str) -> StudyData:
    """Return what a study's results are computed from, from the cache unless it has changed."""
    return _data(store, fingerprint(store, slug))


def downloads(store: Store, slug: str, filters: Filters) -> dict[str, Callable[[], bytes]]:
    """Return the files of a study's responses by name; each is made when it is asked for."""
    chosen = select(study_data(store, slug).responses, filters)
    return {
        f"{slug}.csv": lambda: csv_bytes(chosen),
        f"{slug}.parquet": lambda: parquet_bytes(chosen),
        f"{slug}-dictionary.csv": lambda: csv_bytes(data_dictionary(chosen)),
        f"{slug}.zip": lambda: whole_study(store, slug),
    }


def whole_study(store: Store, slug: str) -> bytes:
    """Return all that is known of a study as one zip, whatever the filters."""
    return study_archive(study_data(store, slug), consent_versions(store, slug))


def json_file(found: Results) -> bytes:
    """Return every statistic as JSON."""
    return json_text(to_plain(found.summary)).encode()


def report_file(found: Results, more: tuple[Section, ...]) -> bytes:
    """Return the report as one HTML file."""
    return html_report(found.summary, datetime.now(UTC), (*found.description, *more)).encode()


@kept(entries=8)
def _data(store: Store, print_: Fingerprint) -> StudyData:
    return read_study(store, print_.slug)


@kept(entries=32)
def _results(store: Store, print_: Fingerprint, filters: Filters) -> Results:
    with st.spinner("Computing the statistics …"):
        data = _data(store, print_)
        summary = data.summarise(filters)
        return Results(summary, sections(summary), description(data))


@kept(entries=16)
def _comparison(store: Store, prints: tuple[Fingerprint, Fingerprint], filters: Filters) -> Section:
    with st.spinner("Comparing the studies …"):
        both = [_data(store, print_) for print_ in prints]
        first, second = (study_answers(select(study.responses, filters)) for study in both)
        return comparison_section(compare(first, second, (both[0].title, both[1].title), GENRES))
