"""The planner: how many listeners a study needs, before it is made."""

from __future__ import annotations

import streamlit as st

from pages.shared.tables import wide_table
from survey_db.errors import SurveyError
from survey_db.reporting.figures import power_curve
from survey_db.reporting.tables import power_table
from survey_db.statistics.planning import (
    MOST_LISTENERS,
    MOST_SAMPLES,
    PlannedStudy,
    needed_sentences,
    planned_powers,
    power_sentence,
    supposed_sentence,
)

LEVELS = {0.05: "5%", 0.01: "1%", 0.005: "0.5%", 0.001: "0.1%"}


def planner() -> None:
    """Ask what a planner expects of a study, and show the listeners it needs and the power it has."""
    with st.form("planner"):
        st.write(
            "How many listeners will it take to show that they hear the genres? State what you expect; the "
            "study is then simulated a thousand times with the tests that its results will use."
        )
        columns = st.columns(3)
        right = columns[0].number_input(
            "Guesses that will be right (%)",
            1.0,
            100.0,
            30.0,
            5.0,
            help="Even guessing among ten genres gets 10%; the published study's listeners got 33%.",
        )
        samples = columns[1].number_input("Samples per listener", 2, MOST_SAMPLES, 6)
        offered = columns[2].number_input("Genres to choose from", 2, 10, 10)
        level = columns[0].selectbox(
            "Level of the tests",
            LEVELS,
            format_func=LEVELS.__getitem__,
            help="How often a study of listeners who hear nothing may show something all the same.",
        )
        power = columns[1].number_input(
            "Power to reach (%)", 50, 99, 80, help="How often it shows what is there."
        )
        listeners = columns[2].number_input("Listeners you can get", 2, MOST_LISTENERS, 32)
        if not st.form_submit_button("Simulate"):
            return
    try:
        study = PlannedStudy(right / 100, int(samples), int(offered), float(level))
        with st.spinner("Simulating studies …"):
            show_plan(study, power / 100, int(listeners))
    except SurveyError as error:
        st.error(str(error))


def show_plan(study: PlannedStudy, power: float, listeners: int) -> None:
    """Show the listeners that a study needs, and its power with these and with other numbers of them."""
    for sentence in (*needed_sentences(study, power), power_sentence(study, listeners)):
        st.markdown(sentence)
    powers = planned_powers(study, listeners)
    st.plotly_chart(
        power_curve(powers, power),
        alt="Power by number of listeners, over all samples and for a given sample, with 95% intervals.",
        config={"displaylogo": False},
    )
    with st.expander("The same as a table", icon=":material/table:"):
        wide_table(power_table(powers).printed(), name="power by number of listeners")
    st.caption(supposed_sentence(study))
