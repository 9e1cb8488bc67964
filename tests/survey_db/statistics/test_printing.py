from __future__ import annotations

from gmn_core.classification.names import MODEL_NAMES
from survey_db.statistics.printing import decimal, listed, listed_or_counted, model_name, p_text, percent


def test_figures_are_printed_as_the_study_did() -> None:
    assert percent(63 / 192, 2) == "32.81%"
    assert (decimal(-1.006), decimal(-0.004)) == ("−1.01", "0.00")
    assert (p_text(0.0004), p_text(0.0456)) == ("p < 0.001", "p = 0.046")


def test_words_are_listed_as_prose_does() -> None:
    assert [listed(words) for words in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


def test_classifiers_have_names_for_people() -> None:
    assert [model_name(model) for model in MODEL_NAMES] == list(MODEL_NAMES.values())
    assert [model_name(model) for model in ("knn_timbre", "forest_of_trees")] == [
        *("k-NN (timbre)", "forest (of trees)")
    ]


def test_many_words_are_counted() -> None:
    assert listed_or_counted(["a", "b"], 3, "samples") == "a and b"
    assert listed_or_counted(["a", "b"], 2, "samples") == "all 2 samples"
    assert listed_or_counted(["a"], 1, "samples") == "a"
    assert listed_or_counted(list("abc"), 12, "samples", most=2) == "3 of the 12 samples"
