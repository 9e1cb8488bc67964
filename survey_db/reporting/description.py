"""Participants and stimuli of a study, as parts of the results."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from survey_db.genres import genre_name
from survey_db.reporting.drawing import INK, MUTED
from survey_db.reporting.participants import COMPLETED
from survey_db.reporting.parts import Chart, Section, Table
from survey_db.reporting.questionnaire import question_tables
from survey_db.reporting.results import StudyData
from survey_db.reporting.sequential import sequential_section
from survey_db.running.gold_msi import HIGHEST, LOWEST, REFERENCE, asks_for_training
from survey_db.running.preregistration import Preregistration, sheet_sha256
from survey_db.running.questions import Question
from survey_db.statistics.effects import SCORE, SCORE_STEP
from survey_db.statistics.printing import decimal, model_name, percent
from survey_db.statistics.selection import in_counting_order
from survey_db.vocabulary import DEVICES, LANGUAGES, MUSICAL_TRAINING

DIGITS = 12
"""How many digits of a hash a table prints."""


def participants_section(participants: pd.DataFrame, questions: Sequence[Question] = ()) -> Section:
    """Return how many listeners came, where some left, and who of them counts.

    The participants are as `survey_db.reporting.participants.read_participants`
    returns them; previews are left out.
    """
    title = "Participants"
    came = participants[participants["excluded_by"] != "preview"]
    if came.empty:
        return Section(title, ("Nobody has agreed to take part yet.",))
    flow = flow_table(came)
    counted = came[came["excluded_by"].isna()]
    done = counted[counted["reached"] == COMPLETED]
    text = [attendance_sentence(participants)]
    if len(done):
        minutes = done["session_minutes"]
        low, middle, high = (decimal(float(minutes.quantile(at)), 1) for at in (0.25, 0.5, 0.75))
        text.append(f"A complete session took {middle} minutes (median; quartiles {low} and {high}).")
    checked = counted["headphone_correct"].dropna().astype(int)
    if len(checked):
        text.append(
            f"In the headphone check {len(checked)} listeners gave {checked.mean():.1f} right answers of 6 "
            "on average."
        )
    text += _questions_in_words(came, counted, questions)
    training = asks_for_training(questions)
    return Section(
        title,
        tuple(text),
        (Chart(_flow_figure(flow), "How many listeners came, left and count: " + _in_words(flow), flow),),
        tuple(
            _counts(counted, column)
            for column in ("device", "musical_training", "language")
            if counted[column].notna().any()
        )
        + tuple(question_tables(counted, questions)),
        methods=_TRAINING if training else "",
        references=(REFERENCE,) if training else (),
    )


_TRAINING = (
    "Musical training is the sum of the seven items of the Gold-MSI's subscale (Müllensiefen et al., 2014), "
    "two of them reversed, from 7 to 49. It enters the models of ratings and of right guesses as a "
    f"covariate, its effect given per {SCORE_STEP} points."
)


def _questions_in_words(
    came: pd.DataFrame, counted: pd.DataFrame, questions: Sequence[Question]
) -> list[str]:
    text = []
    if asks_for_training(questions) and (scores := counted[SCORE].dropna().astype(float)).size:
        spread = f" ± {scores.std(ddof=1):.2f}" if len(scores) > 1 else ""
        text.append(
            f"Musical training (Gold-MSI, {LOWEST} to {HIGHEST}) of the {len(scores)} listeners who answered "
            f"all its items: {scores.mean():.2f}{spread} (mean ± SD)."
        )
    if any(question.expected is not None for question in questions):
        missed = int((came["excluded_by"] == "inattentive").sum())
        who = "1 listener" if missed == 1 else f"{missed} listeners"
        text.append(
            f"{who} missed an attention check, and so count in no result."
            if missed > 1
            else f"{who} missed an attention check, and so counts in no result."
            if missed
            else "No listener missed an attention check."
        )
    return text


def attendance_sentence(participants: pd.DataFrame) -> str:
    """Return how many people took part, count and dropped out, previews left out."""
    came = participants[participants["excluded_by"] != "preview"]
    counted = came[came["excluded_by"].isna()]
    done = int((counted["reached"] == COMPLETED).sum())
    people = "1 person" if len(came) == 1 else f"{len(came)} people"
    count = "counts" if len(counted) == 1 else "count"
    return (
        f"{people} agreed to take part; {len(counted)} {count} in the results, of whom "
        f"{done} completed the session and {len(counted) - done} did not."
    )


def flow_table(came: pd.DataFrame) -> Table:
    """Count the listeners who agreed, were excluded, left at each step, and completed."""
    excluded = came["excluded_by"].value_counts()
    counted = came[came["excluded_by"].isna()]
    left = counted[counted["reached"] != COMPLETED]["reached"].value_counts()
    rows = [
        ("agreed to take part", len(came)),
        *((f"excluded: {rule}", int(excluded[rule])) for rule in sorted(excluded.index)),
        ("count in the results", len(counted)),
        *((f"at or left at: {step}", int(left[step])) for step in in_counting_order(map(str, left.index))),
        ("completed the session", int((counted["reached"] == COMPLETED).sum())),
    ]
    return Table("participants", pd.DataFrame(rows, columns=["step", "listeners"]))


def description(study: StudyData) -> tuple[Section, ...]:
    """Return the parts of the results that say who took part, what was played, and what had been planned."""
    planned = (plan_section(study),) if not study.plan.empty else ()
    sequential = sequential_section(study)
    return (
        *((sequential,) if sequential else ()),
        participants_section(study.participants, study.questions),
        stimuli_section(study.stimuli, study.predictions),
        *planned,
    )


def plan_section(study: StudyData) -> Section:
    """Return what was planned of a study beside what was done."""
    came = study.participants[study.participants["excluded_by"] != "preview"]
    counted = int(came["excluded_by"].isna().sum())
    completed = int((came["excluded_by"].isna() & (came["reached"] == COMPLETED)).sum())
    excluded = came["excluded_by"].value_counts()
    reasons = ", ".join(f"{number} {rule}" for rule, number in excluded.items()) or "nobody"
    dates = came["last_seen_at"]
    until = f"The last listener was there on {dates.max():%Y-%m-%d}. " if len(came) else ""
    plan = study.plan
    rows = [
        ("Hypotheses", plan.hypotheses, "tested in the parts above"),
        ("Exclusion", plan.exclusion, f"left out by the rules of the study: {reasons}"),
        ("Stopping rule", plan.stopping_rule, f"{until}The study is {study.status}."),
        ("Sequential test", _sequential(plan), "in the part of that name" if plan.sequential_level else ""),
        (
            "Listeners",
            str(plan.planned_listeners or ""),
            f"{counted} count in the results, {completed} of them completed the session",
        ),
    ]
    opened = (
        f"on {study.opened_at:%Y-%m-%d at %H:%M} UTC" if study.opened_at else "at a time that was not kept"
    )
    text = (
        f"The plan was fixed when the study was opened, {opened}. The SHA-256 of its sheet is "
        f"{sheet_sha256(study.title, plan, study.questions)}."
    )
    frame = pd.DataFrame([row for row in rows if row[1]], columns=["part", "planned", "done"])
    return Section("Preregistration", (text,), tables=(Table("preregistration", frame),))


def _sequential(plan: Preregistration) -> str:
    if plan.sequential_level is None:
        return ""
    return f"at {percent(plan.sequential_level, 0)}, from session {plan.sequential_least} on"


def stimuli_section(stimuli: pd.DataFrame, predictions: pd.DataFrame) -> Section:
    """Return every sample with its origin and measures.

    The parameters are what `survey_db.reporting.stimuli.read_stimuli` and
    `survey_db.reporting.responses.read_machine_predictions` return.
    """
    if stimuli.empty:
        return Section("Stimuli", ("The study has no samples.",))
    shown = [
        {
            "sample": stimulus["sample"],
            "genre": genre_name(genre) if (genre := stimulus["intended_genre"]) else None,
            "control": None if stimulus["control"] == "none" else stimulus["control"].replace("_", " "),
            **{name: stimulus[name] for name in ("system", "composition", "source", "seed", "instruments")},
            "seconds": stimulus["seconds"],
            "loudness_lufs": stimulus["loudness_lufs"],
            "sha256": stimulus["sha256"][:DIGITS],
        }
        for stimulus in stimuli.to_dict("records")
    ]
    table = pd.DataFrame(shown, dtype="object").dropna(axis="columns", how="all")
    seconds, loudness = stimuli["seconds"], stimuli["loudness_lufs"]
    lengths = f"{seconds.min():.1f} to {seconds.max():.1f} s long"
    levels = f"{decimal(loudness.min(), 1)} to {decimal(loudness.max(), 1)} LUFS"
    hashes = "The last column is the beginning of the audio's SHA-256."
    text = f"{len(stimuli)} clips, {lengths}, at {levels}. {hashes}"
    software = " ".join(filter(None, (_models(stimuli), _classifiers(predictions))))
    return Section("Stimuli", (text,), tables=(Table("stimuli", table),), software=software)


def _classifiers(predictions: pd.DataFrame) -> str:
    """Name the classifiers that judged the samples, with the versions of their weights where known."""
    known = predictions[predictions["version"] != ""].drop_duplicates(["model", "version"])
    named = [f"{model_name(str(row.model))} {row.version}" for row in known.itertuples()]
    return f"The classifiers that judged them are {', '.join(sorted(named))} (SHA-256)." if named else ""


def _models(stimuli: pd.DataFrame) -> str:
    """Name the files of the models that made the samples, each by the beginning of its SHA-256."""
    files = set[str]()
    for settings in map(json.loads, stimuli["settings"]):
        model, audio = _object(settings.get("model")), _object(settings.get("audio"))
        named = {
            **model,
            "production": audio.get("production_sha256"),
            str(audio.get("soundfont", "SoundFont")): audio.get("soundfont_sha256"),
        }
        files |= {f"{name} {digest[:DIGITS]}" for name, digest in named.items() if isinstance(digest, str)}
    return f"The generated samples were made with {', '.join(sorted(files))} (SHA-256)." if files else ""


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _flow_figure(flow: Table) -> go.Figure:
    steps, listeners = flow.frame["step"].tolist(), flow.frame["listeners"].tolist()
    off = [step.startswith(("excluded", "at or left")) for step in steps]
    figure = go.Figure(
        go.Bar(
            y=steps,
            x=listeners,
            orientation="h",
            text=listeners,
            marker={"color": [MUTED if aside else INK for aside in off]},
            hovertemplate="%{y}: %{x}<extra></extra>",
        )
    )
    figure.update_layout(
        height=90 + 34 * len(steps),
        margin={"l": 10, "r": 10, "t": 20, "b": 10},
        template="plotly_white",
        showlegend=False,
    )
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.update_xaxes(title_text="Listeners", rangemode="tozero")
    return figure


def _in_words(flow: Table) -> str:
    pairs = zip(flow.frame["step"], flow.frame["listeners"], strict=True)
    return ", ".join(f"{listeners} {step}" for step, listeners in pairs) + "."


def _counts(counted: pd.DataFrame, column: str) -> Table:
    found = counted[column].fillna("not said").value_counts()
    names = {"device": DEVICES, "musical_training": MUSICAL_TRAINING, "language": LANGUAGES}[column]
    rows = [(names.get(str(value), str(value)), int(count)) for value, count in found.items()]
    name = f"listeners-by-{column.replace('_', '-')}"
    return Table(name, pd.DataFrame(rows, columns=[column, "listeners"]))
