"""One held-out trial: the histories at the split, and what came after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import DataError, SettingError
from ...stats import groups, periods
from .families import FAMILIES
from .opportunities import UNITS, opportunities
from .outlook import Outlook, count_interval
from .summary import UNIT_DAYS, days_of, purchase_days, summarise

__all__ = ["Trial", "observe"]

#: of the repeat purchases, the share that must stand alone in their period for the period to be an opportunity
ALONE = 0.98
#: a held-out period may differ from whole periods by this part of one
WHOLE = 0.2


@dataclass(frozen=True, eq=False)
class Trial:
    """What was known at the split, and what followed.

    Attributes
    ----------
    history : DataFrame
        As from `summarise` with gaps, at the split.
    actual, sales : arrays
        Orders and sales of each of these customers in the held-out period.
    place, day : int arrays
        Customer and day of each purchase up to the split.
    split : int
        The day of the split, counted from 1970-01-01.
    horizon, unit_days : float
    code, names : int array, list
        Group of each customer, and the names of the groups.
    repeated : DataFrame or None
        As from `opportunities`, where every purchase stands alone in its period.
    """

    history: pd.DataFrame
    actual: np.ndarray
    sales: np.ndarray
    place: np.ndarray
    day: np.ndarray
    split: int
    horizon: float
    unit_days: float
    code: np.ndarray
    names: list[str]
    repeated: pd.DataFrame | None

    def history_of(self, family: str) -> tuple[pd.DataFrame, float] | None:
        """History and horizon as a family needs them; None where these data do not suit it."""
        if FAMILIES[family].times:
            return self.history, self.horizon
        return None if self.repeated is None else (self.repeated, float(round(self.horizon)))

    def tests(self, rule: str, outlook: Outlook, *, level: float) -> list[dict[str, Any]]:
        """Predicted and actual, in total and by group, with the interval."""
        came = self.sales if outlook.money else self.actual
        rows = []
        # an empty name stands for all customers
        for code, names in ((np.zeros(len(came), dtype=np.int64), [""]), (self.code, self.names)):
            if not names:
                continue
            mean, lo, hi = outlook.of_groups(code, len(names), level=level)
            total = np.bincount(code, weights=came, minlength=len(names))
            size = np.bincount(code, minlength=len(names))
            for i, name in enumerate(names):
                rows.append(
                    {
                        "rule": rule,
                        "kind": "sales" if outlook.money else "orders",
                        "group": name,
                        "value": float(mean[i]),
                        "lo": float(lo[i]),
                        "hi": float(hi[i]),
                        "actual": float(total[i]),
                        "inside": bool(lo[i] <= total[i] <= hi[i]),
                        "n": int(size[i]),
                    }
                )
        return rows

    def scatter(self, predicted: np.ndarray) -> float:
        """Variance of the actual orders around a forecast over their expected number, at least 1."""
        expected = float(predicted.sum())
        return max(1.0, float(((self.actual - predicted) ** 2).sum()) / expected) if expected else 1.0

    def rule_interval(self, predicted: np.ndarray, *, level: float) -> tuple[float, float]:
        """Where the total of a plain rule would lie by the scatter of single customers alone."""
        mean = np.array([predicted.sum()])
        lo, hi = count_interval(mean, self.scatter(predicted) * mean, level=level)
        return float(lo[0]), float(hi[0])


def observe(  # takes the settings of `compare`, hence more than six
    orders: pd.DataFrame,
    *,
    split: Any,
    end: Any,
    unit: str,
    amount: str | None,
    keep_zero: bool,
    by: pd.Series | None,
) -> Trial:
    """Cut the order lines at the split.

    Raises
    ------
    SettingError
        ``lifetime_split`` unless split lies before end.
    DataError
        ``split_before_orders`` where nobody has bought by the split; else as `summarise`.
    """
    low, high = (int(days_of(pd.Series([periods.day(date)]))[0]) for date in (split, end))
    told = {"split": str(periods.day(split).date()), "end": str(periods.day(end).date())}
    if high <= low:
        raise SettingError("lifetime_split", **told)
    terms: dict[str, Any] = {"unit": unit, "amount": amount, "keep_zero": keep_zero}
    try:
        history = summarise(orders, end=split, gaps=True, **terms)
    except DataError as error:
        if error.code != "no_purchases":
            raise
        # where there is no purchase up to the end either, another split is no remedy
        purchase_days(orders, end=end, amount=amount, keep_zero=keep_zero)
        first = str(pd.to_datetime(orders["date"]).min().date())
        raise DataError("split_before_orders", split=told["split"], first=first) from error
    known, code, day, spent = purchase_days(orders, end=end, amount=amount, keep_zero=keep_zero)
    place = history.index.get_indexer(known)[code]
    before, after = (place >= 0) & (day <= low), (place >= 0) & (day > low)
    group, names, _ = groups.codes(history.index, by)
    return Trial(
        history=history,
        actual=np.bincount(place[after], minlength=len(history)).astype(float),
        sales=np.bincount(place[after], weights=np.nan_to_num(spent[after]), minlength=len(history)),
        place=place[before],
        day=day[before],
        split=low,
        horizon=(high - low) / UNIT_DAYS[unit],
        unit_days=UNIT_DAYS[unit],
        code=group,
        names=names,
        repeated=_alone(orders, history, split, (high - low) / UNIT_DAYS[unit], terms),
    )


def _alone(
    orders: pd.DataFrame, history: pd.DataFrame, split: Any, horizon: float, terms: dict[str, Any]
) -> pd.DataFrame | None:
    """The histories as opportunities, where periods and purchases are one for one; else None."""
    if terms["unit"] not in UNITS or abs(horizon - round(horizon)) > WHOLE or round(horizon) < 1:
        return None
    try:
        table = opportunities(orders, end=split, **terms)
    except DataError:
        return None
    if not table.index.equals(history.index):
        return None
    return table if table["frequency"].sum() >= ALONE * history["frequency"].sum() else None
