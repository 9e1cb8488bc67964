"""Being an administrator in a test of pages."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pages.admin.gate import SIGN_IN, the_password
from pages.shared.survey_store import the_store


def sign_in(app: AppTest) -> None:
    """Give the password, without the form that asks for it."""
    app.session_state[SIGN_IN], _ = the_store().sign_ins.start(the_password())
