"""Imports only go down; importing the package costs nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import analysis

SOURCE = Path(analysis.__file__).parent
FLOOR = {"core": 0, "stats": 1, "methods": 2, "data": 2, "figures": 3, "report": 4, "runs": 5, "explore": 6, "cli": 7}
#: third-party packages that a floor must not import (its allowed ones stand in the design)
FORBIDDEN = {
    "core": {"sklearn", "matplotlib", "seaborn", "ibis", "duckdb", "papermill", "nbconvert", "typer", "scipy"},
    "stats": {"matplotlib", "seaborn", "ibis", "duckdb", "papermill", "nbconvert", "typer"},
    "methods": {"matplotlib", "seaborn", "ibis", "duckdb", "papermill", "nbconvert", "typer"},
    "data": {"matplotlib", "seaborn", "sklearn", "papermill", "nbconvert", "typer"},
    "figures": {"sklearn", "statsmodels", "ibis", "duckdb", "papermill", "nbconvert", "typer"},
    "report": {"sklearn", "statsmodels", "ibis", "duckdb", "papermill", "typer"},
}
MODULES = sorted(SOURCE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def imports(path: Path) -> list[str]:
    """Absolute dotted names of everything a file imports, also inside functions and for type checking."""
    package = ("analysis", *path.relative_to(SOURCE).parent.parts)
    found = []
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = ".".join((*base, *([node.module] if node.module else [])))
            found += [f"{stem}.{alias.name}" for alias in node.names]
    return found


def broken(path: Path) -> list[str]:
    """What a module imports against the rules, one sentence each."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    here = parts[0]
    if here == "__init__":
        return [f"{path.name} imports {name}" for name in imports(path)]
    found = []
    for name in imports(path):
        top, *rest = name.split(".")
        if top == "analysis" and rest:
            there = rest[0]
            if there != here and FLOOR[there] >= FLOOR[here]:
                found.append(f"{path.name} imports {name}")
            if here == "methods" and there == "methods" and len(rest) > 1 and rest[1] != parts[1]:
                found.append(f"method {parts[1]} imports method {rest[1]}")
            if here == "figures" and there == "figures" and len(rest) > 1 and rest[1] not in {parts[1], "style"}:
                found.append(f"figure {parts[1]} imports {rest[1]}")
        elif top in FORBIDDEN.get(here, set()):
            found.append(f"{path.name} imports {top}")
    return found


@pytest.mark.parametrize("floor", ["__init__", *FLOOR])
def test_imports_go_down(floor: str) -> None:
    mine = [path for path in MODULES if path.relative_to(SOURCE).with_suffix("").parts[0] == floor]
    assert mine, "a floor that is there"
    assert [sentence for path in mine for sentence in broken(path)] == []


def test_every_module_is_on_a_floor() -> None:
    assert {path.relative_to(SOURCE).with_suffix("").parts[0] for path in MODULES} == {"__init__", *FLOOR}


def _python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("package", ["analysis", "analysis.core", "analysis.methods", "analysis.data", "analysis.runs"])
def test_packages_import_nothing_heavy(package: str) -> None:
    names = ("pandas", "sklearn", "matplotlib", "ibis", "papermill")
    heavy = _python(f"import sys, {package}; print([m for m in {names} if m in sys.modules])")
    assert heavy.strip() == "[]"


def test_import_analysis_costs_under_a_tenth_of_a_second() -> None:
    # median of five, import machinery warm; 0.1 s is what the design allows
    code = "import time; t = time.perf_counter(); import analysis; print(time.perf_counter() - t)"
    times = sorted(float(_python(code)) for _ in range(5))
    assert times[2] < 0.1


def test_every_module_says_what_it_is() -> None:
    for path in MODULES:
        assert ast.get_docstring(TREES[path]), path


def test_all_lists_are_sorted() -> None:
    for path in MODULES:
        for node in TREES[path].body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
                names = ast.literal_eval(node.value)
                assert names == sorted(
                    names, key=lambda n: (not n.isupper(), not n[0].isupper(), n)
                ) or names == sorted(names), path
