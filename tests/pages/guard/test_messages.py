"""Which messages reach the app."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.BackMsg_pb2 import BackMsg

from pages.guard.messages import MAX_BYTES, BadMessageError, admitted


def message(fill: Callable[[BackMsg], object]) -> bytes:
    made = BackMsg()
    fill(made)
    return made.SerializeToString()


def rerun(widget: str = "$$ID-0-key", query: str = "study=six") -> bytes:
    made = BackMsg()
    made.rerun_script.query_string = query
    made.rerun_script.widget_states.widgets.add(id=widget, string_value="Jazz")
    return made.SerializeToString()


@pytest.mark.parametrize(
    "fill",
    [
        lambda made: setattr(made, "clear_cache", True),
        lambda made: setattr(made, "set_run_on_save", True),
        lambda made: setattr(made, "load_git_info", True),
        lambda made: setattr(made, "debug_disconnect_websocket", True),
        lambda made: setattr(made, "debug_shutdown_runtime", True),
        lambda made: made.backend_operation_request.install_skills.SetInParent(),
        lambda made: made.backend_operation_request.dismiss_skills_nudge.SetInParent(),
        lambda made: made.backend_operation_request.SetInParent(),
        lambda made: None,
    ],
)
def test_what_no_page_needs_is_left_out(fill: Callable[[BackMsg], object]) -> None:
    assert admitted(message(fill)) is None


@pytest.mark.parametrize(
    "fill",
    [
        lambda made: setattr(made, "stop_script", True),
        lambda made: setattr(made, "app_heartbeat", True),
        lambda made: made.file_urls_request.file_names.append("song.mp3"),
        lambda made: setattr(made.backend_operation_request.deferred_file, "file_id", "f"),
        lambda made: setattr(made.backend_operation_request.dataframe_chunk, "source_id", "s"),
    ],
)
def test_what_a_page_needs_passes_as_it_is(fill: Callable[[BackMsg], object]) -> None:
    assert admitted(message(fill)) == message(fill)


def test_every_kind_of_message_has_been_thought_of() -> None:
    """A new version of Streamlit may bring others, which are left out until they are looked at."""
    assert {field.name for field in BackMsg.DESCRIPTOR.fields} == {
        "clear_cache",
        "set_run_on_save",
        "stop_script",
        "rerun_script",
        "load_git_info",
        "debug_disconnect_websocket",
        "debug_shutdown_runtime",
        "file_urls_request",
        "app_heartbeat",
        "backend_operation_request",
    }


def test_the_values_of_widgets_pass_and_those_of_nothing_that_a_page_shows_do_not() -> None:
    events = "$$STREAMLIT_INTERNAL_KEY_$$ID-0-key__events"
    assert admitted(rerun()) == rerun()
    assert admitted(rerun(widget=events)) == rerun(widget=events)
    for name in ("sign_in", "$$I4-0-key", "$$STREAMLIT_INTERNAL_KEY_SCRIPT_RUN_WITHOUT_ERRORS"):
        passed = BackMsg.FromString(admitted(rerun(widget=name)) or b"")
        assert passed.rerun_script.query_string == "study=six"
        assert not passed.rerun_script.widget_states.widgets


@pytest.mark.parametrize(
    "data",
    [b"\xff", b"no message", rerun()[:-1], b"\x00" * (MAX_BYTES + 1)],
    ids=["a byte", "text", "cut off", "too long"],
)
def test_what_is_no_message_is_said_so(data: bytes) -> None:
    with pytest.raises(BadMessageError):
        admitted(data)


def test_a_request_for_thousands_of_addresses_is_refused() -> None:
    with pytest.raises(BadMessageError, match="too many"):
        admitted(message(lambda made: made.file_urls_request.file_names.extend(["a"] * 501)))


def test_fields_that_streamlit_does_not_know_are_left_out() -> None:
    unknown = b"\xa2\x1f\x03abc"  # field 500
    assert admitted(rerun() + unknown) == rerun()


@given(st.binary(max_size=300))
def test_anything_is_a_message_or_is_not(data: bytes) -> None:
    try:
        passed = admitted(data)
    except BadMessageError:
        return
    assert passed is None or admitted(passed) == passed
