"""Data health on the terminal."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..core import words
from ..data import dataset as datasets
from ..data import regions, store, tables
from . import plan

__all__ = ["show"]

_WIDE = 120


def show(dataset: Path, *, data_dir: Path | None = None, language: str | None = None) -> None:
    """Read a data set as a run would, print what was kept and rejected, and throw it away.

    Parameters
    ----------
    dataset : path
        ``dataset.yaml``.
    data_dir : path, optional
    language : {"zh", "en"}, optional
    """
    described = datasets.load(dataset, data_dir=data_dir)
    told = language or described.language
    os.environ["RAPPORT_LANGUAGE"] = told
    console = Console()
    if not console.is_terminal:  # a file or a pipe has no width of its own
        console.width = _WIDE
    with tempfile.TemporaryDirectory(prefix="rapport-check-") as folder:
        store.build(described, Path(folder))
        meta = tables.meta(folder)
        console.print(_tables(meta, told))
        if any(entry.get("rejected") or entry.get("dropped") for entry in meta["tables"].values()):
            console.print(_rules(meta, told))
        counts = tables.counts(folder)
        console.print(_regions(Path(folder), meta["regions"], counts, told))
    if meta["profile"] == "cn":
        console.print(words.text("cli.profiling_reminder", told), markup=False)


def _grid(language: str, title: str, *heads: str) -> Table:
    table = Table(title=words.text(f"cli.{title}", language), title_justify="left")
    for i, head in enumerate(heads):
        table.add_column(words.column(head, language), justify="left" if i == 0 else "right", overflow="fold")
    return table


def _tables(meta: dict[str, Any], language: str) -> Table:
    grid = _grid(
        language, "tables", "table", "rows_read", "rows", "rows_rejected", "rows_dropped", "first_date", "last_date"
    )
    for name, entry in meta["tables"].items():
        gone = [sum(entry.get(action, {}).values()) for action in ("rejected", "dropped")]
        cells = (entry["read"], entry["rows"], *gone, entry.get("first") or "—", entry.get("last") or "—")
        grid.add_row(words.text(f"report.table_{name}", language), *map(str, cells))
    return grid


def _rules(meta: dict[str, Any], language: str) -> Table:
    grid = _grid(language, "rejected", "rule", "table", "rows_rejected")
    for name, entry in meta["tables"].items():
        for rule, count in sorted((entry.get("rejected", {}) | entry.get("dropped", {})).items()):
            grid.add_row(words.term(f"rule_{rule}", language), words.text(f"report.table_{name}", language), str(count))
    return grid


def _regions(folder: Path, names: list[str], counts: dict[str, dict[str, int]], language: str) -> Table:
    grid = _grid(language, "regions", "region", "buying_customers", "respondents", "status")
    for name in names:
        found = plan.plan_region(folder, name, counts.get(name, {}))
        cells = (found.counts.get("buying_customers", 0), found.counts.get("respondents", 0))
        # nothing has run: enough data means that it can
        state = words.text("cli.ready" if found.status == "ok" else f"runs.status_{found.status}", language)
        shown = words.term(name, language) if name in (regions.ALL, regions.UNASSIGNED) else escape(name)
        grid.add_row(shown, *map(str, cells), state)
    return grid
