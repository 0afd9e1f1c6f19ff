"""Customers who have fallen silent against their own rhythm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.result import Disclosure, Note, Result
from .fitting import LifetimeFit
from .prediction import parameter_points
from .rows import compress
from .summary import UNIT_DAYS, purchase_days
from .tested import active_notes
from .unitcheck import check_unit

__all__ = ["AtRisk", "at_risk"]

YEAR_DAYS = 365.25


@dataclass(frozen=True, eq=False, kw_only=True)
class AtRisk(Result):
    """Customers worth a call, the one with the highest past sales first.

    Attributes
    ----------
    table : DataFrame
        customer_id, value (probability active), lo, hi, n (orders seen), silence (time since the last
        order), usual_gap, gaps (silence over usual gap), risk_reason ("silent_longer_than_ever", "silent_past_twice"),
        yearly_sales (past sales per year; missing without monetary_value), method, flag.
    found : int
        Customers who meet the rule; the table holds the first ``top`` of them.
    of : int
        Customers looked at.
    """

    found: int
    of: int

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent", "lo": "percent", "hi": "percent", "silence": "number", "usual_gap": "number",
        "gaps": "number", "yearly_sales": "money",
    }  # fmt: skip
    # n counts a customer's orders, not customers: no small cell
    disclosure: ClassVar[Disclosure] = Disclosure(counts=(), customers=("customer_id",), row_level="customer")


def at_risk(
    fit: LifetimeFit,
    history: pd.DataFrame,
    *,
    below: float = 0.5,
    above: float = 0.1,
    unit: str = "week",
    top: int = 20,
    orders: pd.DataFrame | None = None,
    end: Any = None,
    amount: str | None = "amount",
    tested: Any = None,
) -> AtRisk:  # orders, end and amount are needed for the own median gap alone
    """Repeat customers who are probably leaving and not yet gone.

    A customer is on the list with at least two repeat orders, a silence of more than twice the own
    usual gap, and a probability active of at least ``above`` and under ``below``.

    Parameters
    ----------
    fit : LifetimeFit
    history : DataFrame
        As from `summarise`; monetary_value is used where it is there.
    below, above : float, default 0.5 and 0.1
    unit : {"day", "week", "month"}, default "week"
        Unit of the history.
    top : int, default 20
        Longest list.
    orders : DataFrame, optional
        The order lines behind the history, with ``end`` and ``amount`` as for `summarise`. With them the usual
        gap is the customer's own median one, and the reason says whether the silence is longer than any gap
        before; without them it is the mean gap.
    tested : Comparison, optional
        Held-out test: a note says how the model did, and whether a plain rule did better.

    Returns
    -------
    AtRisk
    """
    checks.number(below, name="below", low=0, high=1)
    checks.number(above, name="above", low=0, high=below)
    checks.choice(unit, UNIT_DAYS, name="unit")
    checks.whole(top, name="top", low=1)
    checks.unique_index(history, name="history")
    check_unit(fit, history)
    table = _measured(fit, history, unit)
    if orders is not None:
        table = _own_rhythm(table, orders, end=end, amount=amount, unit=unit)
    table.insert(list(table.columns).index("usual_gap") + 1, "gaps", table["silence"] / table["usual_gap"])
    late = (table["n"] > 2) & (table["silence"] > 2 * table["usual_gap"])
    chosen = table[late & (table["value"] < below) & (table["value"] >= above)]
    order = np.lexsort((chosen["customer_id"].to_numpy(), chosen["value"], -chosen["yearly_sales"].fillna(0.0)))
    shown = chosen.iloc[order[:top]].reset_index(drop=True)
    found = len(chosen)
    code = "at_risk" if found else "at_risk_none"
    return AtRisk(
        table=shown,
        settings={"below": below, "above": above, "unit": unit, "top": top, "family": fit.family},
        notes=(
            Note("at_risk_rule", {"below": below, "above": above, "unit": f"unit_{unit}"}),
            Note("at_risk_mean_gap" if orders is None else "at_risk_median_gap"),
            *_unjudged(table, fit.family, YEAR_DAYS / UNIT_DAYS[unit]),
            *active_notes(tested, family=fit.family),
        ),
        finding=Note(code, {"n": found, "of": len(history), "below": below}),
        found=found,
        of=len(history),
    )


def _unjudged(table: pd.DataFrame, family: str, year: float) -> tuple[Note, ...]:
    """Customers of one order, silent for over a year, whom the family counts as active whatever they do.

    In BG/NBD and BG/CNBD-k a customer can leave after a repeat order alone.
    """
    n = int(((table["n"] == 1) & (table["silence"] > year) & (table["value"] == 1)).sum())
    return (Note("at_risk_unjudged", {"n": n, "of": len(table), "family": family}),) if n else ()


def _own_rhythm(table: pd.DataFrame, orders: pd.DataFrame, *, end: Any, amount: str | None, unit: str) -> pd.DataFrame:
    """Median of the customer's own gaps in place of their mean, and whether the silence outlasts all of them."""
    last = orders["date"].max() if end is None else end
    names, code, day, _ = purchase_days(orders, end=last, amount=amount)
    gap = np.diff(day) / UNIT_DAYS[unit]
    own = np.diff(code) == 0
    gaps = pd.DataFrame({"customer_id": names[code[1:][own]], "gap": gap[own]}).groupby("customer_id")["gap"]
    median, longest = (table["customer_id"].map(each).to_numpy(dtype=float) for each in (gaps.median(), gaps.max()))
    with np.errstate(invalid="ignore"):
        reason = np.where(table["silence"] > longest, "silent_longer_than_ever", "silent_past_twice")
    return table.assign(usual_gap=np.where(np.isnan(median), table["usual_gap"], median), risk_reason=reason)


def _measured(fit: LifetimeFit, history: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Probability active with its interval, and the customer's own rhythm."""
    rows = compress(history)
    value = fit.model.p_alive(fit.parameters, rows)
    # the interval is that of the parameters, on the log-odds: nobody is half gone
    points = np.array([fit.model.p_alive(values, rows) for values in parameter_points(fit)])
    inner = np.clip(value, 1e-12, 1 - 1e-12)
    logit = np.log(inner / (1 - inner))
    others = np.clip(points, 1e-12, 1 - 1e-12)
    spread = np.sqrt(np.mean((np.log(others / (1 - others)) - logit) ** 2, axis=0))
    half = stats.norm.ppf(0.95) * spread
    frequency, recency, age = (history[name].to_numpy(dtype=float) for name in ("frequency", "recency", "age"))
    money = (
        history["monetary_value"].to_numpy(dtype=float)
        if "monetary_value" in history
        else np.full(len(history), np.nan)
    )
    yearly = frequency / np.maximum(age, 1e-9) * (YEAR_DAYS / UNIT_DAYS[unit]) * money
    return pd.DataFrame(
        {
            "customer_id": history.index.to_numpy(),
            "value": value[rows.inverse],
            "lo": (1 / (1 + np.exp(half - logit)))[rows.inverse],
            "hi": (1 / (1 + np.exp(-half - logit)))[rows.inverse],
            "n": frequency.astype(np.int64) + 1,
            "silence": age - recency,
            "usual_gap": recency / np.maximum(frequency, 1),
            "risk_reason": "silent_past_twice",
            "yearly_sales": yearly,
            "method": "parameter_interval",
            "flag": "ok",
        }
    )
