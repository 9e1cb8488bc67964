"""Systems compared, as a part of the results: which ranks where, and which differences are not shown."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import pandas as pd

from survey_db.reporting import drawing
from survey_db.reporting.parts import Chart, Section, Table, ends
from survey_db.statistics.intervals import Interval, Missing
from survey_db.statistics.printing import decimal, listed, p_text, percent
from survey_db.statistics.systems import OutcomeComparison, SystemComparison, SystemDifference

_NAMES = {"rating": "mean rating", "right": "share of genres recognised"}

_COMPOSITIONS = (
    "The first set of intervals is for other listeners and other compositions, the set within listeners for "
    "other listeners of these very clips. Each set holds for all pairs of systems at once."
)


def systems_section(found: SystemComparison) -> Section:
    """Return the part of the results that compares systems."""
    text = [
        f"**Which sounds more musical?** {ranking_sentence(found.ratings)}",
        f"**Which one's genres are recognised more often?** {ranking_sentence(found.recognition)}",
        _COMPOSITIONS,
    ]
    if found.compositions:
        count = found.compositions
        text.append(
            f"{count} composition{'s have' if count > 1 else ' has'} more than one rendering, so that there "
            "the notes are the same and only the rendering differs."
        )
    if not found.same_genres:
        text.append(
            "The systems' samples differ in their genres, and some genres are easier to name: differences of "
            "recognition may come from that."
        )
    if found.left_out:
        text.append(f"{found.left_out} answers to samples that name no system are left out here.")
    reasons = [
        part.reason
        for outcome in (found.ratings, found.recognition)
        for part in (outcome.differences, outcome.within_listeners)
        if isinstance(part, Missing)
    ]
    text += dict.fromkeys(reasons)
    charts = [chart for outcome in (found.ratings, found.recognition) for chart in _charts(outcome)]
    return Section("Systems compared", tuple(text), tuple(charts))


def ranking_sentence(found: OutcomeComparison) -> str:
    """Return the ranking in words, with what is shown and what is not."""
    told = [f"{mean.system} ({_value(found, mean.estimate)})" for mean in found.means]
    start = f"By {_NAMES[found.outcome]}: {', then '.join(told)}."
    differences, basis = found.differences, "other listeners and compositions"
    if isinstance(differences, Missing):
        differences, basis = found.within_listeners, "other listeners of these clips"
    if isinstance(differences, Missing):
        return f"{start} {differences.reason}"
    shown = [one for one in differences if one.shown]
    not_shown = [one for one in differences if not one.shown]
    parts = [start]
    if shown:
        pairs = listed([_above(found, one) for one in shown])
        parts.append(f"For {basis} it is shown that {pairs}.")
    if not_shown:
        pairs = listed([f"{one.first} and {one.second} ({p_text(one.p_value)})" for one in not_shown])
        parts.append(
            f"No difference {'has been shown' if shown else f'is shown for {basis}'} between {pairs}."
        )
    return " ".join(parts)


def means_table(found: OutcomeComparison) -> Table:
    """Tabulate each system's figure."""
    rows = [
        {
            "system": mean.system,
            "samples": mean.samples,
            "listeners": mean.listeners,
            "answers": mean.answers,
            "plain_mean": mean.observed,
            "model_mean": mean.estimate,
            **ends(mean.interval),
        }
        for mean in found.means
    ]
    shares = ("plain_mean", "model_mean", "low", "high") if found.outcome == "right" else ()
    return Table(f"systems-by-{_file_name(found)}", pd.DataFrame(rows), shares)


def differences_table(found: OutcomeComparison) -> Table:
    """Tabulate the differences of all pairs, for other compositions too and within listeners."""
    rows = [
        {
            "system": one.first,
            "against": one.second,
            "holds_for": basis,
            "difference": one.estimate,
            **ends(one.interval),
            "p_adjusted": one.p_value,
            "shown": "yes" if one.shown else "no",
        }
        for basis, differences in (
            ("other listeners and compositions", found.differences),
            ("other listeners, these clips", found.within_listeners),
        )
        for one in ([] if isinstance(differences, Missing) else differences)
    ]
    shares = ("difference", "low", "high") if found.outcome == "right" else ()
    return Table(f"system-differences-by-{_file_name(found)}", pd.DataFrame(rows), shares)


def _charts(found: OutcomeComparison) -> Iterable[Chart]:
    scale, unit = (100, "%") if found.outcome == "right" else (1, "points")
    figure = drawing.dots(
        [escape(mean.system) for mean in found.means],
        [scale * mean.estimate for mean in found.means],
        [_scaled(mean.interval, scale) for mean in found.means],
        [f"{mean.answers} answers" for mean in found.means],
        f"%{{x:.2f}} {unit} (%{{customdata}})",
    )
    title = _NAMES[found.outcome].capitalize()
    axis = {"range": [-2, 102]} if found.outcome == "right" else {"range": [0.8, 10.2], "dtick": 1}
    figure.update_xaxes(title_text=f"{title} ({'%' if found.outcome == 'right' else '1 to 10'})", **axis)
    has_intervals = not any(isinstance(mean.interval, Missing) for mean in found.means)
    yield Chart(
        figure,
        f"{title} of each system"
        + (", with its 95% interval for other listeners and compositions." if has_intervals else "."),
        means_table(found),
    )
    differences = found.differences
    basis = "for other listeners and compositions"
    if isinstance(differences, Missing):
        differences, basis = found.within_listeners, "for other listeners of these clips"
    if isinstance(differences, Missing):
        return
    figure = drawing.dots(
        [f"{escape(one.first)}<br>less {escape(one.second)}" for one in differences],
        [scale * one.estimate for one in differences],
        [_scaled(one.interval, scale) for one in differences],
        [p_text(one.p_value) for one in differences],
        f"%{{x:+.2f}} {unit} (%{{customdata}})",
    )
    drawing.reference(figure, 0, "no difference", drawing.MUTED, "top")
    figure.update_xaxes(title_text=f"Difference of {_NAMES[found.outcome]} ({unit})")
    yield Chart(
        figure,
        f"Differences of {_NAMES[found.outcome]} between systems, with intervals {basis} that hold for all "
        "pairs at once; an interval that leaves out 0 shows a difference.",
        differences_table(found),
    )


def _above(found: OutcomeComparison, one: SystemDifference) -> str:
    higher, lower = (one.first, one.second) if one.estimate > 0 else (one.second, one.first)
    by = _value(found, abs(one.estimate))
    return f"{higher} is above {lower} (by {by}, {p_text(one.p_value)})"


def _value(found: OutcomeComparison, value: float) -> str:
    return percent(value) if found.outcome == "right" else decimal(value)


def _scaled(interval: Interval | Missing, scale: float) -> Interval | Missing:
    if isinstance(interval, Missing):
        return interval
    return Interval(scale * interval.low, scale * interval.high)


def _file_name(found: OutcomeComparison) -> str:
    return {"rating": "rating", "right": "recognition"}[found.outcome]
