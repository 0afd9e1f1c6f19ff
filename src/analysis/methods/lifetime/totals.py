"""Orders or sales ahead for groups of customers, with intervals that hold for the group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats import groups
from . import moneytest
from .fitting import LifetimeFit
from .outlook import Outlook, count_interval, money_interval, money_outlook, orders_outlook
from .spend import SpendFit
from .summary import UNIT_DAYS

__all__ = ["HeldOut", "Total", "group_codes", "group_table", "held_out_finding", "held_out_notes", "tested_on", "total"]

#: groups with fewer customers are for orientation only
LOW_N = 30


class HeldOut(Protocol):
    """What a held-out test says of a model: `lifetime.compare` gives one."""

    @property
    def predicted(self) -> float:
        """What the model expected of the period it had not seen."""

    @property
    def actual(self) -> float:
        """What came."""

    @property
    def covered(self) -> bool:
        """Whether the interval held the actual."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Total(Result):
    """Orders or sales ahead, one row per group and one for all customers.

    Attributes
    ----------
    table : DataFrame
        group ("all" last), value, lo, hi, n, method, flag, unit.
    """

    disclosure: ClassVar[Disclosure] = Disclosure(within=())


def total(  # the design fixes the first six parameters
    fit: LifetimeFit,
    history: pd.DataFrame,
    *,
    periods: float,
    by: pd.Series | None = None,
    spend_fit: SpendFit | None = None,
    unit: str = "week",
    level: float = 0.9,
    widen: HeldOut | None = None,
) -> Total:
    """Expected orders (or sales, with ``spend_fit``) of the next ``periods``, by group and for all.

    Parameters
    ----------
    fit : LifetimeFit
    history : DataFrame
        As from `summarise`; with monetary_value when ``spend_fit`` is given.
    periods : float
        In the unit of the history.
    by : Series, optional
        Group of each customer (tier, region), on customer_id; a customer without one is "unassigned".
    spend_fit : SpendFit, optional
        Gives undiscounted sales instead of orders.
    unit : {"day", "week", "month"}, default "week"
        What a period is called.
    level : float, default 0.9
        The interval holds outcomes (customers buying more or less than expected) and parameters.
    widen : Comparison, optional
        Held-out test of the model. Where the actual lay outside its interval, every interval is
        widened on both sides by the relative error, and a note says by how much the model missed.

    Returns
    -------
    Total
    """
    checks.number(periods, name="periods", low=0)
    checks.number(level, name="level", low=0.01, high=0.9999)
    checks.choice(unit, UNIT_DAYS, name="unit")
    code, names, notes = group_codes(history, by)
    widen = tested_on(widen, money=spend_fit is not None)
    if spend_fit is None:
        outlook, kind = orders_outlook(fit, history, periods), "number"
    else:
        outlook, kind = money_outlook(fit, spend_fit, history, periods=periods), "money"
    table = group_table(outlook, code, names, kind=kind, level=level, widen=widen)
    if fit.repeaters == 0 and fit.customers > 0:
        # nobody ever came back: a forecast would be the shape of the model and nothing else
        table = table.assign(value=np.nan, lo=np.nan, hi=np.nan, flag="not_identified")
        notes = (*notes, Note("nobody_repeats"))
    return Total(
        table=table,
        settings={
            "periods": periods,
            "unit": unit,
            "level": level,
            "family": fit.family,
            "money": spend_fit is not None,
        },
        notes=(*notes, *fit.notes[: fit.verdict != "interior"], *held_out_notes(widen, money=spend_fit is not None)),
        finding=_finding(table, periods=periods, unit=unit, level=level, widen=widen),
    )


def group_codes(history: pd.DataFrame, by: pd.Series | None) -> tuple[np.ndarray, list[str], tuple[Note, ...]]:
    """Group number of each customer, names of the groups in order, a note on customers without one."""
    checks.not_empty(history, name="history")
    checks.unique_index(history, name="history")
    code, names, missing = groups.codes(history.index, by)
    return code, names, (Note("customers_without_group", {"n": missing}),) if missing else ()


def group_table(
    outlook: Outlook, code: np.ndarray, names: list[str], *, kind: str, level: float, widen: HeldOut | None
) -> pd.DataFrame:
    """Estimates of each group and of all customers together."""
    count = np.bincount(code, minlength=len(names))
    parts = [outlook.by_group(code, len(names))] if names else []
    parts.append(outlook.by_group(np.zeros(len(code), dtype=np.int64), 1))
    mean, variance, log_zero = (np.concatenate(each) for each in zip(*parts, strict=True))
    if kind == "money":
        lo, hi = money_interval(mean, variance, log_zero, level=level)
    else:
        lo, hi = count_interval(mean, variance, level=level)
    lo, hi = _widened(mean, lo, hi, widen)
    n = np.append(count, len(code)) if names else np.array([len(code)])
    return pd.DataFrame(
        {
            "group": [*names, "all"],
            "value": mean,
            "lo": lo,
            "hi": hi,
            "n": n.astype(np.int64),
            "method": "predictive",
            "flag": np.where(n < LOW_N, "low_n", "ok"),
            "unit": kind,
        }
    )


def held_out_notes(widen: HeldOut | None, *, money: bool = False) -> tuple[Note, ...]:
    """How the model did on the period it had not seen; for money without a test of its own, that it has none."""
    if widen is None:
        return ()
    code = "held_out_inside" if widen.covered else "held_out_missed"
    if isinstance(widen, moneytest.MoneyTest):
        code = f"{code}_value"
    tested = Note(code, {"predicted": widen.predicted, "actual": widen.actual, "error": held_out_error(widen)})
    only = money and not isinstance(widen, moneytest.MoneyTest)
    return (tested, Note("held_out_orders_only")) if only else (tested,)


def tested_on(widen: HeldOut | None, *, money: bool) -> HeldOut | None:
    """What an interval is widened by: for money the test of money, else that of orders."""
    return (moneytest.of(widen) or widen) if money else widen


def held_out_finding(code: str, told: Mapping[str, Any], widen: HeldOut | None) -> Note:
    """The finding with the error of the test that was made: none, of orders, or of money."""
    if widen is None:
        return Note(code, told)
    kind = "tested" if isinstance(widen, moneytest.MoneyTest) else "held_out"
    return Note(f"{code}_{kind}", {**told, "error": held_out_error(widen)})


def held_out_error(widen: HeldOut) -> float | None:
    """Size of the held-out error relative to the actual; None when nobody ordered."""
    return abs(widen.predicted - widen.actual) / widen.actual if widen.actual else None


def _widened(value: np.ndarray, lo: np.ndarray, hi: np.ndarray, widen: HeldOut | None) -> tuple[np.ndarray, np.ndarray]:
    if widen is None or widen.covered or not widen.predicted:
        return lo, hi
    miss = abs(widen.actual - widen.predicted) / widen.predicted * value
    return np.maximum(lo - miss, 0.0), hi + miss


def _finding(table: pd.DataFrame, *, periods: float, unit: str, level: float, widen: HeldOut | None) -> Note:
    every = table.iloc[-1]
    if every["flag"] == "not_identified":
        return Note("lifetime_total_unknown", {"n": int(every["n"])})
    told: Mapping[str, Any] = {
        "n": int(every["n"]),
        "periods": round(periods, 1) if periods % 1 else int(periods),
        "unit": f"unit_{unit}",
        "value": float(every["value"]),
        "lo": float(every["lo"]),
        "hi": float(every["hi"]),
        "level": level,
    }
    code = "lifetime_sales" if every["unit"] == "money" else "lifetime_orders"
    return held_out_finding(code, told, widen)
