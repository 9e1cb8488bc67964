"""Messages to the app's websocket: real ones, and what can be made of them."""

from __future__ import annotations

import json
import os
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed

from tests.attack.visitor import PATIENCE, Server, Visitor, Widget, running_server
from tests.browser.conftest import ROOT
from tests.browser.listener import SLUG, make_store
from tests.fuzz.runner import Finding, Report

VISITORS, MESSAGES = 20, 200
MAX_SECONDS = 10.0
MAX_BYTES = 2**30
_HANDLED = ("/runtime/state/", "/bidi_component/serialization.py")
_OURS = f'"{ROOT}/pages/'
_PAGES = ("", "classify", "generate", "survey", "results", "models", "studies", "nowhere", "../etc/passwd")
_TEXTS = (
    "", "0", "-1", "Jazz", "1e308", "NaN", "\x00", "\ud7ff", "🎼" * 50, "a" * 5000, "%s{0}", "{", "[" * 2000,
    "<script>alert(1)</script>", "../../etc/passwd", "' OR 1=1 --", "null", "true", '{"__proto__": 1}',
)  # fmt: skip
_PARAMETERS = ("study", "of", "preview", "listener", "genre", "seed", "play")
_NUMBERS = (0, 1, -1, 2**31, -(2**31), 2**53, 2**63 - 1, -(2**63))
_FLOATS = (0.0, -0.0, 1e308, -1e308, 5e-324, float("inf"), float("-inf"), float("nan"))


def run(first: int, count: int) -> Report:
    """Send the messages of ``count`` seeds to a running app.

    Parameters
    ----------
    first, count : int
        The seeds.

    Returns
    -------
    Report
        Its findings are of the server, not of one message.
    """
    report = Report()
    with tempfile.TemporaryDirectory(prefix="fuzz-websocket-") as folder:
        store = make_store(Path(folder), practice=False, volume_check=False, require_full_hearing=False)
        log = Path(folder) / "log"
        with running_server(store, log, GMN_ADMIN_PASSWORD="correct horse battery") as server:
            widgets = _widgets(server)
            with ThreadPoolExecutor(VISITORS) as pool:
                sending = [
                    pool.submit(
                        _attack, server, range(first + place, first + count, VISITORS), widgets, place
                    )
                    for place in range(VISITORS)
                ]
                faults = _watch(server, report, lambda: all(task.done() for task in sending))
            for task in sending:
                if error := task.exception():
                    faults.append(f"a visitor met {error!r}")
                else:
                    report.outcomes.update(task.result())
            faults += _errors(server.log())
        store.engine.dispose()
    report.findings += [Finding(first, fault) for fault in faults]
    return report


def _widgets(server: Server) -> list[Widget]:
    """Return all that the app's pages show to somebody who has just come."""
    found: list[Widget] = []
    for page, query in (*((page, "") for page in _PAGES[:7]), ("survey", f"study={SLUG}")):
        with server.visit(page, query) as visitor:
            visitor.run()
            found += visitor.widgets
    return found


def _attack(server: Server, seeds: Sequence[int], widgets: list[Widget], place: int) -> Counter[str]:
    """Send the messages of some seeds, connecting again whenever the server has had enough."""
    outcomes: Counter[str] = Counter()
    left = iter(seeds)
    for seed in left:
        with server.visit(address=f"192.0.2.{place}") as visitor, suppress(ConnectionClosed):
            for one in chain([seed], islice(left, MESSAGES - 1)):
                outcomes["sent"] += 1
                visitor.socket.send(_message(random.Random(one), widgets))
                _wait_for_answer(visitor)
            continue
        outcomes["refused"] += 1
    return outcomes


def _wait_for_answer(visitor: Visitor) -> None:
    """Wait until all that was sent has been looked at."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        # A page that begins to run forgets what it has not yet answered.
        visitor.send(BackMsg(app_heartbeat=True))
        with suppress(TimeoutError):
            while (answer := ForwardMsg.FromString(visitor.socket.recv(timeout=1))).WhichOneof("type"):
                if answer.heartbeat_ack:
                    return
    raise TimeoutError("the server answers nothing any more")


def _watch(server: Server, report: Report, over: Callable[[], bool]) -> list[str]:
    """Measure the server until it is over; return what goes wrong with it."""
    faults: list[str] = []
    first = _memory(server)
    while not over() and server.process.poll() is None:
        before = _processor_seconds(server)
        try:
            healthy = server.ask("/_stcore/health").status == 200
        except OSError:
            healthy = False
        # Other processes may hold the machine; what counts is what this one does meanwhile.
        seconds = _processor_seconds(server) - before
        if not healthy or seconds > MAX_SECONDS:
            faults.append(f"the server did not answer within {seconds:.0f} s of its time")
        report.longest = max(report.longest, seconds)
        report.most_memory = max(report.most_memory, _memory(server) - first)
        time.sleep(0.5)
    if server.process.poll() is not None:
        faults.append(f"the server ended with status {server.process.returncode}")
    if report.most_memory > MAX_BYTES:
        faults.append(f"the server took {report.most_memory / 2**20:.0f} MB more")
    return faults


def _memory(server: Server) -> int:
    """Return the bytes of memory that the server uses."""
    found = re.search(r"VmRSS:\s*(\d+) kB", _of_process(server, "status"))
    return int(found[1]) * 1024 if found else 0


def _processor_seconds(server: Server) -> float:
    """Return for how long the server has computed so far."""
    fields = _of_process(server, "stat").rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def _of_process(server: Server, name: str) -> str:
    try:
        return Path(f"/proc/{server.process.pid}/{name}").read_text(encoding="ascii", errors="replace")
    except OSError:  # it has ended
        return ""


def _errors(log: str) -> list[str]:
    """Return the last line of each kind of traceback in a log, and how often it is there."""
    kinds: Counter[str] = Counter()
    for trace in log.split("Traceback (most recent call last):\n")[1:]:
        lines = trace.splitlines()
        end = next((place for place, line in enumerate(lines) if line and line[0] not in " \t"), 0)
        frames = [line for line in lines[:end] if line.startswith("  File ")]
        last_of_ours = max((place for place, frame in enumerate(frames) if _OURS in frame), default=-1)
        # A value of a kind that its widget has not: Streamlit ends the page of the visitor who sent it, or
        # goes on without the value.
        if not any(place in frame for frame in frames[last_of_ours + 1 :] for place in _HANDLED):
            kinds[lines[end][:200] if lines else "a traceback that was cut off"] += 1
    return [f"logged {number} times: {kind}" for kind, number in kinds.items()]


def _message(rng: random.Random, widgets: list[Widget]) -> bytes:
    """Return a message: well-formed and strange, or something that was one once."""
    message = BackMsg()
    kind = rng.choices(
        ("rerun", "clear_cache", "stop_script", "file_urls", "operation", "flag", "bytes"),
        (70, 3, 3, 5, 8, 6, 5),
    )[0]
    match kind:
        case "rerun":
            _fill_rerun(message, rng, widgets)
        case "clear_cache" | "stop_script":
            setattr(message, kind, True)
        case "file_urls":
            message.file_urls_request.request_id = rng.choice(_TEXTS)
            message.file_urls_request.file_names.extend(rng.choices(_TEXTS, k=rng.randrange(20)))
        case "operation":
            request = message.backend_operation_request
            request.request_id, request.session_id = rng.choice(_TEXTS), rng.choice(_TEXTS)
            name = rng.choice([field.name for field in request.DESCRIPTOR.oneofs_by_name["payload"].fields])
            getattr(request, name).SetInParent()
        case "flag":
            setattr(message, rng.choice(("set_run_on_save", "load_git_info", "app_heartbeat")), True)
        case "bytes":
            return rng.randbytes(rng.randrange(200))
    data = message.SerializeToString()
    return _damaged(data, rng) if rng.random() < 0.1 else data


def _fill_rerun(message: BackMsg, rng: random.Random, widgets: list[Widget]) -> None:
    rerun = message.rerun_script
    rerun.page_name = rng.choice(_PAGES)
    rerun.query_string = "&".join(
        f"{rng.choice(_PARAMETERS)}={rng.choice((SLUG, *_TEXTS))}" for _ in range(rng.randrange(4))
    )
    rerun.page_script_hash = rng.choice(("", "0" * 32, *_TEXTS))
    if rng.random() < 0.1:
        rerun.fragment_id = rng.choice(("0" * 32, *_TEXTS))
    rerun.is_auto_rerun = rng.random() < 0.1
    rerun.context_info.url = rng.choice(("http://127.0.0.1/survey", *_TEXTS))
    rerun.context_info.timezone = rng.choice(("UTC", *_TEXTS))
    for _ in range(rng.randrange(6)):
        name = (
            rng.choice(widgets).id if rng.random() < 0.9 else rng.choice(("sign_in", "$$ID-0-admin", *_TEXTS))
        )
        _fill_value(rerun.widget_states.widgets.add(id=name), rng)


def _fill_value(state: Any, rng: random.Random) -> None:
    """Give a widget a value of any kind, whether it is its own or not."""
    field = rng.choice(state.DESCRIPTOR.oneofs_by_name["value"].fields).name
    match field:
        case "trigger_value" | "bool_value":
            setattr(state, field, True)
        case "double_value":
            state.double_value = rng.choice(_FLOATS)
        case "int_value":
            state.int_value = rng.choice(_NUMBERS)
        case "string_value":
            state.string_value = rng.choice(_TEXTS)
        case "double_array_value":
            state.double_array_value.data.extend(rng.choices(_FLOATS, k=rng.randrange(4)))
        case "int_array_value":
            state.int_array_value.data.extend(rng.choices(_NUMBERS, k=rng.randrange(4)))
        case "string_array_value":
            state.string_array_value.data.extend(rng.choices(_TEXTS, k=rng.randrange(4)))
        case "json_value" | "json_trigger_value":
            setattr(state, field, rng.choice((*_TEXTS, json.dumps(_report(rng)))))
        case "bytes_value":
            state.bytes_value = rng.randbytes(rng.randrange(100))
        case "string_trigger_value":
            state.string_trigger_value.data = rng.choice(_TEXTS)
        case _:
            getattr(state, field).SetInParent()


def _report(rng: random.Random) -> Any:
    """Return what a component might say, among it reports of players that cannot be."""
    numbers = (*_NUMBERS, 10**400, 1e308, -5, None, "1", True)
    one, other = rng.choice(numbers), rng.choice(numbers)
    return rng.choice(
        (
            {"hearing": {"intervals": [[one, other]], "ended": one}},
            {"hearing": {"intervals": [[0, 1]] * 3000, "ended": True}},
            {"hearing": one},
            {"lost": one},
            {"event": "hearing", "value": one},
            [one, other],
        )
    )


def _damaged(data: bytes, rng: random.Random) -> bytes:
    """Return a message in which a few bytes are others, are missing, or are there twice."""
    changed = bytearray(data)
    for _ in range(rng.randrange(1, 5)):
        if not changed:
            break
        place = rng.randrange(len(changed))
        match rng.randrange(3):
            case 0:
                changed[place] = rng.randrange(256)
            case 1:
                del changed[place]
            case 2:
                changed[place:place] = changed[max(0, place - 20) : place]
    return bytes(changed)
