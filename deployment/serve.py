"""Two app servers on one database behind a proxy, on one computer and without containers.

    export GMN_DATABASE_URL=postgresql://user:password@host/survey
    export GMN_ADMIN_PASSWORD='twelve characters or more'
    python -m deployment.serve --bind :8080

It needs HAProxy (Debian: ``apt-get install haproxy``). A server that has ended
is started again. SIGTERM or Ctrl+C has both finish what they do.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).parent.parent
PROXY_SETTINGS = Path(__file__).with_name("haproxy.cfg")
NEEDED = ("GMN_DATABASE_URL", "GMN_ADMIN_PASSWORD")

_READY_SECONDS = 120.0
_STOP_SECONDS = 40.0
_LOOK_SECONDS = 0.2
_AGAIN_SECONDS = 1.0


class ServeError(Exception):
    """Why the servers cannot be started; one sentence."""


class Stop(Exception):  # noqa: N818  # no error
    """The servers are to be ended."""


def main(words: Sequence[str] | None = None) -> int:
    """Run the servers until they are told to stop."""
    parser = argparse.ArgumentParser("python -m deployment.serve", description=__doc__.splitlines()[0])
    parser.add_argument("--bind", default="127.0.0.1:8080", help="where the proxy listens (%(default)s)")
    parser.add_argument(
        "--ports", type=int, nargs=2, default=[8601, 8602], help="of the app servers (8601 8602)"
    )
    arguments = parser.parse_args(words)
    signal.signal(signal.SIGTERM, _stop)
    try:
        serve(arguments.bind, arguments.ports)
    except ServeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (Stop, KeyboardInterrupt):
        pass
    return 0


def serve(bind: str, ports: Sequence[int]) -> None:
    """Start the app servers and the proxy, and look after them.

    Raises
    ------
    ServeError
        If something is missing, or a server does not get ready.
    """
    for name in NEEDED:
        if not os.environ.get(name):
            raise ServeError(f"{name} is not set; both servers need the same.")
    haproxy = shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if haproxy is None:
        raise ServeError("HAProxy is not installed (Debian: apt-get install haproxy).")
    running: dict[str, subprocess.Popen[bytes]] = {}
    commands = {f"app {port}": app_command(port) for port in ports}
    commands["proxy"] = [haproxy, "-db", "-f", str(PROXY_SETTINGS)]
    environment = {
        **os.environ,
        "GMN_PROXY_BIND": bind,
        "GMN_SERVERS": str(len(ports)),
        **{f"GMN_APP_{number}": f"127.0.0.1:{port}" for number, port in enumerate(ports, start=1)},
    }
    try:
        for name, command in commands.items():
            if name == "proxy":
                for port in ports:
                    wait_until_ready(running[f"app {port}"], port)
            running[name] = start(command, environment)
        print(f"Two servers are ready behind {bind}.", flush=True)
        while True:
            time.sleep(_LOOK_SECONDS)
            for name, process in running.items():
                if process.poll() is not None:
                    print(f"{name} has ended ({process.returncode}) and is started again.", flush=True)
                    time.sleep(_AGAIN_SECONDS)
                    running[name] = start(commands[name], environment)
    finally:
        end(running)


def start(command: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a server that Ctrl+C in the terminal does not reach: it is told to end in its turn."""
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)


def app_command(port: int) -> list[str]:
    """Return the command of an app server."""
    return [
        *(sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless", "true"),
        *("--server.address", "127.0.0.1", "--server.port", str(port), "--server.fileWatcherType", "none"),
    ]


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until a server says that it is ready.

    Raises
    ------
    ServeError
        If it ends, or takes too long.
    """
    deadline = time.monotonic() + _READY_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=10):
                return
        except OSError:
            time.sleep(_LOOK_SECONDS)
    raise ServeError(f"The server on port {port} did not get ready; what it wrote says why.")


def end(running: dict[str, subprocess.Popen[bytes]]) -> None:
    """Have the servers finish what they do, and then end the proxy."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    apps = [process for name, process in running.items() if name != "proxy"]
    proxy = [process for name, process in running.items() if name == "proxy"]
    for processes in (apps, proxy):
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stop


if __name__ == "__main__":
    sys.exit(main())
