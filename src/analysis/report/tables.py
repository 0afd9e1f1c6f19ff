"""A result's table as HTML: escaped, sortable, one unit a column, hidden cells in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..core import words
from ..core.numbers import MISSING
from ..core.result import Result
from . import phrases, values
from .bounds import estimate_of, is_numeric, pairs_of
from .page import Page

__all__ = ["LONGEST", "Column", "class_of", "columns_of", "data_table", "is_numeric", "row_html", "shown_frame"]

#: rows printed on a page; the rest is counted
LONGEST = 200
#: more rows than this get a filter field; more columns than this scroll on a phone
_FILTER_FROM = 16
_NARROW = 5
#: kinds that carry a plus where the interval reaches below zero
_SIGNED = ("percent", "percent1", "points", "points1", "score")
#: one decimal more, where both ends of an interval would print alike
_FINER = {"percent": "percent1", "points": "points1"}
_LAST = ("n", "method", "flag")
#: kept with the saved result, no help to a reader: ids of questions, theory behind an action
_KEPT_BACK = {"Overview": ("item", "top", "scale"), "Actions": ("com_b", "tdf", "tdf_also", "q")}


@dataclass(frozen=True)
class Column:
    """One printed column.

    Attributes
    ----------
    name, heading : str
    cells : list of str
        Not escaped yet.
    order : list of str or None
        What a cell sorts by; None: by its text.
    number : bool
        Printed on the right.
    role : str
        ``label`` (text), ``estimate`` (the value that has the interval), ``interval`` or empty.
    hidden : tuple of bool
        Which cells say in words that they are hidden.
    """

    name: str
    heading: str
    cells: list[str]
    order: list[str | None]
    number: bool
    role: str = ""
    hidden: tuple[bool, ...] = ()


def columns_of(result: Result, mask: Mapping[str, np.ndarray], page: Page) -> list[Column]:
    """The printed columns in the method's order: bounds as one interval, then n, method and note at the end.

    Parameters
    ----------
    result : Result
        Already controlled and named; ``table`` is what gets printed.
    mask : mapping
        Column name to array of bool: the hidden cells.
    page : Page
    """
    frame = shown_frame(result.table)
    estimate = estimate_of(frame)
    bounds = ("lo", "hi") if estimate else ()
    pairs = pairs_of(frame)
    ends = {f"{name}_{end}" for name in pairs for end in ("lo", "hi")}
    back = _KEPT_BACK.get(type(result).__name__, ())
    plan = [name for name in frame.columns if name not in (*bounds, *_LAST, *ends, *back, "unit")]
    plan += [name for name in _LAST if name in frame and not _silent(name, frame)]
    out = []
    for name in plan:
        if len(frame) > 1 and name not in (*mask, *_LAST, estimate) and frame[name].isna().all():
            continue  # known of no row: a note says why, a column of dashes does not
        out.append(_column(name, frame, result, mask, page, estimate=estimate))
        lower = "lo" if name == estimate else f"{name}_lo" if name in pairs else ""
        if lower and (mask.get(lower) is not None or frame[lower].notna().any()):
            interval = _interval(frame, name, lower, result, mask, page)
            # ranges that never part say nothing, in no row
            known = {cell for cell, hide in zip(interval.cells, interval.hidden, strict=True) if not hide}
            out += [interval] if known != {MISSING} else []
    return out


def data_table(columns: list[Column], page: Page, *, title: str) -> str:
    """The table in a scroll area that the keyboard can reach; `LONGEST` rows at most."""
    if not columns:
        return ""
    total = len(columns[0].cells)
    wide = "rp-wide" if len(columns) > _NARROW else "rp-narrow"
    filter_words = f' data-filter="{phrases.text(page.words("filter"))}"' if total >= _FILTER_FROM else ""
    head = "".join(f'<th scope="col"{class_of(c)}>{phrases.text(c.heading)}</th>' for c in columns)
    body = "".join(row_html(columns, i) for i in range(min(total, LONGEST)))
    table = (
        f'<table class="rp-table {wide}" data-sort="{phrases.text(page.words("sort"))}"{filter_words}>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
    region = f'<div class="rp-scroll" role="region" tabindex="0" aria-label="{phrases.text(title)}">{table}</div>'
    if total > LONGEST:
        region += f'<p class="rp-small">{phrases.text(page.words("first_rows", shown=LONGEST, total=total))}</p>'
    return region


def shown_frame(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a named index turned into columns."""
    named = [name for name in table.index.names if name is not None and name not in table.columns]
    return table.reset_index() if named and len(named) == table.index.nlevels else table.reset_index(drop=True)


def _silent(name: str, frame: pd.DataFrame) -> bool:
    """A note column in which every row is ok, or one method for all, says nothing row by row."""
    if name == "flag":
        return bool((frame["flag"] == "ok").all())
    return name == "method" and len(set(frame["method"])) <= 1


def _column(
    name: str, frame: pd.DataFrame, result: Result, mask: Mapping[str, np.ndarray], page: Page, *, estimate: str
) -> Column:
    column = frame[name]
    heading = _heading(name, result, page)
    plain = name in result.disclosure.customers
    kind, signed = ("text", False) if plain else _kind(name, frame, result, estimate)
    if name in (estimate, "value") and _mixed(frame):
        cells = [values.cell(v, str(u), page) for v, u in zip(column, frame["unit"], strict=True)]
    else:
        ends = ("lo", "hi") if name == estimate else (f"{name}_lo", f"{name}_hi")
        together = [frame[c] for c in (name, *ends) if c in frame]
        style = values.style_of(together, kind, signed, page)
        cells = [values.written(v, style, page) for v in column]
        heading += _unit(style, page)
    number = is_numeric(column)
    order = [_order(v) if number else None for v in column]
    role = "estimate" if name == estimate else "label" if kind in ("term", "text") and name not in _LAST else ""
    said, hidden = _with_hidden(cells, name, mask, page)
    return Column(name, heading, said, order, number, role, hidden)


def _kind(name: str, frame: pd.DataFrame, result: Result, estimate: str) -> tuple[str, bool]:
    """Kind and sign of a column; rows of one unit are a column of that unit."""
    if name in (estimate, "value") and "unit" in frame and not _mixed(frame):
        unit = str(frame["unit"].iloc[0])
        kind, signed = unit.lstrip("+"), unit.startswith("+")
    else:
        kind, signed = values.kind_of(name, frame[name], result.formats)
    below = name == estimate and not _mixed(frame) and kind in _SIGNED and bool((frame["lo"] < 0).any())
    return kind, signed or below


def _mixed(frame: pd.DataFrame) -> bool:
    """Whether the rows differ in their kind of number."""
    return "unit" in frame and frame["unit"].nunique(dropna=False) != 1


def _heading(name: str, result: Result, page: Page) -> str:
    """Words of a column; ``columns.value_<class>`` says what the value of one result is."""
    own = f"{name}_{type(result).__name__}"
    return words.column(own if words.has(f"columns.{own}", page.language) else name, page.language)


def _interval(
    frame: pd.DataFrame, name: str, lower: str, result: Result, mask: Mapping[str, np.ndarray], page: Page
) -> Column:
    """The two bounds of a number as one column; ``lower`` is "lo" for the table's estimate, else ``<name>_lo``."""
    main = lower == "lo"
    kind, signed = _kind(name, frame, result, name if main else "")
    bounds = [frame[lower], frame[f"{lower[:-2]}hi"]]
    style = values.style_of([frame[name], *bounds], kind, signed, page)
    mixed = main and _mixed(frame)
    units = frame["unit"] if mixed else pd.Series([None] * len(frame))
    meet = kind == "count" and not main
    ends = zip(*bounds, units, strict=True)
    cells = [_ends(lo, hi, unit, style, page, together=meet) for lo, hi, unit in ends]
    level = result.settings.get("level") or result.settings.get("confidence")
    heading = page.words("interval_level", level=float(level)) if level else page.words("interval")
    heading += "" if mixed else _unit(style, page)
    said, hidden = _with_hidden(cells, lower, mask, page)
    # each interval has a name of its own: where two stand in a table, both are there
    own = "interval" if main else f"{name}_interval"
    return Column(own, heading, said, [_order(v) for v in bounds[0]], True, "interval", hidden)


def _ends(lo: Any, hi: Any, unit: Any, style: values.Style, page: Page, *, together: bool) -> str:
    """Both ends of an interval; ``together``: ends that meet are one rank or count, not an unknown range."""
    if pd.isna(lo) or pd.isna(hi) or (lo == hi and not together):
        return MISSING
    if lo == hi:
        return values.written(lo, style, page)
    signed = style.signed or lo < 0
    if unit is None and style.kind in _FINER and values.written(lo, style, page) == values.written(hi, style, page):
        style = values.Style(_FINER[style.kind], style.signed, unit=style.unit)
    if unit is not None:
        kind = f"+{str(unit).lstrip('+')}" if signed else str(unit)
        return phrases.interval(values.cell(lo, kind, page), values.cell(hi, kind, page), page, signed=signed)
    look = values.Style(style.kind, signed, style.divisor, style.decimals, style.unit)
    return phrases.interval(values.written(lo, look, page), values.written(hi, look, page), page, signed=signed)


def _with_hidden(
    cells: list[str], name: str, mask: Mapping[str, np.ndarray], page: Page
) -> tuple[list[str], tuple[bool, ...]]:
    """Hidden cells in words, never blank or 0; the count says the minimum, the others stay short."""
    counted = name == "n" or ("n" not in mask and name == next(iter(mask), name))
    said = page.words("hidden", k=page.cell) if counted else page.words("hidden_short")
    hidden = tuple(bool(h) for h in mask.get(name, np.zeros(len(cells), dtype=bool)))
    return [said if hide else cell for cell, hide in zip(cells, hidden, strict=True)], hidden


def _unit(style: values.Style, page: Page) -> str:
    return page.words("in_unit", unit=style.unit) if style.unit else ""


def _order(value: Any) -> str | None:
    return None if pd.isna(value) else f"{float(value):.6g}"


def class_of(column: Column, i: int | None = None) -> str:
    """The class attribute of a heading, or of cell ``i``."""
    names = ["rp-num"] if column.number else []
    if i is not None and column.hidden and column.hidden[i]:
        names.append("rp-hidden")
    return f' class="{" ".join(names)}"' if names else ""


def row_html(columns: list[Column], i: int, *, sort: bool = True) -> str:
    """Row ``i``: a heading cell and data cells."""
    cells = []
    for place, column in enumerate(columns):
        tag = 'th scope="row"' if place == 0 else "td"
        order = column.order[i]
        extra = f' data-v="{order}"' if sort and order is not None else ""
        stacks = sort and place > 0 and len(columns) <= _NARROW
        label = f' data-label="{phrases.text(column.heading)}"' if stacks else ""
        cells.append(f"<{tag}{class_of(column, i)}{extra}{label}>{phrases.text(column.cells[i])}</{tag.split()[0]}>")
    return f"<tr>{''.join(cells)}</tr>"
