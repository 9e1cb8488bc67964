"""No page sees a value that its widget could not have."""

from __future__ import annotations

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.state.common import user_key_from_element_id
from streamlit.runtime.state.session_state import WStates
from streamlit.testing.v1 import AppTest

from pages.guard.values import hold_values_to_their_widgets, of_kind

KINDS = [field.name for field in WidgetState.DESCRIPTOR.oneofs_by_name["value"].fields]
OWN = {
    "text": "string_value",
    "choice": "string_value",
    "one": "string_array_value",
    "many": "string_array_value",
    "whole": "double_value",
    "part": "double_value",
    "slider": "double_array_value",
    "tick": "bool_value",
    "day": "string_array_value",
    "push": "trigger_value",
    "file": "file_uploader_state_value",
    "own": "json_value",
}
"""The kind of each widget of the page below."""


def page() -> None:
    """Show one widget of each kind, and keep what they give and what their callbacks see."""
    import datetime

    import streamlit as st

    def seen() -> None:
        for name in list(st.session_state):
            if name in ("text", "choice"):
                assert isinstance(st.session_state[name], str)
            elif name in ("whole", "part"):
                assert isinstance(st.session_state[name], int | float)

    state = {
        "text": st.text_input("Text", "as it was", key="text", on_change=seen),
        "choice": st.selectbox("Choice", ["a", "b"], key="choice", on_change=seen),
        "one": st.segmented_control("One", ["a", "b"], key="one"),
        "many": st.multiselect("Many", ["a", "b"], key="many"),
        "whole": st.number_input("Whole", 0, 10, 5, key="whole", on_change=seen),
        "part": st.number_input("Part", 0.0, 1.0, 0.5, key="part", on_change=seen),
        "slider": st.slider("Slider", 0, 10, 5, key="slider"),
        "tick": st.checkbox("Tick", key="tick"),
        "day": st.date_input("Day", datetime.date(2026, 1, 1), key="day"),
        "push": st.button("Push", key="push"),
        "file": st.file_uploader("File", "wav", key="file"),
    }
    own = st.components.v2.component("own", js="export default () => {}")
    state["own"] = own(key="own", default={"heard": 0}, on_heard_change=lambda: None).heard
    st.session_state["given"] = state


@pytest.fixture(autouse=True)
def held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WStates, "__getitem__", WStates.__getitem__)  # so that it is put back
    hold_values_to_their_widgets()
    hold_values_to_their_widgets()


def states(app: AppTest, name: str) -> WidgetState:
    """The state of a widget of the page, without a value."""
    shown = [node.proto.id for node in app.main if getattr(node.proto, "id", "")]
    return WidgetState(id=next(one for one in shown if user_key_from_element_id(one) == name))


def strange(state: WidgetState, kind: str) -> WidgetState:
    """Give a widget a value of a kind."""
    match kind:
        case "trigger_value" | "bool_value":
            setattr(state, kind, True)
        case "double_value":
            state.double_value = float("inf")
        case "int_value":
            state.int_value = -(2**63)
        case "string_value":
            state.string_value = "elsewhere"
        case "double_array_value":
            state.double_array_value.data.extend([float("nan")] * 3)
        case "int_array_value":
            state.int_array_value.data.append(7)
        case "string_array_value":
            state.string_array_value.data.append("elsewhere")
        case "json_value" | "json_trigger_value":
            setattr(state, kind, "[" * 20_000)
        case "bytes_value":
            state.bytes_value = b"\xff"
        case "file_uploader_state_value":
            info = state.file_uploader_state_value.uploaded_file_info.add()
            info.name, info.file_id = "strange.exe", "nowhere"
        case _:
            getattr(state, kind).SetInParent()
    return state


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page, default_timeout=60).run()


def test_a_value_of_another_kind_is_none(app: AppTest) -> None:
    before = app.session_state["given"]
    for kind in KINDS:
        app._run(
            WidgetStates(widgets=[strange(states(app, name), kind) for name in OWN if OWN[name] != kind])
        )
        assert not app.exception, kind
        assert app.session_state["given"] == before, kind


def test_a_value_that_its_widget_cannot_read_ends_no_page(app: AppTest) -> None:
    app._run(WidgetStates(widgets=[strange(states(app, name), kind) for name, kind in OWN.items()]))
    assert not app.exception
    assert app.session_state["given"]["file"] is None
    assert app.session_state["given"]["own"] == 0


def test_what_comes_before_the_page_knows_its_widgets_is_held_too(app: AppTest) -> None:
    sent = WidgetStates(widgets=[strange(states(app, name), "double_value") for name in ("text", "own")])
    new = AppTest.from_function(page, default_timeout=60)
    new._run(sent)
    assert not new.exception
    assert new.session_state["given"] == app.session_state["given"]


def test_values_of_their_own_kind_are_seen_and_stay_where_strange_ones_come(app: AppTest) -> None:
    for name, value, given in (
        ("whole", {"int_value": 7}, 7),
        ("whole", {"double_value": 8.0}, 8),
        ("part", {"double_value": 0.25}, 0.25),
        ("text", {"string_value": "new"}, "new"),
        ("own", {"json_value": '{"heard": 3}'}, 3),
        ("tick", {"bool_value": True}, True),
    ):
        state = states(app, name)
        app._run(WidgetStates(widgets=[WidgetState(id=state.id, **value)]))
        assert app.session_state["given"][name] == given
        app._run(WidgetStates(widgets=[strange(state, "bytes_value")]))
        assert app.session_state["given"][name] == given


def test_a_cleared_widget_fits_every_kind() -> None:
    assert all(of_kind(WidgetState(id="$$ID-0-x"), kind) for kind in KINDS)
