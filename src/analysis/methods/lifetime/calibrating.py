"""Does the forecast hold for customers of every frequency, not only in total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from .comparison import Comparison
from .fitting import LOW_N

__all__ = ["Calibration", "calibration"]

#: frequencies below this have a bin of their own
LAST_BIN = 7


@dataclass(frozen=True, eq=False, kw_only=True)
class Calibration(Result):
    """Actual against predicted orders by number of repeat purchases before the split.

    Attributes
    ----------
    table : DataFrame
        frequency ("0" … "7+"), value (mean actual orders), lo, hi, predicted (mean), n, method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        "value": "number2",
        "lo": "number2",
        "hi": "number2",
        "predicted": "number2",
    }
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "predicted"), within=())


def calibration(comparison: Comparison, *, family: str | None = None, level: float = 0.9) -> Calibration:
    """Mean actual and predicted orders by number of repeat purchases, for one rule of a comparison.

    Parameters
    ----------
    comparison : Comparison
    family : str, optional
        A model or rule of the comparison; by default its best model.
    level : float, default 0.9
        Of the t interval of the actual mean; where all customers of a bin ordered equally often,
        that of a Poisson count.
    """
    rule = comparison.family if family is None else family
    checks.choice(rule, list(comparison.table["rule"]), name="family")
    customers = comparison.customers
    bins = np.minimum(customers["frequency"].to_numpy(dtype=int), LAST_BIN)
    rows = []
    for i in range(LAST_BIN + 1):
        inside = customers[bins == i]
        if len(inside) == 0:
            continue
        actual = np.sort(inside["actual"].to_numpy(dtype=float))
        mean = float(actual.mean())
        lo, hi = intervals.mean(actual, level=level) if np.ptp(actual) else _of_a_count(actual, level)
        label = f"{i}+" if i == LAST_BIN else str(i)
        predicted = float(np.sort(inside[rule].to_numpy(dtype=float)).mean())
        rows.append(
            {"frequency": label, "value": mean, "lo": max(lo, 0.0), "hi": hi, "predicted": predicted, "n": len(inside)}
        )
    table = pd.DataFrame(rows).assign(method="t_interval")
    table["flag"] = np.where(table["n"] < LOW_N, "low_n", "ok")
    known = table.dropna(subset=["lo", "hi"])
    hits = int(((known["lo"] <= known["predicted"]) & (known["predicted"] <= known["hi"])).sum())
    return Calibration(
        table=table,
        settings={"family": rule, "level": level},
        finding=Note("lifetime_calibration", {"inside": hits, "of": len(known), "family": rule}),
    )


def _of_a_count(actual: np.ndarray, level: float) -> tuple[float, float]:
    """Interval of a mean from the exact one of the sum (Garwood 1936): equal values have no variance to go by."""
    total, n = float(actual.sum()), len(actual)
    lo = stats.chi2.ppf((1 - level) / 2, 2 * total) / 2 if total else 0.0
    return float(lo) / n, float(stats.chi2.ppf((1 + level) / 2, 2 * total + 2)) / 2 / n
