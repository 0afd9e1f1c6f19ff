"""Retention by the quarter of the first order (`cohorts`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals, purchases
from ...stats import mandated as vbp

__all__ = ["EXISTING", "Cohorts", "cohorts"]

LEVEL = 0.95
LOW_N = 30
#: smaller cohorts are left out, of the total too: nobody could be told from the rest
LEAST = 5
#: customers whose first order may lie before the data
EXISTING = "existing"


@dataclass(frozen=True, eq=False, kw_only=True)
class Cohorts(Result):
    """Who still buys, by the quarter of the first order.

    Attributes
    ----------
    table : DataFrame
        quarters_since (1, 2, …), cohort ("all": the quarters together; "existing": bought from the beginning of
        the data; quarters), value (share of the cohort with a purchase in that quarter), lo, hi, n (size of
        the cohort, for "all" of those that can be seen that far), method, flag.
    n : int
        Customers with a purchase.
    """

    n: int
    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "lo": "percent", "hi": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(keys=("quarters_since",), within=("quarters_since",))


def cohorts(
    orders: pd.DataFrame, *, as_of: Any, run_in: int | None = None, mandated: pd.DataFrame | None = None
) -> Cohorts:
    """Share of each cohort with a purchase in the quarters after its first.

    Quarters are those of the calendar; one that ``as_of`` cuts short is left out. A quarter without any
    order of anybody counts as not reported.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, amount.
    as_of : date
    run_in : int, optional
        Days from the beginning of the data within which a first order may not be the first; 0 where the data
        hold every first order. Default: twice the usual gap, 60 to 365 days.
    mandated : DataFrame, optional
        product_id and date of mandated volume; see `stats.mandated`.

    Returns
    -------
    Cohorts
        With Wilson intervals at 95 %.

    Raises
    ------
    DataError
        ``cohorts_too_short`` with fewer than two whole quarters, ``cohorts_few`` without a cohort of five.
    """
    if run_in is not None:
        checks.whole(run_in, name="run_in", low=0)
    orders, left_out = vbp.free(orders, mandated)
    days = purchases.purchase_days(orders, as_of)
    quarter = _quarter(days.day)
    last = _quarter(np.array([(days.as_of - pd.Timestamp(0)).days]))[0]
    if days.as_of.normalize() != (days.as_of + pd.offsets.QuarterEnd(0)).normalize():
        last -= 1
    first = _quarter(np.array([(days.start - pd.Timestamp(0)).days]))[0]
    if last - first < 1 or not len(quarter):
        raise DataError("cohorts_too_short", first=str(days.start.date()), as_of=str(days.as_of.date()))
    size = len(days.customers)
    active = np.zeros((size, last - first + 1), dtype=bool)
    inside = quarter <= last
    active[days.code[inside], quarter[inside] - first] = True
    run_in = days.run_in() if run_in is None else run_in
    joined, old = _joined(days, size, run_in)
    size_of = np.bincount((joined - first)[(joined >= 0) & ~old], minlength=1)[: last - first]
    small = int(((size_of > 0) & (size_of < LEAST)).sum())
    frame = _table(active, joined - first, old, first)
    if frame.empty:
        raise DataError("cohorts_few", count=int((joined >= 0).sum()), least=LEAST)
    notes = list(left_out)
    if old.any():
        notes.append(Note("cohorts_existing", {"n": int(old.sum()), "days": run_in}))
    if small:
        notes.append(Note("cohorts_small", {"n": small, "least": LEAST}))
    empty = int((~active.any(axis=0)).sum())
    if empty:
        notes.append(Note("quarters_not_reported", {"n": empty}))
    return Cohorts(
        table=frame,
        settings={"as_of": days.as_of.date(), "quarters": last - first + 1, "run_in_days": run_in, "level": LEVEL},
        notes=tuple(notes),
        finding=_finding(frame),
        n=int((joined >= 0).sum()),
    )


def _quarter(day: np.ndarray) -> np.ndarray:
    """Quarters since 1970."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) // 3


def _joined(days: purchases.PurchaseDays, size: int, run_in: int) -> tuple[np.ndarray, np.ndarray]:
    """Quarter of the first purchase (−1 without one), and who may have begun before the data."""
    first = np.full(size, np.iinfo(np.int64).max)
    np.minimum.at(first, days.code, days.day)
    some = first < np.iinfo(np.int64).max
    joined = np.where(some, _quarter(np.where(some, first, 0)), -1)
    return joined, some & (first < (days.start - pd.Timestamp(0)).days + run_in)


def _table(active: np.ndarray, joined: np.ndarray, old: np.ndarray, first: int) -> pd.DataFrame:
    reported = np.asarray(active.any(axis=0))
    width = active.shape[1]
    rows: list[dict[str, Any]] = []
    sums = np.zeros((width, 2), dtype=np.int64)
    for name, member, start in _members(joined, old, width, first):
        n = int(member.sum())
        for since in range(1, width - start):
            seen = bool(reported[start + since])
            hits = int(active[member, start + since].sum())
            if name != EXISTING and seen:
                sums[since] += hits, n
            rows.append(_row(name, since, hits, n, seen))
    reached = [since for since in range(1, width) if sums[since, 1]]
    rows = [_row("all", since, int(sums[since, 0]), int(sums[since, 1]), True) for since in reached] + rows
    return pd.DataFrame(rows)


def _members(joined: np.ndarray, old: np.ndarray, width: int, first: int) -> list[tuple[str, np.ndarray, int]]:
    out = [(EXISTING, old, 0)] if old.any() else []
    for q in range(width - 1):
        member = (joined == q) & ~old
        if member.sum() >= LEAST:
            year, part = divmod(first + q, 4)
            out.append((f"{1970 + year}Q{part + 1}", member, q))
    return out


def _row(cohort: str, since: int, hits: int, n: int, seen: bool) -> dict[str, Any]:
    lo, hi = intervals.wilson(hits, n, level=LEVEL) if seen else (np.nan, np.nan)
    flag = "missing_input" if not seen else "low_n" if n < LOW_N else "ok"
    value = hits / n if seen else np.nan
    return {"quarters_since": since, "cohort": cohort, "value": value, "lo": lo, "hi": hi, "n": n, "method": "wilson",
            "flag": flag}  # fmt: skip


def _finding(frame: pd.DataFrame) -> Note:
    every = frame[frame["cohort"] == "all"]
    if every.empty:
        return Note("cohorts_none_new", {"n": int(frame["n"].max())})
    # a year after the first order, or as far as the data go
    row = every[every["quarters_since"] <= 4].iloc[-1]
    told = {name: float(row[name]) for name in ("value", "lo", "hi")}
    return Note("cohorts", {"since": int(row["quarters_since"]), "n": int(row["n"]), **told})
