"""Sources whose columns have types (Parquet, a DuckDB file), as the text columns every reader gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..core.errors import DataError, SettingError

__all__ = ["read_connection", "read_parquet", "to_text"]

_SUPPORTED = ("duckdb://",)
#: nothing is ever downloaded
_OFFLINE = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}


def read_parquet(path: Path) -> tuple[pd.DataFrame, list[tuple[str, dict[str, Any]]]]:
    """A Parquet file as text, and notes.

    Raises
    ------
    DataError
        When the file is broken.
    """
    try:
        table = pq.read_table(path)
        # a reader trusts the file that its texts are UTF-8
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError):
        raise DataError("unreadable_file", file=path.name) from None
    return to_text(table)


def read_connection(url: str, table: str, folder: Path) -> tuple[pd.DataFrame, str, list[tuple[str, dict[str, Any]]]]:
    """A table behind a connection as text, its printable name, and notes.

    Raises
    ------
    SettingError
        When the kind of connection is not supported.
    DataError
        When there is no such file or table.
    """
    if not url.startswith(_SUPPORTED):
        scheme = urlsplit(url).scheme or url.split(":")[0][:20]
        raise SettingError("connect_scheme", got=f"{scheme}://", supported=list(_SUPPORTED))
    path = folder / url.removeprefix("duckdb://")
    if not path.is_file():
        raise DataError("file_missing", file=path.name, folder=str(path.parent))
    return _from_duckdb(path, table)


def _from_duckdb(path: Path, table: str) -> tuple[pd.DataFrame, str, list[tuple[str, dict[str, Any]]]]:
    import duckdb
    import ibis

    schema, _, name = table.rpartition(".")
    try:
        connection = ibis.duckdb.connect(path, read_only=True, **_OFFLINE)
    except (duckdb.Error, OSError):
        raise DataError("unreadable_file", file=path.name) from None
    try:
        tables = sorted(connection.list_tables(database=schema or None))
        if name not in tables:
            raise DataError("table_missing", file=path.name, table=table, tables=tables[:20])
        content = connection.table(name, database=schema or None).to_pyarrow()
    except (duckdb.Error, ibis.common.exceptions.IbisError):
        raise DataError("unreadable_table", file=path.name, table=table) from None
    finally:
        connection.disconnect()
    frame, notes = to_text(content)
    return frame, f"{path.name} [{table}]", notes


def to_text(table: pa.Table) -> tuple[pd.DataFrame, list[tuple[str, dict[str, Any]]]]:
    """Every column as text without loss; columns of lists or structures are left out and noted."""
    texts: dict[str, pa.ChunkedArray] = {}
    left = []
    if len(set(table.column_names)) < len(table.column_names):
        twice = [name for name in table.column_names if table.column_names.count(name) > 1]
        raise DataError("header_twice", source="Parquet", names=sorted(set(twice))[:5], places=[])
    for name in table.column_names:
        text = _text(table.column(name))
        if text is None:
            left.append(name)
        else:
            texts[name] = pc.if_else(pc.equal(text, ""), None, text)
    frame = pd.DataFrame({name: pd.Series(text.to_pandas(), dtype="str") for name, text in texts.items()})
    notes = [("columns_left_out", {"columns": left})] if left else []
    return frame if texts else pd.DataFrame(index=pd.RangeIndex(len(table))), notes


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _text(column.cast(kind.value_type))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.large_string())
    if pa.types.is_floating(kind):
        # not-a-number is how some writers say missing; a whole number needs no decimals
        known = pc.if_else(pc.is_nan(column), None, column)
        return pc.replace_substring_regex(known.cast(pa.large_string()), r"\.0$", "")
    if pa.types.is_timestamp(kind):
        return pc.replace_substring_regex(_moment(column), r" 00:00:00(?:\.0+)?$", "")
    simple = (pa.types.is_integer, pa.types.is_boolean, pa.types.is_date, pa.types.is_decimal, pa.types.is_time)
    if any(test(kind) for test in simple):
        return column.cast(pa.large_string())
    return pa.chunked_array([pa.nulls(len(column), pa.large_string())]) if pa.types.is_null(kind) else None


def _moment(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Wall-clock time in the column's own zone."""
    local = pc.local_timestamp(column) if column.type.tz else column
    return local.cast(pa.timestamp("us")).cast(pa.large_string())
