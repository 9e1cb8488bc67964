"""The screens around the samples: welcome and consent, thanks, and closed doors."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from gmn_core.genres import Genre
from pages.listener.browser import other_device, remember
from pages.listener.buttons import button
from pages.shared.texts import plain
from survey_db.errors import SurveyError
from survey_db.running.feedback import Comparison
from survey_db.running.listening import new_token
from survey_db.running.lookup import check_preview
from survey_db.running.place import Place, Step
from survey_db.schema import DEVICES, MUSICAL_TRAINING, Study
from survey_db.store import Store

ANSWER_SECONDS = 25
"""Time to answer one sample, for the estimate of how long a session takes."""

CONSENT = (
    "Your answers are stored without your name, e-mail address or internet address. With them is stored "
    "when you answered, how long and how often you listened, and what you choose to tell below. You may "
    "stop at any time, and ask the study's organisers to delete your answers by your listener number, "
    "which stands at the foot of each screen."
)


# A narrow column, and targets that a thumb can hit.
_STYLE = """<style>
.stMainBlockContainer { max-width: 42rem; padding: 4rem 1rem 3rem; }
.stMainBlockContainer h1 { font-size: 1.9rem; padding-top: 0; }
.stMainBlockContainer button { min-height: 2.75rem; }
</style>"""
# Who follows a study's link sees the study and nothing else of the app.
_ALONE = """<style>
[data-testid="stHeader"], [data-testid="stSidebarCollapsedControl"] { display: none; }
.stMainBlockContainer { padding-top: 1.5rem; }
</style>"""


def style(*, listening: bool) -> None:
    """Give the listener's screens a calm, narrow column; while listening, without the app's header."""
    st.html(_STYLE)
    if listening:
        st.html(_ALONE)


def consent_screen(store: Store, study: Study, preview_key: str | None) -> None:
    """Say what the study is and ask for consent; those who agree become listeners."""
    if preview_key is not None:
        try:
            check_preview(study, preview_key)
        except SurveyError as error:
            st.error(str(error), icon=":material/link_off:")
            return
        st.info("This is a preview: your answers are marked as a test.", icon=":material/science:")
    elif study.status != "open" or study.archived_at:
        closed_screen(Step.PAUSED if study.status == "paused" else Step.CLOSED)
        return
    st.title(plain(study.title))
    st.write(study.introduction)
    samples = [sample for sample in store.samples.all(study.slug) if sample.place > 0]
    if not samples:
        st.info("This study has no samples yet.", icon=":material/hourglass_empty:")
        return
    seconds, clips = samples[0].media.seconds, store.samples.per_listener(study.slug)
    minutes = clips * (seconds + ANSWER_SECONDS) / 60 + 1
    st.markdown(
        f":material/library_music: **{clips}** clips of **{seconds:.0f} seconds**"
        f" &nbsp;·&nbsp; :material/schedule: about **{minutes:.0f} minutes**"
        f" &nbsp;·&nbsp; :material/headphones: a quiet place, best with headphones"
    )
    with st.container(border=True):
        st.markdown("**Two questions, if you like**")
        training = st.selectbox(
            "How many years have you had music lessons or played an instrument regularly?",
            list(MUSICAL_TRAINING),
            index=None,
            format_func=MUSICAL_TRAINING.__getitem__,
            placeholder="No answer",
        )
        device = st.selectbox(
            "What are you listening with?",
            list(DEVICES),
            index=None,
            format_func=DEVICES.__getitem__,
            placeholder="No answer",
        )
    st.caption(CONSENT)
    agreed = st.checkbox("I have read this and agree to take part.")
    # One token a visit: a second click starts the same listener again, which changes nothing.
    token = st.session_state.setdefault("new_token", new_token())
    if st.button("Begin", type="primary", disabled=not agreed, width="stretch"):
        try:
            store.listening.start(
                study.slug, token, musical_training=training, device=device, preview_key=preview_key
            )
        except SurveyError as error:
            st.error(str(error))
            return
        remember(study.slug, token, preview=preview_key is not None)
        del st.session_state["new_token"]
        st.rerun()


def thanks_screen(store: Store, place: Place, on_next_listener: Callable[[], None]) -> None:
    """Thank the listener, show their code and, where the study allows it, how their guesses compare."""
    st.title("Thank you!")
    st.write("All your answers are stored; you can close this page. Your completion code is")
    st.code(place.listener.completion_code, language=None)
    if place.study.feedback == "at_once":
        show_comparison(store.listening.comparison(place.listener.token))
    button(
        "Someone else wants to listen on this device",
        on_next_listener,
        key="next-listener",
        icon=":material/person_add:",
        type="tertiary",
        width="content",
    )


def show_comparison(comparison: Comparison) -> None:
    """Show which guesses met the genre that a sample was made as."""
    st.subheader("How your guesses compare")
    own, others = st.columns(2)
    own.metric("You named as intended", f"{comparison.right} of {len(comparison.guesses)}")
    if comparison.n_others:
        others.metric(
            f"The other {comparison.n_others} listeners, on average",
            f"{comparison.mean_right_of_others:.1f} of {len(comparison.guesses)}",
        )
    st.dataframe(
        pd.DataFrame(
            [
                {
                    "Clip": position,
                    "You heard": Genre(guess).display_name,
                    "Made as": Genre(intended).display_name,
                    "": "✓" if guess == intended else "",
                }
                for position, guess, intended in comparison.guesses
            ]
        ),
        hide_index=True,
    )


def closed_screen(step: Step) -> None:
    """Say that the study is paused or closed."""
    if step is Step.PAUSED:
        st.title("The study is paused")
        st.write("Please come back later with the same link. What you have answered is kept.")
    else:
        st.title("The study is closed")
        st.write("It takes no answers any more. Thank you for your interest.")


def footer(place: Place) -> None:
    """Tell how to come back, and the number by which one can withdraw."""
    test = " (test)" if place.listener.is_test else ""
    number = f"Your listener number is {place.listener.short_id}{test}."
    if place.step is Step.FINISHED:
        st.caption(number)
        return
    if st.session_state.get("cookies_kept", True):
        coming_back = "You can stop at any time: open this page’s address again in this browser to go on."
    else:
        coming_back = "This browser keeps no cookies: to stop and go on later, keep the personal link below."
    st.caption(f"{coming_back} {number}")
    other_device(place.study.slug, place.listener.token)
