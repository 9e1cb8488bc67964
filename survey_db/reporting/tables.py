"""The statistics as tables: for reading, for screen readers and for files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from survey_db.genres import GENRES, genre_name
from survey_db.reporting.parts import NOTHING, Cell, Table, ends
from survey_db.statistics.blind import BlindTest
from survey_db.statistics.comparison import Difference
from survey_db.statistics.controls import Anchor
from survey_db.statistics.effects import Effect, TrainingGroup
from survey_db.statistics.headline import RATINGS, Day, Headline, SampleRatings
from survey_db.statistics.intervals import Missing
from survey_db.statistics.machine import HumanMachine
from survey_db.statistics.mixed import MixedModel
from survey_db.statistics.planning import Power
from survey_db.statistics.power import SampleSize
from survey_db.statistics.printing import percent
from survey_db.statistics.published import PublishedFigures
from survey_db.statistics.recognition import Confusion, Recognition, RightShare
from survey_db.statistics.reliability import Reliability


def headline_table(headline: Headline, blind: BlindTest, published: PublishedFigures) -> Table:
    """Tabulate the headline beside that of the published study, both as printed."""

    def named(samples: Sequence[RightShare]) -> str:
        names = ", ".join(f"{sample.group} ({genre_name(sample.genre)})" for sample in samples[:3])
        return f"{percent(samples[0].share)}: {names}{' …' if len(samples) > 3 else ''}"

    spread = "" if isinstance(headline.rating_sd, Missing) else f" ± {headline.rating_sd:.2f}"
    of_mean, of_share = headline.mean_interval, headline.share_interval
    rows = [
        ("Listeners", str(headline.listeners), "", str(published.listeners)),
        ("Samples", str(headline.samples), "", str(published.samples)),
        ("Answers", str(headline.answers), "", str(published.listeners * published.samples)),
        (
            "Mean rating ± standard deviation",
            f"{headline.mean_rating:.2f}{spread}",
            NOTHING if isinstance(of_mean, Missing) else f"{of_mean.low:.2f} to {of_mean.high:.2f}",
            f"{published.mean_rating:.2f} ± {published.rating_sd:.2f}",
        ),
        (
            "Guesses that name the intended genre",
            percent(headline.share_right, 2),
            NOTHING
            if isinstance(of_share, Missing)
            else f"{percent(of_share.low)} to {percent(of_share.high)}",
            percent(published.share_right, 2),
        ),
        (f"{NOTHING} expected of the same guesses blind", percent(blind.expected), "", NOTHING),
        (
            f"{NOTHING} most that any blind listeners expect",
            percent(blind.most_expected),
            "",
            percent(published.most_expected),
        ),
        (
            f"{NOTHING} guessing evenly among the genres offered",
            percent(headline.uniform_chance),
            "",
            percent(1 / published.offered),
        ),
        (
            "Best recognised sample",
            named(headline.best),
            "",
            f"{percent(published.best_share)}: {genre_name(published.best_genre)}",
        ),
        (
            "Worst recognised sample",
            named(headline.worst),
            "",
            f"{percent(published.worst_share)}: {genre_name(published.worst_genre)}",
        ),
    ]
    return Table(
        "headline", pd.DataFrame(rows, columns=["figure", "this_study", "interval_95", "published_study"])
    )


def recognition_table(name: str, groups: Iterable[Recognition]) -> Table:
    """Tabulate the share of right guesses beside what is expected blind, per sample or per genre."""
    rows = [
        {
            "sample": genre_name(group.group) if group.group == group.genre else group.group,
            "genre": genre_name(group.genre),
            "right": group.right,
            "answers": group.answers,
            "share": group.share,
            **ends(group.interval),
            "expected_blind": group.expected,
            "p_value": group.p_value,
            "p_adjusted": group.p_adjusted,
            "unbiased_hit_rate": group.unbiased,
        }
        for group in groups
    ]
    shares = ("share", "low", "high", "expected_blind", "unbiased_hit_rate")
    return Table(name, pd.DataFrame(rows), shares=shares)


def mean_ratings_table(ratings: Iterable[SampleRatings]) -> Table:
    """Tabulate mean, spread and median of each sample's ratings."""
    rows = [
        {
            "sample": sample.sample,
            "genre": genre_name(sample.genre),
            "answers": sample.answers,
            "mean": sample.mean,
            **ends(sample.interval),
            "sd": _figure(sample.sd),
            "median": sample.median,
            "knew_the_piece": sample.known,
        }
        for sample in ratings
    ]
    return Table("mean-ratings", pd.DataFrame(rows))


def rating_counts_table(ratings: Iterable[SampleRatings]) -> Table:
    """Tabulate how many listeners gave each sample each rating."""
    rows = [
        {"sample": sample.sample, "genre": genre_name(sample.genre)}
        | {f"rated_{rating}": count for rating, count in zip(RATINGS, sample.counts, strict=True)}
        for sample in ratings
    ]
    return Table("rating-counts", pd.DataFrame(rows))


def confusion_table(found: Confusion) -> Table:
    """Tabulate intended against guessed genres: counts and row shares, one pair a row."""
    rows = [
        {
            "intended": genre_name(intended),
            "guessed": genre_name(guessed),
            "answers": count,
            "share_of_intended": share,
        }
        for intended, counts, shares in zip(found.intended, found.counts, found.shares, strict=True)
        for guessed, count, share in zip(found.offered, counts, shares, strict=True)
    ]
    return Table("confusion", pd.DataFrame(rows), shares=("share_of_intended",))


def human_machine_table(found: HumanMachine) -> Table:
    """Tabulate what listeners and each classifier choose for each sample."""
    rows = []
    for place, sample in enumerate(found.samples):
        row: dict[str, Cell] = {
            "sample": sample,
            "intended": genre_name(found.listeners.verdicts[place].genre),
        }
        for party in (found.listeners, *found.models):
            verdict = party.verdicts[place]
            row[f"{party.name}_choose" if party is found.listeners else f"{party.name}_chooses"] = (
                genre_name(verdict.choice) if verdict.choice else "undecided"
            )
            row[f"{party.name}_share"] = max(verdict.shares)
            if party is not found.listeners:
                row[f"{party.name}_overlap"] = verdict.overlap
        rows.append(row)
    names = [party.name for party in (found.listeners, *found.models)]
    shares = tuple(f"{name}_{kind}" for name in names for kind in ("share", "overlap"))
    return Table("human-and-machine", pd.DataFrame(rows), shares)


def progress_table(days: Iterable[Day]) -> Table:
    """Tabulate how answers and listeners came in."""
    rows = [
        {
            "day": day.day.isoformat(),
            "answers": day.answers,
            "answers_so_far": day.answers_so_far,
            "new_listeners": day.listeners,
            "listeners_so_far": day.listeners_so_far,
        }
        for day in days
    ]
    return Table("progress", pd.DataFrame(rows))


def reliability_table(guesses: Reliability | Missing, ratings: Reliability | Missing) -> Table:
    """Tabulate Krippendorff's alpha of both questions, where it can be computed."""
    rows = [
        {
            "question": question,
            "scale": found.metric,
            "alpha": found.alpha,
            **ends(found.interval),
            "samples": found.samples,
            "listeners": found.listeners,
            "answers": found.answers,
        }
        for question, found in (("genre", guesses), ("rating", ratings))
        if not isinstance(found, Missing)
    ]
    return Table("agreement-among-listeners", pd.DataFrame(rows))


def spread_table(model: MixedModel) -> Table:
    """Tabulate where the spread of ratings comes from."""
    sds = (model.listener_sd, model.sample_sd, model.residual_sd)
    rows = [
        {"source": source, "sd": sd, "share_of_variance": share}
        for source, sd, share in zip(
            ("listeners", "samples", "the rest"), sds, model.variance_shares, strict=True
        )
    ]
    return Table("spread-of-ratings", pd.DataFrame(rows), shares=("share_of_variance",))


def effects_table(name: str, found: Iterable[Effect], labels: Mapping[str, str]) -> Table:
    """Tabulate effects; ``labels`` says what each is called."""
    rows = [
        {
            "effect": labels.get(effect.name, effect.name),
            "on": "rating (points)" if effect.outcome == "rating" else "right guesses (percentage points)",
            "estimate": scale * effect.estimate,
            "low": scale * effect.interval.low,
            "high": scale * effect.interval.high,
            "p_value": effect.p_value,
            "p_holm": effect.p_holm,
        }
        for effect in found
        for scale in (1.0 if effect.outcome == "rating" else 100.0,)
    ]
    return Table(name, pd.DataFrame(rows))


def training_table(groups: Iterable[TrainingGroup], labels: Mapping[str, str]) -> Table:
    """Tabulate the answers by musical training."""
    rows = [
        {
            "musical_training": labels.get(group.level, group.level),
            "listeners": group.listeners,
            "answers": group.answers,
            "mean_rating": group.mean_rating,
            "share_right": group.share_right,
        }
        for group in groups
    ]
    return Table("musical-training", pd.DataFrame(rows), shares=("share_right",))


def anchors_table(anchors: Iterable[Anchor]) -> Table:
    """Tabulate the control items of known quality."""
    rows = [
        {
            "item": anchor.sample,
            "kind": anchor.control.replace("_", " "),
            "answers": anchor.answers,
            "mean_rating": anchor.mean_rating,
            **ends(anchor.interval),
            "difference_from_samples": _figure(anchor.difference),
            "as_expected": anchor.as_expected,
            "compared": anchor.compared,
        }
        for anchor in anchors
    ]
    return Table("control-items", pd.DataFrame(rows))


def plans_table(plans: Iterable[SampleSize]) -> Table:
    """Tabulate how many listeners the next study needs."""
    rows = [
        {
            "to_show": plan.aim,
            "effect": plan.effect,
            "listeners": plan.listeners,
            "power": plan.power,
            "power_low": plan.interval.low if plan.interval else None,
            "power_high": plan.interval.high if plan.interval else None,
        }
        for plan in plans
    ]
    return Table("listeners-needed", pd.DataFrame(rows), shares=("power", "power_low", "power_high"))


def power_table(powers: Iterable[Power]) -> Table:
    """Tabulate the power of a planned study by its number of listeners."""
    rows = [
        {
            "listeners": found.listeners,
            "power_over_all": found.overall,
            "over_all_low": found.overall_interval.low,
            "over_all_high": found.overall_interval.high,
            "power_for_a_sample": found.sample,
            "for_a_sample_low": found.sample_interval.low,
            "for_a_sample_high": found.sample_interval.high,
        }
        for found in powers
    ]
    return Table("power", pd.DataFrame(rows), shares=tuple(rows[0])[1:] if rows else ())


def difference_table(name: str, found: Iterable[Difference], studies: tuple[str, str]) -> Table:
    """Tabulate differences of two studies: of ratings in points, or of shares."""
    rows = [
        {
            "figure": genre_name(item.name) if item.name in GENRES else item.name,
            studies[0]: item.first,
            studies[1]: item.second,
            "difference": item.difference,
            **ends(item.interval),
        }
        for item in found
    ]
    of_shares = () if name == "difference-of-ratings" else (*studies, "difference", "low", "high")
    return Table(name, pd.DataFrame(rows), of_shares)


def _figure(value: float | Missing) -> float | None:
    return None if isinstance(value, Missing) else value
