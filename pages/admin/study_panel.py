"""One study as its administrator sees it: state, link, progress, listeners, data."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

import pandas as pd
import streamlit as st

from pages.admin.gate import is_admin
from pages.guard.cookies import PREVIEW, personal_link
from pages.shared.public_url import only_here, page_url
from pages.shared.qr_code import qr_code
from pages.shared.tables import figures_in_a_row
from pages.shared.texts import plain, show_error
from survey_db.errors import SurveyError
from survey_db.reporting.export import csv_bytes
from survey_db.reporting.responses import read_responses
from survey_db.running.attendance import Attendance
from survey_db.running.recruitment import recruitment_of
from survey_db.schema import Study
from survey_db.store import Store
from survey_db.texts import MAX_TITLE_LENGTH

STATES = {
    "draft": ":gray-badge[:material/edit: draft]",
    "open": ":green-badge[:material/play_circle: open]",
    "paused": ":orange-badge[:material/pause_circle: paused]",
    "closed": ":blue-badge[:material/stop_circle: closed]",
}
_CHANGES = {
    "draft": [("open", "Open to listeners", ":material/play_circle:")],
    "open": [("paused", "Pause", ":material/pause_circle:"), ("closed", "Close", ":material/stop_circle:")],
    "paused": [("open", "Go on", ":material/play_circle:"), ("closed", "Close", ":material/stop_circle:")],
    "closed": [("open", "Open again", ":material/play_circle:")],
}


def listener_link(page: str, slug: str, identifiers: Sequence[str] = (), **more: str) -> str:
    """Return a study's link, beside a page's address.

    Each identifier stands in it as recruiting platforms fill it in, such as
    ``PROLIFIC_PID={{%PROLIFIC_PID%}}``.
    """
    parts = urlsplit(page)
    folder = parts.path.rpartition("/")[0]
    query = urlencode({"study": slug, **more}) + "".join(f"&{name}={{{{%{name}%}}}}" for name in identifiers)
    return parts._replace(path=f"{folder}/survey", query=query).geturl()


def state_panel(store: Store, study: Study) -> None:
    """Show a study's state and the buttons that change it."""
    archived = study.archived_at is not None
    st.markdown(f"## {plain(study.title)}\n{':gray-badge[archived]' if archived else STATES[study.status]}")
    empty = not store.samples.per_listener(study.slug)
    if empty and study.status == "draft":
        st.info("Next: add samples below. A study without a sample cannot be opened.", icon=":material/add:")
    elif study.status == "draft":
        st.info("Next: preview it as a listener, then open it.", icon=":material/visibility:")
    with st.container(horizontal=True):
        for status, label, icon in [] if archived else _CHANGES[study.status]:
            if st.button(label, icon=icon, key=f"to-{status}", disabled=empty and status == "open"):
                _change(store, study.slug, status)
        if st.button("Take out of the archive" if archived else "Archive", icon=":material/archive:"):
            store.studies.archive(study.slug, archived=not archived)
            st.rerun()
        _duplicate(store, study)
        st.link_button(
            "Preview as a listener",
            personal_link(st.context.url or "", study.slug, PREVIEW, study.preview_key),
            icon=":material/visibility:",
            help="Answers given in a preview are marked as a test and left out of all results.",
        )


def _duplicate(store: Store, study: Study) -> None:
    """Offer to make a draft of the same settings, words and samples."""
    with (
        st.popover("Duplicate", icon=":material/content_copy:"),
        st.form(f"duplicate-{study.slug}", border=False),
    ):
        title = st.text_input(
            "Title of the duplicate", f"{study.title} (2)"[-MAX_TITLE_LENGTH:], max_chars=MAX_TITLE_LENGTH
        )
        if st.form_submit_button("Duplicate the study"):
            try:
                st.session_state["made_study"] = store.editing.duplicate(study.slug, title).slug
            except SurveyError as error:
                show_error(error)
            else:
                st.rerun()


def link_panel(study: Study) -> None:
    """Show the link that listeners follow, to copy and as a QR code."""
    link = listener_link(page_url(), study.slug, recruitment_of(study).identifiers)
    if only_here(link):
        st.warning(
            "This link and its QR code work on this machine only. Set `GMN_PUBLIC_URL` to the address by "
            "which others reach this server, and start it again.",
            icon=":material/link_off:",
        )
    words, image = st.columns([3, 1], vertical_alignment="center")
    with words:
        st.write("Listeners take part by this link:")
        st.code(link, language=None, wrap_lines=True)
    image.image(qr_code(link), width=160, alt=f"QR code of {link}")


@st.fragment(run_every=5)
def progress_panel(store: Store, slug: str) -> None:
    """Show how far the study has come, renewed every five seconds for as long as the sign-in holds."""
    if not is_admin(here=False):
        st.rerun()  # the whole page, which asks for the password: a renewal alone passes no gate
    progress = store.attendances.progress(slug)
    figures = {
        "Started": progress.started,
        "Listening now": progress.active,
        "Completed": progress.completed,
        "Dropped out": progress.dropped_out,
        "Screened out": progress.screened_out,
        "Answers": sum(progress.answers.values()),
    }
    figures_in_a_row({label: f"{value:,}" for label, value in figures.items()})


def listeners_panel(store: Store, slug: str) -> None:
    """List the listeners, and withdraw one on request."""
    attendances = store.attendances.all(slug)
    names = recruitment_of(store.studies.get(slug)).identifiers
    table = pd.DataFrame(
        [
            {
                "listener": attendance.short_id + _remark(attendance),
                "started (UTC)": attendance.consented_at,
                "last seen (UTC)": attendance.last_seen_at,
                "answers": attendance.answers,
                "completion code": attendance.completion_code,
                **{name: attendance.identifiers.get(name) for name in names},
            }
            for attendance in attendances
        ]
    )
    moments = [name for name in table.columns if name.endswith("(UTC)")]
    shown_as = st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm", timezone="UTC")
    if not attendances:
        st.caption("Nobody has begun yet.")
    else:
        st.dataframe(table, hide_index=True, column_config=dict.fromkeys(moments, shown_as))
        st.download_button(
            "Download the list (CSV)",
            csv_bytes(table),
            f"{slug}-listeners.csv",
            "text/csv",
            icon=":material/download:",
            help="With the identifiers of the links, for paying listeners. The answers do not hold them.",
            on_click="ignore",
        )
    with st.form("withdraw", clear_on_submit=True):
        st.write(
            "A listener who asks for it can be taken out of the study with everything stored about them."
        )
        name = st.text_input("Listener number or completion code")
        sure = st.checkbox("Delete their data for good")
        if st.form_submit_button("Withdraw the listener") and sure:
            try:
                answers = store.attendances.withdraw(slug, name)
                st.success(f"Deleted the listener and {answers} answer{'' if answers == 1 else 's'}.")
            except SurveyError as error:
                show_error(error)


def _remark(attendance: Attendance) -> str:
    if attendance.is_test:
        return " (test)"
    if attendance.screened_out:
        return " (screened out)"
    if attendance.is_inattentive:
        return " (inattentive)"
    return " (retake)" if attendance.is_retake else ""


def export_panel(store: Store, study: Study) -> None:
    """Offer the answers as a file."""
    st.write("One row per answer; tests, retakes and control items are included and marked.")
    frame = read_responses(store, study.id)
    st.download_button(
        f"Download {len(frame)} answers (CSV)",
        csv_bytes(frame),
        f"{study.slug}.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _change(store: Store, slug: str, status: str) -> None:
    try:
        store.studies.set_status(slug, status)
    except SurveyError as error:
        show_error(error)
    else:
        st.rerun()
