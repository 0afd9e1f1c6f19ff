"""How full the fields are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.columns import TABLES
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result

__all__ = ["Completeness", "completeness"]

#: a field filled in less than this share of rows is named
ENOUGH = 0.95


@dataclass(frozen=True, eq=False, kw_only=True)
class Completeness(Result):
    """Filled share of every field.

    Attributes
    ----------
    table : DataFrame
        ``table, column, value`` (filled share), ``lo, hi`` (missing: a full count), ``n`` (rows),
        ``method, flag``; emptiest field first.
    """

    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "n": "count"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), hides=())


def completeness(frames: Mapping[str, pd.DataFrame]) -> Completeness:
    """Share of rows in which each field holds something.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Canonical tables by name; columns outside the data model (``x_...``) are left out.

    Returns
    -------
    Completeness

    Raises
    ------
    DataError
        ``empty`` when no table is given; ``unknown_table``.

    References
    ----------
    Share of non-missing values: ISO/IEC 25012:2008, characteristic "completeness".
    """
    checks.not_empty(frames, name="frames")
    unknown = sorted(set(frames) - set(TABLES))
    if unknown:
        raise DataError("unknown_table", got=unknown, known=sorted(TABLES))
    rows = []
    for name in [name for name in TABLES if name in frames]:
        frame = frames[name]
        for column in [c.name for c in TABLES[name].columns if c.name in frame.columns]:
            filled = float(_filled(frame[column]).mean()) if len(frame) else np.nan
            rows.append({"table": name, "column": column, "value": filled, "n": len(frame)})
    table = pd.DataFrame(rows).assign(lo=np.nan, hi=np.nan, method="count")
    table["flag"] = np.where(table["n"] == 0, "missing_input", "ok")
    table["order"] = range(len(table))
    table = table.sort_values(["value", "order"], na_position="first", ignore_index=True)
    table = table[["table", "column", "value", "lo", "hi", "n", "method", "flag"]]
    below = table[table["value"] < ENOUGH]
    known = table.dropna(subset=["value"])
    if below.empty:
        least = float(known["value"].min())
        values = {"fields": len(known), "share": least}
        finding = Note("fields_complete", {"fields": len(known)}) if least == 1 else Note("fields_full", values)
    else:
        worst = below.iloc[0]
        finding = Note(
            "fields_gap",
            {"below": len(below), "fields": len(known), "column": worst["column"], "table": worst["table"],
             "share": float(worst["value"]), "enough": ENOUGH},
        )  # fmt: skip
    return Completeness(table=table, settings={"enough": ENOUGH, "tables": sorted(frames)}, finding=finding)


def _filled(values: pd.Series) -> pd.Series:
    """An empty text is nothing, whatever its type says."""
    filled = values.notna()
    return filled & (values.astype("str").str.strip() != "") if pd.api.types.is_string_dtype(values.dtype) else filled
