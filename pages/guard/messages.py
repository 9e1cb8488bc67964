"""Which messages of a browser reach the app.

A browser speaks to a Streamlit app in ``BackMsg`` messages over one websocket.
Streamlit obeys whoever sends them: any visitor may empty the server's caches,
read the names of its changed files or have software installed for it. What a
page needs is let through; the rest is for developers and is left out.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.state.common import GENERATED_ELEMENT_ID_PREFIX
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX

MAX_BYTES = 1_000_000
"""Longest message; the longest of a page, with a hundred files chosen, has some 30,000 bytes."""

_KINDS = frozenset({"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"})
_OPERATIONS = frozenset({"deferred_file", "dataframe_chunk"})
_MAX_NAMES = 500
_WIDGETS = (
    f"{GENERATED_ELEMENT_ID_PREFIX}-",
    f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{GENERATED_ELEMENT_ID_PREFIX}-",
)
"""What the names begin with that Streamlit gives to widgets, and to the events of components."""


class BadMessageError(ValueError):
    """What came is no message of a browser."""


def admitted(data: bytes | None) -> bytes | None:
    """Return what of a message reaches the app.

    Parameters
    ----------
    data : bytes, optional
        What a browser sent; None where it was a text.

    Returns
    -------
    bytes or None
        The message without fields that Streamlit does not know; None where
        it is one that no visitor needs.

    Raises
    ------
    BadMessageError
        If it is too long or no message at all.
    """
    if data is None:
        raise BadMessageError("a text")
    if len(data) > MAX_BYTES:
        raise BadMessageError("too long")
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError as error:
        raise BadMessageError("not a message") from error
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        if message.backend_operation_request.WhichOneof("payload") not in _OPERATIONS:
            return None
    elif kind not in _KINDS:
        return None
    if kind == "rerun_script":
        # Else a value could be slipped in under a name that a page uses for something of its own.
        widgets = message.rerun_script.widget_states.widgets
        known = [widget for widget in widgets if widget.id.startswith(_WIDGETS)]
        if len(known) < len(widgets):
            message.rerun_script.widget_states.ClearField("widgets")
            widgets.extend(known)
    # For each name an address is made.
    if len(message.file_urls_request.file_names) > _MAX_NAMES:
        raise BadMessageError("too many files")
    message.DiscardUnknownFields()
    return message.SerializeToString()
