"""The screens around the samples: welcome and consent, thanks, and closed doors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import streamlit as st

from pages.listener.browser import other_device, remember
from pages.listener.buttons import button
from pages.listener.comparison import show_comparison
from pages.listener.connection import Connection, post, waiting
from pages.listener.language import _, preferred, speak, spoken
from pages.listener.starts import too_many_starts
from pages.listener.storage import genres_are_shown, genres_were_shown, in_browser
from pages.listener.words import AGREEMENT, consent_record, shown_words, terms
from pages.shared.texts import plain
from survey_db.errors import SurveyError
from survey_db.running.feedback import may_see
from survey_db.running.listener_state import ListenerState, Step
from survey_db.running.listening import new_token
from survey_db.running.lookup import check_preview
from survey_db.running.recruitment import Refusal, onward_link, recruitment_of, told_identifiers
from survey_db.running.words import languages_of
from survey_db.schema import Study
from survey_db.store import Store
from survey_db.vocabulary import DEVICES, LANGUAGES, MUSICAL_TRAINING

ANSWER_SECONDS = 25
"""Time to answer one sample, for the estimate of how long a session takes."""

# A narrow column, and targets that a thumb can hit.
_STYLE = """<style>
.stMainBlockContainer { max-width: 42rem; padding: 4rem 1rem 3rem; }
.stMainBlockContainer h1 { font-size: 1.9rem; padding-top: 0; }
.stMainBlockContainer h2 { font-size: 1.25rem; padding: 0; }
.stMainBlockContainer button { min-height: 2.75rem; }
[class*="st-key-stored-"] { display: none; }
</style>"""
# Who follows a study's link sees the study and nothing else of the app.
_ALONE = """<style>
[data-testid="stHeader"], [data-testid="stSidebarCollapsedControl"] { display: none; }
.stMainBlockContainer { padding-top: 1.5rem; }
</style>"""


def style(*, listening: bool) -> None:
    """Give the listener's screens a calm, narrow column; while listening, without the app's header."""
    st.html(_STYLE + _ALONE if listening else _STYLE)


def consent_screen(connection: Connection, store: Store, study: Study, preview_key: str | None) -> None:
    """Say what the study is and ask for consent; those who agree become listeners."""
    if preview_key is not None:
        try:
            check_preview(study, preview_key)
        except SurveyError as error:
            st.error(_(str(error)), icon=":material/link_off:")
            return
        st.info(_("This is a preview: your answers are marked as a test."), icon=":material/science:")
    elif study.status != "open" or study.archived_at:
        closed_screen(Step.PAUSED if study.status == "paused" else Step.CLOSED)
        return
    language = choose_language(study)
    words = shown_words(study, language)
    st.title(plain(words.title), anchor=False)
    st.markdown(words.introduction)
    told = told_identifiers(study, st.query_params.to_dict())
    invitation = st.query_params.get("invitation")
    if preview_key is None:
        asked = partial(store.recruiting.refusal, study.slug, told, invitation)
        if refused := connection.ask(asked, None):
            refusal_screen(study, refused, told)
            return
    length = connection.ask(lambda: _length(store, study.slug), None)
    if length is not None:
        if not length[0]:
            st.info(_("This study has no samples yet."), icon=":material/hourglass_empty:")
            return
        words = replace(words, duration=words.duration or usual_duration(*length))
        _tell_length(*length, words.duration)
    for heading, text in terms(words):
        st.markdown(f"**{heading}**: {text}")
    with st.container(border=True):
        optional = _("Two questions, if you like")
        st.markdown(f"**{optional}**")
        ask_about(
            "musical_training",
            _("For how many years have you had music lessons, or played an instrument a lot?"),
            MUSICAL_TRAINING,
        )
        ask_about("device", _("What are you listening with?"), DEVICES)
    st.markdown(words.consent)
    agreed = st.checkbox(_(AGREEMENT))
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
            language=language,
            consent=consent_record(words),
            identifiers=told,
            invitation=invitation,
        )
        post(partial(_start, start, study.slug, token, preview=preview_key is not None))

    if refused := st.session_state.pop("start_refused", None):
        st.error(refused, icon=":material/hourglass_top:")
    button(_("Begin"), begin, key="begin", disabled=not agreed or waiting())


def refusal_screen(study: Study, refused: Refusal, told: Mapping[str, str]) -> None:
    """Say why someone cannot take part, and send those on who come too late."""
    st.info(_(str(refused)), icon=":material/block:")
    if refused is Refusal.FULL and (url := recruitment_of(study).full_url):
        st.link_button(_("Go on"), onward_link(url, "", told), type="primary")


def choose_language(study: Study) -> str:
    """Let a visitor choose among the languages of a study; the screens speak it from now on."""
    offered = languages_of(study)
    chosen: str | None = None
    if len(offered) > 1:
        usual = preferred(offered)
        speak(st.session_state.get("language", usual))
        chosen = st.segmented_control(
            _("Language"),
            offered,
            default=usual,
            format_func=LANGUAGES.__getitem__,
            key="language",
            label_visibility="collapsed",
        )
        chosen = chosen or usual
    speak(chosen or offered[0])
    return chosen or offered[0]


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
        question,
        list(answers),
        index=None,
        format_func=lambda answer: _(answers[answer]),
        key=key,
        placeholder=_("No answer"),
    )


def usual_duration(clips: int, seconds: float) -> str:
    """Return how long a study of so many clips takes, in words."""
    return _("about {minutes} minutes").format(minutes=round(clips * (seconds + ANSWER_SECONDS) / 60 + 1))


def _tell_length(clips: int, seconds: float, duration: str) -> None:
    """Tell how long a study takes, and where to listen."""
    length = _("**{clips}** clips of **{seconds} seconds**").format(clips=clips, seconds=round(seconds))
    place = _("a quiet place, best with headphones")
    st.markdown(
        f":material/library_music: {length}"
        f" &nbsp;·&nbsp; :material/schedule: **{plain(duration)}**"
        f" &nbsp;·&nbsp; :material/headphones: {place}"
    )


def thanks_screen(
    connection: Connection, store: Store, state: ListenerState, on_next_listener: Callable[[], None]
) -> None:
    """Thank the listener, show their code and, where the study allows it, how their guesses compare."""
    words = shown_words(state.study, spoken())
    st.title(_("Thank you!"), anchor=False)
    st.write(_("All your answers are stored; you can close this page. Your completion code is"))
    recruitment = recruitment_of(state.study)
    code = recruitment.completion_code or state.listener.completion_code or ""
    st.code(code, language=None)
    if recruitment.completion_url:
        link = onward_link(recruitment.completion_url, code, state.listener.identifiers)
        st.link_button(_("Finish here"), link, type="primary", icon=":material/arrow_forward:")
    in_browser(f"answer-{state.listener.short_id}", "end")  # which forgets the last answer
    st.subheader(_("What this study is about"), anchor=False)
    st.markdown(words.debriefing)
    for heading, text in terms(replace(words, conditions="", payment="")):
        st.markdown(f"**{heading}**: {text}")
    if state.study.feedback == "after_closing" and not may_see(state.study):
        st.info(
            _("Come back to this page’s address once the study is closed, and see how your guesses compare."),
            icon=":material/hourglass_empty:",
        )
    if may_see(state.study):
        comparison = connection.ask(lambda: store.listening.comparison(state.listener.token), None)
        if comparison is not None:
            show_comparison(comparison, words.title)
            genres_are_shown(state.study.slug)
    if recruitment.one_per_identifier:
        return
    button(
        _("Someone else wants to listen on this device"),
        on_next_listener,
        key="next-listener",
        icon=":material/person_add:",
        type="tertiary",
        width="content",
    )


def screened_out_screen(state: ListenerState) -> None:
    """Say that a listener cannot go on, and send them back to where they came from."""
    st.title(_("Thank you for your interest"), anchor=False)
    st.write(_("This study needs listeners with headphones. The check has shown that it cannot go on here."))
    if url := recruitment_of(state.study).screen_out_url:
        link = onward_link(url, "", state.listener.identifiers)
        st.link_button(_("Go on"), link, type="primary", icon=":material/arrow_forward:")


def closed_screen(step: Step) -> None:
    """Say that the study is paused or closed."""
    if step is Step.PAUSED:
        st.title(_("The study is paused"), anchor=False)
        st.write(_("Please come back later with the same link. What you have answered is kept."))
    else:
        st.title(_("The study is closed"), anchor=False)
        st.write(_("It no longer takes answers. Thank you for your interest."))


def footer(state: ListenerState) -> None:
    """Tell how to come back, and the number by which one can withdraw."""
    name = state.listener.short_id + (_(" (test)") if state.listener.is_test else "")
    number = _("Your listener number is {number}.").format(number=name)
    if state.step in (Step.FINISHED, Step.SCREENED_OUT):
        st.caption(number)
        return
    if st.session_state.get("cookies_kept", True):
        coming_back = _("You can stop at any time: open this page’s address again in this browser to go on.")
    else:
        coming_back = _(
            "This browser keeps no cookies: to stop and go on later, keep the personal link below."
        )
    st.caption(f"{coming_back} {number}")
    other_device(state.study.slug, state.listener.token)
