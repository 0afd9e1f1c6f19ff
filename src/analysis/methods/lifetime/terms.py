"""What turns orders into value: horizon, discounting, margin, cost to serve; checked once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import SettingError
from ...core.result import Note
from .fitting import LifetimeFit
from .outlook import Outlook, money_outlook
from .rules import RuleFit
from .spend import SpendFit
from .summary import UNIT_DAYS

__all__ = ["Terms"]

YEAR_DAYS = 365.25


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Settings of a value, as in `lifetime.value`."""

    periods: float
    annual_discount_rate: float
    unit: str
    margin: float
    level: float
    cost_per_order: float = 0.0
    cost_per_year: float = 0.0

    def __post_init__(self) -> None:
        checks.number(self.annual_discount_rate, name="annual_discount_rate", low=0, high=10)
        if not self.endless:
            checks.number(self.periods, name="periods", low=0)
        elif self.annual_discount_rate < 1e-6:
            raise SettingError("endless_without_discount", got=self.annual_discount_rate)
        checks.choice(self.unit, UNIT_DAYS, name="unit")
        checks.number(self.margin, name="margin", low=0, high=1)
        checks.number(self.level, name="level", low=0.01, high=0.9999)
        checks.number(self.cost_per_order, name="cost_per_order", low=0)
        checks.number(self.cost_per_year, name="cost_per_year", low=0)

    @property
    def endless(self) -> bool:
        """Whether all the future counts."""
        return isinstance(self.periods, float | np.floating) and self.periods == np.inf

    @property
    def rate(self) -> float:
        """The discount by the year as a continuous one by the period."""
        return float(np.log1p(self.annual_discount_rate)) * UNIT_DAYS[self.unit] / YEAR_DAYS

    @property
    def upkeep(self) -> float:
        """Present value of the yearly cost of one customer over the horizon."""
        if not self.cost_per_year:
            return 0.0
        each = self.cost_per_year * UNIT_DAYS[self.unit] / YEAR_DAYS
        if self.rate * self.periods < 1e-12:
            return each * self.periods
        return each * float(-np.expm1(-self.rate * self.periods)) / self.rate

    def outlook(self, fit: LifetimeFit | RuleFit, spend_fit: SpendFit, history: pd.DataFrame) -> Outlook:
        """Discounted margin of each customer, less cost."""
        if self.endless and isinstance(fit, RuleFit):
            raise SettingError("rule_has_no_end", rule=fit.family)
        return money_outlook(
            fit,
            spend_fit,
            history,
            periods=float(self.periods),
            discount=self.rate,
            margin=self.margin,
            cost_per_order=self.cost_per_order,
            fixed=self.upkeep,
        )

    def settings(self, fit: LifetimeFit | RuleFit) -> dict[str, Any]:
        """As they are written beside the result."""
        return {**asdict(self), "family": fit.family}

    def notes(self) -> tuple[Note, ...]:
        """What was taken off, if anything."""
        if not (self.cost_per_order or self.cost_per_year):
            return ()
        return (Note("value_net_of_cost", {"order": self.cost_per_order, "year": self.cost_per_year}),)

    def told(self) -> dict[str, Any]:
        """The horizon, as findings name it."""
        periods = 0 if self.endless else round(self.periods, 1) if self.periods % 1 else int(self.periods)
        return {"periods": periods, "unit": f"unit_{self.unit}", "level": self.level}
