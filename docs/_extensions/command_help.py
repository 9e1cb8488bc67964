"""The directive ``command-help``: what ``--help`` prints, straight from the parsers."""

from __future__ import annotations

import argparse
import logging
import os
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

WIDTH = "88"
logging.getLogger("alembic").setLevel(logging.WARNING)  # it greets at import


def parsers(parser: argparse.ArgumentParser, name: str) -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each command below a parser, under the words that call it."""
    found = {name: parser}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                found |= parsers(below, f"{name} {word}")
    return found


def programs() -> dict[str, argparse.ArgumentParser]:
    """Return the parsers of both programs and of all their commands."""
    from gmn_core.cli import build_parser
    from survey_db.cli import build_parser as build_survey_parser

    return parsers(build_parser(), "gmn") | parsers(build_survey_parser(), "gmn-survey")


class CommandHelp(Directive):
    """Show the help of one command: ``gmn generate``."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Return the help as a literal block, the program named as an installed copy has it."""
        os.environ["COLUMNS"] = WIDTH
        words = self.arguments[0]
        text = programs()[words].format_help()
        for module, command in (("gmn_core", "gmn"), ("survey_db", "gmn-survey")):
            text = text.replace(f"python -m {module}", command)
        return [nodes.literal_block(text, text, language="text")]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("command-help", CommandHelp)
    return {"parallel_read_safe": True}
