"""Another horizon: lifetime value by tier with the frozen model."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import ClassVar

import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note
from ...methods import lifetime
from ...runs.clock import Clock

__all__ = ["Ahead", "Frozen", "HorizonIf", "again"]

_MONTH_DAYS = 30.4375


@dataclass(frozen=True, eq=False, kw_only=True)
class Frozen:
    """What was learned on all regions, and the history of one of them.

    Attributes
    ----------
    fit : lifetime.LifetimeFit
    used : lifetime.LifetimeFit or lifetime.RuleFit
        What forecasts: the model, or the plain rule where that did better on held-out time.
    spend : lifetime.SpendFit
    held_out : lifetime.Comparison
        Of this region where it was scored apart.
    history : DataFrame
        From `lifetime.history_for`.
    tier : Series
        Value tier on customer_id.
    before : lifetime.ValueTotal
        What the run says.
    clock : Clock
    """

    fit: lifetime.LifetimeFit
    used: lifetime.LifetimeFit | lifetime.RuleFit
    spend: lifetime.SpendFit
    held_out: lifetime.Comparison
    history: pd.DataFrame
    tier: pd.Series
    before: lifetime.ValueTotal
    clock: Clock

    @property
    def tested_months(self) -> float:
        """Length of the period on which the model was tested."""
        return (pd.Timestamp(self.clock.end) - pd.Timestamp(self.clock.split)).days / _MONTH_DAYS


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """Terms of the value, checked."""

    months: float
    annual_discount_rate: float
    margin: float

    def __post_init__(self) -> None:
        checks.number(self.months, name="months", low=1, high=120)
        checks.number(self.annual_discount_rate, name="annual_discount_rate", low=0, high=1)
        checks.number(self.margin, name="margin", low=0, high=1)


@dataclass(frozen=True, eq=False, kw_only=True)
class HorizonIf(lifetime.ValueTotal):
    """Lifetime value by tier on other terms; table as of `lifetime.ValueTotal`, with value_before."""

    formats: ClassVar[Mapping[str, str]] = {"value_before": "money"}
    disclosure: ClassVar[Disclosure] = dataclasses.replace(
        lifetime.ValueTotal.disclosure, hides=("value", "lo", "hi", "value_before")
    )


def again(frozen: Frozen, ahead: Ahead, *, notes: tuple[Note, ...] = ()) -> HorizonIf:
    """The same accounts and tiers on other terms.

    Parameters
    ----------
    frozen : Frozen
    ahead : Ahead
    notes : tuple of Note
    """
    worth = lifetime.value_by_group(
        frozen.used,
        frozen.spend,
        frozen.history,
        periods=frozen.clock.periods(ahead.months),
        annual_discount_rate=ahead.annual_discount_rate,
        by=frozen.tier,
        unit=frozen.clock.unit,
        margin=ahead.margin,
        widen=frozen.held_out,
    )
    table = worth.table.copy()
    present = frozen.before.table.set_index("group")["value"]
    table.insert(1, "value_before", table["group"].map(present).astype("float64"))
    beyond = ahead.months > frozen.tested_months + 1
    tested = Note("what_if_beyond_test", {"months": f"{ahead.months:g}", "tested": f"{frozen.tested_months:.0f}"})
    every = table.iloc[-1]
    return HorizonIf(
        table=table,
        settings=worth.settings | asdict(ahead) | {
            f"{name}_before": frozen.before.settings.get(name) for name in ("periods", "annual_discount_rate", "margin")
        },
        notes=(*worth.notes, *((tested,) if beyond else ()), *notes),
        finding=Note("what_if_horizon", {
            "months": f"{ahead.months:g}", "value": float(every["value"]), "lo": float(every["lo"]),
            "hi": float(every["hi"]), "before": float(every["value_before"]), "level": worth.settings["level"],
        }),
    )  # fmt: skip
