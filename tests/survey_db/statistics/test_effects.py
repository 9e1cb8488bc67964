from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from survey_db.statistics.effects import (
    SCORE,
    SCORE_STEP,
    Effect,
    clustered_least_squares,
    effects,
    rating_model,
)
from survey_db.statistics.intervals import Missing
from survey_db.statistics.mixed import MixedModel
from survey_db.statistics.selection import study_answers
from tests.survey_db.published_study import TRAINING_LEVELS


def with_effects(responses: pd.DataFrame, *, slope: float, gain: float) -> pd.DataFrame:
    """The reconstruction's answers with ratings that rise by place and by training."""
    trained = responses["musical_training"].map({level: n for n, level in enumerate(TRAINING_LEVELS)})
    noise = np.random.default_rng(0).normal(0, 0.5, len(responses))
    rating = 4 + slope * responses["position"] + gain * trained + noise
    return study_answers(responses.assign(rating=rating))


def test_least_squares_within_samples_as_statsmodels_clusters_them(published_answers: pd.DataFrame) -> None:
    answers = published_answers.sample(frac=0.8, random_state=3).astype({"sample": str, "listener": str})
    answers["trained"] = (answers["musical_training"] != "none").astype(float)
    answers["hit"] = answers["right"].astype(float)
    codes = pd.factorize(answers["listener"])[0]
    theirs = smf.ols("hit ~ position + trained + C(sample)", answers).fit(
        cov_type="cluster", cov_kwds={"groups": codes}, use_t=True
    )
    estimates, errors, clusters = clustered_least_squares(
        answers["hit"].to_numpy(),
        answers[["position", "trained"]].to_numpy(dtype=np.float64),
        pd.factorize(answers["sample"])[0],
        codes,
    )
    assert clusters == answers["listener"].nunique()
    assert estimates == pytest.approx(theirs.params[["position", "trained"]].to_numpy())
    assert errors == pytest.approx(theirs.bse[["position", "trained"]].to_numpy())


def test_effects_that_are_there_are_found(published_responses: pd.DataFrame) -> None:
    found = effects(with_effects(published_responses, slope=0.3, gain=0.5), TRAINING_LEVELS)
    assert not isinstance(found.position, Missing)
    assert not isinstance(found.training, Missing)
    (by_place,) = (effect for effect in found.position if effect.outcome == "rating")
    assert 0.3 in by_place.interval
    assert by_place.p_value < 0.001
    by_level = {effect.name: effect for effect in found.training if effect.outcome == "rating"}
    assert found.reference == "none"
    for steps, level in enumerate(TRAINING_LEVELS[1:], start=1):
        assert 0.5 * steps in by_level[level].interval
        assert by_level[level].p_holm < 0.05


def with_scores(*, gain: float, hits: float, seed: int = 0) -> pd.DataFrame:
    """Answers of 60 listeners to eight samples; a point of the score adds so much rating, so many hits."""
    rng = np.random.default_rng(seed)
    listener, sample = np.divmod(np.arange(480), 8)
    score = rng.integers(7, 50, 60)[listener]
    answers = pd.DataFrame(
        {
            "listener": listener.astype(str),
            "sample": sample.astype(str),
            "position": sample + 1,
            "musical_training": None,
            SCORE: pd.array(score, dtype="Int64"),
            "rating": 3 + gain * score + rng.normal(0, 0.7, 60)[listener] + rng.normal(0, 0.5, 480),
            "right": rng.random(480) < 0.2 + hits * score,
        }
    )
    # Some listeners left the scale open.
    answers.loc[listener < 5, SCORE] = pd.NA
    return answers


def test_the_effect_of_a_training_score_is_found_on_both_outcomes() -> None:
    found = effects(with_scores(gain=0.06, hits=0.01), TRAINING_LEVELS).score
    assert isinstance(found, tuple)
    rating, right = found
    assert [(effect.name, effect.outcome) for effect in found] == [(SCORE, "rating"), (SCORE, "right")]
    assert 0.06 * SCORE_STEP in rating.interval
    assert 0.01 * SCORE_STEP in right.interval
    for effect in found:
        assert effect.p_value < 0.001
        assert effect.p_holm == effect.p_value


def test_the_model_of_a_training_score_is_that_of_statsmodels() -> None:
    answers = with_scores(gain=0.02, hits=0.002).dropna(subset=SCORE)
    answers["ten"] = answers[SCORE].astype(float) / SCORE_STEP
    theirs = smf.mixedlm(
        "rating ~ ten",
        answers.assign(all=1),
        groups="all",
        re_formula="0",
        vc_formula={"listener": "0 + C(listener)", "sample": "0 + C(sample)"},
    ).fit()
    found = effects(answers, TRAINING_LEVELS).score
    assert isinstance(found, tuple)
    assert found[0].estimate == pytest.approx(theirs.params["ten"], rel=1e-3)


def test_a_training_score_that_does_nothing_is_mostly_found_to_do_nothing() -> None:
    found = [effects(with_scores(gain=0, hits=0, seed=seed), TRAINING_LEVELS).score for seed in range(1, 41)]
    p_values = [[effect.p_value for effect in pair] for pair in found if isinstance(pair, tuple)]
    assert len(p_values) == 40
    # Five in a hundred of either are expected below 0.05: 8 of 40 or more have a chance below 0.001.
    assert (np.array(p_values) < 0.05).sum(axis=0).max() < 8


def test_no_score_has_no_effect_and_equal_scores_say_so(published_answers: pd.DataFrame) -> None:
    assert effects(published_answers, TRAINING_LEVELS).score is None
    assert effects(published_answers.assign(**{SCORE: pd.NA}), TRAINING_LEVELS).score is None
    equal = effects(published_answers.assign(**{SCORE: 20}), TRAINING_LEVELS).score
    assert equal == Missing("The effect of the training score needs listeners with different scores.")


def test_correction_is_over_the_levels_of_each_outcome(published_answers: pd.DataFrame) -> None:
    training = effects(published_answers, TRAINING_LEVELS).training
    assert not isinstance(training, Missing)
    assert [(effect.outcome, effect.name) for effect in training] == [
        (outcome, level) for outcome in ("rating", "right") for level in TRAINING_LEVELS[1:]
    ]
    for effect in training:
        assert effect.p_value <= effect.p_holm <= min(1, 3 * effect.p_value + 1e-12)


def test_groups_are_reported_in_the_order_of_the_levels(published_answers: pd.DataFrame) -> None:
    groups = effects(published_answers, TRAINING_LEVELS).groups
    assert [(group.level, group.listeners, group.answers) for group in groups] == [
        (level, 8, 48) for level in TRAINING_LEVELS
    ]
    assert sum(group.share_right * group.answers for group in groups) == pytest.approx(63)


def test_rating_model_says_where_the_spread_comes_from(published_answers: pd.DataFrame) -> None:
    model = rating_model(published_answers, pd.DataFrame(index=published_answers.index))
    assert isinstance(model, MixedModel)
    assert model.listener_sd > 0
    assert model.sample_sd > 0
    assert (model.answers, model.listeners, model.samples) == (192, 32, 6)


def test_the_same_order_for_all_leaves_position_unknown(published_answers: pd.DataFrame) -> None:
    answers = published_answers.assign(position=published_answers["sample"].cat.codes + 1)
    position = effects(answers, TRAINING_LEVELS).position
    assert isinstance(position, Missing)
    assert "cannot be separated from that of the samples" in position.reason


def test_untold_training_is_left_out(published_answers: pd.DataFrame) -> None:
    answers = published_answers.assign(musical_training=None)
    found = effects(answers, TRAINING_LEVELS)
    assert isinstance(found.training, Missing)
    assert found.groups == ()


def test_a_level_with_one_listener_is_reported_but_not_compared(published_answers: pd.DataFrame) -> None:
    answers = published_answers.copy()
    lone = answers["musical_training"].eq("over_10") & answers["listener"].ne("L04")
    answers.loc[lone, "musical_training"] = None
    found = effects(answers, TRAINING_LEVELS)
    assert not isinstance(found.training, Missing)
    assert "over_10" not in {effect.name for effect in found.training}
    assert "over_10" in {group.level for group in found.groups}


@pytest.mark.parametrize("answers_of", [0, 1, 2, 6])
def test_tiny_studies_say_what_is_lacking(published_answers: pd.DataFrame, answers_of: int) -> None:
    found = effects(published_answers[:answers_of], TRAINING_LEVELS)
    for figure in (found.model, found.position, found.training):
        assert isinstance(figure, Missing)
        assert figure.reason.endswith(".")


def test_ratings_without_any_spread_say_so(published_answers: pd.DataFrame) -> None:
    found = effects(published_answers.assign(rating=7), TRAINING_LEVELS)
    assert found.model == Missing("The ratings vary too little for a mixed model to be fitted.")


def test_ratings_that_the_model_explains_wholly_say_so(published_answers: pd.DataFrame) -> None:
    rating = 1 + published_answers["sample"].cat.codes + published_answers["listener"].cat.codes % 4
    assert isinstance(effects(published_answers.assign(rating=rating), TRAINING_LEVELS).model, Missing)


def test_guesses_without_spread_leave_the_ratings_their_effect(published_answers: pd.DataFrame) -> None:
    position = effects(published_answers.assign(right=True), TRAINING_LEVELS).position
    assert not isinstance(position, Missing)
    assert [effect.outcome for effect in position] == ["rating"]
    assert all(isinstance(effect, Effect) for effect in position)
