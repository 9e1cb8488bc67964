"""Two studies side by side, as a part of the results."""

from __future__ import annotations

from survey_db.reporting import figures, tables
from survey_db.reporting.parts import Chart, Section
from survey_db.statistics.comparison import Difference, StudyComparison
from survey_db.statistics.intervals import Missing
from survey_db.statistics.printing import decimal, percent


def comparison_section(found: StudyComparison | Missing) -> Section:
    """Return two studies side by side."""
    title = "Two studies compared"
    if isinstance(found, Missing):
        return Section(title, (found.reason,))
    studies = (found.first, found.second)
    ratings, shares = found.overall[:1], (*found.overall[1:], *found.by_genre)
    charts = tuple(
        Chart(
            figures.differences(items, shares=of_shares),
            f"Difference of {kind}, “{found.second}” less “{found.first}”, with 95% intervals; "
            "an interval that leaves out 0 shows a difference.",
            tables.difference_table(name, items, studies),
        )
        for items, of_shares, kind, name in (
            (ratings, False, "mean ratings", "difference-of-ratings"),
            (shares, True, "the share of right guesses", "difference-of-recognition"),
        )
    )
    text = tuple(_difference_sentence(item, found) for item in found.overall)
    return Section(title, text, charts)


def _difference_sentence(item: Difference, found: StudyComparison) -> str:
    def printed(value: float) -> str:
        return percent(value) if item.name == "share right" else decimal(value)

    figures_of_both = f"{printed(item.first)} in “{found.first}”, {printed(item.second)} in “{found.second}”"
    start = f"{item.name[:1].upper()}{item.name[1:]}: {figures_of_both}"
    if isinstance(item.interval, Missing):
        return f"{start}. {item.interval.reason}"
    low, high = item.interval.low, item.interval.high
    verdict = "no difference has been shown" if 0 in item.interval else "they differ"
    difference = f"{printed(item.difference)} (95% interval {printed(low)} to {printed(high)})"
    return f"{start}; the difference is {difference}: {verdict}."
