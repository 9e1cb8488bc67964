"""What compose.yaml and the Dockerfile name is there, and is what the program reads."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from pages.guard.draining import LONGEST_SECONDS
from tests.conftest import ROOT

REQUIRED = re.compile(r"\$\{(\w+):\?")
NAMED = re.compile(r"\$\{(\w+)")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(read("compose.yaml"))
    return loaded


def instructions(name: str) -> list[list[str]]:
    """The words of every instruction of the Dockerfile with a name."""
    joined = read("Dockerfile").replace("\\\n", " ")
    return [line.split()[1:] for line in joined.splitlines() if line.startswith(f"{name} ")]


def test_what_must_be_chosen_is_in_the_example_and_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    example = dict(
        line.split("=", 1) for line in read("deployment/env.example").splitlines() if line[:1].isalpha()
    )
    text = read("compose.yaml")
    assert set(REQUIRED.findall(text)) <= set(example) <= set(NAMED.findall(text))
    assert not [value for name, value in example.items() if "PASSWORD" in name or "SECRET" in name if value]


def test_every_setting_is_one_that_is_read(compose: dict[str, Any]) -> None:
    code = "".join(
        file.read_text(encoding="utf-8")
        for folder in ("pages", "survey_db", "gmn_core", "deployment")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ".cfg"}
    )
    for service in compose["services"].values():
        for name in service["environment"]:
            assert not name.startswith("GMN_") or name in code, name


def test_both_servers_are_the_same_and_only_the_proxy_is_to_be_reached(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["app1"] == services["app2"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["proxy"]["environment"]["GMN_APP_1"] == "app1:8501"
    assert compose["networks"]["inside"] == {"internal": True}


def test_every_file_that_is_mounted_or_copied_is_there(compose: dict[str, Any]) -> None:
    mounted = [
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
        if volume.startswith(".")
    ]
    assert mounted == ["./deployment/haproxy.cfg"]
    kept = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    copied = {source for words in instructions("COPY") for source in words[:-1]}
    assert copied == kept
    assert all((ROOT / name).exists() for name in copied | set(mounted))
    built = tomllib.loads(read("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    for name in (*built["only-include"], *built["force-include"]):
        assert any(Path(name).is_relative_to(folder) for folder in copied), f"the wheel needs {name}"


def test_the_image_runs_a_command_of_the_program_as_a_plain_user() -> None:
    scripts = tomllib.loads(read("pyproject.toml"))["project"]["scripts"]
    (command,) = instructions("CMD")
    assert command[0].strip('[",') in scripts
    assert instructions("USER") == [["gmn"]]
    assert "/ready" in read("Dockerfile")


def test_containers_may_take_as_long_to_stop_as_the_servers_do(compose: dict[str, Any]) -> None:
    grace = compose["services"]["app1"]["stop_grace_period"]
    assert int(grace.removesuffix("s")) > LONGEST_SECONDS + 5
