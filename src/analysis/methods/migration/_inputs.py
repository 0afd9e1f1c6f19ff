"""States and values of every customer in both periods, from tiers, values or months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Note
from ...stats.ranked import net_of
from ._rule import TIERS, Rule

__all__ = ["ENTRY", "EXIT", "Months", "months_of", "pair_of", "states"]

ENTRY, EXIT = "not_yet", "left"


@dataclass(frozen=True, eq=False)
class Months:
    """Monthly values of both periods, customers in order of their ids.

    Attributes
    ----------
    customers : Index
    before, after : array (n, months)
        Missing where a month was not reported.
    """

    customers: pd.Index
    before: np.ndarray
    after: np.ndarray


def months_of(orders: pd.DataFrame | None, rule: Rule) -> Months | None:
    """Customer-months of both periods; without periods in the rule the earlier and the later half of the months."""
    if orders is None:
        return None
    checks.columns(orders, ["customer_id", "month", "value"], name="orders")
    checks.not_empty(orders, name="orders")
    frame = orders[["customer_id", "month", "value"]].assign(month=pd.to_datetime(orders["month"]))
    frame["month"] = frame["month"].astype("datetime64[ns]").dt.to_period("M").dt.to_timestamp()
    twice = int(frame.duplicated(["customer_id", "month"]).sum())
    if twice:
        raise DataError("migration_months_twice", count=twice)
    wide = frame.pivot(index="customer_id", columns="month", values="value")  # noqa: PD010 - keys are unique
    wide = wide.reindex(columns=pd.date_range(wide.columns.min(), wide.columns.max(), freq="MS")).astype("float64")
    wide = wide.iloc[np.argsort(wide.index.astype(str), kind="stable")]
    days = pd.DatetimeIndex(wide.columns)
    parts = [wide.loc[:, np.asarray((days >= a) & (days <= b))] for a, b in rule.periods] or _halves(wide)
    if any(part.shape[1] == 0 or not part.notna().to_numpy().any() for part in parts):
        raise DataError("migration_no_months", found=[str(day)[:7] for day in (days[0], days[-1])])
    return Months(wide.index, parts[0].to_numpy(), parts[1].to_numpy())


def _halves(wide: pd.DataFrame) -> list[pd.DataFrame]:
    half = wide.shape[1] // 2
    # the newest months count; an odd one at the start is left out
    return [wide.iloc[:, -2 * half : -half], wide.iloc[:, -half:]] if half else [wide.iloc[:, :0], wide]


def pair_of(values: pd.DataFrame | Sequence[pd.Series] | None, months: Months | None) -> list[pd.Series] | None:
    """Values of both periods; the sums of the months where none are given."""
    if values is None:
        if months is None:
            return None
        totals = [np.nansum(part, axis=1) for part in (months.before, months.after)]
        return [pd.Series(total, index=months.customers) for total in totals]
    if isinstance(values, pd.DataFrame):
        checks.columns(values, ["before", "after"], name="values")
        return [net_of(values[name].dropna(), "values") for name in ("before", "after")]
    return [net_of(part, "values") for part in values]


def states(
    before: pd.Series, after: pd.Series, pair: list[pd.Series] | None, rule: Rule
) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """One row per customer of either period: tier_before, tier_after, net_before, net_after."""
    for part, name in ((before, "before"), (after, "after")):
        checks.not_empty(part, name=name)
        checks.unique_index(part, name=name)
    numeric = [_is_number(part) for part in (before, after)]
    if numeric[0] != numeric[1]:
        raise DataError("migration_mixed", before=str(before.dtype), after=str(after.dtype))
    customers = before.index.union(after.index, sort=False)
    customers = customers[np.argsort(customers.astype(str), kind="stable")]
    if numeric[0]:
        pair = [net_of(before, "before"), net_of(after, "after")]
    frame = pd.DataFrame(index=customers.rename("customer_id"))
    frame["net_before"], frame["net_after"] = np.nan, np.nan
    for name, value in zip(("net_before", "net_after"), pair or (), strict=False):
        frame[name] = value.reindex(customers).to_numpy()
    if numeric[0]:
        tiers = _by_value(frame, rule)
    else:
        tiers = [_given(before, "before", rule).reindex(customers), _given(after, "after", rule).reindex(customers)]
    frame.insert(0, "tier_before", pd.Series(tiers[0].fillna(ENTRY).to_numpy(), index=frame.index, dtype="str"))
    frame.insert(1, "tier_after", pd.Series(tiers[1].fillna(EXIT).to_numpy(), index=frame.index, dtype="str"))
    return frame, () if numeric[0] or rule.states != TIERS else _disagreement(frame, rule)


def _is_number(part: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(part) and not pd.api.types.is_bool_dtype(part)


def _given(part: pd.Series, name: str, rule: Rule) -> pd.Series:
    found = set(part.dropna().unique())
    unknown = sorted(str(tier) for tier in found - set(rule.states))
    if unknown or part.isna().any():
        raise DataError(
            "migration_tiers_unknown",
            name=name,
            got=unknown[:5],
            missing=int(part.isna().sum()),
            allowed=list(rule.states),
        )
    return part.astype(object)


def _by_value(frame: pd.DataFrame, rule: Rule) -> list[pd.Series]:
    """Tiers of both periods; cut points come from everybody in the period before."""
    first, second = frame["net_before"], frame["net_after"]
    points = rule.points(first.dropna().to_numpy())
    later = points if rule.frozen else rule.points(second.dropna().to_numpy())
    start = rule.tier(first.fillna(0.0).to_numpy(), points)
    known = first.notna().to_numpy()
    end = rule.tier(second.fillna(0.0).to_numpy(), later)
    # the margin asks for a tier before
    end = np.where(known, rule.moved(second.fillna(0.0).to_numpy(), later, start), end)
    names = np.array(TIERS, dtype=object)
    return [
        pd.Series(names[code], index=frame.index).where(values.notna())
        for code, values in ((start, first), (end, second))
    ]


def _disagreement(frame: pd.DataFrame, rule: Rule) -> tuple[Note, ...]:
    """Customers whose given tiers are not those of the rule, which the noise is measured with."""
    both = frame.dropna(subset=["net_before", "net_after"])
    if both.empty:
        return ()
    tiers = _by_value(both, rule)
    other = (tiers[0] != both["tier_before"]) | (tiers[1] != both["tier_after"])
    known = (both["tier_before"] != ENTRY) & (both["tier_after"] != EXIT)
    count = int((other & known).sum())
    return (Note("migration_other_rule", {"n": count, "of": int(known.sum())}),) if count else ()
