"""Customer lifetime value: discounted margin of the orders ahead, over a stated horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from .fitting import LifetimeFit
from .outlook import Outlook, money_interval, money_outlook
from .spend import SpendFit
from .summary import UNIT_DAYS
from .totals import HeldOut, group_codes, group_table, held_out_finding, held_out_notes, tested_on

__all__ = ["ValueDeciles", "ValueTotal", "deciles_of_value", "value", "value_by_group"]

YEAR_DAYS = 365.25
PARTS = 10
#: fewest customers of one group
LEAST = 5


@dataclass(frozen=True, eq=False, kw_only=True)
class ValueTotal(Result):
    """Lifetime value by group; table: group ("all" last), value, lo, hi, n, method, flag, unit."""

    disclosure: ClassVar[Disclosure] = Disclosure(within=())


@dataclass(frozen=True, eq=False, kw_only=True)
class ValueDeciles(Result):
    """Lifetime value by tenth of the customers (fewer groups where customers are few), 1 the most valuable.

    Attributes
    ----------
    table : DataFrame
        decile (number of the group), value (sum), lo, hi, n, share (of the value of all), method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {"value": "money", "lo": "money", "hi": "money", "share": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "share"), keys=("decile",), within=())


def value(  # the design fixes these parameters
    fit: LifetimeFit,
    spend_fit: SpendFit,
    history: pd.DataFrame,
    *,
    periods: float,
    annual_discount_rate: float,
    unit: str = "week",
    margin: float = 1.0,
    level: float = 0.9,
) -> pd.DataFrame:
    """Lifetime value of each customer: discounted margin of the orders expected in the next ``periods``.

    Parameters
    ----------
    fit : LifetimeFit
    spend_fit : SpendFit
    history : DataFrame
        frequency, recency, age, monetary_value, as from `summarise`.
    periods : float
        Horizon in ``unit``, the unit of the history.
    annual_discount_rate : float
        0.1 means that money a year ahead counts 1 / 1.1.
    unit : {"day", "week", "month"}, default "week"
    margin : float, default 1.0
        Share of sales that remains, 0–1.
    level : float, default 0.9
        Predictive interval: outcome and parameters.

    Returns
    -------
    DataFrame
        On the history's index, in its order: value, lo, hi.

    References
    ----------
    Fader, Hardie and Lee (2005), Journal of Marketing Research 42, 415–430 (value = orders x spend).
    """
    terms = _Terms(periods=periods, annual_discount_rate=annual_discount_rate, unit=unit, margin=margin, level=level)
    outlook = terms.outlook(fit, spend_fit, history)
    mean, variance, log_zero = outlook.by_customer()
    lo, hi = money_interval(mean, variance, log_zero, level=level)
    return pd.DataFrame({"value": mean, "lo": lo, "hi": hi}, index=history.index)


def value_by_group(  # takes the settings of `value`, hence more than six
    fit: LifetimeFit,
    spend_fit: SpendFit,
    history: pd.DataFrame,
    *,
    periods: float,
    annual_discount_rate: float,
    by: pd.Series | None = None,
    unit: str = "week",
    margin: float = 1.0,
    level: float = 0.9,
    widen: HeldOut | None = None,
) -> ValueTotal:
    """Lifetime value of groups of customers (tiers, regions) and of all, with intervals of the totals.

    Parameters are those of `value`; ``by`` and ``widen`` those of `total`.
    """
    code, names, notes = group_codes(history, by)
    terms = _Terms(periods=periods, annual_discount_rate=annual_discount_rate, unit=unit, margin=margin, level=level)
    outlook = terms.outlook(fit, spend_fit, history)
    widen = tested_on(widen, money=True)
    table = group_table(outlook, code, names, kind="money", level=level, widen=widen)
    return ValueTotal(
        table=table,
        settings=terms.settings(fit),
        notes=(*notes, *_notes(fit, spend_fit, widen)),
        finding=_finding(table.iloc[-1], terms, widen),
    )


def deciles_of_value(  # takes the settings of `value`, hence more than six
    fit: LifetimeFit,
    spend_fit: SpendFit,
    history: pd.DataFrame,
    *,
    periods: float,
    annual_discount_rate: float,
    unit: str = "week",
    margin: float = 1.0,
    level: float = 0.9,
    widen: HeldOut | None = None,
) -> ValueDeciles:
    """Customers in ten equal groups by expected value, 1 the most valuable, with the value of each group.

    Below 50 customers there are as many equal groups as hold five customers each, at least one,
    so that no group shows a single customer. Equal values are put in the order of customer_id.
    Parameters are those of `value` and `total`.
    """
    checks.not_empty(history, name="history")
    checks.unique_index(history, name="history")
    terms = _Terms(periods=periods, annual_discount_rate=annual_discount_rate, unit=unit, margin=margin, level=level)
    outlook = terms.outlook(fit, spend_fit, history)
    parts = max(1, min(PARTS, len(history) // LEAST))
    by_id = np.argsort(history.index.to_numpy(), kind="stable")
    ranked = by_id[np.argsort(-outlook.mean[by_id], kind="stable")]
    code = np.empty(len(history), dtype=np.int64)
    code[ranked] = np.arange(len(history)) * parts // len(history)
    widen = tested_on(widen, money=True)
    groups = group_table(outlook, code, [str(i) for i in range(parts)], kind="money", level=level, widen=widen)
    every, table = groups.iloc[-1], groups.iloc[:-1]
    table = table.drop(columns=["group", "unit"]).assign(
        share=table["value"] / every["value"] if every["value"] else 0.0
    )
    table.insert(0, "decile", np.arange(1, parts + 1))
    return ValueDeciles(
        table=table[["decile", "value", "lo", "hi", "n", "share", "method", "flag"]],
        settings=terms.settings(fit),
        notes=_notes(fit, spend_fit, widen),
        finding=Note(
            "value_deciles" if parts == PARTS else "value_deciles_few",
            {"share": float(table["share"].iloc[0]), "n": int(table["n"].iloc[0]), "of": len(history), "groups": parts},
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _Terms:
    """What turns orders into value: horizon, discounting, margin; checked once."""

    periods: float
    annual_discount_rate: float
    unit: str
    margin: float
    level: float

    def __post_init__(self) -> None:
        checks.number(self.periods, name="periods", low=0)
        checks.number(self.annual_discount_rate, name="annual_discount_rate", low=0, high=10)
        checks.choice(self.unit, UNIT_DAYS, name="unit")
        checks.number(self.margin, name="margin", low=0, high=1)
        checks.number(self.level, name="level", low=0.01, high=0.9999)

    def outlook(self, fit: LifetimeFit, spend_fit: SpendFit, history: pd.DataFrame) -> Outlook:
        """Discounted margin of each customer."""
        # a discount by the year becomes a continuous one by the period
        discount = float(np.log1p(self.annual_discount_rate)) * UNIT_DAYS[self.unit] / YEAR_DAYS
        return money_outlook(fit, spend_fit, history, periods=self.periods, discount=discount, margin=self.margin)

    def settings(self, fit: LifetimeFit) -> dict[str, object]:
        """As they are written beside the result."""
        return {**asdict(self), "family": fit.family}


def _notes(fit: LifetimeFit, spend_fit: SpendFit, widen: HeldOut | None) -> tuple[Note, ...]:
    edge = fit.notes[:1] if fit.verdict != "interior" else ()
    return (*edge, *spend_fit.notes, *held_out_notes(widen, money=True))


def _finding(row: pd.Series, terms: _Terms, widen: HeldOut | None) -> Note:
    told = {
        "n": int(row["n"]),
        "periods": round(terms.periods, 1) if terms.periods % 1 else int(terms.periods),
        "unit": f"unit_{terms.unit}",
        "value": float(row["value"]),
        "lo": float(row["lo"]),
        "hi": float(row["hi"]),
        "level": terms.level,
    }
    return held_out_finding("lifetime_value", told, widen)
