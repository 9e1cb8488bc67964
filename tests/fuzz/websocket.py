"""Messages to the app's websocket: real ones, and what can be made of them.

``FUZZ_LOG`` in the environment names a file in which the server's log stays, with every traceback.
"""

from __future__ import annotations

import json
import os
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed

from tests.attack.visitor import PATIENCE, Server, Visitor, Widget, running_server
from tests.browser.listener import SLUG, make_store
from tests.fuzz.runner import Finding, Report

VISITORS, MESSAGES = 20, 200
_REMEMBERED = 40  # widgets that a visitor was shown last
MAX_SECONDS = 10.0
MAX_BYTES = 2**30
_PAGES = ("", "classify", "generate", "survey", "results", "models", "studies", "nowhere", "../etc/passwd")
_TEXTS = (
    "", "0", "-1", "Jazz", "1e308", "NaN", "\x00", "\ud7ff", "🎼" * 50, "a" * 5000, "%s{0}", "{", "[" * 2000,
    "<script>alert(1)</script>", "../../etc/passwd", "' OR 1=1 --", "null", "true", '{"__proto__": 1}',
)  # fmt: skip
_PARAMETERS = (
    "study",
    "of",
    "preview",
    "listener",
    "genre",
    "seed",
    "play",
    "recipe",
    "chords",
    "key",
    "seconds",
)
_HOMES = (
    *[("survey", f"study={SLUG}")] * 3,
    *(("", ""), ("classify", ""), ("generate", ""), ("results", ""), ("studies", "")),
)
"""Where visitors are most of the time."""

_OWN_FIELDS: Mapping[str, tuple[str, ...]] = {
    "bidi_component": ("json_value", "json_trigger_value"),
    "button": ("trigger_value",),
    "download_button": ("trigger_value",),
    "button_group": ("string_array_value",),
    "checkbox": ("bool_value",),
    "date_input": ("string_array_value",),
    "audio_input": ("file_uploader_state_value",),
    "file_uploader": ("file_uploader_state_value",),
    "multiselect": ("string_array_value",),
    "number_input": ("double_value", "int_value"),
    "radio": ("string_value",),
    "selectbox": ("string_value",),
    "slider": ("double_array_value",),
    "text_area": ("string_value",),
    "text_input": ("string_value",),
    "plotly_chart": ("string_value",),
    "arrow_data_frame": ("string_value",),
}
"""Of which kinds the values of each kind of widget are."""

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
        log = Path(os.environ.get("FUZZ_LOG", f"{folder}/log"))
        with running_server(store, log, GMN_ADMIN_PASSWORD="correct horse battery", GMN_LOG="json") as server:
            shown = _shown(server)
            with ThreadPoolExecutor(VISITORS) as pool:
                sending = [
                    pool.submit(_attack, server, range(first + place, first + count, VISITORS), shown, place)
                    for place in range(VISITORS)
                ]
                faults = _watch(server, report, lambda: all(task.done() for task in sending))
            for task in sending:
                if error := task.exception():
                    faults.append(f"a visitor met {error!r}")
                else:
                    report.outcomes.update(task.result())
            faults += errors_in(server.log())
        store.engine.dispose()
    report.findings += [Finding(first, fault) for fault in faults]
    return report


def _shown(server: Server) -> dict[str, list[Widget]]:
    """Return all that each of the app's pages shows to somebody who has just come."""
    shown: dict[str, list[Widget]] = {}
    for page, query in (*((page, "") for page in _PAGES[:7]), ("survey", f"study={SLUG}")):
        with server.visit(page, query) as visitor:
            visitor.run()
            shown[page] = [*shown.get(page, []), *visitor.widgets]
    return shown


def _attack(
    server: Server, seeds: Sequence[int], shown: Mapping[str, list[Widget]], place: int
) -> Counter[str]:
    """Send the messages of some seeds, connecting again whenever the server has had enough."""
    outcomes: Counter[str] = Counter()
    left = iter(seeds)
    for seed in left:
        page, query = random.Random(seed).choice(_HOMES)
        address = f"192.0.2.{place}"
        with server.visit(page, query, address=address) as visitor, suppress(ConnectionClosed):
            visitor.run()
            for one in chain([seed], islice(left, MESSAGES - 1)):
                outcomes["sent"] += 1
                visitor.socket.send(_message(random.Random(one), shown, visitor))
                _wait_for_answer(visitor)
            continue
        outcomes["refused"] += 1
    return outcomes


def _wait_for_answer(visitor: Visitor) -> None:
    """Wait until all that was sent has been looked at."""
    deadline = time.monotonic() + PATIENCE
    asked = float("-inf")
    while (now := time.monotonic()) < deadline:
        # A page that begins to run forgets what it has not yet answered, so it is asked again, also while it
        # shows how its work goes.
        if now - asked >= 1:
            visitor.send(BackMsg(app_heartbeat=True))
            asked = now
        with suppress(TimeoutError):
            answer = ForwardMsg.FromString(visitor.socket.recv(timeout=1))
            if answer.heartbeat_ack:
                return
            visitor.note(answer)
            visitor.widgets, visitor.texts = visitor.widgets[-_REMEMBERED:], []
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


def errors_in(log: str) -> list[str]:
    """Return the last line of each kind of traceback in a log, and how often it is there.

    Parameters
    ----------
    log : str
        A JSON object a line, so that threads do not fall into each other's words; a traceback
        that does not stand in one has gone past the log, and counts as another kind.
    """
    kinds: Counter[str] = Counter()
    for line in log.split("\n"):  # not `splitlines`: a text may hold other ends of lines
        try:
            record = json.loads(line)
        except ValueError:
            if line.startswith("Traceback"):
                kinds["a traceback beside the log"] += 1
            continue
        if trace := record.get("trace"):
            kinds[trace.splitlines()[-1][:200]] += 1
    return [f"logged {number} times: {kind}" for kind, number in kinds.items()]


def _message(rng: random.Random, shown: Mapping[str, list[Widget]], visitor: Visitor) -> bytes:
    """Return a message: well-formed and strange, or something that was one once."""
    message = BackMsg()
    kind = rng.choices(
        ("rerun", "clear_cache", "stop_script", "file_urls", "operation", "flag", "bytes"),
        (70, 3, 3, 5, 8, 6, 5),
    )[0]
    match kind:
        case "rerun":
            _fill_rerun(message, rng, shown, visitor)
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


def _fill_rerun(
    message: BackMsg, rng: random.Random, shown: Mapping[str, list[Widget]], visitor: Visitor
) -> None:
    """Have a page run: mostly the visitor's own, with values of what it shows at this moment."""
    rerun = message.rerun_script
    stays = rng.random() < 0.6
    if stays:
        rerun.page_name, rerun.query_string = visitor.page, visitor.query
    else:
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
    of_page = visitor.widgets if stays else shown.get(rerun.page_name)
    of_any = list(chain.from_iterable(shown.values()))
    for _ in range(rng.randrange(6)):
        widget = rng.choice(of_page if of_page and rng.random() < 0.8 else of_any)
        if rng.random() < 0.1:
            name = rng.choice(("sign_in", "$$ID-0-admin", *_TEXTS))
            widget = Widget(widget.kind, name, widget.label, widget.options)
        _fill_value(rerun.widget_states.widgets.add(id=widget.id), widget, rng)


def _fill_value(state: Any, widget: Widget, rng: random.Random) -> None:
    """Give a widget a value, mostly of its own kind, but seldom one that it offers."""
    fields = [field.name for field in state.DESCRIPTOR.oneofs_by_name["value"].fields]
    field = rng.choice(_OWN_FIELDS.get(widget.kind, fields) if rng.random() < 0.7 else fields)
    texts = (*_TEXTS, *widget.options) if rng.random() < 0.5 else widget.options or _TEXTS
    match field:
        case "trigger_value" | "bool_value":
            setattr(state, field, True)
        case "double_value":
            state.double_value = rng.choice((*_FLOATS, rng.uniform(0, 100)))
        case "int_value":
            state.int_value = rng.choice((*_NUMBERS, rng.randrange(100)))
        case "string_value":
            state.string_value = rng.choice(texts)
        case "double_array_value":
            state.double_array_value.data.extend(rng.choices((*_FLOATS, 60.0), k=rng.randrange(4)))
        case "int_array_value":
            state.int_array_value.data.extend(rng.choices(_NUMBERS, k=rng.randrange(4)))
        case "string_array_value":
            state.string_array_value.data.extend(rng.choices(texts, k=rng.randrange(4)))
        case "json_value" | "json_trigger_value":
            setattr(state, field, rng.choice((*_TEXTS, *[json.dumps(_report(rng))] * len(_TEXTS))))
        case "bytes_value":
            state.bytes_value = rng.randbytes(rng.randrange(100))
        case "string_trigger_value":
            state.string_trigger_value.data = rng.choice(texts)
        case "file_uploader_state_value":
            for _ in range(rng.randrange(3)):
                info = state.file_uploader_state_value.uploaded_file_info.add()
                info.name, info.file_id = rng.choice(("a.wav", "a.mid", *_TEXTS)), rng.choice(_TEXTS)
                info.size = abs(rng.choice(_NUMBERS))
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
