"""How long customers stay: Kaplan–Meier from the first order to lapse (`survival`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import groups, purchases
from ...stats import mandated as vbp
from ...stats import survival as km

__all__ = ["Survival", "survival"]

LEVEL = 0.95
LOW_N = 30
#: on fewer customers no curve is drawn, and no log-rank test counts the group
LEAST = 5
MONTH = 365.25 / 12


@dataclass(frozen=True, eq=False, kw_only=True)
class Survival(Result):
    """How long customers stay.

    Attributes
    ----------
    table : DataFrame
        group ("all" last), metric ("still_customer": share not lapsed ``at`` months after the first order;
        "median_months": time by which half have lapsed), value, lo, hi, n (customers), at_risk (under observation
        at that time), lapsed (who ended), unit, method, flag.
    curve : DataFrame
        group, month (0, 1, …), value, lo, hi, at_risk, n: the curves, as far as five customers are at risk.
    statistic, p_value : float
        Log-rank test over the groups; missing with one group.
    """

    curve: pd.DataFrame
    statistic: float
    p_value: float
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n", "at_risk"), hides=("value", "lo", "hi", "lapsed"), keys=("month",), within=("metric",)
    )
    formats: ClassVar[Mapping[str, str]] = {"month": "number"}


@dataclass(frozen=True, eq=False)
class _Spells:
    code: np.ndarray  # customer
    entry: np.ndarray
    end: np.ndarray
    lapsed: np.ndarray
    left_out: int
    run_in: int


def survival(
    orders: pd.DataFrame,
    *,
    as_of: Any,
    by: pd.Series | None = None,
    lapse_months: int = 12,
    at: int = 24,
    since: pd.Series | None = None,
    run_in: int | None = None,
    mandated: pd.DataFrame | None = None,
    grouped_at_start: bool = False,
) -> Survival:  # facts about the data and settings, hence more than six
    """Share of customers that have not lapsed, by months since the first order.

    A customer lapses on the day on which ``lapse_months`` without a purchase are complete; who comes
    back later has lapsed all the same. Customers not lapsed by ``as_of`` are right-censored there.
    Customers who bought from the beginning of the data may have begun before (left truncation). Their
    time counts only where ``since`` tells when they began, and then from ``lapse_months`` after the
    data begin, when every lapse can be seen; else they are left out, and a note says how many.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, amount.
    as_of : date
    by : Series, optional
        Group of each customer (tier, type), on customer_id.
    lapse_months : int, default 12
    at : int, default 24
        Months after the first order for which the share is reported.
    since : Series of dates, optional
        Known first purchase, on customer_id.
    run_in : int, optional
        Days from the beginning of the data within which a first order may not be the first; 0 where the data
        hold every first order. Default: twice the usual gap, 60 to 365 days.
    mandated : DataFrame, optional
        product_id and date of mandated volume; see `stats.mandated`.
    grouped_at_start : bool, default False
        The groups were known when the customers began. Else a note says that groups made from later
        purchases hold survivors by construction.

    Returns
    -------
    Survival
        Intervals at 95 % on the log(−log) scale; medians after Brookmeyer and Crowley.

    Raises
    ------
    DataError
        ``no_spells`` when nobody began within the data.

    References
    ----------
    Kaplan, E. L. and Meier, P. (1958), Journal of the American Statistical Association 53, 457–481.
    """
    checks.whole(lapse_months, name="lapse_months", low=1)
    checks.whole(at, name="at", low=1)
    if run_in is not None:
        checks.whole(run_in, name="run_in", low=0)
    orders, left_out = vbp.free(orders, mandated)
    days = purchases.purchase_days(orders, as_of)
    spells = _spells(days, lapse_months * MONTH, since, days.run_in() if run_in is None else run_in)
    if not len(spells.code):
        raise DataError("no_spells", count=spells.left_out, days=spells.run_in)
    code, names, missing = groups.codes(days.customers, by)
    group = code[spells.code]
    rows, curves = [], []
    for i, name in [*enumerate(names), (-1, "all")]:
        inside = np.ones(len(group), dtype=bool) if i < 0 else group == i
        one = km.kaplan_meier(spells.end[inside], spells.lapsed[inside], entry=spells.entry[inside], level=LEVEL)
        rows += _rows(name, one, int(inside.sum()), int(spells.lapsed[inside].sum()), at)
        curves.append(_curve(name, one, int(inside.sum())))
    # shares of all groups first, then medians
    frame = pd.DataFrame(rows[::2] + rows[1::2])
    tested = np.isin(group, np.flatnonzero(np.bincount(group, minlength=len(names)) >= LEAST)) if names else group < 0
    statistic, p = km.log_rank(*(x[tested] for x in (spells.end, spells.lapsed, group)), entry=spells.entry[tested])
    notes = [*left_out, *_notes(spells, missing, grouped=bool(names) and not grouped_at_start)]
    df = len(np.unique(group[tested])) - 1
    if np.isfinite(p):
        notes.append(Note("log_rank" if p >= 0.001 else "log_rank_small", {"chi2": statistic, "df": df, "p": p}))
    return Survival(
        table=frame,
        settings={"as_of": days.as_of.date(), "lapse_months": lapse_months, "at": at, "run_in_days": spells.run_in,
                  "grouped_at_start": grouped_at_start, "level": LEVEL},
        notes=tuple(notes),
        finding=_finding(frame.iloc[len(names)], at, p),
        curve=pd.concat(curves, ignore_index=True),
        statistic=statistic,
        p_value=p,
    )  # fmt: skip


def _spells(days: purchases.PurchaseDays, lapse: float, since: pd.Series | None, run_in: int) -> _Spells:
    """First spell of each customer whose beginning is known, in months."""
    start = (days.start - pd.Timestamp(0)).days
    today = (days.as_of - pd.Timestamp(0)).days
    opening = np.r_[True, days.code[1:] != days.code[:-1]] if len(days.code) else np.empty(0, dtype=bool)
    who, first = days.code[opening], days.day[opening].astype(float)
    # the gap after each purchase day; the last one runs to the day of the report
    closing = np.r_[opening[1:], True] if len(opening) else opening
    after = np.where(closing, today, np.r_[days.day[1:], today]) - days.day if len(opening) else first
    ends = after >= lapse
    place = np.flatnonzero(ends)
    stop = np.full(len(who), np.inf)
    np.minimum.at(stop, np.searchsorted(who, days.code[place]), days.day[place] + lapse)
    lapsed = np.isfinite(stop)
    stop = np.where(lapsed, stop, today)
    origin, entry = first.copy(), np.zeros(len(who))
    known = first >= start + run_in
    if since is not None:
        checks.unique_index(since, name="since")
        told = pd.to_datetime(since.reindex(days.customers[who])).to_numpy().astype("datetime64[D]")
        began = np.where(np.isnat(told), np.inf, (told - np.datetime64("1970-01-01")).astype(float))
        # whoever is known to have begun before the data is no new customer, however late the first order seen;
        # whoever began within them is, however early
        before, within = began < start, (began >= start) & np.isfinite(began)
        early = before & (first <= start + lapse)
        origin, known = np.where(early, began, origin), (known & ~before) | early | within
        # every lapse can be seen from here on; a day earlier, so that a lapse on that very day counts
        entry = np.where(early, start + lapse - 1 - began, 0.0)
    return _Spells(
        who[known], entry[known] / MONTH, np.maximum(stop - origin, 0.5)[known] / MONTH, lapsed[known],
        int((~known).sum()), run_in,
    )  # fmt: skip


def _rows(group: str, one: km.Curve, n: int, lapsed: int, at: int) -> list[dict[str, Any]]:
    base = {"group": group, "n": n, "lapsed": lapsed, "method": "kaplan_meier"}
    flag = "missing_input" if n == 0 else "low_n" if n < LOW_N else "ok"
    still, lo, hi = (float(x[0]) for x in one.at(np.array([float(at)])))
    risk = int(one.at_risk(np.array([float(at)]))[0])
    # nobody is left to be at risk where all have lapsed
    reach = risk > 0 or still == 0
    found = one.median()
    rows = [
        {**base, "metric": "still_customer", "value": still if reach else np.nan, "lo": lo if reach else np.nan,
         "hi": hi if reach else np.nan, "at_risk": risk, "unit": "percent",
         "flag": flag if reach or not n else "not_identified"},
        {**base, "metric": "median_months", "value": found[0], "lo": found[1], "hi": found[2],
         "at_risk": int(one.at_risk(np.array([found[0]]))[0]) if np.isfinite(found[0]) else 0, "unit": "months",
         "flag": flag if np.isfinite(found[0]) or not n else "not_identified"},
    ]  # fmt: skip
    order = ("group", "metric", "value", "lo", "hi", "n", "at_risk", "lapsed", "unit", "method", "flag")
    return [{name: row[name] for name in order} for row in rows]


def _curve(group: str, one: km.Curve, n: int) -> pd.DataFrame:
    months = np.arange(0, int(one.end.max(initial=0.0)) + 1, dtype=float)
    risk = one.at_risk(months)
    months, risk = months[risk >= LEAST], risk[risk >= LEAST]
    value, lo, hi = one.at(months)
    frame = {"month": months, "value": value, "lo": lo, "hi": hi, "at_risk": risk, "n": n, "flag": "ok"}
    return pd.DataFrame({"group": np.full(len(months), group, dtype=object), **frame}).astype({"group": "str"})


def _notes(spells: _Spells, missing: int, *, grouped: bool) -> list[Note]:
    notes = []
    if missing:
        notes.append(Note("customers_without_group", {"n": missing}))
    if spells.left_out:
        notes.append(Note("survival_left_out", {"n": spells.left_out, "days": spells.run_in}))
    late = int((spells.entry > 0).sum())
    if late:
        notes.append(Note("survival_late_entry", {"n": late}))
    if grouped:
        notes.append(Note("survival_groups_later", {}))
    return notes


def _finding(row: pd.Series, at: int, p: float) -> Note:
    if pd.isna(row["value"]):
        return Note("survival_unknown", {"at": at, "n": int(row["n"])})
    told = {"at": at, "n": int(row["n"]), "value": float(row["value"])}
    if pd.isna(row["lo"]) or pd.isna(row["hi"]):
        return Note("survival_plain", told)
    told |= {"lo": float(row["lo"]), "hi": float(row["hi"])}
    code = "survival" if not np.isfinite(p) else "survival_differs" if p < 0.05 else "survival_alike"
    return Note(code, told)
