from __future__ import annotations

import pandas as pd
import pytest

from survey_db.statistics.conclusions import (
    genre_conclusion,
    musical_conclusion,
    sample_conclusion,
    short_answers,
)
from survey_db.statistics.headline import Headline
from survey_db.statistics.intervals import Interval
from survey_db.statistics.summary import StudyStatistics, summarise
from tests.survey_db.published_study import OFFERED, SAMPLES, TRAINING_LEVELS


def summary_of(responses: pd.DataFrame) -> StudyStatistics:
    return summarise(responses, OFFERED, training_levels=TRAINING_LEVELS)


def test_genre_conclusion_is_computed_from_the_guesses(published_responses: pd.DataFrame) -> None:
    found = summary_of(published_responses)
    text = genre_conclusion(found)
    assert text.startswith("Yes, listeners can hear it. 63 of 192 guesses")
    assert "32.8% (95% interval" in text
    assert "would get 12.4% right on average (p < 0.001)" in text
    assert "Listeners who hear nothing expect 16.7% at most" in text
    assert "guessing evenly among 10 genres gets 10.0%" in text
    of_samples = sample_conclusion(found.recognition.by_sample)
    assert "it is named more often for Sample 1 (Jazz, 37.5%), Sample 2" in of_samples
    assert "no difference is shown for Sample 5 (Rock, 3.1%)" in of_samples


def test_blind_guesses_among_the_genres_present_are_not_taken_for_hearing(
    published_responses: pd.DataFrame,
) -> None:
    """One right in six, as much as the published study's listeners could get without hearing anything."""
    turn = (
        published_responses.groupby("listener").cumcount() + published_responses.groupby("listener").ngroup()
    )
    blind = published_responses.assign(guess=[SAMPLES[place % len(SAMPLES)] for place in turn])
    blind["guess"] = blind["guess"].sample(frac=1, random_state=0).to_numpy()
    text = genre_conclusion(summary_of(blind))
    assert text.startswith("It has not been shown that listeners can hear it.")
    assert "a study has an 80% chance of showing an excess of" in text


def test_a_default_guess_is_not_taken_for_hearing_its_sample(published_responses: pd.DataFrame) -> None:
    """Hip hop named for everything in four cases of five gets that sample right as often."""
    place = pd.Series(range(len(published_responses)))
    guess = place.map(lambda number: "hiphop" if number * 7 % 10 < 8 else OFFERED[number % 10])
    hip_hop = summary_of(published_responses.assign(guess=guess.to_numpy())).recognition.by_sample[3]
    assert hip_hop.share > 0.6
    assert hip_hop.p_adjusted > 0.05


def test_constant_guesses_are_said_to_have_no_power(published_responses: pd.DataFrame) -> None:
    text = genre_conclusion(summary_of(published_responses.assign(guess="rock")))
    assert text.startswith("These guesses cannot show it")
    assert "the test has no power" in text


def test_hearing_the_wrong_genre_is_said(published_responses: pd.DataFrame) -> None:
    shifted = dict(zip(SAMPLES, (*SAMPLES[1:], SAMPLES[0]), strict=True))
    wrong = published_responses.assign(guess=published_responses["intended_genre"].map(shifted))
    assert genre_conclusion(summary_of(wrong)).startswith("No: their guesses depend on what was played")


def test_nobody_has_answered(published_responses: pd.DataFrame) -> None:
    assert genre_conclusion(summary_of(published_responses[:0])) == "Nobody has answered yet."


@pytest.mark.parametrize(
    ("shift", "verdict"),
    [(0, "above the scale's 5"), (-1, "not distinguishable from"), (-3, "below the scale's 5")],
)
def test_musical_conclusion_turns_with_the_ratings(
    published_responses: pd.DataFrame, shift: int, verdict: str
) -> None:
    responses = published_responses.assign(rating=(published_responses["rating"] + shift).clip(1, 10))
    assert verdict in musical_conclusion(summary_of(responses))


def test_musical_conclusion_prints_the_headline(published_responses: pd.DataFrame) -> None:
    found = summary_of(published_responses)
    assert isinstance(found.headline, Headline)
    assert isinstance(found.headline.mean_interval, Interval)
    text = musical_conclusion(found)
    assert text.startswith("Listeners rate it 6.17 ± 2.30 out of 10")
    assert f"{found.headline.mean_interval.low:.2f} to {found.headline.mean_interval.high:.2f}" in text
    assert musical_conclusion(summary_of(published_responses[:0])) == "Nobody has answered yet."
    assert "needs at least 12" in musical_conclusion(summary_of(published_responses[:12]))


def test_both_questions_have_an_answer_of_one_sentence(published_responses: pd.DataFrame) -> None:
    musical, genre = short_answers(summary_of(published_responses))
    assert musical == "Yes: listeners rate it 6.2 out of 10 on average; 5 means “musically plausible”."
    assert genre == (
        "Yes: 32.8% of their guesses are right, against 12.4% for the same guesses made blind (p < 0.001)."
    )
    dull = published_responses.assign(rating=2, guess="rock")
    musical, genre = short_answers(summary_of(dull))
    assert musical.startswith("No: listeners rate it 2.0")
    assert genre.startswith("Not shown: ")
    few = published_responses[published_responses["listener"].isin(["L01", "L02"])]
    assert short_answers(summary_of(few))[0].startswith("Too few answers to say: ")
    assert short_answers(summary_of(published_responses.iloc[:0])) is None
