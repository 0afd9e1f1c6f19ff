"""Notebooks are thin, clean and parameterised."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

from analysis.runs import places

FOLDER = Path(__file__).parents[2] / "notebooks"
EVERY = sorted(FOLDER.glob("*.ipynb"))
#: those that the batch runs; the tutorial is opened by hand
NOTEBOOKS = [path for path in EVERY if path.stem != places.TUTORIAL]
COMMON = {
    "region", "brand", "as_of", "tables_dir", "reference_dir", "results_dir", "profile", "language", "audience", "seed",
    "min_cell", "baseline_run",
}  # fmt: skip


def test_run_and_folder_name_the_same_notebooks() -> None:
    assert {p.stem for p in EVERY} == {places.REFERENCE, *places.NOTEBOOKS, places.TUTORIAL}


@pytest.mark.parametrize("path", EVERY, ids=[p.stem for p in EVERY])
def test_clean_and_thin(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        assert cell.outputs == []
        assert cell.execution_count is None
        banned = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda, ast.ListComp, ast.DictComp)
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, banned), cell.source
        assert not re.search(r"\.groupby\(|print\(", cell.source)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[p.stem for p in NOTEBOOKS])
def test_parameters_cell_declares_the_common_ones(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    tagged = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    assert len(tagged) == 1
    names = {t.id for node in ast.parse(tagged[0].source).body if isinstance(node, ast.Assign) for t in node.targets
             if isinstance(t, ast.Name)}  # fmt: skip
    assert names >= COMMON
