"""The customer table completed: those who only occur in other tables, and a region for everyone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .rejects import ROW, SOURCE, Ledger

__all__ = ["ALL", "UNASSIGNED", "complete", "one_per_key", "usual_per_key"]

#: the region of customers that have none, and the one region of data without any
UNASSIGNED, ALL = "unassigned", "all"


def complete(
    customers: pd.DataFrame | None, bought: pd.Series | None, *, column: str, keep_unassigned: bool
) -> tuple[pd.DataFrame | None, dict[str, Any]]:
    """Every customer once, each with a region.

    Parameters
    ----------
    customers : DataFrame or None
        The delivered customer table.
    bought : Series or None
        Customer ids of the order lines (or of the answers, where there are no orders).
    column : str
        The column that is the region: region, province, city …
    keep_unassigned : bool
        False: customers without region are marked for leaving.

    Returns
    -------
    customers, facts
        With column ``region``; facts count ``added`` (only in the order lines), ``unassigned`` and
        ``inherited`` (region taken from the institution above). None when there are no customers at all.
    """
    ids = pd.Index(sorted(set(bought.dropna()))) if bought is not None else pd.Index([], dtype="str")
    if customers is None and not len(ids):
        return None, {}
    if customers is None:
        customers = pd.DataFrame({"customer_id": pd.Series(ids, dtype="str")})
        facts = {"derived": len(ids)}
    else:
        new = ids.difference(pd.Index(customers["customer_id"]))
        extra = pd.DataFrame({"customer_id": pd.Series(new, dtype="str")})
        customers = pd.concat([customers, extra], ignore_index=True) if len(new) else customers
        facts = {"added": len(new)}
    customers = customers.reset_index(drop=True)
    if column not in customers.columns:
        return customers.assign(region=pd.Series(ALL, index=customers.index, dtype="str")), facts
    if column != "region" and "region" in customers.columns:
        customers = customers.rename(columns={"region": "x_region"})
    region = customers[column].astype("str")
    region, facts["inherited"] = _inherit(region, customers)
    facts["unassigned"] = int(region.isna().sum())
    facts["keep_unassigned"] = keep_unassigned
    return customers.assign(region=region.fillna(UNASSIGNED)), facts


def _inherit(region: pd.Series, customers: pd.DataFrame) -> tuple[pd.Series, int]:
    """A department or physician without region stands in that of its institution, at most three levels up."""
    if "parent_id" not in customers.columns:
        return region, 0
    before = int(region.isna().sum())
    for _ in range(3):
        known = pd.Series(region.to_numpy(), index=customers["customer_id"])
        above = customers["parent_id"].map(known[~known.index.duplicated()])
        region = region.fillna(above)
    return region, before - int(region.isna().sum())


def one_per_key(frame: pd.DataFrame, key: tuple[str, ...], ledger: Ledger) -> pd.DataFrame:
    """One row per key: the fullest stays, of equally full ones the first by content.

    Further rows are rejected: ``repeated_row`` when they say the same, else ``duplicate_key``.
    """
    own = [c for c in frame.columns if c not in (SOURCE, ROW)]
    twice = frame.duplicated(list(key), keep=False)
    if not twice.any():
        return frame
    part = frame[twice].copy()
    part["_filled"] = -part[own].notna().sum(axis=1)
    part = part.sort_values([*key, "_filled", *[c for c in own if c not in key], SOURCE, ROW], kind="stable")
    later = part.duplicated(list(key))
    same = part.duplicated(own)
    rules = pd.Series(None, index=frame.index, dtype=object)
    rules.loc[part.index] = np.select([later & same, later], ["repeated_row", "duplicate_key"], "")
    leaving = rules.isin(["repeated_row", "duplicate_key"]).to_numpy(dtype=bool)
    return ledger.remove(frame, leaving, rule=rules.to_numpy(dtype=object), column=key[0])


def usual_per_key(frame: pd.DataFrame, key: str) -> tuple[pd.DataFrame, int]:
    """Customers taken from order lines: for each attribute the word most of the customer's lines carry.

    Returns
    -------
    frame, conflicts
        One row per customer; how many customers carry more than one region.
    """
    own = [c for c in frame.columns if c not in (SOURCE, ROW, key) and not c.startswith("x_")]
    out = pd.DataFrame({key: pd.Series(sorted(frame[key].dropna().unique()), dtype="str")})
    conflicts = 0
    for column in own:
        counts = frame.groupby([key, column], observed=True).size().rename("n").reset_index()
        counts = counts.sort_values([key, "n", column], ascending=[True, False, True], kind="stable")
        if column == "region":
            conflicts = int(counts.loc[counts[key].duplicated(), key].nunique())
        out = out.merge(counts.drop_duplicates(key)[[key, column]], on=key, how="left")
    return out, conflicts
