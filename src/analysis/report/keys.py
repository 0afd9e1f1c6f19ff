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
    picked = _picked(result.table, visible)
    head = "".join(f'<th scope="col"{tables.class_of(c)}>{phrases.text(c.heading)}</th>' for c in wanted)
    body = "".join(tables.row_html(wanted, i, sort=False) for i in picked)
    table = f'<table class="rp-keys"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    label = phrases.text(page.words("key_rows"))
    return f'<div class="rp-scroll" role="region" tabindex="0" aria-label="{label}">{table}</div>'


def key_columns(columns: list[tables.Column], result: Result) -> list[tables.Column]:
    """Four columns fit beside a figure: label, estimate, interval, n; without an estimate the telling numbers.

    A second label stands only where the first does not name the row; n then gives way.
    """
    labels = [columns[0], *[c for c in columns[1:] if c.role == "label"][:1]]
    if len(labels) == 2 and _names_rows(labels[1]) and labels[0].number:
        labels = labels[1:]  # the name of a step, not its number
    elif _names_rows(labels[0]):
        labels = labels[:1]
    count = [c for c in columns[1:] if c.name == "n"]
    shown = [c for c in columns[1:] if c.role in ("estimate", "interval")]
    if not shown:
        telling = _TELLING.get(type(result).__name__, ())
        shown = [c for c in columns[1:] if c.name in telling]
        shown = shown or [c for c in columns[1:] if c.number and c.name != "n"][: 3 - len(labels)]
    return (labels + shown + count)[:_KEY_COLUMNS]


def _names_rows(column: tables.Column) -> bool:
    return len(set(column.cells)) == len(column.cells)


def _picked(table: pd.DataFrame, rows: list[int]) -> list[int]:
    """The first rows; of a long curve over numbers or dates, rows evenly spread from end to end."""
    curve = len(rows) > 2 * KEYS and len(table.columns) > 0 and _is_curve(tables.shown_frame(table).iloc[:, 0])
    if not curve:
        # one or two rows more are no reason to print the same table again below
        return rows if len(rows) <= _WHOLE else rows[:KEYS]
    return [rows[i] for i in sorted({int(i) for i in np.linspace(0, len(rows) - 1, KEYS).round()})]


def _is_curve(column: pd.Series) -> bool:
    dates = pd.api.types.is_datetime64_any_dtype(column)
    return (dates or tables.is_numeric(column)) and bool(column.is_monotonic_increasing and column.is_unique)
