"""Listeners and classifiers: what both say of the same samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_db.genres import genre_name
from survey_db.statistics.concordance import Concordance, concordance
from survey_db.statistics.intervals import Floats, Interval, Missing, wilson
from survey_db.statistics.matching import matching, two_sided
from survey_db.statistics.printing import listed, listed_or_counted, model_name
from survey_db.statistics.selection import in_counting_order

Shares = tuple[float, ...]


@dataclass(frozen=True)
class Verdict:
    """What one party says of one sample.

    Parameters
    ----------
    sample, genre : str
        The sample and its intended genre.
    shares : tuple of float
        Share of guesses, or probability, of each genre offered; sums to 1.
    choice : str
        The genre with the largest share; empty where two share that place.
    right : bool
        Whether ``choice`` is the intended genre.
    overlap : float
        ``Σ min(p, q)`` of these shares with those of the listeners: 1 where they
        are the same, 0 where they have no genre in common.
    """

    sample: str
    genre: str
    shares: Shares
    choice: str
    right: bool
    overlap: float


@dataclass(frozen=True)
class Party:
    """The listeners as a group, or one classifier, on all samples.

    Parameters
    ----------
    name : str
        ``listeners``, or the name of the model.
    verdicts : tuple of Verdict
        One per sample, in the order of their labels.
    right : int
        Samples whose intended genre is the choice.
    share, interval, p_value
        ``right`` over the samples, its Wilson interval, and the exact test of
        choosing blindly: the same choices, shuffled among the samples.
    mean_overlap : float
        Mean overlap with the listeners.
    same_choice : int
        Samples where the choice is that of the listeners.
    only_listeners, only_machine : tuple of str
        Samples whose genre the listeners choose and this party misses, and the reverse.
    """

    name: str
    verdicts: tuple[Verdict, ...]
    right: int
    share: float
    interval: Interval
    p_value: float
    mean_overlap: float
    same_choice: int
    only_listeners: tuple[str, ...]
    only_machine: tuple[str, ...]


@dataclass(frozen=True)
class HumanMachine:
    """Listeners and classifiers on the samples that both have judged.

    Parameters
    ----------
    genres, samples : tuple of str
        The genres offered, and the samples.
    listeners : Party
        The listeners as a group.
    models : tuple of Party
        The classifiers.
    concordance : tuple of Concordance
        How far each listener's guesses agree with each classifier.
    """

    genres: tuple[str, ...]
    samples: tuple[str, ...]
    listeners: Party
    models: tuple[Party, ...]
    concordance: tuple[Concordance, ...]


def human_machine(
    answers: pd.DataFrame, predictions: pd.DataFrame, offered: Sequence[str]
) -> HumanMachine | Missing:
    """Compare listeners with classifiers.

    Parameters
    ----------
    answers : DataFrame
        As `survey_db.statistics.selection.study_answers` gives them; guesses that
        cannot tell are left out, since classifiers always name a genre.
    predictions : DataFrame
        One row per sample and model: ``sample``, ``model``, and a column per genre
        with its probability. Genres not offered are left out and the rest
        scaled to sum to 1, so that both choose among the same.
    offered : sequence of str
        Genres that listeners could choose.
    """
    heard = pd.crosstab(answers["sample"].astype(str), answers["guess"].astype(str))
    models = [str(model) for model in sorted(predictions["model"].unique())]
    judged = [set(predictions.loc[predictions["model"] == model, "sample"]) for model in models]
    samples = in_counting_order(set(heard.index).intersection(*judged)) if judged else []
    if not samples:
        return Missing("No sample has been judged by both listeners and a classifier yet.")
    intended = answers.groupby(answers["sample"].astype(str))["intended_genre"].first().loc[samples]
    genres = tuple(offered)
    guesses = heard.reindex(index=samples, columns=list(genres), fill_value=0)
    human = _shares(guesses.to_numpy(dtype=np.float64))

    def party(name: str, shares: Floats) -> Party:
        return _party(name, shares, human, samples, intended.astype(str).tolist(), genres)

    by_model = predictions.set_index(["model", "sample"]).reindex(columns=list(genres), fill_value=0.0)
    verdicts = np.stack(
        [_shares(by_model.loc[model].loc[samples].to_numpy(dtype=np.float64)) for model in models]
    )
    return HumanMachine(
        genres=genres,
        samples=tuple(samples),
        listeners=party("listeners", human),
        models=tuple(party(model, shares) for model, shares in zip(models, verdicts, strict=True)),
        concordance=concordance(_coded(answers, samples, genres), verdicts, models),
    )


def machine_sentence(found: HumanMachine) -> str:
    """Return the comparison in words."""
    genre_of = {verdict.sample: genre_name(verdict.genre) for verdict in found.listeners.verdicts}
    counts = [f"the {model_name(model.name)} on {model.right}" for model in found.models]
    listeners = (
        f"The listeners' most frequent guess is right on {found.listeners.right} of {len(found.samples)}"
    )
    parts = [f"{listed([f'{listeners} samples', *counts])}."]
    for model in found.models:
        name = model_name(model.name)
        only = [
            f"only {who} right on {listed_or_counted(named, len(found.samples), 'samples')}"
            for who, samples in (
                ("listeners are", model.only_listeners),
                (f"the {name} is", model.only_machine),
            )
            if (named := [f"{sample} ({genre_of[sample]})" for sample in samples])
        ]
        parts.append(
            f"Listeners beside the {name}: {', '.join(only)}."
            if only
            else f"Listeners and the {name} are right on the same samples."
        )
    return " ".join(parts)


def _coded(answers: pd.DataFrame, samples: list[str], genres: tuple[str, ...]) -> pd.DataFrame:
    """Return the answers to these samples that name a genre, with samples and genres as codes."""
    judged = answers[answers["sample"].astype(str).isin(samples) & answers["guess"].isin(genres)]
    return pd.DataFrame(
        {
            "listener": judged["listener"],
            "sample": pd.Categorical(judged["sample"].astype(str), samples).codes,
            "guess": pd.Categorical(judged["guess"].astype(str), list(genres)).codes,
            "genre": pd.Categorical(judged["intended_genre"].astype(str), list(genres)).codes,
        }
    )


def _blind_p_value(choices: Sequence[str], intended: Sequence[str]) -> float:
    pairs = tuple((intended.count(genre), choices.count(genre)) for genre in sorted(set(intended)))
    pmf = np.array(matching(tuple(pair for pair in pairs if pair[1]), len(intended)))
    right = sum(map(str.__eq__, choices, intended))
    return two_sided([pmf], np.array([1]), right)


def _shares(weights: Floats) -> Floats:
    sums = weights.sum(axis=1, keepdims=True)
    shares: Floats = np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0)
    return shares


def _party(
    name: str, shares: Floats, human: Floats, samples: list[str], intended: list[str], genres: tuple[str, ...]
) -> Party:
    def choice(row: Floats) -> str:
        largest = np.flatnonzero(row == row.max())
        return genres[int(largest[0])] if len(largest) == 1 else ""

    verdicts = tuple(
        Verdict(
            sample=sample,
            genre=genre,
            shares=tuple(row.tolist()),
            choice=choice(row),
            right=choice(row) == genre,
            overlap=float(np.minimum(row, heard).sum()),
        )
        for sample, genre, row, heard in zip(samples, intended, shares, human, strict=True)
    )
    heard = [choice(row) for row in human]
    right = sum(verdict.right for verdict in verdicts)
    both = list(zip(verdicts, heard, strict=True))
    return Party(
        name=name,
        verdicts=verdicts,
        right=right,
        share=right / len(verdicts),
        interval=wilson(right, len(verdicts)),
        p_value=_blind_p_value([verdict.choice for verdict in verdicts], intended),
        mean_overlap=float(np.mean([verdict.overlap for verdict in verdicts])),
        same_choice=sum(verdict.choice == other != "" for verdict, other in both),
        only_listeners=tuple(v.sample for v, other in both if other == v.genre and not v.right),
        only_machine=tuple(v.sample for v, other in both if other != v.genre and v.right),
    )
