"""Frames as CSV, with their types beside them: missing apart from empty, floats to the last digit."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["load_frame", "save_frame"]


def save_frame(frame: pd.DataFrame | pd.Series, path: Path) -> dict[str, Any]:
    """Write the frame; gives what `load_frame` must know of its columns and index."""
    table = frame.to_frame() if isinstance(frame, pd.Series) else frame
    levels = [table.index.get_level_values(i) for i in range(table.index.nlevels)]
    plain = isinstance(table.index, pd.RangeIndex) and table.index.name is None
    kinds: dict[str, Any] = {
        "series": isinstance(frame, pd.Series),
        "name": frame.name if isinstance(frame, pd.Series) else None,
        "columns": [str(c) for c in table.columns],
        "dtypes": [_kind(table.iloc[:, i]) for i in range(table.shape[1])],
        "index": None if plain else [[level.name, _kind(level.to_series())] for level in levels],
    }
    body = table.copy()
    body.columns = pd.RangeIndex(body.shape[1])
    for i in range(body.shape[1]):
        body[i] = body[i].astype(object).map(_cell)
    if not plain:
        for i, level in enumerate(levels):
            body.insert(i, f"i{i}", [_cell(v) for v in level], allow_duplicates=True)
    body.columns = pd.RangeIndex(body.shape[1])
    body.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    return kinds


def load_frame(path: Path, kinds: Mapping[str, Any]) -> pd.DataFrame | pd.Series:
    """Read back what `save_frame` wrote, equal to it."""
    # a row may be one blank
    raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8", skip_blank_lines=False)
    index = kinds["index"] or []
    body = pd.DataFrame(
        {i: _restore(raw.iloc[:, len(index) + i], kind) for i, kind in enumerate(kinds["dtypes"])},
        index=pd.RangeIndex(len(raw)),
    )
    body.columns = pd.Index(kinds["columns"], dtype="str")
    if index:
        arrays = [pd.Index(_restore(raw.iloc[:, i], kind), name=name) for i, (name, kind) in enumerate(index)]
        body.index = arrays[0] if len(arrays) == 1 else pd.MultiIndex.from_arrays(arrays)
    if kinds["series"]:
        return body.iloc[:, 0].rename(kinds["name"])
    return body


def _kind(column: pd.Series) -> str:
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return json.dumps(["category", [_plain(c) for c in dtype.categories], bool(dtype.ordered)])
    if pd.api.types.is_bool_dtype(dtype):
        return "bool"
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return str(dtype)
    if pd.api.types.is_numeric_dtype(dtype):
        return str(dtype)
    return "str"


def _cell(value: Any) -> str:
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return "\\N"
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return pd.Timestamp(value).isoformat()
    if isinstance(value, str):
        # a bare carriage return would end the row, and "\\N" means missing
        return value.replace("\\", "\\\\").replace("\r", "\\r")
    return repr(float(value)) if isinstance(value, float | np.floating) else str(value)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: "\r" if m[1] == "r" else m[1], text)


def _restore(column: pd.Series, kind: Any) -> pd.Series:
    missing = column == "\\N"
    values = column.where(~missing, None)
    if kind.startswith("["):
        _, categories, ordered = json.loads(kind)
        lookup = {str(_cell(c)): c for c in categories}
        return pd.Series(pd.Categorical(values.map(lookup, na_action="ignore"), categories=categories, ordered=ordered))
    if kind == "bool":
        return column.map({"true": True, "false": False}).astype(bool)
    if kind.startswith("datetime64"):
        return pd.to_datetime(values, format="ISO8601").astype(kind)
    if kind == "str":
        return values.map(_unescape, na_action="ignore").astype("str")
    if kind.startswith("float"):
        return pd.Series([float("nan") if m else float(v) for v, m in zip(column, missing, strict=True)], dtype=kind)
    return values.astype(kind)


def _plain(value: Any) -> Any:
    """A category as JSON has it."""
    return value.item() if isinstance(value, np.generic) else value
