"""Sheets of Excel files, read with python-calamine, as text cells."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import python_calamine as calamine

from ..core.errors import DataError
from . import excelerrors, headersearch
from .grid import Grid, columns_of

__all__ = ["filled_sheets", "read", "text_of"]

_BLOCK = 20_000
#: a spreadsheet keeps 15 digits; a longer whole number has lost its last ones
_KEPT = 10**15


def read(
    path: Path, *, sheet: str | None, wanted: list[str], table: str | None, header_row: int | None
) -> tuple[Grid, headersearch.Header]:
    """Cells and header of one sheet.

    Parameters
    ----------
    path : pathlib.Path
    sheet : str or None
        Its name; None: the only sheet that holds anything, or the only one with the wanted headers.
    wanted, table, header_row
        As in `headersearch.find`.

    Raises
    ------
    DataError
        A broken or locked file, no such sheet, several sheets that fit, no header.
    """
    sheets = filled_sheets(path)
    if sheet is not None:
        name = next((found for found in sheets if found.strip() == sheet.strip()), None)
        if name is None:
            raise DataError("sheet_missing", file=path.name, sheet=sheet, sheets=list(sheets))
    else:
        name = _choose(path, sheets, wanted, table)
    grid = _grid(path, name, sheets[name])
    return grid, headersearch.find(grid, wanted=wanted, table=table, header_row=header_row)


def filled_sheets(path: Path) -> dict[str, Any]:
    """Visible sheets that hold anything, in the workbook's order.

    Raises
    ------
    DataError
        When the file cannot be opened (broken, or locked with a password) or holds nothing.
    """
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        shown = [meta.name for meta in book.sheets_metadata if meta.visible == calamine.SheetVisibleEnum.Visible]
        found = {name: book.get_sheet_by_name(name) for name in shown}
    except calamine.PasswordError:
        raise DataError("locked_workbook", file=path.name) from None
    except (calamine.CalamineError, OSError, ValueError):
        raise DataError("unreadable_file", file=path.name) from None
    filled = {name: sheet for name, sheet in found.items() if sheet.height and sheet.width}
    if not filled:
        raise DataError("empty_file", file=path.name)
    return filled


def text_of(value: Any) -> str | None:
    """One cell as text: whole numbers without decimals, days as ISO, at most the 15 digits a spreadsheet keeps."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        if value == int(value) and abs(value) < _KEPT:
            return str(int(value))
        # written as the spreadsheet shows it: an id then says that its digits are lost
        return f"{value:.14E}" if abs(value) >= _KEPT else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _choose(path: Path, sheets: dict[str, Any], wanted: list[str], table: str | None) -> str:
    if len(sheets) == 1:
        return next(iter(sheets))
    scores = {}
    for name, sheet in sheets.items():
        grid = Grid(columns_of([_texts(itertools.islice(sheet.iter_rows(), 60))]), path.name, merges=_merges(sheet))
        scores[name] = headersearch.score(grid, wanted=wanted, table=table)
    fitting = [name for name, (hits, usual) in scores.items() if (hits == len(wanted) if wanted else usual >= 2)]
    if len(fitting) != 1:
        raise DataError("several_sheets", file=path.name, sheets=list(sheets), fitting=fitting)
    return fitting[0]


def _grid(path: Path, name: str, sheet: Any) -> Grid:
    columns = columns_of(_blocks(sheet))
    notes: list[tuple[str, dict[str, Any]]] = []
    errors = {at: text for at, text in excelerrors.find(path, name).items() if at[1] < len(columns)}
    for position in {column for _, column in errors}:
        cells = columns[position].to_pylist()
        for (row, column), text in errors.items():
            if column == position and row < len(cells):
                cells[row] = text
        columns[position] = pa.array(cells, pa.large_string())
    if errors:
        notes.append(("error_cells", {"count": len(errors), "first": errors[min(errors)]}))
    return Grid(columns, path.name, sheet=name, merges=_merges(sheet), notes=notes)


def _blocks(sheet: Any) -> Iterator[list[list[str | None]]]:
    rows = iter(sheet.to_python(skip_empty_area=False))
    while block := list(itertools.islice(rows, _BLOCK)):
        yield _texts(block)


def _texts(rows: Any) -> list[list[str | None]]:
    return [[text_of(value) for value in row] for row in rows]


def _merges(sheet: Any) -> list[tuple[int, int, int, int]]:
    ranges = sheet.merged_cell_ranges or []
    return sorted((top, left, bottom, right) for (top, left), (bottom, right) in ranges)
