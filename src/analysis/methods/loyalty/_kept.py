"""Do customers come back: repeat rate, and year-on-year retention of customers and of value.

Volume that is mandated (centralised procurement) is not loyalty: ``mandated``
leaves the customers' products it touches out. Buyers who restock through a distributor order
by stock rule; what counts here is the month with an order, not the invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats import groups, intervals, periods, sums
from ...stats import mandated as vbp

__all__ = ["RepeatRate", "Retention", "repeat_rate", "retention"]

LEVEL = 0.95
N_BOOT = 1000
#: shares on fewer customers are for orientation only
LOW_N = 30
#: where fewer of the customers than this are known for long enough, they do not stand for the others
LEAST_SHARE = 1 / 3
#: on fewer customers a bootstrap says nothing
LEAST = 5


@dataclass(frozen=True, eq=False, kw_only=True)
class RepeatRate(Result):
    """Share of customers who bought again; table: group ("all" last), value, lo, hi, n, method, flag.

    The flag is not_identified where under a third of the group's customers are known for long enough: those
    seen first at the very start of short data are mostly the ones who order often, and say little of the others.
    """

    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "lo": "percent", "hi": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(within=())


@dataclass(frozen=True, eq=False, kw_only=True)
class Retention(Result):
    """What stayed from one year to the next.

    Attributes
    ----------
    table : DataFrame
        group ("all" last), metric ("customers_kept": share of customers kept; "grr": share of value kept,
        growth not counted; "nrr": value of the same customers over their value before), value, lo,
        hi, n (customers active in the year before), method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "lo": "percent", "hi": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(within=("metric",))


def repeat_rate(
    orders: pd.DataFrame,
    *,
    as_of: Any,
    exposure_months: int = 12,
    by: pd.Series | None = None,
    mandated: pd.DataFrame | None = None,
) -> RepeatRate:
    """Share of customers with orders in two or more months, among those known for long enough.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, amount (net; negative for returns). A month counts when its net value is positive.
    as_of : date
        Nothing later is used; months are counted back from it.
    exposure_months : int, default 12
        Only customers whose first active month lies at least this many months back.
    by : Series, optional
        Group of each customer (tier, region), on customer_id.
    mandated : DataFrame, optional
        product_id and date of mandated volume (``policy_events``); see `stats.mandated`.

    Returns
    -------
    RepeatRate
        With Wilson intervals at 95 %.
    """
    checks.whole(exposure_months, name="exposure_months", low=1)
    orders, left_out = vbp.free(orders, mandated)
    table = periods.customer_months(orders, as_of)
    bought = table.value > 0
    size = len(table.customers)
    active = np.bincount(table.code[bought], minlength=size)
    oldest = np.full(size, -1)
    np.maximum.at(oldest, table.code[bought], table.month[bought])
    exposed = oldest >= exposure_months
    code, names, missing = groups.codes(table.customers, by)
    n, known = _counts(code[exposed], len(names)), _counts(code, len(names))
    hits = _counts(code[exposed & (active >= 2)], len(names))
    lo, hi = intervals.wilson(hits, n, level=LEVEL)
    with np.errstate(invalid="ignore"):
        value = hits / n
    chosen = n < LEAST_SHARE * known
    flag = np.select([n == 0, chosen, n < LOW_N], ["missing_input", "not_identified", "low_n"], "ok")
    frame = pd.DataFrame(
        {"group": [*names, "all"], "value": value, "lo": lo, "hi": hi, "n": n, "method": "wilson", "flag": flag}
    )
    every = frame.iloc[-1]
    told = {"months": exposure_months, "n": int(every["n"]), "level": LEVEL, "of": size}
    numbers = {name: float(every[name]) for name in ("value", "lo", "hi")}
    code_of_all = "repeat_rate_selected" if every["flag"] == "not_identified" else "repeat_rate"
    finding = Note(code_of_all, {**told, **numbers})
    notes = [*left_out, *_notes(missing, young=size - int(exposed.sum()), months=exposure_months)]
    if selected := int((flag == "not_identified").sum()):
        notes.append(Note("repeat_rate_selected", {"n": selected, "of": len(frame), "months": exposure_months}))
    return RepeatRate(
        table=frame,
        settings={"as_of": table.as_of.date(), "exposure_months": exposure_months, "level": LEVEL},
        notes=tuple(notes),
        finding=finding if every["n"] else Note("repeat_rate_unknown", {"months": exposure_months}),
    )


def retention(
    orders: pd.DataFrame,
    *,
    as_of: Any,
    months: int = 12,
    by: pd.Series | None = None,
    unreported: Iterable[Any] | None = None,
    mandated: pd.DataFrame | None = None,
    seed: int = 0,
) -> Retention:  # two optional facts about the data, hence more than six
    """Customers and value kept from one year to the next.

    With v₀ and v₁ a customer's net value in the earlier and the later window, over customers with v₀ > 0:
    customers kept = share with v₁ > 0; GRR = Σ min(max(v₁, 0), v₀) / Σ v₀; NRR = Σ v₁ / Σ v₀.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, amount (net).
    as_of : date
        Last day of the later window.
    months : int, default 12
        Length of each window.
    by : Series, optional
        Group of each customer, on customer_id.
    unreported : iterable of months, optional
        Months the data do not hold; they and their twins of the other year are left out of both windows.
        By default a month without any order is one when the others are busy.
    mandated : DataFrame, optional
        product_id and date of mandated volume (``policy_events``); see `stats.mandated`.
    seed : int, default 0

    Returns
    -------
    Retention
        Wilson interval for customers, bootstrap by customer for value, both at 95 %.
    """
    checks.whole(months, name="months", low=1)
    orders, left_out = vbp.free(orders, mandated)
    table = periods.customer_months(orders, as_of)
    used, holes = periods.twin_windows(table, months, unreported)
    size = len(table.customers)
    before, after = (_window_values(table, [m + shift for m in used], size) for shift in (months, 0))
    stayed = before > 0
    code, names, missing = groups.codes(table.customers, by)
    rows = []
    for i, name in [*enumerate(names), (-1, "all")]:
        inside = stayed if i < 0 else stayed & (code == i)
        rows += _kept(name, before[inside], after[inside], seed=seed)
    frame = pd.DataFrame(rows)
    every = frame.iloc[-3]
    settings = {"as_of": table.as_of.date(), "months": months, "months_used": len(used), "level": LEVEL}
    notes = [*left_out, *_notes(missing)]
    if holes and used:
        notes.append(Note("months_left_out", {"months": [table.name(m) for m in holes], "used": len(used)}))
    if not used:
        notes.append(Note("history_too_short", {"months": 2 * months}))
        finding = Note("retention_unknown", {"months": 2 * months})
    else:
        told = {
            "n": int(every["n"]),
            "value": _number(every["value"]),
            "lo": _number(every["lo"]),
            "hi": _number(every["hi"]),
        }
        finding = Note("retention", {**told, "nrr": _number(frame["value"].iloc[-1])})
    return Retention(
        table=frame, settings={**settings, "n_boot": N_BOOT, "seed": seed}, notes=tuple(notes), finding=finding
    )


def _kept(group: str, before: np.ndarray, after: np.ndarray, *, seed: int) -> list[dict[str, Any]]:
    """The three measures of one group."""
    n = len(before)
    flag = "missing_input" if n == 0 else "low_n" if n < LOW_N else "ok"
    base = {"group": group, "n": n, "flag": flag}
    hits = int((after > 0).sum())
    lo, hi = intervals.wilson(hits, n, level=LEVEL)
    rows = [
        {**base, "metric": "customers_kept", "value": hits / n if n else np.nan, "lo": lo, "hi": hi, "method": "wilson"}
    ]
    kept = np.minimum(np.maximum(after, 0.0), before)
    drawn = sums.resampled(np.column_stack([before, kept, after]), n_boot=N_BOOT, seed=seed) if n >= LEAST else None
    for column, metric, part in ((1, "grr", kept), (2, "nrr", after)):
        value = float(part.sum() / before.sum()) if n else np.nan
        lo = hi = np.nan
        if drawn is not None:
            lo, hi = np.quantile(drawn[:, column] / drawn[:, 0], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
            lo, hi = min(lo, value), max(hi, value)
        rows.append({**base, "metric": metric, "value": value, "lo": lo, "hi": hi, "method": "bootstrap"})
    return [{key: row[key] for key in ("group", "metric", "value", "lo", "hi", "n", "method", "flag")} for row in rows]


def _window_values(table: periods.CustomerMonths, window: list[int], size: int) -> np.ndarray:
    inside = np.isin(table.month, window)
    # entries are sorted by customer and month, so this sum has one order only
    return np.bincount(table.code[inside], weights=table.value[inside], minlength=size)


def _counts(code: np.ndarray, size: int) -> np.ndarray:
    every = np.array([len(code)])
    return np.append(np.bincount(code, minlength=size)[:size], every) if size else every


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _notes(missing: int, *, young: int = 0, months: int = 0) -> tuple[Note, ...]:
    notes = []
    if missing:
        notes.append(Note("customers_without_group", {"n": missing}))
    if young:
        notes.append(Note("known_too_short", {"n": young, "months": months}))
    return tuple(notes)
