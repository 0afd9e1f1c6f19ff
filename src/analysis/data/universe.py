"""The accounts in scope, and which of them were reached: by an order, a contact, an answer."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from . import accounts, effort, engine, purchases, tables

__all__ = ["reach"]

MONTHS = 12


def reach(tables_dir: str | Path, *, as_of: str | dt.date, region: str | None = None) -> pd.DataFrame:
    """Whether each account in scope was reached in the twelve months up to a day.

    Parameters
    ----------
    tables_dir : path
    as_of : date
        Nothing later enters.
    region : str, optional

    Returns
    -------
    DataFrame
        Index ``customer_id``, the accounts of `analysis.data.customers.profile`, prospects included: ``region,
        province, customer_type, hospital_level``; ``ordered`` (a day with positive net value), ``contacted`` (the
        account itself or its people), ``surveyed`` (somebody of the account answered, in any mode), ``opted_out``
        (the account itself objects to contact). Nobody orders without an order table; without records of
        contacts (or of answers) by the day ``contacted`` (``surveyed``) is not known and missing for all.
    """
    day = pd.Timestamp(as_of).normalize()
    start = day - pd.DateOffset(months=MONTHS)
    out = accounts.accounts(tables_dir, as_of=as_of, region=region)
    present = tables.names(tables_dir)
    customers = tables.read(tables_dir, "customers").set_index("customer_id").reindex(out.index)
    nowhere = pd.Series(pd.NA, index=out.index, dtype="str")
    out["province"] = customers["province"] if "province" in customers.columns else nowhere
    out = out[["region", "province", "customer_type", "hospital_level"]]
    buyers: list[str] = []
    if "transactions" in present:
        orders = purchases.demand(tables_dir, value=tables.meta(tables_dir)["value"], as_of=day.date())
        days = purchases.by_day(orders.filter(orders.date > start.date()))
        buyers = engine.to_arrow(days.select("customer_id").distinct())["customer_id"].to_pylist()
    out["ordered"] = out.index.isin(buyers)
    contacts = effort.effort(tables_dir, as_of=as_of, months=MONTHS, region=region)["contacts"]
    out["contacted"] = (contacts > 0).astype("boolean").mask(contacts.isna())
    answered = _answered(tables_dir, accounts.owners(tables_dir, out.index), start, day)
    out["surveyed"] = pd.Series(out.index.isin(answered or ()), out.index, dtype="boolean")
    if answered is None:
        out["surveyed"] = pd.Series(pd.NA, out.index, dtype="boolean")
    objects = customers["opt_out"].eq(True) if "opt_out" in customers.columns else pd.Series(False, index=out.index)
    out["opted_out"] = objects.to_numpy(dtype=bool, na_value=False)
    return out


def _answered(tables_dir: str | Path, owner: pd.Series, start: pd.Timestamp, day: pd.Timestamp) -> set[str] | None:
    """Accounts with an answer between the days, None where nobody was asked by then.

    Answers without a date count on the as-of date of the data.
    """
    if "survey_responses" not in tables.names(tables_dir):
        return None
    rows = tables.read(tables_dir, "survey_responses")
    if "customer_id" not in rows.columns:
        return None
    last = pd.Timestamp(tables.meta(tables_dir)["as_of"])
    dates = rows["date"].fillna(last) if "date" in rows.columns else pd.Series(last, index=rows.index)
    if not (dates <= day).any():
        return None
    said = rows["value"].notna() | (rows["text"].notna() if "text" in rows.columns else False)
    return set(accounts.rolled_up(rows[said & (dates > start) & (dates <= day)], owner)["account"])
