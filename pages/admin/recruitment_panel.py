"""How listeners come to a study and leave it: what their links tell, quota, invitations, the way back."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.admin.study_panel import listener_link
from pages.shared.public_url import page_url
from pages.shared.texts import show_error
from survey_db.errors import SurveyError
from survey_db.reporting.export import csv_bytes
from survey_db.running.recruitment import Recruitment, recruitment_of
from survey_db.schema import Study
from survey_db.store import Store
from survey_db.texts import MAX_NAME_LENGTH


def recruitment_panel(store: Store, study: Study) -> None:
    """Show, and let an administrator change, how listeners come and leave."""
    if new := _recruitment_form(study):
        try:
            store.recruiting.set(study.slug, new)
        except SurveyError as error:
            show_error(error)
        else:
            st.toast("Saved.")
            st.rerun()
    _invitations(store, study)


def _recruitment_form(study: Study) -> Recruitment | None:
    held = recruitment_of(study)
    with st.form(f"recruitment-{study.slug}"):
        names = st.text_input(
            "What the link tells of a listener",
            " ".join(held.identifiers),
            placeholder="e.g. PROLIFIC_PID STUDY_ID SESSION_ID",
            help="Names of parameters, with spaces between them; the first says who the listener is. They "
            "are kept with the listener, apart from the answers, and the usual consent text says so.",
        )
        once = st.checkbox(
            "Each may take part once, and nobody without it",
            held.one_per_identifier,
            help="By the first of these names.",
        )
        quota = st.number_input(
            "Listeners at most",
            min_value=1,
            value=held.quota,
            step=1,
            placeholder="no limit",
            help="Those who have finished and those who are listening now. Who drops out makes room again.",
        )
        code = st.text_input(
            "Completion code",
            held.completion_code,
            max_chars=MAX_NAME_LENGTH,
            placeholder="another one for each listener",
        )
        back = st.text_input(
            "Link that leads back at the end",
            held.completion_url,
            placeholder="e.g. https://app.prolific.com/submissions/complete?cc=C1A2B3",
            help="`{code}` stands for the completion code, the name of a parameter in braces for its value.",
        )
        full = st.text_input("Link for those who come too late", held.full_url)
        required = st.checkbox(
            "Screen out listeners who do not pass the headphone check",
            held.headphones_required,
            disabled=not study.headphone_check,
        )
        out = st.text_input("Link for those who are screened out", held.screen_out_url)
        if not st.form_submit_button("Save", type="primary", disabled=study.status == "closed"):
            return None
    return Recruitment(
        identifiers=names.replace(",", " ").split(),
        one_per_identifier=once,
        completion_code=code,
        completion_url=back,
        quota=quota,
        full_url=full,
        headphones_required=required,
        screen_out_url=out,
    )


def _invitations(store: Store, study: Study) -> None:
    """Make invitations, and offer their links."""
    made = store.recruiting.invitations(study.slug)
    st.markdown("**Invitations**")
    if made:
        used = sum(invitation.listener is not None for invitation in made)
        st.write(f"{used} of {len(made)} invitations have been used. Nobody can take part without one.")
        links = [
            {
                "link": listener_link(page_url(), study.slug, invitation=invitation.code),
                "listener": invitation.listener,
            }
            for invitation in made
        ]
        st.download_button(
            "Download the links (CSV)",
            csv_bytes(pd.DataFrame(links)),
            f"{study.slug}-invitations.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    else:
        st.write("Anyone with the link can take part. With invitations, each link lets one listener in.")
    count = st.number_input("How many", 1, 1000, 20, key=f"invite-{study.slug}")
    if st.button("Make invitations", icon=":material/mail:", disabled=study.status == "closed"):
        try:
            store.recruiting.invite(study.slug, count)
        except SurveyError as error:
            show_error(error)
        else:
            st.rerun()
