"""Who is an account, and to which account a department or a physician belongs."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from . import engine, purchases, tables

__all__ = ["NO_ACCOUNTS", "accounts", "described", "owners", "rolled_up"]

#: these are in the customer table without being accounts that could buy from us
NO_ACCOUNTS = ("physician", "department", "distributor")
#: physician, department, hospital, and one level to spare
_LEVELS = 4


def described(tables_dir: str | Path, region: str | None = None) -> pd.DataFrame:
    """Every customer: index ``customer_id``, sorted; ``region, customer_type, hospital_level, stratum``."""
    frame = tables.read(tables_dir, "customers", region=region).set_index("customer_id")
    for column in ("customer_type", "hospital_level"):
        if column not in frame.columns:
            frame[column] = pd.Series(pd.NA, index=frame.index, dtype="str")
    frame = frame[["region", "customer_type", "hospital_level"]]
    frame["stratum"] = frame["hospital_level"].fillna(frame["customer_type"]).fillna("all")
    return frame.sort_index()


def accounts(tables_dir: str | Path, *, as_of: str | dt.date, region: str | None = None) -> pd.DataFrame:
    """The accounts of `analysis.data.customers.profile`, without what they bought.

    Parameters
    ----------
    tables_dir : path
        Folder of the built tables.
    as_of : date
    region : str, optional

    Returns
    -------
    DataFrame
        Index ``customer_id``, sorted: ``region, customer_type, hospital_level, stratum``. Physicians,
        departments and distributors only where they ordered up to the day.
    """
    frame = described(tables_dir, region)
    inside = ~frame["customer_type"].isin(NO_ACCOUNTS).to_numpy(dtype=bool)
    if not inside.all() and "transactions" in tables.names(tables_dir):
        value, day = tables.meta(tables_dir)["value"], pd.Timestamp(as_of).date()
        orders = purchases.demand(tables_dir, value=value, as_of=day)
        buyers = engine.to_arrow(orders.select("customer_id").distinct())["customer_id"].to_pylist()
        inside |= frame.index.isin(buyers)
    return frame[inside]


def owners(tables_dir: str | Path, ids: pd.Index) -> pd.Series:
    """Customer -> the account it is or belongs to, up the chain of ``parent_id``; others do not occur.

    Parameters
    ----------
    tables_dir : path
    ids : Index
        The accounts.
    """
    frame = tables.read(tables_dir, "customers")
    own = frame["customer_id"]
    if "parent_id" not in frame.columns:
        return pd.Series(own.to_numpy(), index=own).where(own.isin(ids).to_numpy()).dropna()
    above = frame.set_index("customer_id")["parent_id"]
    at, found = own.astype("object"), pd.Series(None, index=frame.index, dtype="object")
    for _ in range(_LEVELS):
        found = found.where(found.notna() | ~at.isin(ids), at)
        at = at.map(above)
    return pd.Series(found.to_numpy(), index=own).dropna().astype("str")


def rolled_up(frame: pd.DataFrame, owner: pd.Series, *, column: str = "customer_id") -> pd.DataFrame:
    """Rows of another table with their ``account``; rows of nobody's account are left out."""
    account = frame[column].map(owner)
    kept = account.notna().to_numpy(dtype=bool)
    return frame[kept].assign(account=np.asarray(account[kept], dtype=object)).astype({"account": "str"})
