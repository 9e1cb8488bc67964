"""The public names of the packages, and what importing them costs."""

from __future__ import annotations

import ast
import doctest
import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import gmn_core
import gmn_core.figures
import survey_db

ROOT = Path(__file__).parent.parent


def documented(module: ModuleType) -> list[tuple[str, object]]:
    """The public functions and classes of a package."""
    names = [(name, getattr(module, name)) for name in module.__all__]
    return [(name, each) for name, each in names if inspect.isfunction(each) or inspect.isclass(each)]


@pytest.mark.parametrize("package", ["gmn_core", "gmn_core.figures", "survey_db"])
def test_importing_a_package_loads_no_library_but_the_lazy_loader(package: str) -> None:
    def modules(imports: str) -> set[str]:
        code = f"import sys, {imports}; print(*sys.modules)"
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        return set(run.stdout.split())

    loaded = modules(package) - modules("os")
    others = {name.split(".")[0] for name in loaded} - sys.stdlib_module_names
    assert others == {package.split(".")[0], "lazy_loader"}
    # Few of the standard library's, too: numpy alone takes more than a hundred modules.
    assert len(loaded) < 40


@pytest.mark.parametrize("module", [gmn_core, survey_db], ids=lambda module: module.__name__)
def test_every_public_name_is_there_and_listed_in_the_docstring(module: ModuleType) -> None:
    assert module.__doc__
    for name in module.__all__:
        assert getattr(module, name) is not None
        assert f"`{name}`" in module.__doc__, f"{name} is missing in the index of {module.__name__}"


@pytest.mark.parametrize(
    ("name", "public"),
    documented(gmn_core) + documented(gmn_core.figures) + documented(survey_db),
    ids=lambda value: value if isinstance(value, str) else "",  # the same in every process
)
def test_every_public_function_has_an_example(name: str, public: object) -> None:
    if inspect.isclass(public) and issubclass(public, Exception):
        assert public.__doc__
        return
    examples = doctest.DocTestFinder(recurse=False).find(public, name)
    assert examples
    assert examples[0].examples, f"{name} has no example"


@pytest.mark.parametrize("module", [gmn_core, survey_db], ids=lambda module: module.__name__)
def test_the_stub_names_what_is_there_under_its_own_name(module: ModuleType) -> None:
    """Type checkers read the stub, and so does the loader; a name that differs would mislead both."""
    stub = ast.parse((ROOT / module.__name__ / "__init__.pyi").read_text(encoding="utf-8"))
    aliases = [alias for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert all(alias.name == alias.asname for alias in aliases)
    assert {alias.asname for alias in aliases} == set(module.__all__)


def test_every_public_function_takes_paths_as_text_too() -> None:
    """A parameter that were annotated `Path` would refuse ``"a.wav"``; commands get theirs from argparse."""
    only_paths = [
        f"{file.relative_to(ROOT)}: {node.name}({argument.arg})"
        for package in ("gmn_core", "survey_db")
        for file in (ROOT / package).rglob("*.py")
        if "cli" not in file.parts
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (not node.name.startswith("_") or node.name == "__init__")
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        if argument.annotation and re.search(r"\bPath\b", ast.unparse(argument.annotation))
    ]
    assert not only_paths, "annotate these as gmn_core.files.StrPath, and begin with path = Path(path)"
