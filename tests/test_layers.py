"""Imports run one way: pages → (gmn_core, survey_db) → libraries; what trains stays with what trains."""

from __future__ import annotations

import ast
from collections import defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FORBIDDEN = {
    "gmn_core": {"streamlit", "survey_db", "pages"},
    "survey_db": {"streamlit", "gmn_core", "pages", "tensorflow", "keras", "librosa", "sklearn"},
    "pages": {"tensorflow", "keras"},
}
TRAINING_LIBRARIES = {"tensorflow", "keras", "tf2onnx", "onnx"}
TRAINING_MODULES = (
    "gmn_core/generation/training/*.py",
    "gmn_core/classification/export.py",
    *(f"gmn_core/classification/*/{name}.py" for name in ("fitting", "musicnn", "network", "training")),
)
# These train models anew, or read what training read.
MAY_TRAIN = (*TRAINING_MODULES, "gmn_core/*/evaluation/*.py", "gmn_core/cli/*.py")


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


def imported_modules(source: str) -> set[str]:
    """Full names of every module that ``source`` imports from or names, at any depth."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def modules_of(*patterns: str) -> dict[str, Path]:
    """Full name of each module that a pattern finds, and its file."""
    files = [file for pattern in patterns for file in ROOT.glob(pattern)]
    assert files
    names = (".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files)
    return dict(zip((name.removesuffix(".__init__") for name in names), files, strict=True))


def test_tensorflow_is_imported_where_models_are_trained_and_nowhere_else() -> None:
    trains = set(modules_of(*TRAINING_MODULES))
    loads = {
        name
        for name, file in modules_of("gmn_core/**/*.py", "survey_db/**/*.py", "pages/**/*.py").items()
        if imported_names(file.read_text(encoding="utf-8")) & TRAINING_LIBRARIES
    }
    assert loads
    assert loads <= trains, sorted(loads - trains)


def test_what_plays_or_classifies_needs_nothing_that_trains() -> None:
    training = set(modules_of(*TRAINING_MODULES))
    may_train = set(modules_of(*MAY_TRAIN))
    for name, file in modules_of("gmn_core/**/*.py", "pages/**/*.py", "streamlit_app.py").items():
        needs = imported_modules(file.read_text(encoding="utf-8")) & training
        assert not needs or name in may_train, f"{name} imports {sorted(needs)}"


def runtime_imports(tree: ast.AST) -> set[str]:
    """Full names of every module that a tree imports when it runs: what only types need is left out."""
    names = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        names |= runtime_imports(node)
    return names


def test_no_modules_need_each_other_in_a_circle() -> None:
    modules = modules_of("gmn_core/**/*.py", "survey_db/**/*.py", "pages/**/*.py")
    needs = {
        name: (runtime_imports(ast.parse(file.read_text(encoding="utf-8"))) & set(modules)) - {name}
        for name, file in modules.items()
    }
    # TopologicalSorter names the modules of a circle in the error that it raises.
    assert len(tuple(TopologicalSorter(needs).static_order())) == len(modules)


def test_the_check_sees_nested_and_relative_forms() -> None:
    source = (
        "def f():\n    import streamlit.testing\n    from gmn_core.genres import Genre\n    from . import x\n"
    )
    assert imported_names(source) == {"streamlit", "gmn_core"}


def test_no_two_modules_share_the_name_of_a_class() -> None:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for package in FORBIDDEN:
        for module in (ROOT / package).rglob("*.py"):
            for node in ast.parse(module.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    owners[node.name].add(str(module.relative_to(ROOT)))
    assert owners
    assert {name: files for name, files in owners.items() if len(files) > 1} == {}
