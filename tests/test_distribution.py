"""The distribution: what it needs, and that it works from an empty folder without the checkout.

The wheel is built from the sdist, as an installer would, and installed into a fresh environment.
The libraries are borrowed from the environment of the tests: what is on trial is our own files.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from packaging.requirements import Requirement

import gmn_core

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_requirements_of_the_checkout_are_those_of_the_distribution_with_all_extras() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    listed = {str(Requirement(text)) for line in lines if (text := line.split("#")[0].strip())}
    extras = PROJECT["optional-dependencies"].values()
    declared = [text for group in (PROJECT["dependencies"], *extras) for text in group]
    assert len(declared) == len(set(declared))
    assert {str(Requirement(text)) for text in declared} == listed


def test_make_app_installs_what_neither_trains_models_nor_needs_a_cluster() -> None:
    app, beyond = (ROOT / "requirements.txt").read_text(encoding="utf-8").split("\n# ----")
    extras = PROJECT["optional-dependencies"]
    for part, declared in (
        (app, [PROJECT["dependencies"], *(extras[name] for name in ("app", "notation", "postgres"))]),
        (beyond, [extras["cluster"], extras["train"]]),
    ):
        lines = [line.split("#")[0].strip() for line in part.splitlines()[1:]]
        listed = {str(Requirement(line)) for line in lines if line}
        assert listed == {str(Requirement(text)) for group in declared for text in group}


@dataclass(frozen=True)
class Installed:
    """A fresh environment that holds the distribution, and an empty folder to work in."""

    environment: Path
    folder: Path

    @property
    def package(self) -> Path:
        return next(self.environment.glob("lib/python*/site-packages/gmn_core"))

    def run(self, command: str, *arguments: str) -> str:
        """Run a command of the environment, with no variable but those that every user has."""
        done = subprocess.run(
            [self.environment / "bin" / command, *arguments],
            cwd=self.folder,
            env={"HOME": str(self.folder / "home"), "PATH": os.defpath},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="module")
def installed(archives: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """The wheel in a fresh environment."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, symlinks=True)
    pip = [sys.executable, "-m", "pip", "--python", environment / "bin" / "python", "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", next(archives.glob("*.whl"))], check=True)
    site = next(environment.glob("lib/python*/site-packages"))
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    yield Installed(environment, tmp_path_factory.mktemp("empty"))
    shutil.rmtree(environment)


def test_the_archives_hold_the_models_the_app_and_nothing_of_the_workshop(archives: Path) -> None:
    with zipfile.ZipFile(next(archives.glob("*.whl"))) as wheel:
        files = set(wheel.namelist())
    assert {name.split("/")[0] for name in files if ".dist-info" not in name} == {
        "gmn_core", "survey_db", "gmn_app",
    }  # fmt: skip
    assert {
        "gmn_app/streamlit_app.py",
        "gmn_app/pages/classify.py",
        "gmn_app/docs/classification.md",
        "gmn_app/.streamlit/config.toml",
    } <= files
    for folder in ("gmn_core", "survey_db"):
        assert {f"{folder}/{name}" for name in _files(ROOT / folder)} <= files
    with tarfile.open(next(archives.glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"Makefile", "requirements.txt", "tests/test_distribution.py", "docs/survey.md"} <= names
    assert not any(name.startswith((".venv", "var", "runs", ".git/")) for name in names)


def test_its_commands_classify_and_generate_from_an_empty_folder(installed: Installed) -> None:
    before = _files(installed.package)
    assert installed.run("gmn", "--version").strip() == gmn_core.__version__
    installed.run(
        "gmn", "generate", "--genre", "jazz", "--seconds", "10", "--out", ".", "--format", "wav,mid"
    )
    assert soundfile.info(installed.folder / "jazz-0.wav").duration == 10
    records = json.loads(installed.run("gmn", "classify", "jazz-0.wav", "--json"))
    assert records[0]["error"] is None
    assert records[0]["cnn_pretrained_genre"] in installed.run("gmn", "generate", "--help")
    assert _files(installed.package) == before, "something was written into the package"


def test_its_survey_is_kept_in_the_users_folder(installed: Installed) -> None:
    listed = installed.run("gmn-survey", "studies")
    assert listed.startswith("study\t")
    assert not re.search("Error|Traceback", listed)
    databases = list((installed.folder / "home").rglob("survey.db"))
    assert [database.parent.name for database in databases] == ["generative-music-network"]


def test_the_app_opens_from_the_wheel(installed: Installed) -> None:
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from streamlit.testing.v1 import AppTest\n"
        "from gmn_core.cli.app import command\n"
        "script = Path(command(1)[4])\n"
        "assert script.parent.name == 'gmn_app', script\n"
        "sys.path.insert(0, str(script.parent))\n"  # as `streamlit run` does
        "app = AppTest.from_file(str(script), default_timeout=120).run()\n"
        "assert not app.exception, app.exception\n"
        "print(*(title.value for title in app.title), flush=True)\n"
        "os._exit(0)\n"  # without waiting for the audio routines to be ready
    )
    assert "Generative Music Network" in installed.run("python", "-c", script)


def test_the_version_is_written_in_one_place() -> None:
    assert "version" not in PROJECT
    assert re.fullmatch(r"\d+\.\d+\.\d+", gmn_core.__version__)


def _files(folder: Path) -> dict[str, int]:
    """Return every file below a folder with its size; compiled Python files do not count."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {str(path.relative_to(folder)): path.stat().st_size for path in files}


def test_arrays_are_borrowed_and_our_files_are_not(installed: Installed) -> None:
    places = installed.run("python", "-c", "import numpy, gmn_core; print(numpy.__file__, gmn_core.__file__)")
    of_numpy, of_ours = map(Path, places.split())
    assert of_numpy == Path(np.__file__)
    assert installed.environment in of_ours.parents
