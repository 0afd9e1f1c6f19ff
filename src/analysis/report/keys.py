"""The few numbers beside a figure: which columns and which rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.result import Result
from . import phrases, tables
from .page import Page

__all__ = ["KEYS", "key_columns", "key_rows"]

#: rows and columns that fit beside a figure
KEYS = 6
_KEY_COLUMNS = 4
#: a table up to this length stands whole beside its figure
_WHOLE = 8
#: results without an estimate: the columns that decide, for the few numbers beside the figure
_TELLING = {"KChoice": ("excess", "jaccard_min", "smallest"), "Profile": ("index",)}

#: rows that stand before all others beside the figure, where there are any: column and its value
_FIRST = {"Overview": ("told", "current"), "ByGroup": ("stands_out", True), "LadderChange": ("compared", "combined")}

#: results whose figure holds all their numbers
_DRAWN_WHOLE = ("PersonaCards", "SideBySide")


def key_rows(columns: list[tables.Column], result: Result, page: Page) -> str:
    """Three to six rows of numbers beside the figure."""
    if type(result).__name__ in _DRAWN_WHOLE:
        return ""
    wanted = key_columns(columns, result)
    visible = [i for i in range(len(columns[0].cells)) if not any(c.hidden and c.hidden[i] for c in wanted)]
    if len(wanted) < 2 or 2 * len(visible) < len(columns[0].cells):
        return ""
    picked = _picked(result, visible)
    wanted = key_columns(columns, result, picked)
    head = "".join(f'<th scope="col"{tables.class_of(c)}>{phrases.text(c.heading)}</th>' for c in wanted)
    body = "".join(tables.row_html(wanted, i, sort=False) for i in picked)
    table = f'<table class="rp-keys"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    label = phrases.text(page.words("key_rows"))
    return f'<div class="rp-scroll" role="region" tabindex="0" aria-label="{label}">{table}</div>'


def key_columns(columns: list[tables.Column], result: Result, rows: list[int] | None = None) -> list[tables.Column]:
    """Four columns fit beside a figure: label, estimate, interval, n; without an estimate the telling numbers.

    A second label stands only where the first does not name the rows (``rows``; None: all); n then gives way.
    """
    places = list(range(len(columns[0].cells))) if rows is None else rows
    labels = _labels(columns, places)
    count = [c for c in columns[1:] if c.name == "n"]
    estimate = [i for i, c in enumerate(columns) if c.role == "estimate"]
    shown = [columns[i] for i in estimate]
    shown += [columns[i + 1] for i in estimate if i + 1 < len(columns) and columns[i + 1].role == "interval"]
    if not shown:
        telling = _TELLING.get(type(result).__name__, ())
        shown = [c for c in columns[1:] if c.name in telling]
        numbers = [c for c in columns[1:] if c.number and c.name != "n"]
        shown = shown or numbers[: 3 - len(labels)]
    return (labels + shown + count)[:_KEY_COLUMNS]


def _labels(columns: list[tables.Column], rows: list[int]) -> list[tables.Column]:
    """One or two labels that tell the rows apart; one that is the same in every row says nothing."""
    named = [c for c in columns[1:] if c.role == "label"]
    if columns[0].number and named and _names_rows(named[:1], rows):
        return named[:1]  # the name of a step, not its number
    offered = [c for c in (columns[0], *named) if len({c.cells[i] for i in rows}) > 1] or columns[:1]
    singles = [[c] for c in offered[:1] if _names_rows([c], rows)]
    # a label further right may be a verdict on the row, not its name: the first pair that tells rows apart
    pairs = [[a, b] for k, a in enumerate(offered) for b in offered[k + 1 :] if _names_rows([a, b], rows)]
    return next(iter([*singles, *pairs]), offered[:2])


def _names_rows(columns: list[tables.Column], rows: list[int]) -> bool:
    return len({tuple(c.cells[i] for c in columns) for i in rows}) == len(rows)


def _picked(result: Result, rows: list[int]) -> list[int]:
    """The first rows, those that tell most before others; of a long curve over numbers or dates, rows evenly spread."""
    frame = tables.shown_frame(result.table)
    column, wanted = _FIRST.get(type(result).__name__, ("", None))
    told = [i for i in rows if column in frame and frame[column].iloc[i] == wanted]
    rows = told or rows
    curve = len(rows) > 2 * KEYS and len(result.table.columns) > 0 and _is_curve(frame.iloc[:, 0])
    if not curve:
        # one or two rows more are no reason to print the same table again below
        return rows if len(rows) <= _WHOLE else rows[:KEYS]
    return [rows[i] for i in sorted({int(i) for i in np.linspace(0, len(rows) - 1, KEYS).round()})]


def _is_curve(column: pd.Series) -> bool:
    dates = pd.api.types.is_datetime64_any_dtype(column)
    return (dates or tables.is_numeric(column)) and bool(column.is_monotonic_increasing and column.is_unique)
