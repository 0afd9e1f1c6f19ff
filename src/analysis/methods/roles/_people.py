"""The physicians of a customer table, each with the account it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ...core import checks
from ...core.errors import DataError

__all__ = ["People", "people_of"]

_BELOW = ("physician", "department")
#: department, hospital, group: parents are followed so far up
_DEPTH = 5
_KEPT = ("title", "admin_role", "specialty", "region")


@dataclass(frozen=True, eq=False)
class People:
    """Physicians in use, and how many asked not to be contacted.

    Attributes
    ----------
    frame : DataFrame
        Index customer_id, sorted; ``account, title, admin_role, specialty, region``. No names.
    opted_out : int
    """

    frame: pd.DataFrame
    opted_out: int


def people_of(customers: pd.DataFrame, as_of: pd.Timestamp) -> People:
    """Physicians that are valid on the as-of date and did not opt out.

    Raises
    ------
    DataError
        ``missing_columns``, ``duplicate_customers``, ``roles_no_physicians``.
    """
    checks.columns(customers, ["customer_id", "customer_type", "admin_role"], name="customers")
    table = customers.assign(customer_id=customers["customer_id"].astype(str)).set_index("customer_id").sort_index()
    checks.unique_index(table, name="customers")
    rows = table[table["customer_type"] == "physician"]
    for name, gone in (("valid_from", pd.Series.gt), ("valid_to", pd.Series.lt)):
        if name in rows.columns:
            rows = rows[~gone(pd.to_datetime(rows[name]), as_of)]
    if rows.empty:
        raise DataError("roles_no_physicians", rows=len(customers))
    out = rows["opt_out"].fillna(False).astype(bool) if "opt_out" in rows.columns else pd.Series(False, rows.index)
    rows = rows[~out]
    frame = pd.DataFrame({"account": _accounts(rows.index, table)}, index=rows.index)
    for name in _KEPT:
        frame[name] = rows[name].astype("str") if name in rows.columns else pd.Series(None, rows.index, dtype="str")
    return People(frame, int(out.sum()))


def _accounts(ids: pd.Index, table: pd.DataFrame) -> pd.Series:
    """The first parent that is neither person nor department; the last one known where there is none."""
    if "parent_id" not in table.columns:
        return pd.Series(ids, index=ids, dtype="str")
    parent, kind = table["parent_id"].astype("str"), table["customer_type"]
    at = pd.Series(ids, index=ids, dtype="str")
    for _ in range(_DEPTH):
        above = at.map(parent)
        climbs = at.map(kind).isin(_BELOW) & above.notna()
        if not climbs.any():
            break
        at = above.where(climbs, at)
    return at
