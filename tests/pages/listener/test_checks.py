"""The screens before the samples."""

from __future__ import annotations

from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.state.common import user_key_from_element_id
from streamlit.testing.v1 import AppTest


def headphones() -> None:
    from types import SimpleNamespace
    from typing import Any, cast

    import streamlit as st

    from pages.listener import checks

    listener = SimpleNamespace(token="listener_0123456789abcdef", short_id="abc")
    study = SimpleNamespace(target_loudness=-16.0)
    store = SimpleNamespace(listening=SimpleNamespace(record_headphone_check=lambda token, count: None))
    checks.headphone_screen(cast("Any", store), cast("Any", SimpleNamespace(listener=listener, study=study)))
    st.session_state["answers"] = len(st.session_state["softest-abc"])


def sent(app: AppTest, key: str, **value: object) -> WidgetState:
    """A value of a widget of the page."""
    shown = [node.proto.id for node in app.main if getattr(node.proto, "id", "")]
    name = next(one for one in shown if user_key_from_element_id(one) == key)
    return WidgetState(id=name, **value)


def test_a_trial_is_answered_once_and_only_by_one_of_its_tones() -> None:
    app = AppTest.from_function(headphones, default_timeout=60).run()
    heard = sent(app, "trial-0", json_value='{"hearing": {"intervals": [[0, 4]], "ended": true}}')
    app._run(WidgetStates(widgets=[heard, sent(app, "softest-0", string_value="The first")]))
    click = sent(app, "next-0", trigger_value=True)
    app._run(WidgetStates(widgets=[click, sent(app, "softest-0", string_value="elsewhere")]))
    assert not app.exception
    assert app.session_state["answers"] == 0
    app._run(WidgetStates(widgets=[sent(app, "softest-0", string_value="The second")]))
    for _ in range(2):  # the second when its button has gone
        app._run(WidgetStates(widgets=[click]))
        assert not app.exception
        assert app.session_state["answers"] == 1
