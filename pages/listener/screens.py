"""The screens around the samples: welcome and consent, thanks, and closed doors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from pages.listener.browser import other_device, remember
from pages.listener.buttons import button
from pages.listener.comparison import show_comparison
from pages.listener.connection import Connection, post, waiting
from pages.listener.starts import too_many_starts
from pages.listener.storage import genres_are_shown, genres_were_shown, in_browser
from pages.shared.texts import plain
from survey_db.errors import SurveyError
from survey_db.running.feedback import may_see
from survey_db.running.listener_state import ListenerState, Step
from survey_db.running.listening import new_token
from survey_db.running.lookup import check_preview
from survey_db.schema import DEVICES, MUSICAL_TRAINING, Study
from survey_db.store import Store

ANSWER_SECONDS = 25
"""Time to answer one sample, for the estimate of how long a session takes."""

CONSENT = (
    "We keep your answers, when you gave them, which parts of each clip you played, and anything you choose "
    "to tell us below. We do not keep your name, e-mail address or internet address. You can stop at any "
    "time. If you want your answers deleted, give the people who run the study your listener number. You "
    "will find it at the bottom of each screen."
)


# A narrow column, and targets that a thumb can hit.
_STYLE = """<style>
.stMainBlockContainer { max-width: 42rem; padding: 4rem 1rem 3rem; }
.stMainBlockContainer h1 { font-size: 1.9rem; padding-top: 0; }
.stMainBlockContainer button { min-height: 2.75rem; }
[class*="st-key-storage-"],
[data-testid="stLayoutWrapper"]:has(> [class*="st-key-storage-"]) { display: none; }
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


def consent_screen(connection: Connection, store: Store, study: Study, preview_key: str | None) -> None:
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
    length = connection.ask(lambda: _length(store, study.slug), None)
    if length is not None and not _tell_length(*length):
        return
    with st.container(border=True):
        st.markdown("**Two questions, if you like**")
        ask_about(
            "musical_training",
            "For how many years have you had music lessons, or played an instrument a lot?",
            MUSICAL_TRAINING,
        )
        ask_about("device", "What are you listening with?", DEVICES)
    st.caption(CONSENT)
    agreed = st.checkbox("I have read this and agree to take part.")
    is_retake = genres_were_shown(study.slug)

    def begin() -> None:
        if preview_key is None and (refusal := too_many_starts(study.slug)):
            st.session_state["start_refused"] = refusal
            return
        # One token a visit: a second click starts the same listener again, which changes nothing.
        token = st.session_state.setdefault("new_token", new_token())
        answers = {name: st.session_state.get(name) for name in ("musical_training", "device")}
        start = partial(
            store.listening.start,
            study.slug,
            token,
            **answers,
            preview_key=preview_key,
            is_retake=is_retake,
        )
        post(partial(_start, start, study.slug, token, preview=preview_key is not None))

    if refused := st.session_state.pop("start_refused", None):
        st.error(refused, icon=":material/hourglass_top:")
    button("Begin", begin, key="begin", disabled=not agreed or waiting())


def _start(start: Callable[[], None], slug: str, token: str, *, preview: bool) -> None:
    """Make a listener of the visitor, and have the browser know it."""
    start()
    st.session_state.pop("new_token", None)
    remember(slug, token, preview=preview)


def _length(store: Store, slug: str) -> tuple[int, float]:
    """Return how many clips a listener hears, and for how many seconds each; nought where there are none."""
    samples = [sample for sample in store.samples.all(slug) if sample.place > 0]
    return (store.samples.per_listener(slug), samples[0].media.seconds) if samples else (0, 0.0)


def ask_about(key: str, question: str, answers: Mapping[str, str]) -> None:
    """Ask what a listener may leave open."""
    st.selectbox(
        question, list(answers), index=None, format_func=answers.__getitem__, key=key, placeholder="No answer"
    )


def _tell_length(clips: int, seconds: float) -> bool:
    """Tell how long a study takes; returns whether it has clips at all."""
    if not clips:
        st.info("This study has no samples yet.", icon=":material/hourglass_empty:")
        return False
    minutes = clips * (seconds + ANSWER_SECONDS) / 60 + 1
    st.markdown(
        f":material/library_music: **{clips}** clips of **{seconds:.0f} seconds**"
        f" &nbsp;·&nbsp; :material/schedule: about **{minutes:.0f} minutes**"
        f" &nbsp;·&nbsp; :material/headphones: a quiet place, best with headphones"
    )
    return True


def thanks_screen(
    connection: Connection, store: Store, state: ListenerState, on_next_listener: Callable[[], None]
) -> None:
    """Thank the listener, show their code and, where the study allows it, how their guesses compare."""
    st.title("Thank you!")
    st.write("All your answers are stored; you can close this page. Your completion code is")
    st.code(state.listener.completion_code, language=None)
    in_browser(f"answer-{state.listener.short_id}", "end")  # which forgets the last answer
    if state.study.feedback == "after_closing" and not may_see(state.study):
        st.info(
            "Come back to this page’s address once the study is closed, and see how your guesses compare.",
            icon=":material/hourglass_empty:",
        )
    if may_see(state.study):
        comparison = connection.ask(lambda: store.listening.comparison(state.listener.token), None)
        if comparison is not None:
            show_comparison(comparison, state.study.title)
            genres_are_shown(state.study.slug)
    button(
        "Someone else wants to listen on this device",
        on_next_listener,
        key="next-listener",
        icon=":material/person_add:",
        type="tertiary",
        width="content",
    )


def closed_screen(step: Step) -> None:
    """Say that the study is paused or closed."""
    if step is Step.PAUSED:
        st.title("The study is paused")
        st.write("Please come back later with the same link. What you have answered is kept.")
    else:
        st.title("The study is closed")
        st.write("It no longer takes answers. Thank you for your interest.")


def footer(state: ListenerState) -> None:
    """Tell how to come back, and the number by which one can withdraw."""
    test = " (test)" if state.listener.is_test else ""
    number = f"Your listener number is {state.listener.short_id}{test}."
    if state.step is Step.FINISHED:
        st.caption(number)
        return
    if st.session_state.get("cookies_kept", True):
        coming_back = "You can stop at any time: open this page’s address again in this browser to go on."
    else:
        coming_back = "This browser keeps no cookies: to stop and go on later, keep the personal link below."
    st.caption(f"{coming_back} {number}")
    other_device(state.study.slug, state.listener.token)
