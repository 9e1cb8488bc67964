"""The published study that the app repeats, beside what has been found here."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.front.jobs import studies
from pages.shared.kept import kept
from pages.shared.study_results import study_data
from pages.shared.survey_store import survey_store
from pages.shared.tables import wide_table
from pages.shared.texts import plain
from survey_db.genres import genre_name
from survey_db.reporting.results import Fingerprint, fingerprint
from survey_db.statistics.headline import Headline, headline
from survey_db.statistics.intervals import Missing
from survey_db.statistics.printing import percent
from survey_db.statistics.published import PUBLISHED, PublishedFigures
from survey_db.statistics.selection import study_answers

ROWS = (
    "Pieces",
    "Listeners",
    "Mean rating, from 1 to 10",
    "Genres named right",
    "Best recognised",
    "Worst recognised",
)


def show_origin() -> None:
    """Show the published figures, and those of the latest study here."""
    st.write(
        f"In the {PUBLISHED.source}, {PUBLISHED.listeners} listeners heard {PUBLISHED.samples} pieces by a "
        f"network, each in a different genre. They rated them {PUBLISHED.mean_rating} out of 10 on average, "
        f"and {percent(PUBLISHED.share_right)} of their guesses named the right genre. Blind guessing gets "
        f"{percent(1 / PUBLISHED.samples)} at most. Here anybody can repeat it, on today's pieces."
    )
    name, figures, note = latest_column()
    columns = {"Figure": list(ROWS), "Published study": published_column(PUBLISHED), name: figures}
    wide_table(pd.DataFrame(columns), name="the published study beside this one")
    st.caption(note)
    st.page_link(
        "pages/results.py", label="All results, with their uncertainty", icon=":material/monitoring:"
    )


def published_column(figures: PublishedFigures) -> list[str]:
    """Return the published figures as the table shows them."""
    return [
        str(figures.samples),
        str(figures.listeners),
        f"{figures.mean_rating:.2f} ± {figures.rating_sd:.2f}",
        percent(figures.share_right, 2),
        f"{genre_name(figures.best_genre)}, {percent(figures.best_share)}",
        f"{genre_name(figures.worst_genre)}, {percent(figures.worst_share)}",
    ]


def latest_column() -> tuple[str, list[str], str]:
    """Return the name, the figures and a note on the latest study here: of a closed one, else an open one."""
    store = survey_store()
    for study in studies("closed"):
        found = _headline(fingerprint(store, study.slug))
        if isinstance(found, Headline):
            return plain(study.title), headline_column(found), "“±” gives the standard deviation."
    for study in studies("open"):
        figures = [str(store.samples.per_listener(study.slug)), str(fingerprint(store, study.slug).listeners)]
        note = "The other figures are shown when the study closes, so that they sway no listener."
        return f"{plain(study.title)} (open)", figures + ["–"] * 4, note
    return "Here", ["–"] * len(ROWS), "No study has been run here yet."


def headline_column(found: Headline) -> list[str]:
    """Return a study's headline as the table shows it."""
    spread = f" ± {found.rating_sd:.2f}" if isinstance(found.rating_sd, float) else ""
    best, worst = found.best[0], found.worst[0]
    return [
        str(found.samples),
        str(found.listeners),
        f"{found.mean_rating:.2f}{spread}",
        percent(found.share_right, 2),
        f"{genre_name(best.genre)}, {percent(best.share)}",
        f"{genre_name(worst.genre)}, {percent(worst.share)}",
    ]


@kept(entries=8)
def _headline(print_: Fingerprint) -> Headline | Missing:
    data = study_data(survey_store(), print_.slug)
    return headline(study_answers(data.responses), data.offered)
