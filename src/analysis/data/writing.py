"""Tables to Parquet: one order of rows and columns, whole or not at all, the same bytes for the same rows."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..core.columns import TABLES

__all__ = ["write_csv", "write_json", "write_table"]

MONEY = pa.decimal128(18, 2)
_TYPES = {"date": pa.date32(), "month": pa.date32(), "number": pa.float64(), "count": pa.int64(), "flag": pa.bool_()}


def write_table(frame: pd.DataFrame, table: str, folder: Path) -> tuple[str, int]:
    """Write one canonical table.

    Parameters
    ----------
    frame : DataFrame
        Typed columns, without provenance.
    table : str
    folder : path

    Returns
    -------
    sha256, rows
        Rows stand in the order of the table's key, equal keys in the order of the other columns, so that
        the bytes do not depend on the order of the rows in the sources.
    """
    canonical = [c.name for c in TABLES[table].columns if c.name in frame.columns]
    others = sorted(c for c in frame.columns if c not in canonical)
    data = pa.table({name: _arrow(frame[name], table, name) for name in [*canonical, *others]})
    key = [name for name in TABLES[table].key if name in canonical]
    order = [*key, *[name for name in data.column_names if name not in key]]
    rows = pc.sort_indices(data, sort_keys=[(name, "ascending") for name in order])
    path = folder / f"{table}.parquet"
    part = path.with_suffix(".part")
    pq.write_table(data.take(rows), part, compression="zstd", store_schema=False, row_group_size=250_000)
    digest = hashlib.sha256(part.read_bytes()).hexdigest()
    os.replace(part, path)
    return digest, len(frame)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a plain CSV whole."""
    part = path.with_name(path.name + ".part")
    frame.to_csv(part, index=False, encoding="utf-8", lineterminator="\n")
    os.replace(part, path)


def write_json(content: dict[str, Any], path: Path) -> None:
    """Write JSON whole, keys sorted."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(part, path)


def _arrow(values: pd.Series, table: str, name: str) -> pa.Array:
    column = TABLES[table].column(name)
    if column is not None and column.kind == "money":
        return _money(values)
    if column is not None and column.kind in _TYPES:
        if column.kind in ("date", "month"):
            days = values.to_numpy().astype("datetime64[D]")
            return pa.array(days, pa.date32(), mask=np.isnat(days))
        if column.kind == "flag":
            return pa.array(values.astype("object").where(values.notna(), None), pa.bool_())
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        # minus zero would make two different bytes of one number
        return pa.array(numbers + 0.0, pa.float64(), mask=np.isnan(numbers)).cast(_TYPES[column.kind])
    if pd.api.types.is_bool_dtype(values.dtype):
        return pa.array(values.to_numpy(dtype=bool), pa.bool_())
    if pd.api.types.is_float_dtype(values.dtype):
        # further columns are text unless the dataset file says that they are numbers
        return pa.array(values.to_numpy(dtype=float, na_value=np.nan) + 0.0, pa.float64(), from_pandas=True)
    return pa.array(values.astype("str"), pa.string())


def _money(values: pd.Series) -> pa.Array:
    """DECIMAL(18,2) from numbers that are already rounded to the cent: whole cents, read with two decimals."""
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    missing = np.isnan(numbers)
    cents = np.rint(np.where(missing, 0, numbers) * 100).astype(np.int64)
    wide = pa.array(cents, pa.int64(), mask=missing).cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(wide), wide.buffers())
