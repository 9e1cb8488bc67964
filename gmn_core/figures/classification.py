"""Figures of classifiers: predictions over time, what spoke for a verdict, and how good they are.

Figures of evaluations take the values of a report's JSON (see
`gmn_core.classification.evaluation.comparison.report`), as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from gmn_core.classification.explanation import Explanation
from gmn_core.classification.names import MODEL_NAMES
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.classification.published import PUBLISHED_ACCURACIES
from gmn_core.figures.audio import TICK_HERTZ
from gmn_core.figures.style import INFLUENCE_SCALE, LEGEND, MARGIN, MUTED, SHARE_SCALE, STILL
from gmn_core.genres import GENRES

MODEL_COLOURS: dict[str, str] = {
    "knn_descriptors": "#c9962b",
    "cnn": "#bb5566",
    "knn_pretrained": "#6fb3d6",
    "cnn_pretrained": "#2a6fc2",
}
"""After Paul Tol's high-contrast scheme, for light and dark pages."""

ROOM_FOR_100 = 24
"""Margin in pixels that the last tick of an axis of shares needs: Plotly leaves out what would be cut."""

_GENRE_NAMES = [genre.display_name for genre in GENRES]

Report = Mapping[str, Any]


def genres_over_time(prediction: GenrePrediction, seconds: float) -> go.Figure:
    """Draw each patch's genre shares as a column of colour, one row per genre.

    Parameters
    ----------
    prediction : GenrePrediction
        With patch shares and starts.
    seconds : float
        Length of the clip, where the last column ends.

    Raises
    ------
    ValueError
        If the prediction has no patches.

    Examples
    --------
    >>> prediction = gmn_core.classify("song.wav")
    >>> gmn_core.figures.genres_over_time(prediction, seconds=4).write_html("time.html")
    """
    if prediction.patch_shares is None or prediction.patch_starts is None:
        raise ValueError("This classifier judges the clip as a whole, not moment by moment.")
    shares = prediction.patch_shares.T
    figure = go.Figure(
        go.Heatmap(
            z=np.round(shares, 3),
            # Edges, one more than columns: patches overlap, and each is drawn until the next begins.
            x=np.round(np.append(prediction.patch_starts, seconds), 2),
            y=_GENRE_NAMES,
            zmin=0,
            zmax=1,
            colorscale=SHARE_SCALE,
            colorbar={"title": "Share", "thickness": 12, "tickformat": ".0%"},
            hovertemplate="%{y}, from %{x} s: %{z:.0%}<extra></extra>",
        )
    )
    figure.update_layout(**STILL, height=300, margin=MARGIN, xaxis_title="Time (s)")
    figure.update_xaxes(range=[0, seconds])
    figure.update_yaxes(autorange="reversed")
    return figure


def influence_map(explanation: Explanation) -> go.Figure:
    """Draw what each cell of the spectrogram spoke for the verdict (blue) or against it (red).

    Examples
    --------
    >>> from gmn_core.classification.explanation import explain
    >>> clip, network = gmn_core.load_audio("song.wav"), gmn_core.load_classifier("cnn")
    >>> found = explain(network, clip, gmn_core.Genre.JAZZ)
    >>> gmn_core.figures.influence_map(found).write_html("influence.html")
    """
    influence = explanation.influence
    # One outlier must not make the rest pale.
    limit = float(np.quantile(np.abs(influence), 0.99)) or 1.0
    edges = np.maximum(explanation.band_edges, 30.0)
    figure = go.Figure(
        go.Heatmap(
            z=np.round(influence, 3),
            x=np.round(explanation.moment_edges, 2),
            y=np.round(edges),
            zmin=-limit,
            zmax=limit,
            colorscale=INFLUENCE_SCALE,
            colorbar={"title": "Influence", "thickness": 12},
            hovertemplate="from %{x} s, %{y} Hz: %{z}<extra></extra>",
        )
    )
    figure.update_layout(
        **STILL, height=300, margin=MARGIN, xaxis_title="Time (s)", yaxis_title="Frequency (Hz)"
    )
    figure.update_yaxes(type="log", tickvals=TICK_HERTZ, ticktext=[f"{tick:,}" for tick in TICK_HERTZ])
    return figure


def accuracy_ladder(protocols: Mapping[str, Report]) -> go.Figure:
    """Draw each model's accuracy with its interval, one row per model and one mark per protocol.

    Parameters
    ----------
    protocols : mapping
        Display name of a protocol to a report with ``models``; the first is drawn on top.

    Examples
    --------
    >>> from gmn_core.models.reports import read_evaluations
    >>> protocols, commands = read_evaluations()
    >>> gmn_core.figures.accuracy_ladder(protocols).write_html("ladder.html")
    """
    figure = go.Figure()
    symbols = ("circle", "diamond-open", "square-open", "triangle-up-open")
    for symbol, (name, report) in zip(symbols, protocols.items(), strict=False):
        models = [model for model in MODEL_NAMES if "accuracy" in report["models"].get(model, {})]
        accuracies = [report["models"][model]["accuracy"] for model in models]
        figure.add_trace(
            go.Scatter(
                x=[accuracy["value"] for accuracy in accuracies],
                y=[MODEL_NAMES[model] for model in models],
                error_x={
                    "type": "data",
                    "color": MUTED,
                    "symmetric": False,
                    "array": [accuracy["high"] - accuracy["value"] for accuracy in accuracies],
                    "arrayminus": [accuracy["value"] - accuracy["low"] for accuracy in accuracies],
                },
                mode="markers",
                marker={"symbol": symbol, "size": 11, "color": [MODEL_COLOURS[model] for model in models]},
                name=name,
                customdata=[[accuracy["low"], accuracy["high"], accuracy["n"]] for accuracy in accuracies],
                hovertemplate=(
                    "%{y}: %{x:.1%} (%{customdata[0]:.1%} to %{customdata[1]:.1%}) of %{customdata[2]} clips"
                    f"<extra>{name}</extra>"
                ),
            )
        )
    figure.update_layout(
        **STILL,
        height=320,
        margin={**MARGIN, "l": 170, "r": ROOM_FOR_100},
        legend=LEGEND,
        xaxis_tickformat=".0%",
    )
    figure.update_xaxes(range=[0, 1], dtick=0.25, title="Accuracy, with its 95% interval")
    figure.update_yaxes(autorange="reversed", categoryarray=list(MODEL_NAMES.values()), categoryorder="array")
    return figure


def published_ladder(models: Report) -> go.Figure:
    """Draw the accuracies on the test clips beside the published ones on the same clips, the best on top.

    Parameters
    ----------
    models : mapping
        Name of a classifier to its figures on the test clips.

    Examples
    --------
    >>> from gmn_core.models.reports import read_evaluations
    >>> models = read_evaluations()[0]["test"]["models"]
    >>> gmn_core.figures.published_ladder(models).write_html("published.html")
    """
    rows: list[tuple[float, str, str, str, Mapping[str, Any]]] = [
        (each.accuracy, each.name, MUTED, f"learned from {each.learned_from}", {})
        for each in PUBLISHED_ACCURACIES
    ]
    for model, name in MODEL_NAMES.items():
        if accuracy := models.get(model, {}).get("accuracy"):
            rows.append((accuracy["value"], f"<b>{name}</b>", MODEL_COLOURS[model], "here", accuracy))
    rows.sort(key=lambda row: row[0])
    figure = go.Figure(
        go.Scatter(
            x=[value for value, *_ in rows],
            y=[name for _, name, *_ in rows],
            mode="markers+text",
            text=[f"{value:.0%}" for value, *_ in rows],
            textposition="bottom center",
            marker={"size": 12, "color": [colour for _, _, colour, *_ in rows]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [own["high"] - value if own else 0 for value, *_, own in rows],
                "arrayminus": [value - own["low"] if own else 0 for value, *_, own in rows],
                "color": MUTED,
            },
            customdata=[source for _, _, _, source, _ in rows],
            hovertemplate="%{y}: %{x:.1%}, %{customdata}<extra></extra>",
        )
    )
    figure.update_layout(
        height=90 + 34 * len(rows),
        margin={**MARGIN, "l": 190, "r": ROOM_FOR_100},
        xaxis_tickformat=".0%",
        showlegend=False,
        **STILL,
    )
    figure.update_xaxes(range=[0, 1.02], dtick=0.25, title="Accuracy on the 290 test clips")
    return figure


def confusion(matrix: Sequence[Sequence[int]]) -> go.Figure:
    """Draw a confusion matrix: rows are labels, columns verdicts; colour is the share of the row.

    Examples
    --------
    >>> import numpy as np
    >>> found = gmn_core.evaluate(["jazz", "rock"], np.eye(10)[[5, 5]])
    >>> gmn_core.figures.confusion(found.confusion).write_html("confusion.html")
    """
    counts = np.array(matrix)
    totals = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = go.Figure(
        go.Heatmap(
            z=counts / totals,
            x=_GENRE_NAMES,
            y=_GENRE_NAMES,
            text=counts,
            texttemplate="%{text}",
            zmin=0,
            zmax=1,
            colorscale=SHARE_SCALE,
            showscale=False,
            hovertemplate="%{y} named %{x}: %{text} clips, %{z:.0%}<extra></extra>",
        )
    )
    figure.update_layout(
        **STILL, height=430, margin={**MARGIN, "b": 70}, xaxis_title="Verdict", yaxis_title="Label"
    )
    figure.update_yaxes(autorange="reversed")
    return figure


def reliability(models: Report) -> go.Figure:
    """Draw how often verdicts of each confidence are right; a calibrated model lies on the diagonal.

    Examples
    --------
    >>> from gmn_core.models.reports import read_evaluations
    >>> models = read_evaluations()[0]["artist"]["models"]
    >>> gmn_core.figures.reliability(models).write_html("reliability.html")
    """
    figure = go.Figure(
        go.Scatter(
            x=[0, 1],
            y=[0, 1],
            mode="lines",
            line={"color": MUTED, "dash": "dot"},
            name="calibrated",
            hoverinfo="skip",
        )
    )
    for model, name in MODEL_NAMES.items():
        bins = models.get(model, {}).get("reliability", [])
        if not bins:
            continue
        accuracies = [each["accuracy"] for each in bins]
        figure.add_trace(
            go.Scatter(
                x=[each["confidence"] for each in bins],
                y=[accuracy["value"] for accuracy in accuracies],
                error_y={
                    "type": "data",
                    "color": MUTED,
                    "symmetric": False,
                    "array": [accuracy["high"] - accuracy["value"] for accuracy in accuracies],
                    "arrayminus": [accuracy["value"] - accuracy["low"] for accuracy in accuracies],
                    "thickness": 1,
                },
                mode="lines+markers",
                line={"color": MODEL_COLOURS[model]},
                name=name,
                customdata=[accuracy["n"] for accuracy in accuracies],
                hovertemplate="share %{x:.0%}: right %{y:.0%} of %{customdata} clips<extra></extra>",
            )
        )
    figure.update_layout(
        **STILL,
        height=400,
        margin=MARGIN,
        xaxis={"title": "Top share", "tickformat": ".0%", "range": [0, 1.02]},
        yaxis={"title": "Right", "tickformat": ".0%", "range": [0, 1.02]},
        legend=LEGEND,
    )
    return figure


def recall_by_genre(models: Report) -> go.Figure:
    """Draw each model's recall of each genre.

    Examples
    --------
    >>> from gmn_core.models.reports import read_evaluations
    >>> models = read_evaluations()[0]["artist"]["models"]
    >>> gmn_core.figures.recall_by_genre(models).write_html("recall.html")
    """
    figure = go.Figure()
    for model, name in MODEL_NAMES.items():
        recalls = models.get(model, {}).get("recall")
        if recalls is None:
            continue
        known = [genre for genre in GENRES if recalls[genre]["n"]]
        figure.add_trace(
            go.Bar(
                x=[genre.display_name for genre in known],
                y=[recalls[genre]["value"] for genre in known],
                name=name,
                marker_color=MODEL_COLOURS[model],
                customdata=[recalls[genre]["n"] for genre in known],
                hovertemplate="%{x}: %{y:.0%} of %{customdata} clips<extra></extra>",
            )
        )
    figure.update_layout(
        **STILL,
        height=360,
        margin={**MARGIN, "b": 60},
        barmode="group",
        yaxis={"title": "Recall", "tickformat": ".0%", "range": [0, 1]},
        legend=LEGEND,
    )
    return figure
