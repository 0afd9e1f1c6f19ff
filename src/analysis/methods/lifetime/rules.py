"""A plain rule in the place of a model, for where it did better on held-out time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ...stats import periods
from .naive import last_year_rate, recency_rule
from .summary import UNIT_DAYS, days_of, purchase_days, summarise

__all__ = ["RULES", "RuleFit", "fit_rule", "from_rates", "rule_notes", "rule_orders"]

RULES = ("last_year_rate", "recency_rule")
LOW_N = 30


@dataclass(frozen=True, eq=False, kw_only=True)
class RuleFit(Result):
    """A plain rule applied to a set of customers; stands where a `LifetimeFit` does in totals and values.

    Attributes
    ----------
    table : DataFrame
        One row: rule, value (mean orders per customer and period), lo, hi (missing: a rule has no
        parameters to be uncertain of), n, method, flag.
    family : str
        Name of the rule.
    rates : Series
        Orders per period expected of each customer, on customer_id.
    dispersion : float
        Variance of the orders seen on held-out time over their expected number; 1 without a test.
    """

    family: str
    rates: pd.Series
    dispersion: float = 1.0
    verdict: str = "interior"
    customers: float = 0.0
    repeaters: float = 0.0

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"value": "number", "lo": "number", "hi": "number"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n",))

    @property
    def model(self) -> NoReturn:
        """A rule knows neither dropout nor probabilities; whatever needs them is refused by name."""
        raise SettingError("rule_is_no_model", rule=self.family)

    def rate_of(self, history: pd.DataFrame) -> np.ndarray:
        """Orders per period of each customer of a history; refuses customers the rule was not applied to."""
        rate = self.rates.reindex(history.index).to_numpy(dtype=float)
        if missing := int(np.isnan(rate).sum()):
            raise DataError("rule_customers", count=missing, of=len(rate), rule=self.family)
        return rate


def fit_rule(
    orders: pd.DataFrame,
    *,
    rule: str,
    end: Any,
    unit: str = "week",
    amount: str | None = "amount",
    keep_zero: bool = False,
    dispersion: float = 1.0,
) -> RuleFit:  # takes the settings of `summarise`, hence more than six
    """Apply a plain rule to order lines, so that `total` and `value` can use it in the place of a model.

    Parameters
    ----------
    orders, end, unit, amount, keep_zero
        As for `summarise`.
    rule : {"last_year_rate", "recency_rule"}
    dispersion : float, default 1.0
        How much more than a Poisson count the orders of a customer vary around the rule, as found on
        held-out time (`Comparison.dispersion_of`); at least 1.

    Returns
    -------
    RuleFit

    Raises
    ------
    SettingError
        ``not_a_choice`` (rule, unit), ``out_of_range`` (dispersion).
    DataError
        As `summarise`.
    """
    checks.choice(rule, RULES, name="rule")
    checks.number(dispersion, name="dispersion", low=1)
    history = summarise(orders, end=end, unit=unit, amount=amount, keep_zero=keep_zero)
    last = int(days_of(pd.Series([periods.day(end)]))[0])
    known, code, day, _ = purchase_days(orders, end=end, amount=amount, keep_zero=keep_zero)
    place = history.index.get_indexer(known)[code]
    each = rule_orders(rule, history, place, day, split=last, unit_days=UNIT_DAYS[unit], horizon=1.0)
    rates = pd.Series(each, index=history.index, name="rate")
    settings = {"end": periods.day(end).date(), "unit": unit}
    repeaters = int((history["frequency"] > 0).sum())
    return from_rates(rule, rates, dispersion=dispersion, repeaters=repeaters, settings=settings)


def from_rates(
    rule: str, rates: pd.Series, *, dispersion: float, repeaters: int, settings: Mapping[str, Any]
) -> RuleFit:
    """A rule whose expected orders per customer and period are known."""
    n = len(rates)
    mean = float(np.sort(rates.to_numpy(dtype=float)).sum() / n)
    table = pd.DataFrame({"rule": [rule], "value": [mean], "lo": [np.nan], "hi": [np.nan], "n": [n]})
    return RuleFit(
        table=table.assign(method="plain_rule", flag="ok" if n >= LOW_N else "low_n"),
        settings={"rule": rule, **settings, "dispersion": float(dispersion)},
        finding=Note("rule_fit", {"rule": rule, "n": n, "rate": mean}),
        family=rule,
        rates=rates,
        dispersion=float(dispersion),
        customers=float(n),
        repeaters=float(repeaters),
    )


def rule_notes(fit: Any, history: pd.DataFrame) -> tuple[Note, ...]:
    """That a rule is used, and of how many customers it expects nothing: their interval is nothing, too."""
    if not isinstance(fit, RuleFit):
        return ()
    none = int((fit.rate_of(history) == 0).sum())
    told = {"rule": fit.family, "n": none, "of": len(history)}
    return (Note("rule_expects_none" if none else "rule_used", told),)


def rule_orders(
    rule: str,
    history: pd.DataFrame,
    code: np.ndarray,
    day: np.ndarray,
    *,
    split: int,
    unit_days: float,
    horizon: float,
) -> np.ndarray:
    """Orders a rule expects of each customer in the ``horizon`` after ``split``; arguments as in `last_year_rate`."""
    if rule == "last_year_rate":
        return last_year_rate(history, code, day, split=split, unit_days=unit_days, horizon=horizon)
    if rule == "recency_rule":
        return recency_rule(history, unit_days=unit_days, horizon=horizon)
    raise SettingError("not_a_choice", name="rule", got=rule, allowed=list(RULES))
