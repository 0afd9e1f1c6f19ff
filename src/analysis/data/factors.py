"""Factors that turn quantities of unlike units into one (the ``units`` entry of a dataset file)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.errors import DataError
from . import parsing, readers
from .dataset import Dataset
from .rejects import Ledger
from .spec import TableSpec

__all__ = ["apply"]


def apply(frame: pd.DataFrame, dataset: Dataset, table: str, ledger: Ledger) -> tuple[pd.DataFrame, int]:
    """Multiply quantities by their factors; lines without a factor are rejected.

    Parameters
    ----------
    frame : DataFrame
        Typed rows with ``quantity``.
    dataset : Dataset
    table : str
    ledger : Ledger

    Returns
    -------
    frame, converted
        The rows in the common unit, and how many had a factor other than 1.

    Raises
    ------
    DataError
        ``quantity`` or ``product_id`` is not there.
    """
    spec = dataset.tables[table]
    if spec.units is None:
        return frame.drop(columns=["_factor"], errors="ignore"), 0
    by_product = not (isinstance(spec.units.factor, str) and spec.units.source is None)
    for column in ("quantity", *(["product_id"] if by_product else [])):
        if column not in frame.columns:
            found = [c for c in frame.columns if not c.startswith("_")]
            raise DataError("table_needs_column", table=table, column=column, found=found, file="—")
    factor = frame["product_id"].map(_by_product(dataset, table, spec)) if by_product else frame["_factor"]
    factor = factor.astype("float64")
    known = (factor.gt(0) & factor.lt(np.inf)).to_numpy(dtype=bool)
    out = frame.drop(columns=["_factor"], errors="ignore")
    out["quantity"] = out["quantity"].where(~known, out["quantity"] * factor)
    if "unit_price" in out.columns:
        out["unit_price"] = out["unit_price"].where(~known, out["unit_price"] / factor)
    if spec.units.unit is not None:
        out["unit"] = pd.Series(spec.units.unit, index=out.index, dtype="str")
    else:
        out = out.drop(columns=["unit"], errors="ignore")
        # a common unit without a name is still one: say so, that quantities may be added up
        out["unit"] = pd.Series("unit", index=out.index, dtype="str")
    ledger.adjust(frame, out)
    return ledger.remove(out, ~known, rule="unknown_pack", column="product_id"), int((known & (factor != 1)).sum())


def _by_product(dataset: Dataset, table: str, spec: TableSpec) -> dict[str, float]:
    units = spec.units
    if units is None:
        return {}
    if isinstance(units.factor, dict):
        written = units.factor
        names = parsing.ids(pd.Series(list(written), dtype="str")).values
        return dict(zip(names, written.values(), strict=True))
    path = dataset.beside(str(units.source), f"tables.{table}.units.source")
    raw = readers.read(path, TableSpec(source=path.name, columns={"x_p": str(units.product_id), "x_f": units.factor}))
    names = parsing.ids(raw.frame[str(units.product_id)]).values
    values = parsing.numbers(raw.frame[units.factor]).values
    pairs = pd.DataFrame({"name": names, "value": values}).dropna().sort_values(["name", "value"])
    pairs = pairs.drop_duplicates()
    twice = pairs["name"].duplicated(keep=False)
    if twice.any():
        raise DataError("factor_twice", product=str(pairs.loc[twice, "name"].min()), file=path.name)
    return dict(zip(pairs["name"], pairs["value"], strict=True))
