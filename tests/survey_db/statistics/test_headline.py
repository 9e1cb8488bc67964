from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from survey_db.statistics.headline import Headline, headline, progress, ratings_by_sample
from survey_db.statistics.intervals import Interval, Missing, wilson
from survey_db.statistics.published import PUBLISHED
from survey_db.statistics.selection import study_answers
from tests.survey_db.published_study import OFFERED


@pytest.fixture
def published_headline(published_answers: pd.DataFrame) -> Headline:
    found = headline(published_answers, OFFERED)
    assert isinstance(found, Headline)
    return found


def test_headline_of_the_reconstruction_reads_as_the_study_printed_it(published_headline: Headline) -> None:
    found = published_headline
    assert (found.listeners, found.samples, found.answers, found.right) == (32, 6, 192, 63)
    assert f"{found.mean_rating:.2f} ± {found.rating_sd:.2f}" == "6.17 ± 2.30"
    assert f"{100 * found.share_right:.2f}%" == "32.81%"
    assert [(f"{100 * best.share:.1f}%", best.group, best.genre) for best in found.best] == [
        ("78.1%", "Sample 4", "hiphop")
    ]
    assert [(f"{100 * worst.share:.1f}%", worst.group, worst.genre) for worst in found.worst] == [
        ("3.1%", "Sample 5", "rock")
    ]


def test_published_figures_are_those_of_the_reconstruction(published_headline: Headline) -> None:
    found = published_headline
    assert (PUBLISHED.listeners, PUBLISHED.samples) == (found.listeners, found.samples)
    assert round(found.mean_rating, 2) == PUBLISHED.mean_rating
    assert round(found.share_right, 4) == PUBLISHED.share_right
    assert (PUBLISHED.best_genre, PUBLISHED.best_share) == (
        found.best[0].genre,
        round(found.best[0].share, 3),
    )
    assert (PUBLISHED.worst_genre, PUBLISHED.worst_share) == (
        found.worst[0].genre,
        round(found.worst[0].share, 3),
    )


def test_standard_deviation_is_over_all_answers_with_divisor_n_minus_1(
    published_answers: pd.DataFrame, published_headline: Headline
) -> None:
    assert published_headline.rating_sd == pytest.approx(published_answers["rating"].std(ddof=1))


def test_intervals_hold_their_figures(published_headline: Headline) -> None:
    for figure, interval in (
        (published_headline.mean_rating, published_headline.mean_interval),
        (published_headline.share_right, published_headline.share_interval),
    ):
        assert isinstance(interval, Interval)
        assert interval.low < figure < interval.high


def test_ties_are_all_reported(published_answers: pd.DataFrame) -> None:
    answers = published_answers.assign(right=True)
    found = headline(answers, OFFERED)
    assert isinstance(found, Headline)
    assert len(found.best) == len(found.worst) == 6


def test_unanimous_listeners_still_leave_doubt(published_answers: pd.DataFrame) -> None:
    found = headline(published_answers.assign(right=True), OFFERED)
    assert isinstance(found, Headline)
    assert found.share_interval == wilson(192, 192)


def test_nobody_yet(published_answers: pd.DataFrame) -> None:
    assert headline(published_answers[:0], OFFERED) == Missing("Nobody has answered yet.")


def test_a_single_answer_says_what_is_lacking(published_answers: pd.DataFrame) -> None:
    found = headline(published_answers[:1], OFFERED)
    assert isinstance(found, Headline)
    assert isinstance(found.rating_sd, Missing)
    assert isinstance(found.mean_interval, Missing)


def test_ratings_of_each_sample(published_answers: pd.DataFrame) -> None:
    found = ratings_by_sample(published_answers)
    assert [sample.sample for sample in found] == [f"Sample {number}" for number in range(1, 7)]
    for sample in found:
        ratings = published_answers.loc[published_answers["sample"] == sample.sample, "rating"]
        theirs = stats.ttest_1samp(ratings, 0).confidence_interval()
        assert sample.mean == pytest.approx(ratings.mean())
        assert sample.median == ratings.median()
        assert isinstance(sample.interval, Interval)
        assert (sample.interval.low, sample.interval.high) == pytest.approx((theirs.low, theirs.high))
        assert np.repeat(np.arange(1, 11), sample.counts).tolist() == sorted(ratings)


def test_known_pieces_are_counted(published_responses: pd.DataFrame) -> None:
    responses = published_responses.assign(known_piece=published_responses["listener"].isin(["L01", "L02"]))
    assert [sample.known for sample in ratings_by_sample(study_answers(responses))] == [2] * 6


def test_progress_counts_empty_days(published_answers: pd.DataFrame) -> None:
    answers = published_answers[published_answers["answered_at"].dt.day.isin([2, 4])]
    first, empty, last = progress(answers)
    assert (first.day, empty.day, last.day) == (date(2020, 3, 2), date(2020, 3, 3), date(2020, 3, 4))
    assert (first.answers, empty.answers, last.answers) == (24, 0, 24)
    assert (last.answers_so_far, last.listeners_so_far) == (48, 8)
    assert progress(answers[:0]) == ()
