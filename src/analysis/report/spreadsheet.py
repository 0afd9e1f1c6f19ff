"""A table as a file for a spreadsheet program: CSV or XLSX whose cells can never be run as formulas."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from ..core.formulas import guard

__all__ = ["MOST_ROWS", "Sheet", "about_text", "csv_bytes", "xlsx_bytes"]

#: rows of an XLSX sheet below its headings
MOST_ROWS = 1_048_575
_FORMATS = {"percent": "0.0%", "percent1": "0.0%", "money": "#,##0.00", "date": "yyyy-mm-dd", "count": "#,##0"}
_WIDEST, _NARROWEST = 40, 9


@dataclass(frozen=True)
class Sheet:
    """What is written.

    Attributes
    ----------
    headings : sequence of str
    kinds : sequence of str
        Kind of number of each column, ``core.numbers.KINDS``.
    rows : sequence of sequences
        Texts, numbers, dates, None.
    about : sequence of (label, text)
        Where the table comes from and what holds for it.
    titles : (str, str)
        Names of the two sheets of a workbook.
    mark : str
        Printed at the top of every paper page; empty for none.
    """

    headings: Sequence[str]
    kinds: Sequence[str]
    rows: Sequence[Sequence[Any]]
    about: Sequence[tuple[str, str]]
    titles: tuple[str, str]
    mark: str = ""


def csv_bytes(sheet: Sheet) -> bytes:
    """The table alone, UTF-8 with its mark so that Excel reads Chinese, lines ending as Excel writes them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guard(name) for name in sheet.headings])
    writer.writerows([[_plain(value) for value in row] for row in sheet.rows])
    return out.getvalue().encode("utf-8-sig")


def about_text(sheet: Sheet) -> bytes:
    """What holds for the table, as a text file that stands beside a CSV."""
    lines = [f"{label}：{text}" if label else text for label, text in sheet.about]
    return "".join(f"{' '.join(line.split())}\r\n" for line in lines).encode("utf-8-sig")


def xlsx_bytes(sheet: Sheet) -> bytes:
    """The table, and on a second sheet what holds for it; texts are text cells, never formulas."""
    book = Workbook()
    first = book.active
    first.title = sheet.titles[0]
    _fill(first, [sheet.headings, *sheet.rows], sheet.kinds)
    first.freeze_panes = "A2"
    first.auto_filter.ref = f"A1:{get_column_letter(len(sheet.headings))}{len(sheet.rows) + 1}"
    second = book.create_sheet(sheet.titles[1])
    _fill(second, sheet.about, ("text", "text"))
    for page in (first, second):
        page.oddHeader.center.text = sheet.mark.replace("&", "&&") or None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(page: Any, rows: Sequence[Sequence[Any]], kinds: Sequence[str]) -> None:
    widths = [_NARROWEST] * len(kinds)
    for i, row in enumerate(rows, start=1):
        for j, value in enumerate(row, start=1):
            cell = page.cell(row=i, column=j)
            _put(cell, value, kinds[j - 1])
            if i == 1:
                cell.font = Font(bold=True)
            # a Han character is twice as wide as a digit
            size = sum(2 if ord(c) > 0x2E80 else 1 for c in str(value)) + 2
            widths[j - 1] = min(max(widths[j - 1], size), _WIDEST)
    for j, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(j)].width = width


def _put(cell: Cell, value: Any, kind: str) -> None:
    if isinstance(value, str):
        cell.value = guard(value)
        # the library itself would take "=..." for a formula and "#N/A" for an error
        cell.data_type = "s"
        cell.number_format = "@"
    elif value is not None:
        cell.value = value
        cell.number_format = _FORMATS.get(kind, "General")


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    return guard(value) if isinstance(value, str) else value
