"""Did net sales rise: the last twelve months against the twelve before, and month by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import groups, periods, sums

__all__ = ["Change", "Monthly", "change", "monthly"]

LEVEL = 0.95
N_BOOT = 1000
LOW_N = 30
LEAST = 5


@dataclass(frozen=True, eq=False, kw_only=True)
class Change(Result):
    """Relative change of net sales between two windows of equal length.

    Attributes
    ----------
    table : DataFrame
        group ("all" last), value (0.06 is a rise of 6 %), lo, hi, n (customers with orders in either
        window), before, after (net sales), method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent1", "lo": "percent1", "hi": "percent1", "before": "money", "after": "money",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "before", "after"), within=())


@dataclass(frozen=True, eq=False, kw_only=True)
class Monthly(Result):
    """Net sales by month; table: month, value (missing where the month was not reported), lo, hi, n, method, flag."""

    formats: ClassVar[Mapping[str, str]] = {"month": "month", "value": "money", "lo": "money", "hi": "money"}


def change(
    orders: pd.DataFrame,
    *,
    as_of: Any,
    months: int = 12,
    by: pd.Series | None = None,
    unreported: Iterable[Any] | None = None,
    seed: int = 0,
) -> Change:
    """Net sales of the last ``months`` against the ``months`` before, with an interval.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, amount (net; negative for returns).
    as_of : date
        Last day of the later window; nothing later is used.
    months : int, default 12
    by : Series, optional
        Group of each customer (region, tier), on customer_id.
    unreported : iterable of months, optional
        Months the data do not hold; they and their twins are left out of both windows. By default a
        month without any order is one when the others are busy.
    seed : int, default 0

    Returns
    -------
    Change
        With a percentile interval at 95 %, customers drawn with replacement. ``not_identified`` where
        the earlier net sales are not positive, ``missing_input`` where the data do not reach back.

    References
    ----------
    Efron, B. and Tibshirani, R. (1993), An Introduction to the Bootstrap, chapter 13.
    """
    checks.whole(months, name="months", low=1)
    table = periods.customer_months(orders, as_of)
    used, holes = periods.twin_windows(table, months, unreported)
    values = np.column_stack([_window(table, [m + shift for m in used]) for shift in (months, 0)])
    present = _present(table, [*used, *(m + months for m in used)])
    code, names, missing = groups.codes(table.customers, by)
    rows = [
        _estimate(name, values[present if i < 0 else present & (code == i)], reach=bool(used), seed=seed)
        for i, name in [*enumerate(names), (-1, "all")]
    ]
    frame = pd.DataFrame(rows)
    notes = [Note("customers_without_group", {"n": missing})] if missing else []
    if holes and used:
        notes.append(Note("months_left_out", {"months": [table.name(m) for m in holes], "used": len(used)}))
    if not used:
        notes.append(Note("history_too_short", {"months": 2 * months}))
    return Change(
        table=frame,
        settings={
            "as_of": table.as_of.date(),
            "months": months,
            "months_used": len(used),
            "level": LEVEL,
            "n_boot": N_BOOT,
            "seed": seed,
        },
        notes=tuple(notes),
        finding=_finding(frame.iloc[-1], months),
    )


def monthly(calendar: pd.DataFrame) -> Monthly:
    """Net sales of all customers month by month; a month that was not reported stays empty.

    Parameters
    ----------
    calendar : DataFrame
        The completed monthly calendar: month (first day), value (missing where the month was not
        reported, zero where it was and nobody bought), and customer_id where there is one.

    Returns
    -------
    Monthly
        A record and no estimate: lo and hi are empty; n counts customers with a positive month.

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``calendar_month`` (a month cannot be read).
    """
    checks.columns(calendar, ["month", "value"], name="calendar")
    checks.not_empty(calendar, name="calendar")
    month = pd.to_datetime(calendar["month"], errors="coerce")
    if month.isna().any():
        raise DataError("calendar_month", count=int(month.isna().sum()), of=len(calendar))
    code, first = pd.factorize(month.dt.to_period("M"), sort=True)
    value = calendar["value"].to_numpy(dtype=float)
    known = np.isfinite(value)
    total = sums.by_group(value[known], code[known], len(first))
    reported = np.bincount(code[known], minlength=len(first)) > 0
    frame = pd.DataFrame({"month": pd.PeriodIndex(first).to_timestamp(), "value": np.where(reported, total, np.nan)})
    every = pd.period_range(first.min(), first.max(), freq="M")
    frame["n"] = np.bincount(code[known & (value > 0)], minlength=len(first))
    frame = frame.set_index("month").reindex(pd.Index(every.to_timestamp(), name="month")).reset_index()
    frame["n"] = frame["n"].fillna(0).astype(np.int64)
    frame["lo"] = frame["hi"] = np.nan
    frame["method"], frame["flag"] = "recorded", np.where(frame["value"].isna(), "missing_input", "ok")
    holes = int(frame["value"].isna().sum())
    told = {
        "first": frame["month"].iloc[0].date(),
        "last": frame["month"].iloc[-1].date(),
        "n": len(frame),
        "missing": holes,
    }
    return Monthly(
        table=frame[["month", "value", "lo", "hi", "n", "method", "flag"]],
        settings={"months": len(frame)},
        notes=(Note("months_not_reported", {"n": holes}),) if holes else (),
        finding=Note("monthly_with_holes" if holes else "monthly", told),
    )


def _estimate(group: str, values: np.ndarray, *, reach: bool, seed: int) -> dict[str, Any]:
    """Change of one group; ``values`` holds net sales before and after by customer."""
    n = len(values)
    before, after = (float(total) for total in values.sum(axis=0)) if n and reach else (np.nan, np.nan)
    value = lo = hi = np.nan
    flag = "missing_input"
    if reach and n:
        flag = "not_identified"
        if before > 0:
            value = after / before - 1
            flag = "low_n" if n < LOW_N else "ok"
            if n >= LEAST:
                lo, hi = _bounds(values, value, seed)
    return {
        "group": group, "value": value, "lo": lo, "hi": hi, "n": n, "before": before, "after": after,
        "method": "bootstrap", "flag": flag,
    }  # fmt: skip


def _bounds(values: np.ndarray, value: float, seed: int) -> tuple[float, float]:
    drawn = sums.resampled(values, n_boot=N_BOOT, seed=seed)
    usable = drawn[drawn[:, 0] > 0]
    lo, hi = np.quantile(usable[:, 1] / usable[:, 0] - 1, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return min(float(lo), value), max(float(hi), value)


def _window(table: periods.CustomerMonths, months: list[int]) -> np.ndarray:
    inside = np.isin(table.month, months)
    return np.bincount(table.code[inside], weights=table.value[inside], minlength=len(table.customers))


def _present(table: periods.CustomerMonths, months: list[int]) -> np.ndarray:
    return np.bincount(table.code[np.isin(table.month, months)], minlength=len(table.customers)) > 0


def _finding(row: pd.Series, months: int) -> Note:
    if np.isnan(row["value"]):
        return Note("growth_unknown", {"months": months})
    told = {"months": months, "n": int(row["n"]), "value": float(row["value"]), "size": abs(float(row["value"]))}
    if np.isnan(row["lo"]):
        return Note("growth_few", told)
    told |= {"lo": float(row["lo"]), "hi": float(row["hi"]), "level": LEVEL}
    code = "growth_up" if row["lo"] > 0 else "growth_down" if row["hi"] < 0 else "growth_unclear"
    return Note(code, told)
