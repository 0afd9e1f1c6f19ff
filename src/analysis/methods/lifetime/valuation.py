"""Customer lifetime value: discounted margin of the orders ahead, over a stated horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from .fitting import LifetimeFit
from .rules import RuleFit, rule_notes
from .spend import SpendFit
from .terms import Terms
from .tested import HeldOut, held_out_finding
from .totals import group_codes, group_table, widening

__all__ = ["ValueDeciles", "ValueTotal", "deciles_of_value", "value", "value_by_group"]

PARTS = 10
#: fewest customers of one group
LEAST = 5


@dataclass(frozen=True, eq=False, kw_only=True)
class ValueTotal(Result):
    """Lifetime value by group; columns as `Total`."""

    formats: ClassVar[Mapping[str, str]] = {"held_out_error": "percent1"}
    disclosure: ClassVar[Disclosure] = Disclosure(keys=("held_out_error",), within=())


@dataclass(frozen=True, eq=False, kw_only=True)
class ValueDeciles(Result):
    """Lifetime value by tenth of the customers (fewer groups where customers are few), 1 the most valuable.

    Attributes
    ----------
    table : DataFrame
        decile (number of the group), value (sum), lo, hi, n, share (of the value of all; missing where that
        is not above nothing), method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {"value": "money", "lo": "money", "hi": "money", "share": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "share"), keys=("decile",), within=())


def value(  # the design fixes these parameters
    fit: LifetimeFit | RuleFit,
    spend_fit: SpendFit,
    history: pd.DataFrame,
    *,
    periods: float,
    annual_discount_rate: float,
    unit: str = "week",
    margin: float = 1.0,
    cost_per_order: float = 0.0,
    cost_per_year: float = 0.0,
    level: float = 0.9,
) -> pd.DataFrame:
    """Lifetime value of each customer: discounted margin of the orders expected in the next ``periods``.

    Parameters
    ----------
    fit : LifetimeFit or RuleFit
        A model, or the plain rule that did better on held-out time (`choose`).
    spend_fit : SpendFit
    history : DataFrame
        frequency, recency, age, monetary_value, as from `summarise`.
    periods : float
        Horizon in ``unit``, the unit of the history; ``math.inf`` for all the future, with a model and a
        discount rate above 0.
    annual_discount_rate : float
        0.1 means that money a year ahead counts 1 / 1.1.
    unit : {"day", "week", "month"}, default "week"
    margin : float, default 1.0
        Share of sales that remains, 0–1.
    cost_per_order, cost_per_year : float, default 0.0
        Cost to serve, in money of the value: of each order, and of each year of the horizon whether the
        customer orders or not (to stop serving is a decision, not an outcome). Both are discounted alike.
    level : float, default 0.9
        Predictive interval: outcome and parameters.

    Returns
    -------
    DataFrame
        On the history's index, in its order: value, lo, hi. Below zero where the cost is above the margin.

    Raises
    ------
    SettingError
        ``out_of_range``, ``not_a_choice`` (unit), ``endless_without_discount``, ``rule_has_no_end``,
        ``history_unit`` (the history is in another unit than the fit).

    References
    ----------
    Fader, Hardie and Lee (2005), Journal of Marketing Research 42, 415–430 (value = orders x spend).
    """
    terms = Terms(
        periods=periods,
        annual_discount_rate=annual_discount_rate,
        unit=unit,
        margin=margin,
        level=level,
        cost_per_order=cost_per_order,
        cost_per_year=cost_per_year,
    )
    mean, lo, hi = terms.outlook(fit, spend_fit, history).of_customers(level=level)
    return pd.DataFrame({"value": mean, "lo": lo, "hi": hi}, index=history.index)


def value_by_group(  # takes the settings of `value`, hence more than six
    fit: LifetimeFit | RuleFit,
    spend_fit: SpendFit,
    history: pd.DataFrame,
    *,
    periods: float,
    annual_discount_rate: float,
    by: pd.Series | None = None,
    unit: str = "week",
    margin: float = 1.0,
    cost_per_order: float = 0.0,
    cost_per_year: float = 0.0,
    level: float = 0.9,
    widen: Any = None,
) -> ValueTotal:
    """Lifetime value of groups of customers (tiers, regions) and of all, with intervals of the totals.

    Parameters are those of `value`; ``by`` and ``widen`` those of `total`.
    """
    code, names, notes = group_codes(history, by)
    terms = Terms(
        periods=periods,
        annual_discount_rate=annual_discount_rate,
        unit=unit,
        margin=margin,
        level=level,
        cost_per_order=cost_per_order,
        cost_per_year=cost_per_year,
    )
    outlook = terms.outlook(fit, spend_fit, history)
    tests = widening(widen, family=fit.family, money=True, by=by, names=names)
    table = group_table(outlook, code, names, kind="money", level=level, tests=tests)
    return ValueTotal(
        table=table,
        settings=terms.settings(fit),
        notes=(*notes, *_notes(fit, spend_fit, terms, history), *tests.notes(money=True)),
        finding=_finding(table.iloc[-1], terms, tests.every),
    )


def deciles_of_value(  # takes the settings of `value`, hence more than six
    fit: LifetimeFit | RuleFit,
    spend_fit: SpendFit,
    history: pd.DataFrame,
    *,
    periods: float,
    annual_discount_rate: float,
    unit: str = "week",
    margin: float = 1.0,
    cost_per_order: float = 0.0,
    cost_per_year: float = 0.0,
    level: float = 0.9,
    widen: Any = None,
) -> ValueDeciles:
    """Customers in ten equal groups by expected value, 1 the most valuable, with the value of each group.

    Below 50 customers there are as many equal groups as hold five customers each, at least one,
    so that no group shows a single customer. Equal values are put in the order of customer_id.
    Parameters are those of `value` and `total`.
    """
    checks.not_empty(history, name="history")
    checks.unique_index(history, name="history")
    terms = Terms(
        periods=periods,
        annual_discount_rate=annual_discount_rate,
        unit=unit,
        margin=margin,
        level=level,
        cost_per_order=cost_per_order,
        cost_per_year=cost_per_year,
    )
    outlook = terms.outlook(fit, spend_fit, history)
    parts = max(1, min(PARTS, len(history) // LEAST))
    by_id = np.argsort(history.index.to_numpy(), kind="stable")
    ranked = by_id[np.argsort(-outlook.mean[by_id], kind="stable")]
    code = np.empty(len(history), dtype=np.int64)
    code[ranked] = np.arange(len(history)) * parts // len(history)
    tests = widening(widen, family=fit.family, money=True)
    groups = group_table(outlook, code, [str(i) for i in range(parts)], kind="money", level=level, tests=tests)
    every, table = float(groups["value"].iloc[-1]), groups.iloc[:-1]
    # a share of a sum that is not above nothing says nothing; of nothing at all everybody has none
    share = table["value"] / every if every > 0 else 0.0 if every == 0 else np.nan
    table = table.drop(columns=["group", "unit"]).assign(share=share)
    table.insert(0, "decile", np.arange(1, parts + 1))
    return ValueDeciles(
        table=table[["decile", "value", "lo", "hi", "n", "share", "method", "flag"]],
        settings=terms.settings(fit),
        notes=(*_notes(fit, spend_fit, terms, history), *tests.notes(money=True)),
        finding=_top(table, parts=parts, of=len(history)),
    )


def _notes(fit: LifetimeFit | RuleFit, spend_fit: SpendFit, terms: Terms, history: pd.DataFrame) -> tuple[Note, ...]:
    edge = fit.notes[:1] if fit.verdict != "interior" else ()
    return (*edge, *rule_notes(fit, history), *spend_fit.notes, *terms.notes())


def _top(table: pd.DataFrame, *, parts: int, of: int) -> Note:
    share = float(table["share"].iloc[0])
    told = {"share": share, "n": int(table["n"].iloc[0]), "of": of, "groups": parts}
    if np.isnan(share):
        return Note("value_deciles_negative", {"of": of})
    return Note("value_deciles" if parts == PARTS else "value_deciles_few", told)


def _finding(row: pd.Series, terms: Terms, widen: HeldOut | None) -> Note:
    told = {name: float(row[name]) for name in ("value", "lo", "hi")}
    code = "lifetime_value_endless" if terms.endless else "lifetime_value"
    return held_out_finding(code, {**terms.told(), **told, "n": int(row["n"])}, widen)
