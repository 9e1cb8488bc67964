"""The sequential test of a study that planned one, as a part of the results."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from survey_db.reporting.drawing import CHANCE, INK
from survey_db.reporting.parts import Chart, Section, Table
from survey_db.reporting.results import StudyData
from survey_db.statistics.printing import decimal, percent
from survey_db.statistics.selection import Filters, select, study_answers
from survey_db.statistics.sequential import SequentialTest, sequential_test

METHODS = (
    "The guesses were tested after each complete session by a test martingale with listeners as units: for "
    "each listener, the likelihood ratio of an exponential tilt of the exact distribution of their number "
    "right under shuffling, mixed over half-normally distributed rates (Robbins, 1970). Where listeners are "
    "blind, its probability of ever reaching one over the level is at most the level. The mean share right "
    "has a confidence sequence by betting (Waudby-Smith & Ramdas, 2024), valid at all times at once (Howard "
    "et al., 2021). The other tests and intervals suppose that the number of listeners did not depend on "
    "their answers."
)

SEQUENTIAL_REFERENCES = (
    "Howard, S. R., Ramdas, A., McAuliffe, J. & Sekhon, J. (2021). Time-uniform, nonparametric, "
    "nonasymptotic confidence sequences. Annals of Statistics 49(2), 1055-1080. "
    "https://doi.org/10.1214/20-AOS1991",
    "Robbins, H. (1970). Statistical methods related to the law of the iterated logarithm. Annals of "
    "Mathematical Statistics 41(5), 1397-1409. https://doi.org/10.1214/aoms/1177696786",
    "Waudby-Smith, I. & Ramdas, A. (2024). Estimating means of bounded random variables by betting. Journal "
    "of the Royal Statistical Society B 86(1), 1-27. https://doi.org/10.1093/jrsssb/qkad009",
)


def sequential_result(study: StudyData) -> SequentialTest | None:
    """Return the sequential test of a study's answers so far; None where none was planned."""
    plan = study.plan
    if plan.sequential_level is None:
        return None
    answers = study_answers(select(study.responses, Filters(complete_only=True)))
    return sequential_test(answers, plan.sequential_level, plan.sequential_least)


def sequential_advice(found: SequentialTest, planned: int | None) -> str:
    """Say what the rule says now, for those who run the study."""
    if not found.listeners:
        return "Nobody has completed a session yet."
    now = (
        f"After {found.listeners} complete sessions the evidence that listeners hear the genre is "
        f"{_evidence(found.evidence[-1])}; the rule stops at {found.threshold:g}."
    )
    if found.reached_at is not None:
        return f"{now} It got there with session {found.reached_at}: **close the study.**"
    if planned is not None and found.listeners >= planned:
        return f"{now} All {planned} sessions that were planned are complete: **close the study.**"
    if found.listeners < found.least:
        return f"{now} Nothing is decided before session {found.least}: **go on.**"
    return f"{now} **Go on.**"


def sequential_section(study: StudyData) -> Section | None:
    """Return the sequential test as a part of the results; None where none was planned."""
    found = sequential_result(study)
    if found is None:
        return None
    title = "Sequential test"
    if not found.listeners:
        return Section(title, ("Nobody has completed a session yet.",))
    planned = study.plan.planned_listeners
    ended = (
        f"The evidence reached {found.threshold:g} with session {found.reached_at}: listeners hear the genre."
        if found.reached_at is not None
        else f"The evidence has not reached {found.threshold:g}: it has not been shown that listeners hear "
        "the genre."
    )
    low, high = found.interval.low, found.interval.high
    text = (
        f"The plan lets the study be closed as soon as the evidence reaches {found.threshold:g}, from "
        f"session {found.least} on{f', or after {planned} sessions' if planned else ''}. {ended}",
        f"After {found.listeners} complete sessions it is {_evidence(found.evidence[-1])}. The p-value that "
        f"is valid whenever the study is closed is {_p_value(found.p_value)}; the mean share right is "
        f"{percent(found.share)}, with a confidence sequence from {percent(low)} to {percent(high)} at "
        f"{percent(1 - found.level, 0)}. These are the figures to report of a study that was closed by its "
        "rule.",
    )
    shown = Table(
        "evidence",
        pd.DataFrame({"session": range(1, found.listeners + 1), "evidence": found.evidence}),
    )
    alt = (
        "The evidence after each complete session, on a logarithmic scale; the line is at "
        f"{found.threshold:g}, where the rule stops."
    )
    return Section(
        title,
        text,
        (Chart(_figure_of(found), alt, shown),),
        methods=METHODS,
        references=SEQUENTIAL_REFERENCES,
    )


def _figure_of(found: SequentialTest) -> go.Figure:
    sessions = list(range(1, found.listeners + 1))
    figure = go.Figure(
        go.Scatter(
            x=sessions,
            y=found.evidence,
            mode="lines+markers",
            line={"color": INK, "shape": "hv"},
            hovertemplate="session %{x}: %{y:.3g}<extra></extra>",
        )
    )
    figure.add_hline(y=found.threshold, line={"color": CHANCE, "dash": "dash"})
    figure.update_layout(
        height=320,
        margin={"l": 10, "r": 10, "t": 20, "b": 10},
        template="plotly_white",
        showlegend=False,
    )
    figure.update_yaxes(type="log", title_text="Evidence", automargin=True)
    figure.update_xaxes(title_text="Complete sessions", rangemode="tozero")
    return figure


def _evidence(value: float) -> str:
    return "more than 1,000" if value > 1000 else decimal(value)


def _p_value(value: float) -> str:
    return "less than 0.001" if value < 0.001 else f"{value:.3f}"
