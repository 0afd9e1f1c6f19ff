"""Order frequency, time between orders, order size: one number per customer, medians by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import groups, intervals, periods, purchases

__all__ = ["Frequency", "Gaps", "OrderSize", "frequency", "gaps", "order_size"]

LEVEL = 0.95
LOW_N = 30
_DISCLOSURE = Disclosure(hides=("value", "lo", "hi", "q25", "q75", "orders"), within=())


@dataclass(frozen=True, eq=False, kw_only=True)
class Frequency(Result):
    """Order days per customer; table: group ("all" last), value (median), lo, hi, n, q25, q75, orders, method, flag."""

    formats: ClassVar[Mapping[str, str]] = dict.fromkeys(("value", "lo", "hi", "q25", "q75"), "number")
    disclosure: ClassVar[Disclosure] = _DISCLOSURE


@dataclass(frozen=True, eq=False, kw_only=True)
class Gaps(Result):
    """Days between order days; columns as `Frequency`, n counts customers with two order days or more."""

    formats: ClassVar[Mapping[str, str]] = dict.fromkeys(("value", "lo", "hi", "q25", "q75"), "number")
    disclosure: ClassVar[Disclosure] = _DISCLOSURE


@dataclass(frozen=True, eq=False, kw_only=True)
class OrderSize(Result):
    """Net value of an order day; columns as `Frequency`."""

    formats: ClassVar[Mapping[str, str]] = dict.fromkeys(("value", "lo", "hi", "q25", "q75"), "money")
    disclosure: ClassVar[Disclosure] = _DISCLOSURE


def frequency(orders: pd.DataFrame, *, as_of: Any, months: int = 12, by: pd.Series | None = None) -> Frequency:
    """Order days in the last months, of customers with one or more.

    Several lines or documents of one day are one order day; a day of returns alone is none.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, amount.
    as_of : date
    months : int, default 12
    by : Series, optional
        Group of each customer, on customer_id.

    Returns
    -------
    Frequency
        Median over customers, with its interval from order statistics at 95 %.

    Raises
    ------
    DataError
        ``no_orders_in_window``.
    """
    days, inside = _recent(orders, as_of, months)
    count = np.bincount(days.code[inside], minlength=len(days.customers)).astype(float)
    table, missing = _table(np.where(count > 0, count, np.nan), count, days, by)
    return Frequency(
        table=table,
        settings=_settings(days, months),
        notes=_notes(missing),
        finding=_finding(table, "frequency", months),
    )


def gaps(orders: pd.DataFrame, *, as_of: Any, months: int = 24, by: pd.Series | None = None) -> Gaps:
    """Days between one order day and the next: each customer's median, then the median over customers.

    Pooling all gaps would count frequent buyers many times over. The time since the last order is no
    gap yet, and customers with one order day have none; a note counts them.

    Parameters
    ----------
    orders, as_of, by
        As in `frequency`.
    months : int, default 24

    Returns
    -------
    Gaps

    Raises
    ------
    DataError
        ``no_orders_in_window``.
    """
    days, inside = _recent(orders, as_of, months)
    part = purchases.PurchaseDays(
        days.customers, days.code[inside], days.day[inside], days.value[inside], days.start, days.as_of
    )
    code, _ = part.gaps()
    count = np.bincount(code, minlength=len(days.customers)).astype(float)
    table, missing = _table(part.medians(), count, days, by)
    once = int((np.bincount(part.code, minlength=len(days.customers)) == 1).sum())
    extra = [Note("gaps_single", {"n": once})] if once else []
    return Gaps(
        table=table,
        settings=_settings(days, months),
        notes=(*_notes(missing), *extra),
        finding=_finding(table, "gaps", months),
    )


def order_size(orders: pd.DataFrame, *, as_of: Any, months: int = 12, by: pd.Series | None = None) -> OrderSize:
    """Net value of an order day: each customer's median, then the median over customers.

    Parameters
    ----------
    orders, as_of, months, by
        As in `frequency`.

    Returns
    -------
    OrderSize

    Raises
    ------
    DataError
        ``no_orders_in_window``.
    """
    days, inside = _recent(orders, as_of, months)
    code = days.code[inside]
    size = np.full(len(days.customers), np.nan)
    middle = pd.Series(days.value[inside]).groupby(code).median()
    size[middle.index.to_numpy()] = middle.to_numpy()
    count = np.bincount(code, minlength=len(days.customers)).astype(float)
    table, missing = _table(size, count, days, by)
    return OrderSize(
        table=table,
        settings=_settings(days, months),
        notes=_notes(missing),
        finding=_finding(table, "order_size", months),
    )


def _recent(orders: pd.DataFrame, as_of: Any, months: int) -> tuple[purchases.PurchaseDays, np.ndarray]:
    checks.whole(months, name="months", low=1)
    days = purchases.purchase_days(orders, as_of)
    inside = days.day > (periods.months_back(days.as_of, months) - pd.Timestamp(0)).days
    if not inside.any():
        raise DataError("no_orders_in_window", as_of=str(days.as_of.date()), months=months)
    return days, inside


def _table(
    value: np.ndarray, count: np.ndarray, days: purchases.PurchaseDays, by: pd.Series | None
) -> tuple[pd.DataFrame, int]:
    code, names, _ = groups.codes(days.customers, by)
    missing = 0 if by is None else int((np.isfinite(value) & by.reindex(days.customers).isna().to_numpy()).sum())
    rows = []
    for i, name in [*enumerate(names), (-1, "all")]:
        inside = np.isfinite(value) & ((code == i) | (i < 0))
        found = np.sort(value[inside])
        n = len(found)
        lo, hi = intervals.median(found, level=LEVEL)
        q25, middle, q75 = np.quantile(found, [0.25, 0.5, 0.75]) if n else (np.nan,) * 3
        flag = "missing_input" if n == 0 else "low_n" if n < LOW_N else "ok"
        rows.append({"group": name, "value": float(middle), "lo": lo, "hi": hi, "n": n, "q25": float(q25),
                     "q75": float(q75), "orders": int(count[inside].sum()), "method": "order_statistics",
                     "flag": flag})  # fmt: skip
    return pd.DataFrame(rows), missing


def _settings(days: purchases.PurchaseDays, months: int) -> dict[str, Any]:
    return {"as_of": days.as_of.date(), "months": months, "level": LEVEL}


def _notes(missing: int) -> tuple[Note, ...]:
    return (Note("customers_without_group", {"n": missing}),) if missing else ()


def _finding(table: pd.DataFrame, code: str, months: int) -> Note:
    row = table.iloc[-1]
    told: dict[str, float] = {"months": months, "n": int(row["n"])}
    if row["n"] == 0:
        return Note(f"{code}_unknown", {"months": months})
    told |= {"value": float(row["value"])}
    if np.isnan(row["lo"]):
        return Note(f"{code}_few", told)
    return Note(code, {**told, "lo": float(row["lo"]), "hi": float(row["hi"])})
