"""Programs of others that do the same job, where `make peers` has installed them, beside this one.

They are kept out of the environment of the app: musicnn asks for a TensorFlow
of 2019 and runs on today's by way of tf_keras; Gradio is a framework for pages.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from benchmarks.conftest import ROOT, measure
from gmn_core.audio.decode import decode_file
from gmn_core.classification.pretrained.model import Tagger
from survey_db.store import open_store
from tests.attack.visitor import running_server
from tests.browser.conftest import free_port

PEERS = Path(os.environ.get("GMN_PEERS", ROOT / "var" / "peers"))
N_CALLS = 3

# musicnn as it is, on the layers of TensorFlow 1 that tf_keras still has.
MUSICNN = """
import json, os, sys, time
os.environ.update(TF_USE_LEGACY_KERAS="1", TF_CPP_MIN_LOG_LEVEL="3")
sys.path.append(sys.argv[1])
import tensorflow.compat.v1 as tensorflow
tensorflow.disable_v2_behavior()
sys.modules["tensorflow"] = tensorflow
from musicnn.extractor import extractor
taken = []
for _ in range(int(sys.argv[3])):
    began = time.perf_counter()
    extractor(sys.argv[2], model="MSD_musicnn", input_overlap=2, extract_features=False)
    taken.append(time.perf_counter() - began)
print("\\n" + json.dumps(taken))
"""

GRADIO = """
import sys
sys.path.append(sys.argv[1])
import gradio
from gmn_core.audio.decode import decode_file
from gmn_core.classification.shipped import usable_classifiers
classifiers = usable_classifiers()[0]
def name(path):
    clip = decode_file(path).clip
    *_, best = [each.classify(clip) for each in classifiers]
    return {str(genre): share for genre, share in best.ranked()}
page = gradio.Interface(name, gradio.Audio(type="filepath"), gradio.Label())
page.launch(server_name="127.0.0.1", server_port=int(sys.argv[2]))
"""

GRADIO_CALLS = """
import json, sys, time
sys.path.append(sys.argv[1])
from gradio_client import Client, handle_file
client = Client(f"http://127.0.0.1:{sys.argv[2]}", verbose=False)
taken = []
for _ in range(int(sys.argv[4])):
    began = time.perf_counter()
    client.predict(handle_file(sys.argv[3]), api_name="/name")
    taken.append(time.perf_counter() - began)
print(json.dumps(taken))
"""


def installed(name: str) -> str:
    """Return the folder of a peer; skip where it is not installed."""
    folder = PEERS / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not in {PEERS}: make peers")
    return str(folder)


def seconds_of(program: str, *arguments: object) -> float:
    """Return the median of what a program prints of its calls, without the first."""
    run = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return float(statistics.median(json.loads(run.stdout.splitlines()[-1])[1:]))


def test_tags(benchmark: Any, song: Path) -> None:
    tagger = Tagger.shipped()
    measure(
        benchmark, lambda: tagger(decode_file(song).clip), work="tags of a 30 s file, warm", peer="musicnn"
    )


def test_tags_by_musicnn(benchmark: Any, song: Path) -> None:
    folder = installed("musicnn")
    benchmark.pedantic(
        lambda: benchmark.extra_info.update(seconds=seconds_of(MUSICNN, folder, song, N_CALLS)), rounds=1
    )
    benchmark.extra_info.update(
        work="the same tags by musicnn's own extractor, on today's TensorFlow, warm", peer_of="musicnn"
    )


def test_page(benchmark: Any, tmp_path: Path) -> None:
    """The Classify page, each time for a new visitor: the verdict, the picture and the reasons."""
    store = open_store(f"sqlite:///{tmp_path / 'survey.db'}")
    taken: list[float] = []
    with running_server(store, tmp_path / "log") as server:

        def name() -> None:
            with server.visit("classify") as visitor:
                visitor.run()
                visitor.give("Where is the music?", string_array_value={"data": ["Example"]})
                began = time.perf_counter()
                visitor.run()
                taken.append(time.perf_counter() - began)
                assert visitor.shows("Each classifier's answer")

        benchmark.pedantic(name, rounds=N_CALLS, warmup_rounds=1)
    store.engine.dispose()
    benchmark.extra_info.update(
        work="a recording named on the Classify page, warm", seconds=statistics.median(taken[1:]), peer="page"
    )


@contextmanager
def gradio_page(folder: str, port: int) -> Iterator[psutil.Process]:
    """Run the same job as a page of Gradio's."""
    process = subprocess.Popen(
        [sys.executable, "-c", GRADIO, folder, str(port)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "GRADIO_ANALYTICS_ENABLED": "False"},
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 120
        while not any(each.laddr.port == port for each in psutil.Process(process.pid).net_connections()):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield psutil.Process(process.pid)
    finally:
        process.kill()
        process.wait()


def test_page_by_gradio(benchmark: Any, song: Path) -> None:
    folder, port = installed("gradio"), free_port()
    with gradio_page(folder, port):
        benchmark.pedantic(
            lambda: benchmark.extra_info.update(
                seconds=seconds_of(GRADIO_CALLS, folder, port, song, N_CALLS)
            ),
            rounds=1,
        )
    benchmark.extra_info.update(
        work="a recording of the same length named by a page of Gradio's, warm", peer_of="page"
    )
