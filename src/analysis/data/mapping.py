"""From the headers of a source to canonical columns; everything is still text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..core.columns import TABLES
from ..core.errors import DataError
from ..core.policy import Profile
from . import gate, headersearch, parsing
from .readers import Raw
from .rejects import ROW, SOURCE
from .spec import TableSpec

__all__ = ["canonical", "not_selected"]


def canonical(
    raw: Raw, table: str, spec: TableSpec, *, profile: Profile, items: tuple[str, ...] = ()
) -> tuple[pd.DataFrame, list[str]]:
    """One source as text under canonical names.

    Parameters
    ----------
    raw : Raw
    table : str
    spec : TableSpec
    profile : Profile
    items : tuple of str
        Headers of a wide survey that are questions; they keep their names.

    Returns
    -------
    frame : DataFrame
        Canonical columns, constants, questions, and every other column as ``x_<header>``; with
        the provenance columns.
    personal : list of str
        Headers left unread because they hold telephones, addresses or licence numbers.

    Raises
    ------
    DataError
        A mapped header is not there (those found are listed).
    PolicyError
        See `gate.check_columns`.
    """
    found = [str(name) for name in raw.frame.columns]
    headers = headersearch.rename(found, [*spec.columns.values(), *items], source=raw.source)
    body = raw.frame.set_axis(headers, axis=1)
    personal = gate.check_columns(table, spec, [h for h in headers if h not in items], profile=profile)
    known = {column.name for column in TABLES[table].columns}
    taken = {name: header for name, header in spec.columns.items() if header not in personal}
    free = [h for h in headers if h not in personal and h not in items and h not in spec.columns.values()]
    taken |= {h: h for h in free if h in known and h not in spec.constants and h not in taken}
    columns: dict[str, Any] = {name: body[header] for name, header in taken.items()}
    columns |= {name: np.full(len(body), value, dtype=object) for name, value in spec.constants.items()}
    columns |= {item: body[item] for item in items}
    others = [h for h in free if h not in taken.values() and spec.others == "keep"]
    columns |= {f"x_{h}": body[h] for h in others if f"x_{h}" not in columns}
    frame = pd.DataFrame(columns, index=body.index).astype("str")
    frame[SOURCE] = pd.Series(raw.source, index=frame.index, dtype="str")
    frame[ROW] = raw.rows.astype("int64")
    if own_factor(spec):
        frame["_factor"] = body[str(spec.units.factor)]  # type: ignore[union-attr]
    return frame, personal


def own_factor(spec: TableSpec) -> bool:
    """Whether a column of the source itself holds the unit factors."""
    return spec.units is not None and isinstance(spec.units.factor, str) and spec.units.source is None


def not_selected(frame: pd.DataFrame, spec: TableSpec, *, table: str) -> np.ndarray:
    """Rows that ``where`` leaves out.

    Raises
    ------
    DataError
        When a column under ``where`` is not there.
    """
    out = np.zeros(len(frame), dtype=bool)
    for column, words in spec.where.items():
        if column not in frame.columns:
            raise DataError("where_column", table=table, column=column, found=[c for c in frame.columns if c[0] != "_"])
        wanted = parsing.texts(pd.Series(words, dtype="str")).values
        out |= ~parsing.texts(frame[column]).values.isin(wanted).to_numpy(dtype=bool)
    return out
