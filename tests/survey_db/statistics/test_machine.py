from __future__ import annotations

import pandas as pd
import pytest

from survey_db.statistics.intervals import Missing, wilson
from survey_db.statistics.machine import HumanMachine, human_machine, machine_sentence
from survey_db.statistics.selection import study_answers
from tests.survey_db.published_study import OFFERED, SAMPLES


def predictions(choices: dict[str, list[str]], confidence: float = 0.82) -> pd.DataFrame:
    """Predictions of models that give one genre a share and the others an equal part of the rest."""
    rest = (1 - confidence) / (len(OFFERED) - 1)
    return pd.DataFrame(
        [
            {"study": "published", "sample": f"Sample {place}", "model": model}
            | {genre: confidence if genre == choice else rest for genre in OFFERED}
            for model, chosen in choices.items()
            for place, choice in enumerate(chosen, start=1)
        ]
    )


@pytest.fixture
def found(published_answers: pd.DataFrame) -> HumanMachine:
    # The k-NN hears everything as rock; the CNN is right but for samples 1 and 4.
    cnn = ["blues", *SAMPLES[1:3], "rock", *SAMPLES[4:]]
    result = human_machine(published_answers, predictions({"k-NN": ["rock"] * 6, "CNN": cnn}), OFFERED)
    assert isinstance(result, HumanMachine)
    return result


def test_models_are_scored_on_the_samples(found: HumanMachine) -> None:
    cnn, knn = found.models
    assert (cnn.name, cnn.right, knn.name, knn.right) == ("CNN", 4, "k-NN", 1)
    assert cnn.interval == wilson(4, 6)
    # Of the CNN's six choices, five are the genres of other samples but two: shuffled, few are right.
    assert cnn.p_value < 0.05
    assert knn.p_value == pytest.approx(1)  # one genre throughout is always right once


def test_listeners_choose_by_their_most_frequent_guess(
    found: HumanMachine, published_answers: pd.DataFrame
) -> None:
    for verdict in found.listeners.verdicts:
        guesses = published_answers.loc[published_answers["sample"] == verdict.sample, "guess"]
        assert dict(zip(OFFERED, verdict.shares, strict=True))["hiphop"] == (guesses == "hiphop").mean()
        most = guesses.value_counts()
        assert verdict.choice == (most.index[0] if most.iloc[0] > most.iloc[1] else "")
    assert found.listeners.mean_overlap == pytest.approx(1)


def test_each_knows_what_the_other_misses(found: HumanMachine) -> None:
    cnn = found.models[0]
    assert "Sample 4" in cnn.only_listeners
    assert "Sample 5" in cnn.only_machine
    heard = {verdict.sample for verdict in found.listeners.verdicts if verdict.right}
    named = {verdict.sample for verdict in cnn.verdicts if verdict.right}
    assert set(cnn.only_listeners) == heard - named
    assert set(cnn.only_machine) == named - heard


def test_overlap_is_the_common_part_of_two_distributions(found: HumanMachine) -> None:
    human, machine = found.listeners.verdicts[3], found.models[0].verdicts[3]
    common = sum(map(min, human.shares, machine.shares))
    assert machine.overlap == pytest.approx(common)
    assert machine.overlap < 0.5


def test_genres_not_offered_are_taken_from_the_machine_too(published_answers: pd.DataFrame) -> None:
    guessed = published_answers[published_answers["guess"].isin(SAMPLES)]
    result = human_machine(guessed, predictions({"CNN": list(SAMPLES)}, confidence=0.55), SAMPLES)
    assert isinstance(result, HumanMachine)
    verdict = result.models[0].verdicts[0]
    assert len(verdict.shares) == len(SAMPLES)
    assert sum(verdict.shares) == pytest.approx(1)
    assert max(verdict.shares) == pytest.approx(0.55 / (0.55 + 5 * 0.05))


def test_two_equal_shares_choose_neither(published_responses: pd.DataFrame) -> None:
    answers = study_answers(published_responses[published_responses["sample"] == "Sample 4"][:2].copy())
    answers["guess"] = ["hiphop", "rock"]
    result = human_machine(answers, predictions({"CNN": ["blues"] * 6}), OFFERED)
    assert isinstance(result, HumanMachine)
    assert result.listeners.verdicts[0].choice == ""
    assert result.listeners.right == 0
    assert result.models[0].same_choice == 0


def test_only_samples_that_both_have_judged_are_compared(published_answers: pd.DataFrame) -> None:
    known = predictions({"CNN": list(SAMPLES)})
    result = human_machine(published_answers, known[known["sample"] != "Sample 2"], OFFERED)
    assert isinstance(result, HumanMachine)
    assert "Sample 2" not in result.samples
    nothing = human_machine(published_answers[:0], known, OFFERED)
    assert isinstance(nothing, Missing)
    assert isinstance(human_machine(published_answers, known[:0], OFFERED), Missing)


def test_sentence_follows_the_figures(found: HumanMachine) -> None:
    sentence = machine_sentence(found)
    assert sentence.startswith(
        f"The listeners' most frequent guess is right on {found.listeners.right} of 6 samples, "
        "the CNN on 4 and the k-NN on 1."
    )
    assert "Listeners beside the CNN: only listeners are right on" in sentence
    assert "Sample 4 (Hip hop)" in sentence
    assert "only the CNN is right on Sample 5 (Rock)" in sentence


def test_sentence_of_equals(published_answers: pd.DataFrame, found: HumanMachine) -> None:
    choices = [verdict.choice or "rock" for verdict in found.listeners.verdicts]
    choices[4] = "jazz"
    result = human_machine(published_answers, predictions({"CNN": choices}), OFFERED)
    assert isinstance(result, HumanMachine)
    assert "Listeners and the CNN are right on the same samples." in machine_sentence(result)
