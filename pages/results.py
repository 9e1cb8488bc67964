"""The Results page: what a study's responses say, each figure with its uncertainty."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import streamlit as st

from pages.admin.gate import is_admin, require_admin
from pages.shared.charts import draw, saving_as
from pages.shared.study_results import (
    Results,
    comparison,
    downloads,
    example_results,
    json_file,
    report_file,
    results,
    study_data,
)
from pages.shared.survey_store import survey_store
from pages.shared.tables import wide_table
from survey_db.genres import genre_name
from survey_db.reporting.description import attendance_sentence
from survey_db.reporting.export import csv_bytes
from survey_db.reporting.parts import Chart, Section, Table
from survey_db.reporting.sections import first_lines
from survey_db.schema import Study
from survey_db.statistics.headline import Headline
from survey_db.statistics.intervals import Interval, Missing
from survey_db.statistics.printing import decimal, listed, percent
from survey_db.statistics.published import PUBLISHED
from survey_db.statistics.recognition import RightShare
from survey_db.statistics.selection import Filters
from survey_db.store import Store

EXAMPLE = "example"  # begins the names of its files
STUDY = "of"  # `study` in the address makes a listener of the visitor


def main() -> None:
    st.title("Results")
    store = survey_store()
    studies = {study.slug: study for study in store.studies.all(archived=True) if study.status != "draft"}
    if not studies:
        show_example("No study has been opened yet.")
        return
    slug = choose_study(studies)
    wait_for_the_end(store, studies[slug])
    if study_data(store, slug).responses.empty:
        show_example("Nobody has answered yet.")
        return
    filters, image = choose_filters(store, slug)
    found = results(store, slug, filters)
    if isinstance(found.summary.headline, Missing):
        st.warning(
            f"None of the answers passes these filters ({filters.describe()}). Choose wider ones above.",
            icon=":material/filter_alt_off:",
        )
        return
    show_answers(found)
    show_headline(found)
    st.caption(attendance_sentence(study_data(store, slug).participants))
    for section in (*found.sections, *found.description):
        show_section(section, slug, image)
    others = [other for other in studies if other != slug and may_be_seen(store, studies[other])]
    compared = show_comparison(store, slug, {other: studies[other].title for other in others}, filters, image)
    show_downloads(store, slug, filters, found, compared)


def choose_study(studies: dict[str, Study]) -> str:
    """Ask which study; the address remembers it, so that results can be linked to."""
    # Those that are closed come first: their results are there for everyone.
    ordered = sorted(studies, key=lambda slug: studies[slug].status != "closed")
    asked = st.query_params.get(STUDY)
    slug = st.selectbox(
        "Study",
        ordered,
        index=ordered.index(asked) if asked in ordered else 0,
        format_func=lambda slug: f"{studies[slug].title} ({studies[slug].status})",
    )
    st.query_params[STUDY] = slug
    return slug


def may_be_seen(store: Store, study: Study) -> bool:
    """Return whether this visitor may see a study's results: all may once it is closed."""
    return study.status == "closed" or is_admin() or study_data(store, study.slug).responses.empty


def wait_for_the_end(store: Store, study: Study) -> None:
    """End the page for all but administrators while listeners might still be swayed by what they see."""
    if may_be_seen(store, study):
        return
    st.info(
        "The results of a study are shown to everyone once it is closed. Until then only the people who run "
        "it see them, so that no listener learns what others heard.",
        icon=":material/lock:",
    )
    require_admin()


def choose_filters(store: Store, slug: str) -> tuple[Filters, str]:
    """Ask which answers count, and in which format figures are saved."""
    moments = study_data(store, slug).responses["answered_at"]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        complete = st.toggle("Complete sessions only")
        passed = st.toggle("Listeners who passed the checks only")
        days = choose_days(slug, moments.min().date(), moments.max().date()) if len(moments) else ()
        image = st.segmented_control("Save figures as", ["SVG", "PNG"], default="SVG") or "SVG"
    filters = Filters(complete, passed)
    if len(days) == 2:
        filters = replace(filters, first_day=days[0], last_day=days[1])
    return filters, image.lower()


def choose_days(slug: str, first: date, last: date) -> tuple[date, ...]:
    """Ask for a range of days; none is chosen while all count, or only one end is."""
    days = st.date_input(
        "Answered between (UTC)",
        (first, last),
        min_value=first,
        max_value=last,
        key=f"days of {slug}",
        width=280,
    )
    chosen = tuple(days) if isinstance(days, tuple) else (days,)
    return () if chosen == (first, last) else chosen


def show_answers(found: Results) -> None:
    """Answer both questions first, in a sentence each."""
    for line in first_lines(found.summary):
        st.markdown(line)


def show_headline(found: Results) -> None:
    """Show the study's figures as the published study printed its own, with those for reference."""
    if isinstance(head := found.summary.headline, Headline):
        spread = f" ± {head.rating_sd:.2f}" if isinstance(head.rating_sd, float) else ""
        best, worst = head.best[0], head.worst[0]
        answers = f"{head.answers} answers of {head.listeners} listeners"
        tiles = (
            ("Mean rating", f"{head.mean_rating:.2f}{spread}", answers, head.mean_interval, decimal),
            ("Genres guessed right", percent(head.share_right, 2), answers, head.share_interval, percent),
            *(
                (
                    f"{rank}: {first.group}, {genre_name(first.genre)}",
                    percent(first.share),
                    f"{first.right} of {first.answers}{_as_well(same)}",
                    first.interval,
                    percent,
                )
                for rank, first, same in (("Best", best, head.best[1:]), ("Worst", worst, head.worst[1:]))
            ),
        )
        for column, (label, value, basis, interval, printed) in zip(st.columns(4), tiles, strict=True):
            with column.container(border=True, height="stretch"):
                st.metric(label, value)
                st.caption(f"{_between(interval, printed)}{basis}")
    st.caption(PUBLISHED.sentence())


def _between(interval: Interval | Missing, printed: Callable[[float], str]) -> str:
    if isinstance(interval, Missing):
        return ""
    return f"95%: {printed(interval.low)} to {printed(interval.high)}; "


def _as_well(same: Sequence[RightShare]) -> str:
    """Name the samples that share a place."""
    return f"; so has {listed([sample.group for sample in same])}" if same else ""


def show_example(why: str) -> None:
    """Show what results look like, where there are none yet."""
    st.info(
        f"{why} Until then, this is what results look like: **an example, which no listener gave.** Its "
        "answers are made up so that they agree with every figure that the published study printed.",
        icon=":material/visibility:",
    )
    with st.container(border=True):
        st.badge("Example", icon=":material/science:", color="orange")
        example = example_results()
        show_answers(example)
        show_headline(example)
        for section in example.sections:
            show_section(section, EXAMPLE, "svg")


def show_section(section: Section, slug: str, image: str) -> None:
    """Show a part of the results: its sentences, its charts and its tables."""
    st.header(section.title)
    for line in section.text:
        st.markdown(line)
    for chart in section.charts:
        show_chart(chart, slug, image)
    for table in section.tables:
        show_table(table, slug)


def show_chart(chart: Chart, slug: str, image: str) -> None:
    """Show a chart, and the same in words and as a table."""
    name = f"{slug}-{chart.table.name}"
    draw(chart.figure, key=name, alt=chart.alt, caption=chart.alt, config=saving_as(name, image))
    with st.expander("The same as a table", icon=":material/table:"):
        show_table(chart.table, slug)


def show_table(table: Table, slug: str) -> None:
    """Show a table that screen readers can read, with its numbers as a file."""
    wide_table(table.printed(), name=table.heading)
    name = f"{slug}-{table.name}.csv"
    st.download_button(
        f"{table.name}.csv",
        partial(csv_bytes, table.frame),
        name,
        "text/csv",
        key=name,
        icon=":material/download:",
        help="Download these numbers",
        type="tertiary",
        on_click="ignore",
    )


def show_comparison(
    store: Store, slug: str, others: dict[str, str], filters: Filters, image: str
) -> tuple[Section, ...]:
    """Ask for a second study and show both side by side; returns what was shown."""
    st.header("Compare with another study")
    if not others:
        st.write("There is no other study to compare with.")
        return ()
    other = st.selectbox(
        "Second study", list(others), index=None, format_func=others.__getitem__, placeholder="Choose a study"
    )
    if other is None:
        return ()
    section = comparison(store, (slug, other), replace(filters, first_day=None, last_day=None))
    show_section(section, f"{slug}-{other}", image)
    return (section,)


def show_downloads(
    store: Store, slug: str, filters: Filters, found: Results, compared: tuple[Section, ...]
) -> None:
    """Offer the results as files, and the responses to those who run the study."""
    st.header("Downloads")
    files: dict[str, Callable[[], bytes]] = {
        f"{slug}-report.html": partial(report_file, found, compared),
        f"{slug}-statistics.json": partial(json_file, found),
    }
    labels = ["Report with figures and methods (HTML)", "All statistics (JSON)"]
    if is_admin():
        files |= downloads(store, slug, filters)
        labels += [
            "Responses (CSV)",
            "Responses (Parquet)",
            "Data dictionary (CSV)",
            "Everything, with a codebook (zip)",
        ]
    else:
        st.caption(
            "The responses themselves are for those who run the study: sign in on the page “Run a study”."
        )
    with st.container(horizontal=True):
        for label, (name, data) in zip(labels, files.items(), strict=True):
            st.download_button(label, data, name, key=name, icon=":material/download:", on_click="ignore")


main()
