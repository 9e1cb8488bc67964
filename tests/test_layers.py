"""Imports run one way: pages → (gmn_core, survey_db) → libraries."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FORBIDDEN = {
    "gmn_core": {"streamlit", "survey_db", "pages"},
    "survey_db": {"streamlit", "gmn_core", "pages", "tensorflow", "keras", "librosa", "sklearn"},
    "pages": {"tensorflow", "keras"},
}


def imported_names(source: str) -> set[str]:
    """Top-level names of everything that ``source`` imports, at any depth."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("package", FORBIDDEN)
def test_no_import_runs_upwards(package: str) -> None:
    modules = list((ROOT / package).rglob("*.py"))
    assert modules
    for module in modules:
        upwards = imported_names(module.read_text(encoding="utf-8")) & FORBIDDEN[package]
        assert not upwards, f"{module.relative_to(ROOT)} imports {sorted(upwards)}"


def test_the_check_sees_nested_and_relative_forms() -> None:
    source = (
        "def f():\n    import streamlit.testing\n    from gmn_core.genres import Genre\n    from . import x\n"
    )
    assert imported_names(source) == {"streamlit", "gmn_core"}
