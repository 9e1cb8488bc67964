"""The cards of the jobs."""

from __future__ import annotations

from gmn_core.generation.request import GenerationRequest
from gmn_core.genres import Genre
from pages.front.jobs import ladder, piece_name


def test_the_ladder_begins_with_the_best() -> None:
    accuracy = {"knn_descriptors": 0.5, "knn_pretrained": 0.79, "cnn_pretrained": 0.841}
    report = {"models": {model: {"accuracy": {"value": value}} for model, value in accuracy.items()}}
    html = ladder(report)
    assert html.index("Pretrained CNN") < html.index("k-NN on 57 descriptors")
    assert "<strong>84%</strong>" in html
    assert html.count("<strong>") == 2, "who judges no upload is not counted among the classifiers here"


def test_a_piece_is_called_by_what_was_asked_for() -> None:
    request = GenerationRequest(Genre.JAZZ, seed=7, blend=Genre.HIPHOP, blend_weight=0.4)
    assert piece_name(request) == "Jazz with 40% hip hop, 30 s"
    assert piece_name(GenerationRequest(Genre.ROCK, 12)) == "Rock, 12 s"
