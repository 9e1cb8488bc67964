"""The screens before the samples: setting the volume, and the headphone check."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.listener.buttons import button
from pages.listener.connection import post, waiting
from pages.listener.hearing_checks import (
    GAP_SECONDS,
    NOISE_SECONDS,
    TONE_SECONDS,
    headphone_trials,
    trial_sound,
    volume_noise,
)
from pages.listener.language import _
from pages.listener.playback import playback_of
from pages.shared.player import play
from survey_db.running.listener_state import ListenerState
from survey_db.store import Store
from survey_db.vocabulary import HEADPHONE_TRIALS

_TRIAL_SECONDS = 3 * TONE_SECONDS + 2 * GAP_SECONDS


@st.cache_data(show_spinner=False)
def _volume_noise(loudness: float) -> bytes:
    return volume_noise(loudness)


@st.cache_data(max_entries=100, show_spinner=False)
def _trial_sound(tones: tuple[str, str, str], loudness: float) -> bytes:
    return trial_sound(tones, loudness)


def volume_screen(store: Store, state: ListenerState) -> None:
    """Let the listener set a comfortable volume on a sound as loud as the samples."""
    st.title(_("Set your volume"), anchor=False)
    st.write(
        _(
            "Play this rushing sound and set the volume so that it is comfortable: clearly heard, not "
            "too loud. Please leave the volume there until the end, since all clips are equally loud."
        )
    )
    playback = playback_of("audio/wav", NOISE_SECONDS)
    played = play(_volume_noise(state.study.target_loudness), playback, key="volume")
    button(
        _("The volume is comfortable"),
        partial(post, partial(store.listening.pass_volume_check, state.listener.token)),
        key="volume-set",
        disabled=played is None or waiting(),
    )


def headphone_screen(store: Store, state: ListenerState) -> None:
    """Ask which of three tones is the softest, six times over."""
    token = state.listener.token
    trials = headphone_trials(token)
    answered: list[bool] = st.session_state.setdefault(f"softest-{state.listener.short_id}", [])
    st.title(_("Headphone check"), anchor=False)
    if len(answered) == HEADPHONE_TRIALS:
        st.progress(1.0, _("All sounds heard"))
        return
    trial = len(answered)
    place = _("Sound {number} of {total}").format(number=trial + 1, total=HEADPHONE_TRIALS)
    st.progress(trial / HEADPHONE_TRIALS, place)
    st.write(_("Put on your headphones if you have any. You will hear three tones, one after another."))
    tones = trials[trial]
    playback = playback_of("audio/wav", _TRIAL_SECONDS)
    heard = play(_trial_sound(tones, state.study.target_loudness), playback, key=f"trial-{trial}")
    softest = st.radio(
        _("Which tone was the softest?"),
        range(3),
        index=None,
        format_func=(_("The first"), _("The second"), _("The third")).__getitem__,
        key=f"softest-{trial}",
    )

    def submit() -> None:
        # A last change may arrive together with the click.
        place_of_softest = st.session_state.get(f"softest-{trial}")
        if len(answered) != trial or not isinstance(place_of_softest, int):
            return  # no click of a browser's
        answered.append(tones[place_of_softest] == "softer")
        if len(answered) == HEADPHONE_TRIALS:
            post(partial(store.listening.record_headphone_check, token, sum(answered)))

    button(
        _("Next"),
        submit,
        key=f"next-{trial}",
        disabled=softest is None or heard is None or not heard.ended,
    )


def trial_number(state: ListenerState) -> int:
    """Return how many sounds of the headphone check a listener has answered in this visit."""
    return len(st.session_state.get(f"softest-{state.listener.short_id}", []))
