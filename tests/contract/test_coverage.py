"""``docs/coverage.md``: every requirement is listed, every link is alive."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip().strip("|").split("|")]
    for line in (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| [QC]\d+ \|", line)
]
LINKED = [row for row in ROWS if row[2] != "open"]


def test_every_requirement_is_listed_once_by_name() -> None:
    wanted = [f"Q{i:02d}" for i in range(1, 104)] + [f"C{i}" for i in range(1, 8)]
    assert [row[0] for row in ROWS] == wanted
    assert all(row[1] for row in ROWS)
    assert {row[2] for row in ROWS} <= {"yes", "part", "open"}


@pytest.mark.parametrize("row", LINKED, ids=[row[0] for row in LINKED])
def test_links_are_alive(row: list[str]) -> None:
    _, _, state, notebook, function, test, missing = row
    assert notebook and function and test
    assert bool(missing) == (state == "part"), "what is missing is said, and only then"
    assert (ROOT / "notebooks" / f"{notebook}.ipynb").is_file() or notebook == "all"
    for name in function.split(", "):
        module, attribute = name.rsplit(".", 1)
        assert hasattr(importlib.import_module(f"analysis.{module}"), attribute), name
    for name in test.split(", "):
        file, function_name = name.split("::")
        assert f"def {function_name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), name


@pytest.mark.parametrize("row", [r for r in ROWS if r[2] == "open"], ids=[r[0] for r in ROWS if r[2] == "open"])
def test_an_open_requirement_claims_nothing(row: list[str]) -> None:
    assert row[3:] == ["", "", "", ""]
