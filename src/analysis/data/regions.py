"""The customer table completed: those who only occur in other tables, and a region for everyone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .rejects import ROW, SOURCE, Ledger

__all__ = ["ALL", "UNASSIGNED", "complete", "listed", "one_per_key", "usual_per_key"]

#: the region of customers that have none, and the one region of data without any
UNASSIGNED, ALL = "unassigned", "all"


def complete(
    customers: pd.DataFrame | None,
    bought: pd.Series | None,
    *,
    column: str,
    answered: pd.Series | None = None,
    answered_type: str | None = None,
) -> tuple[pd.DataFrame | None, dict[str, Any]]:
    """Every customer once, each with a region.

    Parameters
    ----------
    customers : DataFrame or None
        The delivered customer table.
    bought, answered : Series or None
        Customer ids of the order lines and of the answer sheets.
    column : str
        The column that is the region: region, province, city …
    answered_type : str or None
        ``customer_type`` of those who are known from answers only.

    Returns
    -------
    customers, facts
        With column ``region``; facts count ``added`` (known from orders only), ``added_by_survey``,
        ``unassigned`` and ``inherited`` (region of the institution above). None when there is nobody.
    """
    facts: dict[str, Any] = {}
    if customers is None:
        customers = pd.DataFrame({"customer_id": pd.Series(dtype="str")})
        facts["derived"] = True
    customers, facts["added"] = _join(customers, bought, None)
    customers, facts["added_by_survey"] = _join(customers, answered, answered_type)
    if not len(customers):
        return None, {}
    if column not in customers.columns:
        return customers.assign(region=pd.Series(ALL, index=customers.index, dtype="str")), facts
    if column != "region" and "region" in customers.columns:
        customers = customers.rename(columns={"region": "x_region"})
    region, facts["inherited"] = _inherit(customers[column].astype("str"), customers)
    facts["unassigned"] = int(region.isna().sum())
    return customers.assign(region=region.fillna(UNASSIGNED)), facts


def listed(customers: pd.DataFrame, answers: pd.DataFrame | None) -> list[str]:
    """The regions, sorted; "unassigned" last, and only where somebody stands in it."""
    found = sorted(set(customers["region"]) - {UNASSIGNED})
    lost = bool((customers["region"] == UNASSIGNED).any())
    if answers is not None and len(found) > 1:
        # answers of nobody known belong to no region
        owners = answers["customer_id"] if "customer_id" in answers.columns else pd.Series([None])
        lost = lost or bool((~owners.isin(customers["customer_id"])).any())
    return found + ([UNASSIGNED] if lost else [])


def _join(customers: pd.DataFrame, ids: pd.Series | None, kind: str | None) -> tuple[pd.DataFrame, int]:
    """Add those ids that are not in the table yet."""
    if ids is None:
        return customers, 0
    new = pd.Index(ids.dropna().unique()).difference(pd.Index(customers["customer_id"]))
    if not len(new):
        return customers, 0
    extra = pd.DataFrame({"customer_id": pd.Series(new, dtype="str")})
    if kind is not None:
        extra["customer_type"] = pd.Series(kind, index=extra.index, dtype="str")
    return pd.concat([customers, extra], ignore_index=True), len(new)


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
