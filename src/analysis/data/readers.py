"""One source file as text, exactly as written, with what was left aside and why.

Reading decides nothing about values: cells stay text, `parsing` turns them into
numbers and dates. Title rows, blank rows, totals and footnotes are set apart with
their row numbers, so that every row of the file is accounted for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..core.columns import TABLES
from ..core.errors import DataError
from . import delimited, encodings, furniture, headersearch, typed, workbook
from .grid import Grid
from .spec import Connect, TableSpec, Units

__all__ = ["Raw", "read", "read_connection", "sheets"]

_ZIP, _OLE, _PARQUET, _GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", b"\x1f\x8b"
_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_FILLED_KINDS = ("id", "text", "date", "month", "code", "flag")


@dataclass(frozen=True, eq=False)
class Raw:
    """A source as text.

    Attributes
    ----------
    frame : pandas.DataFrame
        Columns under their headers, dtype ``str``, text as written, missing where the cell is empty.
    rows : pandas.Series
        1-based row number in the file or sheet, on the index of ``frame``.
    source : str
        File name; for a connection its scheme and table.
    encoding, sheet : str or None
    header_row : int
        1-based first row of the header; 0 where the source has named columns of its own.
    dropped : pandas.DataFrame
        ``row, rule, value``: what is no data row. ``rule``: ``title_row``, ``blank_row``, ``repeated_header``,
        ``subtotal_row``, ``footnote_row``, ``too_many_fields`` (words under ``terms.rule_<code>``);
        ``value``: first filled cell.
    notes : list of (str, dict)
        Limits found; words under ``notes.<code>``.
    """

    frame: pd.DataFrame
    rows: pd.Series
    source: str
    encoding: str | None = None
    sheet: str | None = None
    header_row: int = 0
    dropped: pd.DataFrame = field(default_factory=furniture.nothing_dropped)
    notes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def read(path: str | Path, spec: TableSpec | None = None, *, table: str | None = None) -> Raw:
    """Read a source file: csv, tsv, txt (each also .gz), xlsx, xls, parquet.

    Parameters
    ----------
    path : path
    spec : TableSpec or None
        Its mapped headers find the header row and the sheet; ``sheet``, ``encoding`` and ``header_row``
        overrule detection.
    table : str or None
        Canonical table, whose usual headers help where nothing is mapped.

    Returns
    -------
    Raw

    Raises
    ------
    DataError
        Undecodable bytes, no header, a mapped header that is absent, a header twice, broken quotes, a
        sheet that cannot be chosen, a file of another kind than its name says.
    """
    path = _there(path)
    spec = spec or TableSpec(source=path.name)
    kind = _kind(path)
    if kind == "parquet":
        frame, notes = typed.read_parquet(path)
        return _named(frame, path.name, spec, notes)
    if kind == "workbook":
        grid, header = workbook.read(
            path, sheet=spec.sheet, wanted=wanted(spec), table=table, header_row=spec.header_row
        )
        return _assemble(grid, header, spec, table)
    encoding = encodings.detect(path, spec.encoding)
    grid = delimited.read(path, encoding, wanted=wanted(spec))
    header = headersearch.find(grid, wanted=wanted(spec), table=table, header_row=spec.header_row)
    return _assemble(grid, header, spec, table)


def read_connection(connect: Connect, folder: str | Path, spec: TableSpec | None = None) -> Raw:
    """Read a table behind a connection, read only; to begin with a DuckDB file.

    Parameters
    ----------
    connect : Connect
        ``duckdb://`` and a path, relative to ``folder`` or absolute.
    folder : path
    spec : TableSpec or None
        Its mapped headers must be there.

    Raises
    ------
    SettingError
        Another kind of connection. The message never repeats user name or password.
    DataError
        No such file or table, or a mapped column that is absent.
    """
    frame, source, notes = typed.read_connection(connect.connect, connect.table, Path(folder))
    return _named(frame, source, spec, notes)


def sheets(path: str | Path) -> list[str | None]:
    """Visible sheets of a workbook that hold anything; ``[None]`` for any other file."""
    path = _there(path)
    return list(workbook.filled_sheets(path)) if _kind(path) == "workbook" else [None]


def wanted(spec: TableSpec) -> list[str]:
    """Source headers the entry asks for."""
    own_factor = isinstance(spec.units, Units) and spec.units.source is None and isinstance(spec.units.factor, str)
    factor = [str(spec.units.factor)] if own_factor and spec.units else []
    turned = list(spec.unpivot.columns.values()) if spec.unpivot else []
    return list(dict.fromkeys([*spec.columns.values(), *factor, *turned]))


def _there(path: str | Path) -> Path:
    path = Path(path)
    if not path.is_file():
        raise DataError("file_missing", file=path.name, folder=str(path.parent))
    return path


def _kind(path: Path) -> str:
    """By content first: exports are often text under the name .xls, or a workbook under .csv."""
    with path.open("rb") as stream:
        start = stream.read(8)
    if start.startswith(_PARQUET):
        return "parquet"
    if start.startswith((_ZIP, _OLE)):
        return "workbook"
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise DataError("html_file", file=path.name)
    if path.suffix.lower() == ".parquet" or (start.startswith(_GZIP) and path.suffix.lower() != ".gz"):
        raise DataError("unreadable_file", file=path.name)
    return "text"


def _named(
    frame: pd.DataFrame, source: str, spec: TableSpec | None, notes: Sequence[tuple[str, dict[str, Any]]]
) -> Raw:
    """A source that has column names of its own."""
    headersearch.refuse_twice(list(frame.columns), source=source)
    names = headersearch.rename(list(frame.columns), wanted(spec) if spec else [], source=source)
    rows = pd.Series(np.arange(1, len(frame) + 1), index=frame.index)
    return Raw(frame.set_axis(names, axis=1), rows, source, notes=list(notes))


def _assemble(grid: Grid, header: headersearch.Header, spec: TableSpec, table: str | None) -> Raw:
    canonical = {head: TABLES[table].column(name) for name, head in spec.columns.items()} if table else {}
    fill = [name for name, column in canonical.items() if column is not None and column.kind in _FILLED_KINDS]
    body = furniture.clear(grid, header, fill=fill)
    return Raw(
        body.frame,
        body.rows,
        grid.source,
        encoding=grid.encoding,
        sheet=grid.sheet,
        header_row=header.first + 1,
        dropped=body.dropped,
        notes=[*grid.notes, *header.notes, *body.notes],
    )
