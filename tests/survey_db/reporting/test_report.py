from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from survey_db.reporting.comparison import comparison_section
from survey_db.reporting.report import html_report, methods, plotly_script, references, software
from survey_db.reporting.sections import first_lines, sections
from survey_db.statistics.intervals import Missing
from survey_db.statistics.systems import SystemComparison
from tests.survey_db.compared_systems import compared_systems
from tests.survey_db.published_study import reconstructed_summary

MADE_AT = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)


class Outline(HTMLParser):
    """The text, headings, tables and links of a page, scripts and styles left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.headings, self.sources, self.tags = "", list[str](), list[str](), list[str]()
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._inside = tag
        self.sources += [value or "" for name, value in attrs if name in ("src", "href", "data", "action")]

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.text += data
        if self._inside in ("h1", "h2") and data.strip():
            self.headings.append(data.strip())


@pytest.fixture(scope="module")
def page() -> str:
    return html_report(reconstructed_summary(), MADE_AT)


@pytest.fixture(scope="module")
def outline(page: str) -> Outline:
    return Outline(page)


def test_report_has_every_section_methods_references_and_software(outline: Outline) -> None:
    titles = [part.title for part in sections(reconstructed_summary())]
    assert outline.headings == [
        "Results of “Reconstruction”",
        *titles,
        "Methods",
        "References",
        "Software",
    ]
    assert software() in outline.text
    assert methods(reconstructed_summary()) in outline.text
    assert "6.17 ± 2.30" in outline.text
    assert "22 November 2026, 09:05 UTC" in outline.text


def test_report_needs_no_other_file(page: str, outline: Outline) -> None:
    assert outline.sources == []
    assert "link" not in outline.tags
    assert "@import" not in page
    assert page.count("plotly.js (cartesian") == 1
    assert len(page.encode()) < 2_000_000


def test_the_part_of_plotly_that_draws_the_figures_is_of_the_version_that_made_them() -> None:
    from plotly.offline import get_plotlyjs_version

    bundled = re.search(r"v(\d+)\.(\d+)\.(\d+)", plotly_script())
    assert bundled is not None
    assert bundled[0] == f"v{get_plotlyjs_version()}"


def test_both_questions_are_answered_before_all_else(outline: Outline) -> None:
    first, second = (line for line in first_lines(reconstructed_summary()))
    assert first.startswith("**Is it musical?** Yes: listeners rate it 6.2 out of 10 on average;")
    assert (
        "learned from?** Yes: 32.8% of their guesses are right, against 12.4% for the same guesses" in second
    )
    place = outline.text.index("listeners rate it 6.2 out of 10")
    assert outline.text.index("Answers counted") < place < outline.text.index("Answers to the two questions")


def test_each_chart_is_drawn_and_told_in_a_table(page: str, outline: Outline) -> None:
    charts = sum(len(part.charts) for part in sections(reconstructed_summary()))
    assert page.count("Plotly.newPlot(") == page.count('<figure role="group"') == charts
    assert outline.tags.count("details") == charts
    assert outline.tags.count("table") > charts
    # Each scrolls inside itself on a phone, by keyboard too.
    assert page.count('<div class="scroll" role="region" tabindex="0" aria-label=') == page.count("<table")


def test_what_people_wrote_is_never_markup() -> None:
    summary = replace(reconstructed_summary(), study="<script>alert(1)</script> & **x**")
    page = html_report(summary, MADE_AT)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; **x**" in page


def test_further_parts_are_reported_too() -> None:
    page = html_report(
        reconstructed_summary(), MADE_AT, [comparison_section(Missing("Nobody has answered x yet."))]
    )
    assert "Two studies compared" in page
    assert "Nobody has answered x yet." in page


@pytest.mark.parametrize("systems", [None, compared_systems()], ids=["one system", "several"])
def test_every_method_named_has_its_reference(systems: SystemComparison | None) -> None:
    summary = replace(reconstructed_summary(), systems=systems)
    told, cited = methods(summary), references(summary)
    assert ("Hothorn" in "".join(cited)) == (systems is not None)
    years = [(re.split(r"[,(]", reference)[0], re.search(r"\((\d{4})\)", reference)) for reference in cited]
    for author, year in years:
        assert year is not None
        assert author in told
        assert year[1] in told


def test_software_names_versions() -> None:
    assert re.fullmatch(r"Python \d\S+(, [a-z]+ \d\S+){5}", software().rstrip("."))
