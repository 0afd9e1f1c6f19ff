"""The type of each customer on a day: `classify`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from . import _gaps
from ._shares import TYPES, with_shares

__all__ = ["Types", "classify"]

_NEEDED = ("first_date", "last_date", "n_dates", "median_gap", "reactivated_on")
_FRESH = pd.DateOffset(months=6)
_LOST = pd.DateOffset(months=12)


@dataclass(frozen=True, eq=False, kw_only=True)
class Types(Result):
    """Type of each customer.

    Attributes
    ----------
    table : DataFrame
        One row per type: type, n, value (share of all customers), lo, hi, method, flag.
    customers : DataFrame
        Index customer_id in the order of the input: type, since (first day of the type; missing for
        prospects and for existing customers whose start is unknown), typical_gap (days).
    strata : DataFrame
        Typical gaps learned here: stratum ("" for all), gap (days), n; give it as ``strata=`` elsewhere.
    """

    customers: pd.DataFrame
    strata: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {"value": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(within=())


def classify(
    orders_summary: pd.DataFrame,
    *,
    as_of: str | dt.date,
    data_start: str | dt.date,
    strata: pd.DataFrame | None = None,
    prior_gaps: float = 3.0,
    min_gap: float = 30.0,
) -> Types:
    """Give each customer a type on a day.

    The rules, first match counts: never ordered → potential; ended a gap of more than 12 months within the
    last 6 → reactivated; first order within the last 6 months → new, or existing_unknown where the data
    begin less than two typical gaps before that order (an older customer may only look new); silent for more
    than 12 months → lapsed; last order within two typical gaps → active; else dormant.

    The typical gap of a customer with g gaps, own median m and stratum median M is
    (g·m + prior_gaps·M) ÷ (g + prior_gaps), at least ``min_gap``; M alone below two gaps.

    Parameters
    ----------
    orders_summary : DataFrame
        Index customer_id; first_date, last_date, n_dates (distinct order dates), median_gap (days),
        reactivated_on (order that ended a gap of more than 12 months), stratum (optional). Dates are missing
        where n_dates is 0.
    as_of : date
        The day on which the types hold; no order may be later.
    data_start : date
        First day on which orders could be seen.
    strata : DataFrame, optional
        ``Types.strata`` of the reference pass. Without it medians come from these customers; a stratum with
        fewer than 5 customers of three or more dates uses the median of all.
    prior_gaps : float, default 3
        Weight of the stratum, in gaps.
    min_gap : float, default 30
        Days.

    Returns
    -------
    Types

    Raises
    ------
    DataError
        Missing columns, dates out of order or later than ``as_of``, counts that are no counts.
    SettingError
    """
    checks.columns(orders_summary, _NEEDED, name="orders_summary")
    checks.not_empty(orders_summary, name="orders_summary")
    checks.unique_index(orders_summary, name="orders_summary")
    checks.number(prior_gaps, name="prior_gaps", low=0)
    checks.number(min_gap, name="min_gap", low=1)
    day, start = _day(as_of, "as_of"), _day(data_start, "data_start")
    if start > day:
        raise SettingError("types_window", data_start=str(start.date()), as_of=str(day.date()))
    frame = _checked(orders_summary, day)
    learned = _gaps.learn(frame) if strata is None else strata
    gap = _gaps.typical(frame, learned, prior_gaps, min_gap)
    kind = _kind(frame, gap, day, start)
    customers = pd.DataFrame({"type": kind, "since": _since(frame, kind, gap), "typical_gap": gap}, index=frame.index)
    table = _table(kind)
    return Types(
        table=table,
        settings={
            "as_of": str(day.date()), "data_start": str(start.date()), "prior_gaps": prior_gaps, "min_gap": min_gap,
            "strata_given": strata is not None, "n": len(frame), "new_months": 6, "lapsed_months": 12,
        },
        notes=_notes(frame, kind),
        finding=_finding(table),
        customers=customers.rename_axis("customer_id"),
        strata=learned,
    )  # fmt: skip


def _day(value: str | dt.date, name: str) -> pd.Timestamp:
    day = pd.to_datetime(value, errors="coerce")
    if not isinstance(day, pd.Timestamp):
        raise SettingError("types_day", name=name, got=str(value))
    return day.normalize()


def _checked(summary: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    frame = pd.DataFrame(index=summary.index)
    for name in ("first_date", "last_date", "reactivated_on"):
        frame[name] = pd.to_datetime(summary[name]).astype("datetime64[ns]").dt.normalize()
    frame["n"] = pd.to_numeric(summary["n_dates"]).astype("float64")
    frame["gap"] = pd.to_numeric(summary["median_gap"]).astype("float64")
    frame["stratum"] = summary["stratum"].fillna("").astype("str") if "stratum" in summary else ""
    counts = int((~(frame["n"] >= 0) | (frame["n"] % 1 != 0)).sum())
    if counts:
        raise DataError("types_counts", count=counts)
    bought = frame["n"] > 0
    wrong = bought & ~((frame["first_date"] <= frame["last_date"]) & (frame["last_date"] <= day))
    late = int(wrong.sum())
    if late:
        raise DataError("types_dates", count=late, as_of=str(day.date()))
    return frame


def _kind(frame: pd.DataFrame, gap: pd.Series, day: pd.Timestamp, start: pd.Timestamp) -> pd.Series:
    silent = (day - frame["last_date"]).dt.days
    fresh = frame["first_date"] >= day - _FRESH
    unseen = (frame["first_date"] - start).dt.days <= 2 * gap
    rules = [
        ("potential", frame["n"] == 0),
        ("reactivated", (frame["reactivated_on"] >= day - _FRESH) & (frame["reactivated_on"] <= day)),
        ("existing_unknown", fresh & unseen),
        ("new", fresh),
        ("lapsed", frame["last_date"] < day - _LOST),
        ("active", silent <= 2 * gap),
    ]
    kind = np.select([rule.to_numpy() for _name, rule in rules], [name for name, _rule in rules], default="dormant")
    return pd.Series(kind, index=frame.index, dtype="str")


def _since(frame: pd.DataFrame, kind: pd.Series, gap: pd.Series) -> pd.Series:
    """First day of the type, as far as the dates tell."""
    began = frame["reactivated_on"].fillna(frame["first_date"])
    days = {
        "new": frame["first_date"],
        "reactivated": frame["reactivated_on"],
        "active": began + _FRESH,
        "dormant": frame["last_date"] + pd.to_timedelta(np.floor(2 * gap) + 1, unit="D"),
        "lapsed": frame["last_date"] + _LOST + pd.Timedelta(days=1),
    }
    since = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
    for name, when in days.items():
        since = since.where(kind != name, when)
    return since


def _table(kind: pd.Series) -> pd.DataFrame:
    n = kind.value_counts().reindex(list(TYPES), fill_value=0).to_numpy()
    return with_shares(pd.DataFrame({"type": pd.Series(TYPES, dtype="str"), "n": n}), np.full(len(TYPES), len(kind)))


def _notes(frame: pd.DataFrame, kind: pd.Series) -> tuple[Note, ...]:
    notes = []
    unknown = int((kind == "existing_unknown").sum())
    if unknown:
        notes.append(Note("types_start_unknown", {"n": unknown}))
    if not ((frame["n"] >= 3) & frame["gap"].notna()).any():
        notes.append(Note("types_no_gaps", {"days": _gaps.UNKNOWN_GAP}))
    return tuple(notes)


def _finding(table: pd.DataFrame) -> Note:
    n = dict(zip(table["type"], table["n"].tolist(), strict=True))
    if sum(n.values()) == n["potential"]:
        return Note("types_no_orders", {"n": n["potential"]})
    active = table[table["type"] == "active"].iloc[0]
    if active["flag"] == "low_n":
        return Note("types_low_n", {"n": n["active"], "lo": float(active["lo"]), "hi": float(active["hi"])})
    values = {name: float(active[name]) for name in ("value", "lo", "hi")}
    return Note("types_active", {"n": n["active"], "dormant": n["dormant"], "lapsed": n["lapsed"], **values})
