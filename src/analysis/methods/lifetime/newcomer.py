"""What a new customer is worth: the most that winning one may cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core.result import Disclosure, Note, Result
from .ahead import ahead
from .discounting import discounted
from .fitting import LifetimeFit
from .outlook import money_interval
from .prediction import parameter_points
from .residual import expected_residual
from .rows import compress
from .spend import SpendFit, spend_moments
from .terms import Terms
from .tested import Tested, held_out_notes, tested_on, widened

__all__ = ["NewCustomer", "new_customer"]

NEWCOMER = pd.DataFrame({"frequency": [0], "recency": [0.0], "age": [0.0], "monetary_value": [0.0]}, index=["new"])


@dataclass(frozen=True, eq=False, kw_only=True)
class NewCustomer(Result):
    """Expected value of a customer on the day of the first order.

    Attributes
    ----------
    table : DataFrame
        measure ("repeat_orders", "first_order", "repeat_value", "value_in_all", "value_of_one"), value, lo, hi,
        n (customers learned from), method, flag, unit. The interval is that of the parameters, about the mean
        of many new customers; only that of "value_of_one" holds the outcome of a single one.
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
    widen: Any = None,
) -> NewCustomer:
    """Value of a new customer: the first order, and the discounted margin of those expected after it.

    Parameters are those of `value`, ``widen`` that of `total`; ``periods`` may be infinite. The first order is
    taken to bring as much as the mean repeat order of all customers.
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
    tests = {money: tested_on(widen, family=fit.family, money=money) for money in (False, True)}
    table = _table(fit, spend_fit, terms, tests)
    n = int(min(fit.customers, spend_fit.customers))
    table = table.assign(n=n, method="parameter_interval", flag="ok" if n >= 30 else "low_n")
    table.loc[table["measure"] == "value_of_one", "method"] = "predictive"
    table["unit"] = np.where(table["measure"] == "repeat_orders", "number2", "money")
    whole = table.iloc[3]
    told = {**terms.told(), **{name: float(whole[name]) for name in ("value", "lo", "hi")}}
    return NewCustomer(
        table=table,
        settings=terms.settings(fit),
        notes=(
            *fit.notes[: fit.verdict != "interior"],
            *spend_fit.notes,
            *terms.notes(),
            Note("new_customer_mean"),
            *held_out_notes(tests[True], money=True),
            *_lost(widen, fit.family),
        ),
        finding=Note("new_customer_endless" if terms.endless else "new_customer", told),
    )


def _table(fit: LifetimeFit, spend_fit: SpendFit, terms: Terms, tests: dict[bool, Any]) -> pd.DataFrame:
    """Means with the interval of their parameters, widened by the held-out miss, and the outcome of one customer."""
    orders = np.array([_orders(fit, values, terms) for values in (fit.parameters, *parameter_points(fit))])
    spends = [spend_moments(values, NEWCOMER, mean_only=True)[0][0] for values in parameter_points(spend_fit)]
    spend = spend_moments(spend_fit.parameters, NEWCOMER)[0][0]
    each = terms.margin * np.array([spend, *spends]) - terms.cost_per_order
    rows = {
        "repeat_orders": (orders[0], orders[1:], np.array([orders[0]])),
        "first_order": (each[0], each[:1], each[1:]),
        "repeat_value": (orders[0] * each[0] - terms.upkeep, orders[1:] * each[0] - terms.upkeep,
                         orders[0] * each[1:] - terms.upkeep),
        "value_in_all": ((1 + orders[0]) * each[0] - terms.upkeep, (1 + orders[1:]) * each[0] - terms.upkeep,
                         (1 + orders[0]) * each[1:] - terms.upkeep),
    }  # fmt: skip
    table = pd.DataFrame([_row(name, *parts, level=terms.level) for name, parts in rows.items()])
    money_test = tests[True]
    of_sales = isinstance(money_test, Tested) and money_test.money
    later = orders[0] * (terms.margin * spend if of_sales else abs(each[0]))
    exposed = np.array([orders[0], 0.0, later, later])
    least = np.array([0.0, -np.inf, -np.inf, -np.inf])
    bounds = table["lo"].to_numpy(), table["hi"].to_numpy()
    table["lo"], table["hi"] = widened(*bounds, [tests[False], *[tests[True]] * 3], exposed=exposed, least=least)
    lo, hi = _of_one(fit, spend_fit, terms, spread=(bounds[1][3] - bounds[0][3]) / 2)
    one = {"measure": "value_of_one", "value": table["value"].iloc[-1], "lo": lo, "hi": hi}
    return pd.concat([table, pd.DataFrame([one])], ignore_index=True)


def _lost(widen: Any, family: str) -> tuple[Note, ...]:
    """A rule knows no new customer: where it won, the model that lost has to answer, and that is said."""
    used = getattr(widen, "used", family)
    return (Note("new_customer_model", {"rule": used, "family": family}),) if used != family else ()


def _of_one(fit: LifetimeFit, spend_fit: SpendFit, terms: Terms, *, spread: float) -> tuple[float, float]:
    """Where the value of a single new customer lies: the spread of the mean, and outcomes on top of it.

    The first order comes today and for certain, so with D the discounted repeat orders the sum of all has
    E[(1 + D)²] = 1 + 2 E[D] + E[D²], and all orders share the customer's own mean spend.
    """
    periods = np.inf if terms.endless else float(terms.periods)
    seen = ahead(fit, NEWCOMER, periods, rate=terms.rate)
    mean, second, single = (float(each[0]) for each in spend_moments(spend_fit.parameters, NEWCOMER))
    margin, cost = terms.margin, terms.cost_per_order
    count, twice = 1 + float(seen.first[0]), 1 + float(seen.double[0])
    square = 1 + 2 * float(seen.first[0]) + float(seen.second[0])
    worth = margin * mean - cost
    own = margin**2 * second - 2 * cost * margin * mean + cost**2
    outcome = max(twice * margin**2 * single + square * own - (count * worth) ** 2, 0.0)
    parameters = (spread / float(stats.norm.ppf((1 + terms.level) / 2))) ** 2
    lo, hi = money_interval(
        np.array([count * worth]), np.array([outcome + parameters]), np.array([-np.inf]), level=terms.level,
        floor=cost * count,
    )  # fmt: skip
    low = float(lo[0])
    if not cost:
        # further orders only add: no less than the first one, a gamma over a gamma
        p, q, v = (spend_fit.parameters[name] for name in ("p", "q", "v"))
        low = min(max(low, margin * v * float(stats.betaprime.ppf((1 - terms.level) / 2, p, q))), count * worth)
    return low - terms.upkeep, float(hi[0]) - terms.upkeep


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
