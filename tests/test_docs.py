"""The documentation: what it says of names, commands, versions and cards is true of the code."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import gmn_core
import gmn_core.figures
import survey_db
from gmn_core.models.card import MODELS_DIR

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
sys.path.append(str(DOCS / "_extensions"))
# A command at the start of an indented or fenced line, as an installed copy or a checkout has it.
COMMAND = re.compile(r"^\s*(gmn-survey|gmn|python -m gmn_core|python -m survey_db) ([^`\n]*)$", re.MULTILINE)
PROGRAMS = {"python -m gmn_core": "gmn", "python -m survey_db": "gmn-survey"}


def commands() -> Iterator[tuple[str, str]]:
    """Every command line that a page shows, without comments and square brackets for options."""
    for page in PAGES:
        for program, rest in COMMAND.findall(page.read_text(encoding="utf-8")):
            line = re.split(" #| >", rest)[0].strip()
            if line and not re.search(r"[\[\]…|]", line):
                yield PROGRAMS.get(program, program), line


def test_pages_show_commands() -> None:
    assert len(set(commands())) > 15


@pytest.mark.parametrize(("program", "line"), sorted(set(commands())))
def test_every_command_that_is_shown_is_understood(program: str, line: str) -> None:
    from command_help import programs

    try:
        programs()[program].parse_args(shlex.split(line))
    except SystemExit as ended:
        raise AssertionError(f"{program} {line}") from ended


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("gmn_core", set(gmn_core.__all__) - {"figures"}),
        ("figures", set(gmn_core.figures.__all__)),
        ("survey_db", set(survey_db.__all__)),
    ],
)
def test_the_reference_lists_exactly_the_public_names(page: str, names: set[str]) -> None:
    text = (DOCS / "api" / f"{page}.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\.\. (?:auto|py:)\w+:: (\w+)$", text, re.MULTILINE)) == names


def test_every_shipped_card_has_a_page() -> None:
    from gmn_core.models.card import read_card
    from gmn_core.models.card_text import card_markdown

    names = {path.parent.name for path in MODELS_DIR.glob("*/card.json")}
    pages = {path.stem for path in (DOCS / "cards").glob("*.md")} - {"index"}
    assert pages == names, "each card needs a page of three lines in docs/cards/, like its neighbours"
    for name in names:
        text, card = card_markdown(read_card(name)), read_card(name)
        assert card.summary in text
        assert all(limit in text for limit in card.limits)
        assert all(digest in text for digest in card.weights.values())


def test_every_page_is_reached_from_a_table_of_contents() -> None:
    listed = set()
    for page in DOCS.rglob("*.md"):
        for tree in re.findall(r"```\{toctree\}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            names = (line for line in tree.splitlines() if line and not line.startswith(":"))
            listed |= {(page.parent / f"{name}.md").resolve() for name in names}
    assert listed == set(DOCS.resolve().rglob("*.md")) - {DOCS.resolve() / "index.md"}


def test_the_citation_and_the_changelog_name_the_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == gmn_core.__version__
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(gmn_core.__version__)}", changelog, re.MULTILINE)


def test_the_readme_stays_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 150
