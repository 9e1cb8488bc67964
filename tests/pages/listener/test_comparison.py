from __future__ import annotations

import re

from pages.listener.comparison import hits_list
from survey_db.running.feedback import Comparison

GUESSES = [(1, "rock", "rock"), (2, "rock", "jazz"), (3, "metal", "metal")]


def listed(comparison: Comparison) -> list[tuple[str, str]]:
    return re.findall(r'<th scope="row">([^<]+)</th>.*?<td>([\d.]+)</td></tr>', hits_list(comparison))


def test_every_classifier_stands_beside_the_listener_most_hits_first() -> None:
    found = listed(Comparison(GUESSES, 5, 1.25, {"knn_descriptors": 1, "cnn_pretrained": 3}))
    assert found == [
        ("Program: Pretrained CNN", "3"),
        ("You", "2"),
        ("The mean of 5 others", "1.2"),
        ("Program: k-NN on 57 descriptors", "1"),
    ]


def test_one_other_listener_is_no_plural_and_none_is_left_out() -> None:
    assert listed(Comparison(GUESSES, 1, 3.0))[0] == ("The other listener", "3")
    assert listed(Comparison(GUESSES, 0, 0.0)) == [("You", "2")]
