"""Orders or sales ahead for groups of customers, with intervals that hold for the group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats import groups
from .fitting import LifetimeFit
from .outlook import Outlook, money_outlook, orders_outlook
from .rules import RuleFit, rule_notes
from .spend import SpendFit
from .summary import UNIT_DAYS
from .tested import HeldOut, Tested, held_out_error, held_out_finding, held_out_notes, tested_on, widened

__all__ = ["Total", "Widening", "group_codes", "group_table", "total", "widening"]

#: groups with fewer customers are for orientation only
LOW_N = 30


@dataclass(frozen=True, eq=False, kw_only=True)
class Total(Result):
    """Orders or sales ahead, one row per group and one for all customers.

    Attributes
    ----------
    table : DataFrame
        group ("all" last), value, lo, hi, n, method, flag, unit; with a held-out test held_out_error
        (size of the error of the row's group, or of all customers where it was not tested alone).
    """

    formats: ClassVar[Mapping[str, str]] = {"held_out_error": "percent1"}
    disclosure: ClassVar[Disclosure] = Disclosure(keys=("held_out_error",), within=())


def total(  # the design fixes the first six parameters
    fit: LifetimeFit | RuleFit,
    history: pd.DataFrame,
    *,
    periods: float,
    by: pd.Series | None = None,
    spend_fit: SpendFit | None = None,
    unit: str = "week",
    level: float = 0.9,
    widen: Any = None,
) -> Total:
    """Expected orders (or sales, with ``spend_fit``) of the next ``periods``, by group and for all.

    Parameters
    ----------
    fit : LifetimeFit or RuleFit
        A model, or the plain rule that did better on held-out time (`choose`).
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
        Held-out test. Where the actual lay outside the interval of this family, the interval is widened on
        both sides by the relative error, and a note says by how much the model missed. Where the test was
        made ``by`` the same groups, each is widened by its own error.

    Returns
    -------
    Total
    """
    checks.number(periods, name="periods", low=0)
    checks.number(level, name="level", low=0.01, high=0.9999)
    checks.choice(unit, UNIT_DAYS, name="unit")
    code, names, notes = group_codes(history, by)
    tests = widening(widen, family=fit.family, money=spend_fit is not None, by=by, names=names)
    if spend_fit is None:
        outlook, kind = orders_outlook(fit, history, periods), "number"
    else:
        outlook, kind = money_outlook(fit, spend_fit, history, periods=periods), "money"
    table = group_table(outlook, code, names, kind=kind, level=level, tests=tests)
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
        notes=(
            *notes,
            *fit.notes[: fit.verdict != "interior"],
            *rule_notes(fit, history),
            *tests.notes(money=spend_fit is not None),
        ),
        finding=_finding(table, periods=periods, unit=unit, level=level, widen=tests.every),
    )


def group_codes(history: pd.DataFrame, by: pd.Series | None) -> tuple[np.ndarray, list[str], tuple[Note, ...]]:
    """Group number of each customer, names of the groups in order, a note on customers without one."""
    checks.not_empty(history, name="history")
    checks.unique_index(history, name="history")
    code, names, missing = groups.codes(history.index, by)
    return code, names, (Note("customers_without_group", {"n": missing}),) if missing else ()


@dataclass(frozen=True, eq=False)
class Widening:
    """The held-out tests behind the rows of a table: one of all customers, and those of single groups.

    Attributes
    ----------
    every : HeldOut or None
    own : dict
        Test of a group by its name, where the groups of the table are those of the test.
    """

    every: HeldOut | None
    own: Mapping[str, HeldOut]

    def of(self, name: str) -> HeldOut | None:
        """The test of a row: that of its group if there is one."""
        return self.own.get(name, self.every)

    def notes(self, *, money: bool) -> tuple[Note, ...]:
        """What the tests said."""
        return held_out_notes(self.every, money=money, groups=tuple(self.own.values()))


def widening(
    widen: Any, *, family: str, money: bool, by: pd.Series | None = None, names: list[str] | None = None
) -> Widening:
    """The tests of a family that rows of these groups are widened by."""
    tested = getattr(widen, "settings", {}).get("by")
    own = {}
    if by is not None and tested is not None and str(by.name) == tested:
        found = {name: tested_on(widen, family=family, money=money, group=name) for name in names or []}
        own = {name: test for name, test in found.items() if test is not None}
    return Widening(tested_on(widen, family=family, money=money), own)


def group_table(
    outlook: Outlook, code: np.ndarray, names: list[str], *, kind: str, level: float, tests: Widening
) -> pd.DataFrame:
    """Estimates of each group and of all customers together, with the error of the test beside each."""
    parts = [outlook.of_groups(code, len(names), level=level)] if names else []
    parts.append(outlook.of_groups(np.zeros(len(code), dtype=np.int64), 1, level=level))
    mean, lo, hi = (np.concatenate(each) for each in zip(*parts, strict=True))
    rows = [*names, "all"]
    known = [tests.of(name) for name in names] + [tests.every]
    # the last group is that of all customers
    groups_of = [outlook.exposed(code, len(names))] if names else []
    groups_of.append(outlook.exposed(np.zeros(len(code), dtype=np.int64), 1))
    by_orders, by_sales, least = (np.concatenate(each) for each in zip(*groups_of, strict=True))
    of_sales = np.array([isinstance(test, Tested) and test.money for test in known])
    lo, hi = widened(lo, hi, known, exposed=np.where(of_sales, by_sales, by_orders), least=least)
    n = np.append(np.bincount(code, minlength=len(names)), len(code)) if names else np.array([len(code)])
    table = pd.DataFrame(
        {
            "group": rows,
            "value": mean,
            "lo": lo,
            "hi": hi,
            "n": n.astype(np.int64),
            "method": "predictive",
            "flag": np.where(n < LOW_N, "low_n", "ok"),
            "unit": kind,
        }
    )
    if tests.every is not None:
        table["held_out_error"] = [np.nan if test is None else _share(held_out_error(test)) for test in known]
    return table


def _share(error: float | None) -> float:
    return np.nan if error is None else error


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
