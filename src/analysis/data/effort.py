"""What was done with each account: contacts of its people and its own, offers taken up, joint activities.

Effort counts contacts and minutes, whoever asked for them; nothing of what was handed over has a place here.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from ..core import checks
from . import accounts, tables

__all__ = ["effort"]

#: a step of an account plan that was done, as plans are kept in either language
DONE = ("已完成", "完成", "done", "completed", "complete", "finished")
_COUNTS = ("contacts", "minutes", "offered", "accepted", "by_customer", "joint")


def effort(
    tables_dir: str | Path, *, as_of: str | dt.date, months: int = 12, region: str | None = None
) -> pd.DataFrame:
    """Contacts with each account in the months up to a day.

    Parameters
    ----------
    tables_dir : path
    as_of : date
        Later contacts never enter.
    months : int, default 12
    region : str, optional

    Returns
    -------
    DataFrame
        Index ``customer_id``, the accounts of `analysis.data.customers.profile`, with contacts of their
        departments and physicians: ``contacts``; ``minutes``; ``offered`` (contacts that we initiated and of which
        it is known whether they were accepted), ``accepted`` of these; ``by_customer`` (initiated by the
        customer); ``joint`` (days with an academic event that was not declined, and completed steps of the
        account's plan that were due in the months: a meeting attended by several is one); ``last_contact`` (of
        any time up to the day). Zero without contact, missing where there is no such record: no table, no
        column, or a table that begins after the day. Who objects to being contacted stays in: this
        is what was done.
    """
    checks.whole(months, name="months", low=1)
    day = pd.Timestamp(as_of).normalize()
    ids = accounts.accounts(tables_dir, as_of=as_of, region=region).index
    owner = accounts.owners(tables_dir, ids)
    out = pd.DataFrame(np.nan, index=ids, columns=list(_COUNTS))
    out["last_contact"] = pd.Series(pd.NaT, index=ids, dtype="datetime64[us]")
    start = day - pd.DateOffset(months=months)
    rows, joint = _read(tables_dir, "interactions", "date"), []
    if rows is not None:
        rows = rows[rows["date"] <= day]
        if rows.empty:
            # records that begin later say nothing of this time
            return out
        rows = accounts.rolled_up(rows, owner)
        counts, events = _contacts(rows[rows["date"] > start])
        out[counts.columns] = counts.reindex(ids).fillna(0.0)
        out["last_contact"] = rows.groupby("account")["date"].max().reindex(ids)
        joint += [events] if events is not None else []
    plans = _read(tables_dir, "plans", "due", "status")
    if plans is not None:
        joint.append(_steps(plans, owner, start, day))
    if joint:
        out["joint"] = sum(part.reindex(ids).fillna(0.0) for part in joint)
    return out


def _contacts(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series | None]:
    """Counts by account, and days with an academic event."""
    known = set(rows.columns)
    counts = pd.DataFrame({"account": rows["account"], "contacts": 1.0})
    if "minutes" in known:
        counts["minutes"] = rows["minutes"].fillna(0.0)
    if "initiated_by" in known:
        counts["by_customer"] = (rows["initiated_by"] == "customer").astype(float)
    if "accepted" in known:
        ours = (rows["initiated_by"] == "us") if "initiated_by" in known else pd.Series(True, index=rows.index)
        offered = ours & rows["accepted"].notna()
        counts["offered"] = offered.astype(float)
        counts["accepted"] = (offered & rows["accepted"].eq(True)).astype(float)
    events = None
    if "channel" in known:
        met = rows[rows["channel"] == "academic_event"]
        met = met[~met["accepted"].eq(False)] if "accepted" in known else met
        events = met.drop_duplicates(["account", "date"]).groupby("account").size().astype(float)
    return counts.groupby("account").sum(), events


def _steps(plans: pd.DataFrame, owner: pd.Series, start: pd.Timestamp, day: pd.Timestamp) -> pd.Series:
    """Completed steps of account plans by account; the day on which they were due stands for when they were done."""
    done = plans["status"].str.strip().str.lower().isin(DONE) & (plans["due"] > start) & (plans["due"] <= day)
    return accounts.rolled_up(plans[done], owner, column="unit_id").groupby("account").size().astype(float)


def _read(tables_dir: str | Path, table: str, *needed: str) -> pd.DataFrame | None:
    """A table, or None where it was not built or lacks a column."""
    frame = tables.read(tables_dir, table) if table in tables.names(tables_dir) else pd.DataFrame()
    return frame if set(needed) <= set(frame.columns) else None
