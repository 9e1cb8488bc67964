"""Figures of a study's results, as pure functions of its statistics."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from survey_db.genres import genre_name
from survey_db.reporting.drawing import (
    CHANCE,
    INK,
    LEGEND,
    MUTED,
    PUBLISHED,
    SHARE_SCALE,
    STILL,
    WORST,
    dots,
    frame,
    lay_out,
    mark_intended,
    reference,
    two_lines,
)
from survey_db.statistics.blind import BlindTest
from survey_db.statistics.comparison import Difference
from survey_db.statistics.headline import RATINGS, Day, Headline, SampleRatings
from survey_db.statistics.intervals import Interval, Missing
from survey_db.statistics.machine import HumanMachine
from survey_db.statistics.planning import Power
from survey_db.statistics.printing import model_name, percent
from survey_db.statistics.published import PublishedFigures
from survey_db.statistics.recognition import Confusion, Recognition

ALL_SAMPLES = "All samples"
"""The row of all guesses together."""

# Light to dark in steps that readers with any colour vision can order.
_RATING_COLOURS = sample_colorscale("Cividis", [(rating - 1) / 9 for rating in RATINGS])
# Plotly's own choice of white or grey is hard to read on the middle ones.
_RATING_WORDS = ["#ffffff" if rating <= 5 else "#141414" for rating in RATINGS]


def recognition(
    groups: Sequence[Recognition],
    headline: Headline,
    blind: BlindTest,
    published: PublishedFigures,
) -> go.Figure:
    """Draw the share of right guesses in all and of each group, beside what blind guesses get.

    A stroke in each row is what the same listeners would get blind. The line of
    guessing evenly crosses all rows; that of the most which blind listeners can
    expect holds for all samples together alone, and so crosses the first.
    """
    of_all = headline.share_interval
    intervals = [of_all, *(group.interval for group in groups)]
    labels = [ALL_SAMPLES, *(two_lines(group.group, group.genre) for group in groups)]
    counts = [(headline.right, headline.answers), *((group.right, group.answers) for group in groups)]
    figure = dots(
        labels,
        [100 * headline.share_right, *(100 * group.share for group in groups)],
        [
            interval if isinstance(interval, Missing) else Interval(100 * interval.low, 100 * interval.high)
            for interval in intervals
        ],
        [f"{right} of {answers}" for right, answers in counts],
        "%{x:.1f}% right (%{customdata})",
    )
    figure.add_scatter(
        x=[100 * blind.expected, *(100 * group.expected for group in groups)],
        y=labels,
        mode="markers",
        marker={"symbol": "line-ns", "size": 22, "line": {"color": CHANCE, "width": 3}},
        name="these listeners blind",
        hovertemplate="%{y}: %{x:.1f}% expected blind<extra></extra>",
    )
    lines = (
        (blind.most_expected, "most that any blind listeners expect", WORST, "dot", (-0.5, 0.5), 1),
        (headline.uniform_chance, "even guessing", CHANCE, "dash", (-0.5, len(labels) - 0.5), 1),
        (published.share_right, published.source, PUBLISHED, "dash", (-0.5, len(labels) - 0.5), 2),
    )
    for share, name, colour, dash, (first, last), digits in lines:
        figure.add_shape(
            type="line",
            x0=100 * share,
            x1=100 * share,
            y0=first,
            y1=last,
            line={"color": colour, "dash": dash, "width": 2},
            name=f"{name} {percent(share, digits)}",
            showlegend=True,
        )
    figure.data[0].update(name="listeners")
    figure.update_layout(
        showlegend=True,
        height=figure.layout.height + 60,
        legend=LEGEND,
    )
    figure.update_xaxes(title_text="Right guesses (%)", range=[-2, 102])
    return figure


def mean_ratings(ratings: Sequence[SampleRatings], published: PublishedFigures) -> go.Figure:
    """Draw the mean rating of each sample with its interval and the published mean."""
    figure = dots(
        [two_lines(sample.sample, sample.genre) for sample in ratings],
        [sample.mean for sample in ratings],
        [sample.interval for sample in ratings],
        [str(sample.answers) for sample in ratings],
        "mean %{x:.2f} (%{customdata} answers)",
    )
    label = f"{published.source} {published.mean_rating:.2f}"
    reference(figure, published.mean_rating, label, PUBLISHED, "bottom")
    figure.update_xaxes(title_text="Mean rating (1 to 10)", range=[0.8, 10.2], dtick=1)
    return figure


def rating_distribution(ratings: Sequence[SampleRatings]) -> go.Figure:
    """Draw how the ratings of each sample spread over the scale, as shares of its answers."""
    labels = [two_lines(sample.sample, sample.genre) for sample in ratings]
    figure = go.Figure()
    for rating, colour, words in zip(RATINGS, _RATING_COLOURS, _RATING_WORDS, strict=True):
        counts = [sample.counts[rating - 1] for sample in ratings]
        figure.add_bar(
            y=labels,
            x=[100 * count / sample.answers for count, sample in zip(counts, ratings, strict=True)],
            name=str(rating),
            orientation="h",
            marker={"color": colour, "line": {"color": "white", "width": 1}},
            text=[count or "" for count in counts],
            textangle=0,
            insidetextanchor="middle",
            insidetextfont={"color": words},
            customdata=counts,
            hovertemplate=f"rated {rating}: %{{x:.1f}}% (%{{customdata}} answers)<extra></extra>",
        )
    lay_out(figure, len(ratings), extra=40)
    figure.update_layout(
        barmode="stack",
        uniformtext={"minsize": 9, "mode": "hide"},
        legend={**LEGEND, "traceorder": "normal", "title": "Rating"},
    )
    figure.update_xaxes(title_text="Share of answers (%)", range=[0, 100])
    return figure


def _heatmap(**cells: Any) -> go.Figure:
    """Draw cells of percentages; the arguments are Plotly's."""
    look = {
        "texttemplate": "%{text}",
        "colorscale": SHARE_SCALE,
        "zmin": 0,
        "zmax": 100,
        "xgap": 1,
        "ygap": 1,
    }
    return go.Figure(go.Heatmap(**cells, **look, showscale=False))


def confusion(found: Confusion) -> go.Figure:
    """Draw intended against guessed genres as row shares, with the counts on hovering."""
    figure = _heatmap(
        z=[[100 * share for share in row] for row in found.shares],
        x=[genre_name(genre) for genre in found.offered],
        y=[genre_name(genre) for genre in found.intended],
        customdata=found.counts,
        text=[[f"{100 * share:.0f}" if share else "" for share in row] for row in found.shares],
        hovertemplate="%{y} heard as %{x}: %{z:.1f}% (%{customdata} answers)<extra></extra>",
    )
    mark_intended(figure, [(genre_name(genre), genre_name(genre)) for genre in found.intended])
    lay_out(figure, len(found.intended), extra=70)
    figure.update_xaxes(title_text="Guessed genre (% of the row)", tickangle=-45, showgrid=False)
    figure.update_yaxes(title_text="Intended genre", showgrid=False)
    return figure


def human_machine(found: HumanMachine) -> go.Figure:
    """Draw what listeners and classifiers hear in each sample, one row each, the intended genre framed."""
    parties = (found.listeners, *found.models)
    rows, shares, framed = [], [], []
    for place, sample in enumerate(found.samples):
        for party in parties:
            verdict = party.verdicts[place]
            row = [two_lines(sample, verdict.genre), model_name(party.name)]
            rows.append(row)
            shares.append([100 * share for share in verdict.shares])
            framed.append(found.genres.index(verdict.genre) if verdict.genre in found.genres else None)
    figure = _heatmap(
        z=shares,
        x=[genre_name(genre) for genre in found.genres],
        y=[[row[0] for row in rows], [row[1] for row in rows]],
        text=[[f"{share:.0f}" if share >= 0.5 else "" for share in row] for row in shares],
        hovertemplate="%{y}: %{x} %{z:.1f}%<extra></extra>",
    )
    for place, column in enumerate(framed):
        if column is not None:
            frame(figure, column, place)
    lay_out(figure, len(rows), extra=70, row_pixels=26)
    figure.update_xaxes(title_text="Share of guesses, or probability (%)", tickangle=-45, showgrid=False)
    figure.update_yaxes(showgrid=False)
    return figure


def progress(days: Sequence[Day]) -> go.Figure:
    """Draw how many listeners began on each day, and how many there are so far."""
    dates = [day.day for day in days]
    figure = go.Figure()
    figure.add_bar(
        x=dates, y=[day.listeners for day in days], name="New listeners of the day", marker_color="#9cc9cd"
    )
    figure.add_scatter(
        x=dates,
        y=[day.listeners_so_far for day in days],
        name="Listeners so far",
        mode="lines+markers",
        line={"color": INK, "shape": "hv"},
    )
    figure.update_layout(
        **STILL,
        height=300,
        margin={"l": 10, "r": 10, "t": 30, "b": 10},
        hovermode="x unified",
        legend=LEGEND,
        template="plotly_white",
    )
    figure.update_xaxes(title_text="Day (UTC)", tickformat="%-d %b %Y", automargin=True)
    figure.update_yaxes(rangemode="tozero", automargin=True)
    return figure


def differences(found: Sequence[Difference], *, shares: bool) -> go.Figure:
    """Draw the differences of two studies, second less first, with their intervals."""
    scale = 100.0 if shares else 1.0
    figure = dots(
        [genre_name(item.name) for item in found],
        [scale * item.difference for item in found],
        [
            item.interval
            if isinstance(item.interval, Missing)
            else Interval(scale * item.interval.low, scale * item.interval.high)
            for item in found
        ],
        [f"{scale * item.first:.2f} → {scale * item.second:.2f}" for item in found],
        "%{x:+.2f} (%{customdata})",
    )
    reference(figure, 0, "no difference", MUTED, "top")
    figure.update_xaxes(
        title_text="Difference of right guesses (percentage points)"
        if shares
        else "Difference of mean rating (points)"
    )
    return figure


def power_curve(powers: Sequence[Power], aim: float) -> go.Figure:
    """Draw the power of a planned study by its number of listeners, and the power that is aimed at."""
    figure = go.Figure()
    for name, colour, dash, of in (
        ("over all samples", INK, "solid", attrgetter("overall", "overall_interval")),
        ("for a given sample", PUBLISHED, "dot", attrgetter("sample", "sample_interval")),
    ):
        found = [of(power) for power in powers]
        figure.add_scatter(
            x=[power.listeners for power in powers],
            y=[100 * share for share, _ in found],
            name=f"Power {name}",
            mode="lines+markers",
            line={"color": colour, "dash": dash},
            error_y={
                "array": [100 * (interval.high - share) for share, interval in found],
                "arrayminus": [100 * (share - interval.low) for share, interval in found],
                "thickness": 1.5,
            },
            hovertemplate="%{x} listeners: %{y:.1f}%<extra></extra>",
        )
    figure.add_hline(y=100 * aim, line={"color": MUTED, "dash": "dash", "width": 1.5})
    figure.update_layout(
        **STILL,
        height=320,
        margin={"l": 10, "r": 10, "t": 30, "b": 10},
        legend=LEGEND,
        template="plotly_white",
    )
    figure.update_xaxes(title_text="Listeners", type="log", tickvals=[power.listeners for power in powers])
    figure.update_yaxes(title_text="Studies that show it (%)", range=[0, 102], automargin=True)
    return figure
