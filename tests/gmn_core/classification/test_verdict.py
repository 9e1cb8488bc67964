"""Several classifiers' predictions in one verdict."""

from __future__ import annotations

from typing import Any

import numpy as np

from gmn_core.classification.prediction import GenrePrediction
from gmn_core.classification.verdict import JointVerdict, joint_verdict
from gmn_core.genres import Genre


def shares(**of: float) -> GenrePrediction:
    """Return a prediction in which the genres that are not named share the rest."""
    left = (1 - sum(of.values())) / (10 - len(of))
    return GenrePrediction(np.array([of.get(genre, left) for genre in Genre]))


def figures(rate: float) -> dict[str, Any]:
    def bin_(confidence: float, n_right: int, n: int) -> dict[str, Any]:
        return {"confidence": confidence, "accuracy": {"value": n_right / n, "n_right": n_right, "n": n}}

    return {"accuracy": {"value": rate, "n": 290}, "reliability": [bin_(0.45, 10, 23), bin_(0.85, 39, 41)]}


EVALUATED = {"knn_descriptors": figures(0.42), "cnn": figures(0.69), "cnn_pretrained": figures(0.84)}


def judged(knn: GenrePrediction, cnn: GenrePrediction, best: GenrePrediction, **more: Any) -> JointVerdict:
    return joint_verdict({"knn_descriptors": knn, "cnn": cnn, "cnn_pretrained": best}, EVALUATED, **more)


def test_the_strongest_decides_and_says_how_sure_it_is() -> None:
    found = judged(shares(rock=0.6), shares(jazz=0.9), shares(jazz=0.87))
    assert found.headline == "Jazz"
    assert found.sureness == (
        "The best classifier is 87% sure. "
        "When it was about as sure in the test, it was right 39 times out of 41."
    )
    assert found.others == (
        "The k-NN on 57 descriptors says rock: it has heard far less music. "
        "On 290 test recordings by artists that none of them had heard, the Pretrained CNN was right 84% of "
        "the time, the CNN trained on GTZAN 69% and the k-NN on 57 descriptors 42%."
    )


def test_agreement_is_said() -> None:
    jazz = shares(jazz=0.9)
    assert judged(jazz, jazz, jazz).others.startswith("The other classifiers agree.")
    assert joint_verdict({"cnn": jazz, "cnn_pretrained": jazz}, {}).others == "The other classifier agrees."
    assert joint_verdict({"cnn": jazz}, {}) == JointVerdict("Jazz", "The best classifier is 90% sure.", "")


def test_a_tie_is_a_tie() -> None:
    tied = shares(blues=0.4, rock=0.4)
    assert judged(tied, tied, tied).headline == "Blues or rock: a tie"
    assert "gives blues or rock 40% each" in judged(tied, tied, tied).sureness
    assert "the CNN trained on GTZAN say blues or rock" in judged(tied, tied, shares(jazz=0.9)).others


def test_a_weak_answer_is_no_genre() -> None:
    weak = judged(shares(jazz=0.9), shares(jazz=0.9), shares(blues=0.34, rock=0.2))
    assert weak.headline == "Not clearly any of the ten"
    assert "closest to blues (34%), then rock (20%)" in weak.sureness
    assert "right 10 times out of 23" in weak.sureness


def test_what_is_no_music_is_said_before_any_genre() -> None:
    jazz = shares(jazz=0.9)
    assert judged(jazz, jazz, jazz, doubt="This sounds like speech.").headline == "Probably not music"


def test_two_that_say_the_same_are_named_together_and_nothing_is_quite_certain() -> None:
    found = judged(shares(blues=0.6), shares(blues=0.5), shares(jazz=0.999))
    assert found.others.startswith(
        "The k-NN on 57 descriptors and the CNN trained on GTZAN say blues: they have heard far less music."
    )
    assert found.sureness.startswith("The best classifier is more than 99% sure.")
