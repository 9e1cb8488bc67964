"""The answers to a study's two questions in words, each computed from its responses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from survey_db.genres import genre_name
from survey_db.statistics.blind import BlindTest
from survey_db.statistics.headline import Headline
from survey_db.statistics.intervals import LEVEL, Interval, Missing
from survey_db.statistics.printing import decimal, listed_or_counted, p_text, percent
from survey_db.statistics.recognition import Recognition

if TYPE_CHECKING:
    from survey_db.statistics.summary import StudyStatistics

MUSICALLY_PLAUSIBLE = 5
"""The step of the scale whose wording is "musically plausible"."""

_ALPHA = 1 - LEVEL


def musical_conclusion(summary: StudyStatistics) -> str:
    """Return the answer to "Is it musical?", computed from the ratings."""
    head = summary.headline
    if isinstance(head, Missing):
        return head.reason
    spread = "" if isinstance(head.rating_sd, Missing) else f" ± {head.rating_sd:.2f}"
    text = f"Listeners rate it {head.mean_rating:.2f}{spread} out of 10"
    if isinstance(head.mean_interval, Missing):
        return f"{text}. {head.mean_interval.reason}"
    low, high = head.mean_interval.low, head.mean_interval.high
    text += f" ({percent(LEVEL, 0)} interval of the mean {low:.2f} to {high:.2f})"
    if low > MUSICALLY_PLAUSIBLE:
        return f"{text}, above the scale's {MUSICALLY_PLAUSIBLE}, “musically plausible”."
    if high < MUSICALLY_PLAUSIBLE:
        return f"{text}, below the scale's {MUSICALLY_PLAUSIBLE}, “musically plausible”."
    return f"{text}, not distinguishable from the scale's {MUSICALLY_PLAUSIBLE}, “musically plausible”."


def genre_conclusion(summary: StudyStatistics) -> str:
    """Return the answer to "Can a listener hear which genre it learned from?", computed from the guesses."""
    head, blind = summary.headline, summary.recognition.overall
    if isinstance(head, Missing):
        return head.reason
    if isinstance(blind, Missing):
        return blind.reason
    answer = f"{_verdict(blind)} {_figures(head, blind, len(summary.offered))}"
    if blind.p_value < _ALPHA or not blind.has_power:
        return answer
    return (
        f"{answer} With guesses as varied as these, a study has an 80% chance of showing an excess of "
        f"{decimal(100 * blind.detectable, 1)} percentage points."
    )


def short_answers(summary: StudyStatistics) -> tuple[str, str] | None:
    """Return the answers to both questions in one sentence each; None where there are no answers yet."""
    head, blind = summary.headline, summary.recognition.overall
    if isinstance(head, Missing) or isinstance(blind, Missing):
        return None
    musical = (
        f"{_verdict_on_mean(head)} {head.mean_rating:.1f} out of 10 on average; {MUSICALLY_PLAUSIBLE} means "
        "“musically plausible”."
    )
    shares = (
        f"{percent(head.share_right)} of their guesses are right, against {percent(blind.expected)} for the "
        f"same guesses made blind ({p_text(blind.p_value)})"
    )
    if blind.p_value >= _ALPHA:
        return musical, f"Not shown: {shares}."
    return musical, f"Yes: {shares}." if blind.excess > 0 else f"No, they are misled: {shares}."


def _verdict_on_mean(head: Headline) -> str:
    interval = head.mean_interval
    if isinstance(interval, Missing):
        return "Too few answers to say: listeners rate it"
    if interval.low > MUSICALLY_PLAUSIBLE:
        return "Yes: listeners rate it"
    return "No: listeners rate it" if interval.high < MUSICALLY_PLAUSIBLE else "Undecided: listeners rate it"


def sample_conclusion(by_sample: Sequence[Recognition]) -> str:
    """Return for which samples the intended genre is named more often than for others, in words."""
    more, less, neither = "it is named more often for", "less often for", "no difference is shown for"
    groups: dict[str, list[str]] = {more: [], less: [], neither: []}
    for sample in by_sample:
        kind = neither if sample.p_adjusted >= _ALPHA else more if sample.share > sample.expected else less
        groups[kind].append(f"{sample.group} ({genre_name(sample.genre)}, {percent(sample.share)})")
    found = "; ".join(
        f"{kind} {listed_or_counted(samples, len(by_sample), 'samples')}"
        for kind, samples in groups.items()
        if samples
    )
    return (
        "Sample by sample, the intended genre is compared with how often the same listeners name it for "
        f"samples of other genres: {found}. The tests are corrected for the number of samples."
    )


def _verdict(blind: BlindTest) -> str:
    if blind.p_value >= _ALPHA:
        return (
            "It has not been shown that listeners can hear it."
            if blind.has_power
            else "These guesses cannot show it: they are so nearly the same for every sample that the test "
            "has no power."
        )
    if blind.excess > 0:
        return "Yes, listeners can hear it."
    return "No: their guesses depend on what was played, but name its genre less often than blind guesses do."


def _figures(head: Headline, blind: BlindTest, offered: int) -> str:
    interval = ""
    if isinstance(head.share_interval, Interval):
        low, high = percent(head.share_interval.low), percent(head.share_interval.high)
        interval = f" ({percent(LEVEL, 0)} interval {low} to {high})"
    return (
        f"{blind.right} of {blind.answers} guesses name the genre of the training data: "
        f"{percent(head.share_right)}{interval}. The same guesses, had they nothing to do with what was "
        f"played, would get {percent(blind.expected)} right on average ({p_text(blind.p_value)}). Listeners "
        f"who hear nothing expect {percent(blind.most_expected)} at most, whatever genres they favour; "
        f"guessing evenly among {offered} genres gets {percent(head.uniform_chance)}."
    )
