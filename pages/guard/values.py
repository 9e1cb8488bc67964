"""Which values of widgets reach the pages: such as the widget itself could have.

A browser says of each value of which kind it is, and Streamlit takes any kind
for any widget: a stranger can have a slider stand at a text, or a page end in
an error. What is not of its widget's kind, or cannot be read as such, is
treated as if it had not been sent.
"""

from __future__ import annotations

import json
from functools import wraps
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state.session_state import Serialized, WStates

_NUMBERS = frozenset({"double_value", "int_value"})
"""A number input announces the first of them, and its browser sends either."""


def of_kind(state: WidgetState, kind: str) -> bool:
    """Return whether what a browser sent for a widget is of the widget's kind.

    Parameters
    ----------
    state : WidgetState
        What was sent; a widget that was cleared has no value, which fits every kind.
    kind : str
        The field of the message that holds the values of such a widget.

    Examples
    --------
    >>> of_kind(WidgetState(id="$$ID-0-tempo", int_value=120), "double_value")
    True
    >>> of_kind(WidgetState(id="$$ID-0-tempo", string_value="120"), "double_value")
    False
    """
    sent = state.WhichOneof("value")
    if sent == "json_value" == kind:  # the state of a component, name by name
        return isinstance(json.loads(state.json_value), dict)
    return sent in {None, kind} or {sent, kind} <= _NUMBERS


def hold_values_to_their_widgets() -> None:
    """Let pages see no value that its widget could not have, from now on in this process.

    Streamlit has no public place for it: all its ways to a value that was sent
    lead through this one, which tells a value that it cannot read yet by `KeyError`.
    """
    read = WStates.__getitem__
    if hasattr(read, "__wrapped__"):
        return

    @wraps(read)
    def read_held(states: WStates, name: str) -> Any:
        state, widget = states.states.get(name), states.widget_metadata.get(name)
        if not isinstance(state, Serialized) or widget is None:
            return read(states, name)
        try:
            if of_kind(state.value, widget.value_type):
                return read(states, name)
        except Exception as error:  # whatever the widget's own reader makes of it
            raise KeyError(name) from error
        raise KeyError(name)

    WStates.__getitem__ = read_held  # type: ignore[method-assign]
