"""A result at a glance, for whoever works with it by hand: as text on a terminal, as HTML in a notebook.

The same words, numbers and small-cell rule as in the report, without figures
and provenance: what is to leave the house goes through ``report.show``.
"""

from __future__ import annotations

import html
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from . import disclosure, numbers, words
from .policy import MIN_CELL
from .result import Note, Result

__all__ = ["as_html", "as_text", "currency"]

#: rows shown; the rest is counted
ROWS = 10
_HIDDEN_UNITS = ("lo", "hi", "unit")
#: JupyterLab aligns every table to the right and lets cells break; hence the emphasis
_STYLE = (
    "<style>.rp-preview{font-size:13px;line-height:1.5;overflow-x:auto}.rp-preview p{margin:.3em 0}"
    ".rp-preview table{border-collapse:collapse;margin:.4em 0}"
    ".rp-preview th,.rp-preview td{padding:2px 14px 2px 0!important;text-align:left!important;"
    "vertical-align:baseline!important;white-space:nowrap;background:none;"
    "border-bottom:1px solid rgba(128,138,151,.35)!important}"
    ".rp-preview th{white-space:normal;vertical-align:bottom!important}"
    ".rp-preview td.rp-n,.rp-preview th.rp-n{text-align:right!important;font-variant-numeric:tabular-nums}"
    ".rp-preview .rp-more{opacity:.75}.rp-preview ul{margin:.2em 0 .2em 1.2em;padding:0}"
    ".rp-preview summary{cursor:pointer;opacity:.75}</style>"
)


@dataclass(frozen=True)
class _Column:
    """One printed column: heading, cells, and whether it holds numbers."""

    heading: str
    cells: list[str]
    number: bool


@dataclass(frozen=True)
class _Glance:
    """What both forms print."""

    title: str
    columns: list[_Column]
    more: str
    notes: list[str]
    settings: list[str]


def currency() -> str:
    """Currency of money where a result does not know it: ``RAPPORT_CURRENCY`` or CNY."""
    return os.environ.get("RAPPORT_CURRENCY", "CNY")


def as_text(result: Result) -> str:
    """The finding, the first rows in columns, notes in words, settings in one line."""
    seen = _glance(result)
    lines = [seen.title, *_aligned(seen.columns)]
    lines += [seen.more] if seen.more else []
    lines += [f"- {note}" for note in seen.notes]
    if seen.settings:
        lines.append(words.text("preview.set_to", words.default_language(), items=", ".join(seen.settings)))
    return "\n".join(lines)


def as_html(result: Result) -> str:
    """The same as `as_text`, escaped, settings folded."""
    seen = _glance(result)
    head = "".join(f'<th{_class(c)} scope="col">{html.escape(c.heading)}</th>' for c in seen.columns)
    height = len(seen.columns[0].cells) if seen.columns else 0
    body = "".join(
        "<tr>" + "".join(f"<td{_class(c)}>{html.escape(c.cells[i])}</td>" for c in seen.columns) + "</tr>"
        for i in range(height)
    )
    parts = [f"<p><b>{html.escape(seen.title)}</b></p>"]
    if seen.columns:
        parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    if seen.more:
        parts.append(f'<p class="rp-more">{html.escape(seen.more)}</p>')
    if seen.notes:
        parts.append("<ul>" + "".join(f"<li>{html.escape(note)}</li>" for note in seen.notes) + "</ul>")
    if seen.settings:
        label = html.escape(words.text("preview.settings", words.default_language()))
        items = "".join(f"<li><code>{html.escape(item)}</code></li>" for item in seen.settings)
        parts.append(f"<details><summary>{label}</summary><ul>{items}</ul></details>")
    return f'{_STYLE}<div class="rp-preview">{"".join(parts)}</div>'


def _class(column: _Column) -> str:
    return ' class="rp-n"' if column.number else ""


def _glance(result: Result) -> _Glance:
    language = words.default_language()
    safe = disclosure.control(result, MIN_CELL["internal"])
    shown, frame = safe.result, _flat(safe.result.table)
    title = _said(shown.finding, "findings", language) if shown.finding is not None else _about(result, language)
    notes = [_said(note, "notes", language) for note in shown.notes]
    settings = [f"{name} = {value}" for name, value in sorted(shown.settings.items()) if value is not None]
    if result.disclosure.row_level == "person":
        # rows of persons are counted, never listed
        more = words.text("report.rows_refused", language, count=len(frame)) if len(frame) else ""
        return _Glance(title, [], more, notes, settings)
    mask = safe.mask.set_axis(frame.index, axis=0)
    columns = _columns(shown, frame.head(ROWS), mask.head(ROWS), language)
    more = "" if len(frame) <= ROWS else words.text("preview.rows", language, shown=ROWS, total=len(frame))
    if safe.hidden:
        notes.append(words.text("report.hidden_cells", language, count=safe.hidden))
    return _Glance(title, columns, more, notes, settings)


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    named = [name for name in table.index.names if name is not None and name not in table.columns]
    return table.reset_index() if named and len(named) == table.index.nlevels else table.reset_index(drop=True)


def _said(note: Note, section: str, language: str) -> str:
    return words.text(f"{section}.{note.code}", language, currency=currency(), **note.values)


def _about(result: Result, language: str) -> str:
    """What a result without a finding is for."""
    key = f"decision.{type(result).__name__}"
    return words.text(key, language) if words.has(key, language) else type(result).__name__


def _columns(result: Result, frame: pd.DataFrame, mask: pd.DataFrame, language: str) -> list[_Column]:
    out = []
    for name in frame.columns:
        if name in _HIDDEN_UNITS or (name == "flag" and (frame[name] == "ok").all()):
            continue
        number = pd.api.types.is_numeric_dtype(frame[name]) and not pd.api.types.is_bool_dtype(frame[name])
        out.append(_Column(_heading(name, result, language), _cells(name, result, frame, mask, language), number))
        if name == "value" and {"lo", "hi"} <= set(frame.columns):
            lo, hi = (_cells(bound, result, frame, mask, language) for bound in ("lo", "hi"))
            ends = [a if a == b else f"{a} – {b}" for a, b in zip(lo, hi, strict=True)]
            out.append(_Column(_interval(result, language), ends, number=True))
    return out


def _heading(name: str, result: Result, language: str) -> str:
    own = f"{name}_{type(result).__name__}"
    return words.column(own if words.has(f"columns.{own}", language) else name, language)


def _interval(result: Result, language: str) -> str:
    level = result.settings.get("level") or result.settings.get("confidence")
    if not level:
        return words.text("report.interval", language)
    return words.text("report.interval_level", language, level=float(level))


def _cells(name: str, result: Result, frame: pd.DataFrame, mask: pd.DataFrame, language: str) -> list[str]:
    hidden = mask[name].tolist() if name in mask else [False] * len(frame)
    by_row = name in ("value", "lo", "hi") and "unit" in frame
    kinds = frame["unit"].tolist() if by_row else [_kind(name, result, frame[name])] * len(frame)
    secret = words.text("report.hidden_short", language)
    return [
        secret if hide else _cell(value, str(kind), language)
        for value, kind, hide in zip(frame[name], kinds, hidden, strict=True)
    ]


def _kind(name: str, result: Result, column: pd.Series) -> str:
    told = result.formats.get(name) or (result.formats.get("value") if name in ("lo", "hi") else None)
    if told:
        return told
    if name in result.disclosure.customers:
        return "text"
    if pd.api.types.is_bool_dtype(column):
        return "flag"
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date"
    if pd.api.types.is_integer_dtype(column) or name == "n":
        return "count"
    return "number" if pd.api.types.is_numeric_dtype(column) else "term"


def _cell(value: Any, kind: str, language: str) -> str:
    plain = kind.lstrip("+")
    if plain == "flag" and isinstance(value, bool | int):
        return words.text("report.yes" if value else "report.no", language)
    if isinstance(value, str) and plain != "text":
        return words.term(value, language)
    known = plain if plain in numbers.KINDS else "number"
    return numbers.render(value, known, language, currency=currency(), signed=kind.startswith("+"))


def _aligned(columns: Sequence[_Column]) -> list[str]:
    """Columns side by side; a Han character is two places wide."""
    if not columns:
        return []
    rows = list(zip(*([c.heading, *c.cells] for c in columns), strict=True))
    widths = [max(_width(row[i]) for row in rows) for i in range(len(columns))]
    return [
        "  ".join(_padded(cell, w, right=c.number) for cell, w, c in zip(row, widths, columns, strict=True)).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    shown = (c for c in text if unicodedata.category(c) != "Cf")
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in shown)


def _padded(text: str, width: int, *, right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if right else text + gap
