"""The results part by part, in the order of the page, the report and the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from survey_db.genres import CANNOT_TELL
from survey_db.reporting import figures, tables
from survey_db.reporting.findings import (
    confusion_finding,
    human_machine_finding,
    mean_ratings_finding,
    progress_finding,
    rating_spread_finding,
    recognition_finding,
)
from survey_db.reporting.parts import Chart, Section
from survey_db.reporting.systems import systems_section
from survey_db.statistics.blind import BlindTest
from survey_db.statistics.conclusions import (
    genre_conclusion,
    musical_conclusion,
    sample_conclusion,
    short_answers,
)
from survey_db.statistics.concordance import concordance_sentence
from survey_db.statistics.controls import Consistency
from survey_db.statistics.effects import SCORE, SCORE_STEP
from survey_db.statistics.headline import Headline
from survey_db.statistics.intervals import Missing
from survey_db.statistics.machine import machine_sentence
from survey_db.statistics.mixed import MixedModel
from survey_db.statistics.printing import decimal, percent
from survey_db.statistics.recognition import Confusion, Recognition
from survey_db.statistics.reliability import Reliability
from survey_db.statistics.summary import StudyStatistics
from survey_db.vocabulary import MUSICAL_TRAINING

QUESTIONS = ("Is it musical?", "Can a listener hear which genre it learned from?")
"""What every study asks."""


def sections(summary: StudyStatistics) -> tuple[Section, ...]:
    """Return the results of a study, part by part; a part that cannot be computed says why."""
    headline, blind = summary.headline, summary.recognition.overall
    if isinstance(headline, Missing) or isinstance(blind, Missing):
        shown = f"**What the published figures show.** {summary.published.what_it_shows()}"
        text = (*_reasons([headline, blind]), shown)
        return (Section("Answers to the two questions", text),)
    return (
        _answers(summary, headline, blind),
        *([systems_section(summary.systems)] if summary.systems else []),
        _ratings(summary),
        _recognition(summary, headline, blind),
        _confusion(summary),
        _human_machine(summary),
        _reliability(summary),
        _effects(summary),
        _controls(summary),
        _plans(summary),
        _progress(summary),
    )


def first_lines(summary: StudyStatistics) -> tuple[str, ...]:
    """Return both questions, each answered in a sentence, as Markdown; nothing where nobody has answered."""
    answers = short_answers(summary)
    if answers is None:
        return ()
    return tuple(f"**{question}** {answer}" for question, answer in zip(QUESTIONS, answers, strict=True))


def _answers(summary: StudyStatistics, headline: Headline, blind: BlindTest) -> Section:
    return Section(
        "Answers to the two questions",
        (
            f"**{QUESTIONS[0]}** {musical_conclusion(summary)}",
            f"**{QUESTIONS[1]}** {genre_conclusion(summary)}",
            sample_conclusion(summary.recognition.by_sample),
            f"**What the published figures show.** {summary.published.what_it_shows()}",
        ),
        tables=(tables.headline_table(headline, blind, summary.published),),
    )


def _ratings(summary: StudyStatistics) -> Section:
    return Section(
        "How musical: ratings of each sample",
        charts=(
            Chart(
                figures.mean_ratings(summary.ratings, summary.published),
                f"{mean_ratings_finding(summary.ratings)} Mean rating of each sample with its 95% interval.",
                tables.mean_ratings_table(summary.ratings),
            ),
            Chart(
                figures.rating_distribution(summary.ratings),
                f"{rating_spread_finding(summary.ratings)} How the answers to each sample spread over the "
                "scale.",
                tables.rating_counts_table(summary.ratings),
            ),
        ),
    )


def _recognition(summary: StudyStatistics, headline: Headline, blind: BlindTest) -> Section:
    def chart(groups: Sequence[Recognition], kind: str) -> Chart:
        return Chart(
            figures.recognition(groups, headline, blind, summary.published),
            f"{recognition_finding(groups)} Share of guesses that name the intended genre, in all and per "
            f"{kind}, with 95% intervals. The stroke in each row is what the same listeners would get right "
            f"blind. Guessing evenly among the genres offered gets {percent(headline.uniform_chance)}; over "
            f"all samples, no blind listeners expect more than {percent(blind.most_expected)}.",
            tables.recognition_table(f"recognition-by-{kind}", groups),
        )

    found = summary.recognition
    pooled = len(found.by_genre) < len(found.by_sample)
    return Section(
        "How recognisable: guesses that name the intended genre",
        (
            "“Expected blind” is the share that the same guesses would get right if they had nothing to do "
            "with the sample. The p-value is exact; the corrected one allows for the number of tests. The "
            "unbiased hit rate is 100% only where the genre is always named for its own sample and never "
            "for others.",
        ),
        (
            chart(found.by_sample, "sample"),
            # With one sample a genre, the genres would only repeat the samples.
            *([chart(found.by_genre, "genre")] if pooled else []),
        ),
    )


def _confusion(summary: StudyStatistics) -> Section:
    found = summary.confusion
    return Section(
        "Which genre is heard as which",
        (_unsure_sentence(found),) if CANNOT_TELL in found.offered else (),
        charts=(
            Chart(
                figures.confusion(found),
                f"{confusion_finding(found)} Guessed genres of each intended genre; right guesses are "
                "framed.",
                tables.confusion_table(found),
            ),
        ),
    )


def _unsure_sentence(found: Confusion) -> str:
    unsure = sum(counts[found.offered.index(CANNOT_TELL)] for counts in found.counts)
    answers = sum(map(sum, found.counts))
    return (
        f"In {unsure} of {answers} answers ({percent(unsure / answers)}) listeners say that they cannot "
        "tell. Such an answer counts as a wrong guess everywhere, and has a column of its own here."
    )


def _human_machine(summary: StudyStatistics) -> Section:
    title = "Listeners and classifiers"
    found = summary.human_machine
    if isinstance(found, Missing):
        return Section(title, (found.reason,))
    return Section(
        title,
        (
            machine_sentence(found),
            *(concordance_sentence(item) for item in found.concordance),
            *_reasons(item.beyond for item in found.concordance),
        ),
        (
            Chart(
                figures.human_machine(found),
                f"{human_machine_finding(found)} What they hear in each sample: one row each, one column per "
                "genre, the intended genre framed.",
                tables.human_machine_table(found),
            ),
        ),
    )


def _reliability(summary: StudyStatistics) -> Section:
    guesses, ratings = summary.guess_reliability, summary.rating_reliability
    found = [item for item in (guesses, ratings) if isinstance(item, Reliability)]
    text = (
        "Krippendorff's alpha is 1 where all listeners answer alike and 0 where they agree no more than "
        "random answers would.",
        *_reasons([guesses, ratings]),
        *_reasons(item.interval for item in found),
    )
    return Section(
        "Agreement among listeners",
        text,
        tables=(tables.reliability_table(guesses, ratings),) if found else (),
    )


def _effects(summary: StudyStatistics) -> Section:
    found = summary.effects
    reference = MUSICAL_TRAINING.get(found.reference, found.reference)
    labels = {
        "position": "each place later in the order",
        SCORE: f"each {SCORE_STEP} points of musical training (Gold-MSI, 7 to 49)",
        **{level: f"training: {label}, against {reference}" for level, label in MUSICAL_TRAINING.items()},
    }
    text, shown = list(_reasons([found.model, found.position, found.training, found.score])), []
    if isinstance(found.model, MixedModel):
        listener, sample, rest = found.model.variance_shares
        text.insert(
            0,
            f"Of the spread of ratings, {percent(listener)} lies between listeners, {percent(sample)} "
            f"between samples and {percent(rest)} within both (mixed model with both as crossed random "
            "effects).",
        )
        shown.append(tables.spread_table(found.model))
    if not isinstance(found.position, Missing):
        shown.append(tables.effects_table("effect-of-position", found.position, labels))
    if not isinstance(found.training, Missing):
        shown.append(tables.effects_table("effect-of-training", found.training, labels))
    if found.score and not isinstance(found.score, Missing):
        shown.append(tables.effects_table("effect-of-training-score", found.score, labels))
    if found.groups:
        shown.append(tables.training_table(found.groups, MUSICAL_TRAINING))
    return Section("What answers depend on", tuple(text), tables=tuple(shown))


def _controls(summary: StudyStatistics) -> Section:
    found = summary.controls
    text = ["Control items are kept out of all other figures."]
    if not found.anchors:
        text.append("This study has no answers to anchors, items whose quality is known beforehand.")
    for anchor in found.anchors:
        side = "below" if anchor.control == "low_anchor" else "above"
        text.append(
            f"{anchor.as_expected} of {anchor.compared} listeners rate {anchor.sample} {side} the mean of "
            "their own ratings of the samples, as they should."
        )
        text += _reasons([anchor.difference])
    text.append(_consistency_sentence(found.consistency))
    shown = (tables.anchors_table(found.anchors),) if found.anchors else ()
    return Section("Control items", tuple(text), tables=shown)


def _plans(summary: StudyStatistics) -> Section:
    title = "Listeners that the next study needs"
    if isinstance(summary.plans, Missing):
        return Section(title, (summary.plans.reason,))
    return Section(
        title,
        (
            "For a study like this one, with listeners who differ as these do; where two studies are "
            "compared, listeners of each.",
        ),
        tables=(tables.plans_table(summary.plans),),
    )


def _progress(summary: StudyStatistics) -> Section:
    title = "Answers over time"
    if not summary.progress:
        return Section(title, ("The responses do not say when they were given.",))
    return Section(
        title,
        charts=(
            Chart(
                figures.progress(summary.progress),
                progress_finding(summary.progress),
                tables.progress_table(summary.progress),
            ),
        ),
    )


def _consistency_sentence(found: Consistency | Missing) -> str:
    if isinstance(found, Missing):
        return found.reason
    interval = found.share_interval
    return (
        f"Hearing a sample again, listeners named the same genre in {found.same_guess} of {found.pairs} "
        f"cases ({percent(found.share_same)}, 95% interval {percent(interval.low)} to "
        f"{percent(interval.high)}); their second rating differed by {decimal(found.mean_difference)} on "
        "average, and one listener's rating of one sample has a standard deviation of "
        f"{found.rating_error:.2f}."
    )


def _reasons(figures_or_missing: Iterable[object]) -> list[str]:
    """Return the reasons of what is missing, each once."""
    reasons = [item.reason for item in figures_or_missing if isinstance(item, Missing)]
    return list(dict.fromkeys(reasons))
