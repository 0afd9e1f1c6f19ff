"""A fit in days used on a history in weeks gives numbers that look right and are not: caught here."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import SettingError
from .fitting import LifetimeFit, expected_orders

__all__ = ["check_unit"]

#: units differ by 4.3 at least; where customers drop out, orders do so by less
AGES, ORDERS = 3.0, 1.8
#: too few orders say nothing
LEAST = 10


def check_unit(fit: LifetimeFit, history: pd.DataFrame) -> None:
    """Refuse a history whose times are in another unit than those the fit was made on.

    Two things must speak against it together, so that young customers or busy ones are no reason: the mean
    age is several times that of the fit, or a fraction of it, and the orders the fit expects at these ages
    are off by a like factor in the same direction.

    Raises
    ------
    SettingError
        ``history_unit``.
    """
    fitted = fit.settings.get("mean_age")
    checks.columns(history, ["frequency", "age"], name="history")
    if not fitted or len(history) == 0:
        return
    age = float(np.sort(history["age"].to_numpy(dtype=float)).mean())
    seen = float(history["frequency"].sum())
    ratio = age / float(fitted)
    if not np.isfinite(ratio) or ratio <= 0 or max(ratio, 1 / ratio) < AGES or seen < LEAST:
        return
    expected = expected_orders(fit, age) * len(history)
    excess = expected / seen
    if (ratio > 1 and excess > ORDERS) or (ratio < 1 and excess < 1 / ORDERS):
        raise SettingError("history_unit", ratio=round(ratio, 3), age=round(age, 2), fitted=round(float(fitted), 2))
