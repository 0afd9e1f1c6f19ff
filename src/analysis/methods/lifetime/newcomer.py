"""What a new customer is worth: the most that winning one may cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core.result import Disclosure, Note, Result
from .discounting import discounted
from .fitting import LifetimeFit
from .prediction import parameter_points
from .residual import expected_residual
from .rows import compress
from .spend import SpendFit, spend_moments
from .terms import Terms

__all__ = ["NewCustomer", "new_customer"]

NEWCOMER = pd.DataFrame({"frequency": [0], "recency": [0.0], "age": [0.0], "monetary_value": [0.0]}, index=["new"])


@dataclass(frozen=True, eq=False, kw_only=True)
class NewCustomer(Result):
    """Expected value of a customer on the day of the first order.

    Attributes
    ----------
    table : DataFrame
        measure ("repeat_orders", "first_order", "repeat_value", "value_in_all"), value, lo, hi, n (customers
        learned from), method, flag, unit. The interval is that of the parameters: it is about the
        mean of many new customers, not about a single one.
    """

    layout: ClassVar[str] = "table"
    disclosure: ClassVar[Disclosure] = Disclosure()


def new_customer(  # takes the settings of `value`, hence more than six
    fit: LifetimeFit,
    spend_fit: SpendFit,
    *,
    periods: float,
    annual_discount_rate: float,
    unit: str = "week",
    margin: float = 1.0,
    cost_per_order: float = 0.0,
    cost_per_year: float = 0.0,
    level: float = 0.9,
) -> NewCustomer:
    """Value of a new customer: the first order, and the discounted margin of those expected after it.

    Parameters are those of `value`; ``periods`` may be infinite. The first order is taken to bring as much as
    the mean repeat order of all customers.
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
    orders = np.array([_orders(fit, values, terms) for values in (fit.parameters, *parameter_points(fit))])
    spends = [spend_moments(values, NEWCOMER, mean_only=True)[0][0] for values in parameter_points(spend_fit)]
    spend = spend_moments(spend_fit.parameters, NEWCOMER)[0][0]
    each = margin * np.array([spend, *spends]) - cost_per_order
    rows = {
        "repeat_orders": (orders[0], orders[1:], np.array([orders[0]])),
        "first_order": (each[0], each[:1], each[1:]),
        "repeat_value": (orders[0] * each[0] - terms.upkeep, orders[1:] * each[0] - terms.upkeep,
                         orders[0] * each[1:] - terms.upkeep),
        "value_in_all": ((1 + orders[0]) * each[0] - terms.upkeep, (1 + orders[1:]) * each[0] - terms.upkeep,
                         (1 + orders[0]) * each[1:] - terms.upkeep),
    }  # fmt: skip
    table = pd.DataFrame([_row(name, *parts, level=level) for name, parts in rows.items()])
    n = int(min(fit.customers, spend_fit.customers))
    table = table.assign(n=n, method="parameter_interval", flag="ok" if n >= 30 else "low_n")
    table["unit"] = np.where(table["measure"] == "repeat_orders", "number2", "money")
    whole = table.iloc[-1]
    told = {**terms.told(), **{name: float(whole[name]) for name in ("value", "lo", "hi")}}
    return NewCustomer(
        table=table,
        settings=terms.settings(fit),
        notes=(*fit.notes[: fit.verdict != "interior"], *spend_fit.notes, *terms.notes()),
        finding=Note("new_customer_endless" if terms.endless else "new_customer", told),
    )


def _orders(fit: LifetimeFit, values: dict[str, float], terms: Terms) -> float:
    """Discounted repeat orders expected of a new customer."""
    rows = compress(NEWCOMER)
    if terms.endless:
        return float(expected_residual(fit.model, values, rows, terms.rate)[0])
    return float(discounted(fit.model, values, rows, float(terms.periods), terms.rate).first[0])


def _row(measure: str, value: float, *points: np.ndarray, level: float) -> dict[str, object]:
    """Value with the spread of its points; the parameters of orders and of spend are independent."""
    spread = np.sqrt(sum(float(np.mean((part - value) ** 2)) for part in points))
    half = float(stats.norm.ppf((1 + level) / 2)) * spread
    lo, hi = value - half, value + half
    if measure == "repeat_orders" and value > 0:
        lo, hi = value * np.exp(-half / value), value * np.exp(half / value)
    return {"measure": measure, "value": float(value), "lo": float(lo), "hi": float(hi)}
