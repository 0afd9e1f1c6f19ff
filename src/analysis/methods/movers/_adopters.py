"""Valuable accounts that take up new products early: `early_adopters`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.errors import SettingError
from ...core.result import Disclosure, Note, Result
from ...stats import bootstrap
from . import _launches
from ._rising import _tiers

__all__ = ["EarlyAdopters", "early_adopters"]

_DRAWS = 400


@dataclass(frozen=True, eq=False, kw_only=True)
class EarlyAdopters(Result):
    """Accounts of high value that order new products early.

    Attributes
    ----------
    table : DataFrame
        One row per account found, surest first: customer_id, tier, value (speed: first orders against those expected
        at the common pace; 1 is the common pace), lo, hi, n (launches it could take up), adopted, median_days,
        probability (that its speed is above 1), rank_lo, rank_hi (missing below two launches), method, flag.
    launches : DataFrame
        product_id, launched, source (declared, first_seen), n (accounts that could order), adopted, median_days,
        outcome (used, before_data, too_recent, not_ordered).
    customers : DataFrame
        Index customer_id, every account of ``orders`` or ``tiers``: tier, value, lo, hi, n, adopted, expected,
        median_days, probability, rank_lo, rank_hi, early.
    """

    launches: pd.DataFrame
    customers: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {"value": "ratio", "median_days": "days", "probability": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), customers=("customer_id",), row_level="customer")


# orders, products and tiers are three tables, hence more than six
def early_adopters(
    orders: pd.DataFrame,
    products: pd.DataFrame,
    *,
    tiers: pd.Series,
    as_of: str | dt.date,
    data_start: str | dt.date | None = None,
    sure: float = 0.8,
    seed: int = 0,
) -> EarlyAdopters:
    """Which accounts of value A order new products earlier than others.

    For each launch the time from launch (or from the account's own first order, where later) to its first order of
    the product, right-censored at ``as_of``. An account's first orders O are set against those expected at the
    common pace, E = sum of the Nelson-Aalen cumulative hazards at its times. Its speed has prior
    Gamma(a, a), with a from all accounts, and so posterior Gamma(a + O, a + E).

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, product_id: demand lines.
    products : DataFrame
        product_id, launch_date (optional; missing: the first day seen in the data), is_own (optional; others are left
        out).
    tiers : Series
        Value tier by customer_id.
    as_of : date
    data_start : date, optional
        First day on which orders could be seen; default the first order. A product launched before, or first seen
        within 90 days of it, says nothing about pace.
    sure : float, default 0.8
        Least probability that the speed is above the common pace.
    seed : int, default 0
        For the rank intervals.

    Returns
    -------
    EarlyAdopters

    Raises
    ------
    DataError
        No order up to the day, a product twice, tiers unknown.
    SettingError

    References
    ----------
    Gamma frailty: Vaupel, Manton and Stallard (1979), Demography 16, 439–454; cumulative hazard: Aalen (1978),
    Annals of Statistics 6, 701–726.
    """
    checks.number(sure, name="sure", low=0.5, high=0.999)
    checks.whole(seed, name="seed", low=0)
    known = _tiers(tiers, low=False)
    day = _day(as_of, "as_of")
    lines = _launches.lines(orders, day)
    start = lines["date"].min() if data_start is None else _day(data_start, "data_start")
    found = _launches.launches(lines, products, start, day)
    times = _launches.times(lines, found, day)
    customers = _speeds(times, lines, known, seed)
    customers["early"] = (customers["tier"] == "A") & (customers["probability"] >= sure)
    table = _table(customers)
    used = int((found["outcome"] == "used").sum())
    return EarlyAdopters(
        table=table,
        settings={"as_of": str(day.date()), "data_start": str(start.date()), "sure": sure, "seed": seed,
                  "launches_used": used, "n": len(customers)},
        notes=_notes(found, customers, used),
        finding=_finding(customers, used),
        launches=found,
        customers=customers,
    )  # fmt: skip


def _day(value: str | dt.date, name: str) -> pd.Timestamp:
    day = pd.to_datetime(value, errors="coerce")
    if not isinstance(day, pd.Timestamp):
        raise SettingError("types_day", name=name, got=str(value))
    return day.normalize()


def _speeds(times: pd.DataFrame, lines: pd.DataFrame, tiers: pd.Series, seed: int) -> pd.DataFrame:
    """One row per account: launches, first orders, expected ones, speed with interval and rank."""
    everyone = tiers.index.union(pd.Index(lines["customer_id"].unique()), sort=False)
    everyone = everyone[np.argsort(everyone.astype(str), kind="stable")]
    by = times.groupby("customer_id")
    frame = pd.DataFrame({"tier": tiers.reindex(everyone).fillna("").astype("str")}, index=everyone)
    frame["n"] = by.size().reindex(everyone, fill_value=0).astype(int)
    frame["adopted"] = by["event"].sum().reindex(everyone, fill_value=0).astype(int)
    frame["expected"] = by["hazard"].sum().reindex(everyone, fill_value=0.0)
    frame["median_days"] = times[times["event"]].groupby("customer_id")["days"].median().reindex(everyone)
    tried = (frame["n"] > 0).to_numpy()
    shape = _launches.frailty(frame["adopted"].to_numpy()[tried], frame["expected"].to_numpy()[tried])
    a, b = shape + frame["adopted"].to_numpy(), shape + frame["expected"].to_numpy()
    frame["value"] = np.where(tried, a / b, np.nan)
    for name, q in (("lo", 0.025), ("hi", 0.975)):
        frame[name] = np.where(tried, stats.gamma.ppf(q, a) / b, np.nan)
    # a very uneven posterior may have its mean beyond the bounds
    frame["lo"], frame["hi"] = frame[["lo", "value"]].min(axis=1), frame[["hi", "value"]].max(axis=1)
    frame["probability"] = np.where(tried, stats.gamma.sf(b, a), np.nan)
    ranked = (frame["n"] >= 2).to_numpy()
    frame["rank_lo"], frame["rank_hi"] = np.nan, np.nan
    if ranked.any():
        draws = np.random.default_rng(seed).standard_gamma(a[ranked], size=(_DRAWS, ranked.sum())) / b[ranked]
        frame.loc[ranked, "rank_lo"], frame.loc[ranked, "rank_hi"] = bootstrap.rank_interval(draws)
    return frame.rename_axis("customer_id")


def _table(customers: pd.DataFrame) -> pd.DataFrame:
    table = customers[customers["early"]].reset_index()
    table = table.sort_values(["probability", "value", "customer_id"], ascending=[False, False, True], kind="stable")
    table["method"] = "gamma_frailty"
    table["flag"] = np.where(table["n"] < 2, "low_n", "ok")
    names = ["customer_id", "tier", "value", "lo", "hi", "n", "adopted", "median_days", "probability", "rank_lo",
             "rank_hi", "method", "flag"]  # fmt: skip
    return table[names].reset_index(drop=True).astype({"method": "str", "flag": "str"})


def _notes(found: pd.DataFrame, customers: pd.DataFrame, used: int) -> tuple[Note, ...]:
    notes = []
    for outcome in ("before_data", "too_recent", "not_ordered"):
        count = int((found["outcome"] == outcome).sum())
        if count:
            notes.append(Note(f"adopters_{outcome}", {"n": count}))
    if used == 1:
        notes.append(Note("adopters_one_launch", {}))
    none = int((customers["n"] == 0).sum())
    if used and none:
        notes.append(Note("adopters_not_at_risk", {"n": none}))
    return tuple(notes)


def _finding(customers: pd.DataFrame, used: int) -> Note:
    top = int((customers["tier"] == "A").sum())
    if used == 0:
        return Note("adopters_unknown", {})
    if top == 0:
        return Note("adopters_no_a", {"n": len(customers)})
    count = int(customers["early"].sum())
    return Note("adopters" if count else "adopters_none", {"n": count, "top": top, "launches": used})
