"""Rows of a file that are no data: titles, blank rows, repeated headers, totals, footnotes.

Each goes into ``dropped`` with its row number and its rule. A row that says 合计
goes only when it is one: its figures are the sum of rows above, or it lacks
what nearly every other row has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..core.errors import DataError
from . import totals
from .grid import Grid
from .headersearch import Header
from .parsed import booleans

__all__ = ["Body", "clear", "nothing_dropped"]

_FOOTNOTE = (
    r"(?i)^\s*(?:注|备注|说明|制表|制单|打印|导出|数据来源|来源|审核|填表|单位负责|note|source|exported|printed|footnote)"
    r"[^:：]{0,12}[:：]|^\s*[*※]"
)


@dataclass(frozen=True, eq=False)
class Body:
    """The data rows, their row numbers, what was set apart, and limits found."""

    frame: pd.DataFrame
    rows: pd.Series
    dropped: pd.DataFrame
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def nothing_dropped() -> pd.DataFrame:
    """An empty ``dropped`` table."""
    return pd.DataFrame(
        {"row": pd.Series(dtype="int64"), "rule": pd.Series(dtype="str"), "value": pd.Series(dtype="str")}
    )


def clear(grid: Grid, header: Header, *, fill: list[str]) -> Body:
    """Data rows below the header.

    Parameters
    ----------
    grid : Grid
    header : Header
    fill : list of str
        Columns in which cells merged downwards stand for every row they cover; never figures,
        which would then be counted several times.
    """
    start = header.last + 1
    notes: list[tuple[str, dict[str, Any]]] = []
    columns = _fill_merged(grid, header, fill, notes)
    body = [column.slice(start) for column in columns]
    named, unnamed = _names(header, body, notes)
    rule = np.full(len(body[0]), None, dtype=object)
    first = pc.coalesce(*body)
    filled = np.sum([booleans(column.is_valid()) for column in body], axis=0)
    for position in unnamed:  # only cells beyond the last header can be left over
        rule[booleans(body[position].is_valid())] = "too_many_fields"
    over = int((rule == "too_many_fields").sum())
    if over * 2 > (filled > 0).sum():
        raise DataError("header_short", source=grid.source, count=over, names=len(named))
    rule[filled == 0] = "blank_row"
    _mark_repeated(grid, header, body, rule)
    _mark_footnotes(first, filled, rule, width=len(named))
    frame = pd.DataFrame({name: pd.Series(body[at].to_pandas(), dtype="str") for name, at in named.items()})
    totals.mark(frame, rule, start, notes)
    keep = np.array([code is None for code in rule], dtype=bool)
    rows = pd.Series(np.arange(start + 1, start + 1 + len(rule)))
    dropped = pd.concat([_above(grid, header), _set_apart(first, rule, ~keep, start)], ignore_index=True)
    return Body(frame[keep].reset_index(drop=True), rows[keep].reset_index(drop=True), dropped, notes)


def _names(
    header: Header, body: list[pa.Array], notes: list[tuple[str, dict[str, Any]]]
) -> tuple[dict[str, int], list[int]]:
    """Named columns, and those beyond the last name that hold something in a few rows."""
    end = max(at for at, name in enumerate(header.names) if name is not None) + 1
    named: dict[str, int] = {}
    lost = []
    for at, name in enumerate(header.names):
        empty = body[at].null_count == len(body[at])
        if name is not None:
            named[name] = at
        elif not empty and at < end:
            # a column of data under an empty header cell, such as a saved row index
            named[f"column_{at + 1}"] = at
            lost.append(at + 1)
    if lost:
        notes.append(("unnamed_columns", {"columns": lost}))
    return named, [at for at in range(end, len(body)) if body[at].null_count < len(body[at])]


def _fill_merged(
    grid: Grid, header: Header, fill: list[str], notes: list[tuple[str, dict[str, Any]]]
) -> list[pa.Array]:
    """Cells merged downwards repeated in the columns of ``fill``."""
    wanted = {at for at, name in enumerate(header.names) if name in fill}
    columns, count, other = list(grid.columns), 0, 0
    values: dict[int, list[str | None]] = {}
    for top, left, bottom, _ in grid.merges:
        if top <= header.last or bottom == top or left >= len(columns):
            continue
        if left not in wanted:
            other += 1
            continue
        cells = values.setdefault(left, columns[left].to_pylist())
        cells[top : bottom + 1] = [cells[top]] * (min(bottom, len(cells) - 1) - top + 1)
        count += bottom - top
    for at, cells in values.items():
        columns[at] = pa.array(cells, pa.large_string())
    if count:
        notes.append(("merged_filled", {"count": count}))
    if other:
        notes.append(("merged_left", {"count": other}))
    return columns


def _mark_repeated(grid: Grid, header: Header, body: list[pa.Array], rule: np.ndarray) -> None:
    """Rows that repeat a row of the header, as printed exports do on every page."""
    for row in range(header.first, header.last + 1):
        same = np.ones(len(rule), dtype=bool)
        for column, cells in zip(grid.columns, body, strict=True):
            said = column[row].as_py()
            same &= booleans(pc.equal(cells, said) if said is not None else cells.is_null())
        rule[same & (rule == None)] = "repeated_header"  # noqa: E711 - elementwise


def _mark_footnotes(first: pa.Array, filled: np.ndarray, rule: np.ndarray, *, width: int) -> None:
    """Remarks below the last full row."""
    if width < 3 or not len(filled):
        return
    full = np.flatnonzero(filled > min(2, width - 1))
    below = np.arange(len(filled)) > (full[-1] if len(full) else -1)
    remark = booleans(pc.match_substring_regex(first, _FOOTNOTE))
    rule[below & remark & (rule == None)] = "footnote_row"  # noqa: E711


def _above(grid: Grid, header: Header) -> pd.DataFrame:
    first = pc.coalesce(*(column.slice(0, header.first) for column in grid.columns)).to_pylist()
    rules = ["blank_row" if cell is None else "title_row" for cell in first]
    return _table(list(range(1, header.first + 1)), rules, first)


def _set_apart(first: pa.Array, rule: np.ndarray, apart: np.ndarray, start: int) -> pd.DataFrame:
    at = np.flatnonzero(apart)
    return _table((at + start + 1).tolist(), rule[at].tolist(), first.take(pa.array(at)).to_pylist())


def _table(rows: list[int], rules: list[str], values: list[str | None]) -> pd.DataFrame:
    short = [None if value is None else value.strip()[:60] for value in values]
    return pd.DataFrame(
        {
            "row": pd.Series(rows, dtype="int64"),
            "rule": pd.Series(rules, dtype="str"),
            "value": pd.Series(short, dtype="str"),
        }
    )
