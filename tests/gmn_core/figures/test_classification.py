"""Figures of classifiers show what they are given."""

from __future__ import annotations

import numpy as np
import pytest

from gmn_core.classification.evaluation.metrics import evaluate
from gmn_core.classification.explanation import Explanation
from gmn_core.classification.prediction import GenrePrediction
from gmn_core.figures import classification as figures
from gmn_core.genres import GENRES, Genre


@pytest.fixture(scope="module")
def report() -> dict[str, dict[str, object]]:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 9, 60)  # no clip of the tenth genre
    shares = rng.dirichlet(np.full(10, 0.5), 60)
    figures_of_one = evaluate(labels, shares).record()
    return {
        "models": {"knn_descriptors": figures_of_one, "cnn": figures_of_one, "cnn_pretrained": {"n_clips": 0}}
    }


def test_columns_of_moments_end_with_the_clip() -> None:
    shares = np.random.default_rng(0).dirichlet(np.ones(10), 4)
    prediction = GenrePrediction(shares.mean(axis=0), shares, np.array([0.0, 2.0, 4.0, 6.0]))
    [heatmap] = figures.genres_over_time(prediction, 9.5).data
    assert list(heatmap.x) == [0, 2, 4, 6, 9.5]
    assert np.array(heatmap.z).shape == (10, 4)
    assert list(heatmap.y) == [genre.display_name for genre in GENRES]
    with pytest.raises(ValueError, match="as a whole"):
        figures.genres_over_time(GenrePrediction(shares[0]), 9.5)


def test_influence_is_symmetric_about_zero_and_outliers_do_not_pale_it() -> None:
    influence = np.zeros((4, 50))
    influence[1, 2] = 100.0
    influence[2, :] = -0.5
    explanation = Explanation(Genre.JAZZ, influence, np.array([0.0, 200, 800, 3200, 8000]), np.arange(51.0))
    [heatmap] = figures.influence_map(explanation).data
    assert heatmap.zmin == -heatmap.zmax
    assert heatmap.zmax < 2
    assert min(heatmap.y) > 0, "a logarithmic axis has no nought"


def test_the_ladder_has_a_mark_and_an_interval_for_each_model_and_protocol(report: dict) -> None:
    figure = figures.accuracy_ladder({"By artist": report, "At random": report})
    assert [trace.name for trace in figure.data] == ["By artist", "At random"]
    accuracy = report["models"]["cnn"]["accuracy"]
    assert list(figure.data[0].x) == [accuracy["value"]] * 2
    assert figure.data[0].error_x.array[0] == pytest.approx(accuracy["high"] - accuracy["value"])
    assert list(figure.data[0].y) == ["k-NN on 57 descriptors", "CNN trained on GTZAN"]


def test_confusions_show_counts_coloured_by_row() -> None:
    matrix = np.zeros((10, 10), dtype=int)
    matrix[0, 1], matrix[0, 0], matrix[5, 5] = 3, 1, 7
    [heatmap] = figures.confusion(matrix.tolist()).data
    assert heatmap.z[0][1] == 0.75
    assert heatmap.z[5][5] == 1
    assert heatmap.text[0][1] == 3


def test_reliability_draws_only_models_that_were_run(report: dict) -> None:
    traces = figures.reliability(report["models"]).data
    assert [trace.name for trace in traces] == [
        "calibrated",
        "k-NN on 57 descriptors",
        "CNN trained on GTZAN",
    ]


def test_a_genre_without_clips_has_no_bar(report: dict) -> None:
    bars = figures.recall_by_genre(report["models"]).data
    assert len(bars) == 2
    assert len(bars[0].x) == 9
    assert "Rock" not in bars[0].x


def test_the_published_accuracies_stand_beside_our_own_the_best_on_top() -> None:
    own = {"cnn": {"accuracy": {"value": 0.69, "low": 0.64, "high": 0.74}}}
    trace = figures.published_ladder(own).data[0]
    assert list(trace.x) == sorted(trace.x)
    place = list(trace.y).index("<b>CNN trained on GTZAN</b>")
    assert trace.x[place] == 0.69
    assert trace.error_x.array[place] == pytest.approx(0.05)
    assert sum(width > 0 for width in trace.error_x.array) == 1
