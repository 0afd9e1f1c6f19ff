"""Dates, counts and limits of the built tables, for ``meta.json``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from . import calendar, orders
from .dataset import Dataset
from .rejects import SOURCE

__all__ = ["DAYS", "add"]

#: the column whose day must not lie after the as-of date
DAYS = {
    "transactions": "date", "interactions": "date", "survey_responses": "date", "market": "period",
    "listings": "listed_on", "interventions": "start", "sell_in": "date", "sell_out": "date", "stock": "date",
    "policy_events": "date", "feedback_text": "date", "stance_ratings": "date", "customer_regions": "valid_from",
}  # fmt: skip


#: tables that distributors report month by month
_REPORTED = ("sell_in", "sell_out", "stock")


def add(
    frames: dict[str, pd.DataFrame], facts: dict[str, dict[str, Any]], dataset: Dataset, as_of: dt.date
) -> dt.date | None:
    """Write first and last day, months and counts into ``facts``.

    Returns
    -------
    datetime.date or None
        First day of the order lines, or of the answers where there are none.
    """
    for table, frame in frames.items():
        book = facts.setdefault(table, {})
        if DAYS.get(table) in frame.columns:
            days = frame[DAYS[table]].dropna()
            book["first"] = days.min().date().isoformat() if len(days) else None
            book["last"] = days.max().date().isoformat() if len(days) else None
    if "customers" in frames:
        facts["customers"] |= _parents(frames["customers"])
    if "survey_responses" in frames:
        facts["survey_responses"] |= _sheets(frames["survey_responses"])
        stated = dataset.tables["survey_responses"]
        facts["survey_responses"] |= {"outcome": list(stated.outcome), "invited": stated.invited}
    for table in [name for name in _REPORTED if name in frames]:
        facts[table]["reports_missing"] = _reports_missing(frames[table], as_of)
    if "transactions" in frames:
        facts["transactions"] |= orders.facts(frames["transactions"]) | _months(frames["transactions"], as_of)
        facts["transactions"] |= _strangers(frames["transactions"], frames["customers"], dataset.value)
    first = facts.get("transactions" if "transactions" in frames else "survey_responses", {}).get("first")
    return dt.date.fromisoformat(first) if first else None


def _months(orders: pd.DataFrame, as_of: dt.date) -> dict[str, Any]:
    """Months with and without any line, from the first to the as-of date."""
    seen = {stamp.date() for stamp in orders["date"].dt.to_period("M").unique().to_timestamp()}
    whole = calendar.months(orders["date"].min().date(), as_of)
    return {
        "months": [month.isoformat() for month in whole if month in seen],
        "months_missing": [month.isoformat() for month in whole if month not in seen],
        # dates that are months: time is counted in months then, not in weeks
        "monthly": bool((orders["date"].dt.day == 1).all()),
    }


def _reports_missing(frame: pd.DataFrame, as_of: dt.date) -> int:
    """Distributor-months without a single row, from each distributor's first month to the as-of date."""
    month = frame["date"].dt.year * 12 + frame["date"].dt.month
    first = month.groupby(frame["distributor_id"]).min()
    whole = int((as_of.year * 12 + as_of.month - first + 1).sum())
    return whole - len(pd.DataFrame({"who": frame["distributor_id"], "month": month}).drop_duplicates())


def _strangers(orders: pd.DataFrame, customers: pd.DataFrame, value: str) -> dict[str, Any]:
    """Customers who stand in the order lines only, and what part of the value is theirs."""
    new = set(customers.loc[customers[SOURCE].isna(), "customer_id"])
    if len(new) == len(customers):
        return {"ids_only_here": 0, "value_unmatched": 0.0}  # no customer table was delivered
    size = orders[value].abs()
    share = float(size[orders["customer_id"].isin(new)].sum() / size.sum())
    return {"ids_only_here": len(new), "value_unmatched": round(share, 6)}


def _sheets(answers: pd.DataFrame) -> dict[str, int]:
    key = ["response_id", *(["wave"] if "wave" in answers.columns else [])]
    return {"sheets": len(answers.drop_duplicates(key))}


def _parents(customers: pd.DataFrame) -> dict[str, int]:
    """Customers whose institution is not in the table, or is themselves."""
    if "parent_id" not in customers.columns:
        return {}
    parents = customers["parent_id"].dropna()
    lost = ~parents.isin(customers["customer_id"]) | (parents == customers.loc[parents.index, "customer_id"])
    return {"parents_unknown": int(lost.sum())}
