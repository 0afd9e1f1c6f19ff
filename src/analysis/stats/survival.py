"""Kaplan–Meier with late entry: survival, its interval, medians and the log-rank test.

The product-limit sums, Greenwood's variance and the log-rank test come from
statsmodels; the interval on the log(−log) scale is computed here, so that it
stays inside 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

__all__ = ["Curve", "kaplan_meier", "log_rank"]


@dataclass(frozen=True, eq=False)
class Curve:
    """Survival just after each time at which somebody ended.

    Attributes
    ----------
    time, survival, lo, hi : arrays (m,)
        Increasing times; the share still there, with its interval.
    entry, end : arrays (n,)
        When each unit came under observation and left it, sorted: for numbers at risk.
    """

    time: np.ndarray
    survival: np.ndarray
    lo: np.ndarray
    hi: np.ndarray
    entry: np.ndarray
    end: np.ndarray

    def at(self, times: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Survival and bounds at given times; 1 before the first end, without bounds."""
        place = np.searchsorted(self.time, times, side="right")
        none = np.full(1, np.nan)
        return np.r_[1.0, self.survival][place], np.r_[none, self.lo][place], np.r_[none, self.hi][place]

    def at_risk(self, times: np.ndarray) -> np.ndarray:
        """Units under observation at given times: entered before, not yet gone."""
        # who enters at 0 is there at 0
        entered = np.searchsorted(self.entry, np.maximum(times, np.nextafter(0.0, 1.0)), side="left")
        return entered - np.searchsorted(self.end, times, side="left")

    def median(self) -> tuple[float, float, float]:
        """First time at which at most half is left, with its interval; NaN where it is not reached.

        References
        ----------
        Brookmeyer, R. and Crowley, J. (1982), Biometrics 38, 29–41: the interval holds the times whose
        own interval contains one half.
        """
        return _first(self.time, self.survival), _first(self.time, self.lo), _first(self.time, self.hi)


def kaplan_meier(end: np.ndarray, ended: np.ndarray, *, entry: np.ndarray | None = None, level: float = 0.95) -> Curve:
    """Product-limit curve.

    Parameters
    ----------
    end : array (n,)
        Time at which each unit ended or was last seen.
    ended : bool array (n,)
        True where it ended; False where observation stopped.
    entry : array (n,), optional
        Time at which it came under observation (left truncation), below ``end``; default 0.
    level : float, default 0.95

    References
    ----------
    Kaplan, E. L. and Meier, P. (1958), Journal of the American Statistical Association 53, 457–481.
    Kalbfleisch, J. D. and Prentice, R. L. (2002), The Statistical Analysis of Failure Time Data, 1.4:
    Greenwood's variance on the log(−log) scale.
    """
    entry = np.zeros(len(end)) if entry is None else entry
    if not ended.any():
        none = np.empty(0)
        return Curve(none, none, none, none, np.sort(entry), np.sort(end))
    late = entry if (entry > 0).any() else None
    fitted = SurvfuncRight(end, ended.astype(np.int64), entry=late)
    time, survival = np.asarray(fitted.surv_times, float), np.asarray(fitted.surv_prob, float)
    spread = np.asarray(fitted.surv_prob_se, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.log(survival)
        half = stats.norm.ppf((1 + level) / 2) * spread / (survival * np.abs(scale))
        lo, hi = np.exp(scale * np.exp(half)), np.exp(scale * np.exp(-half))
    inside = (survival > 0) & (survival < 1)
    # at 0 and 1 the scale has no value: nothing is known about the other side
    lo, hi = np.where(inside, lo, np.where(survival >= 1, np.nan, 0.0)), np.where(inside, hi, np.nan)
    return Curve(time, survival, lo, hi, np.sort(entry), np.sort(end))


def log_rank(end: np.ndarray, ended: np.ndarray, group: np.ndarray, *, entry: np.ndarray) -> tuple[float, float]:
    """Log-rank statistic and p-value over all groups; NaN with one group or nobody who ended.

    References
    ----------
    Mantel, N. (1966), Cancer Chemotherapy Reports 50, 163–170.
    """
    if len(np.unique(group)) < 2 or not ended.any():
        return float("nan"), float("nan")
    late = entry if (entry > 0).any() else None
    statistic, p = survdiff(end, ended.astype(np.int64), pd.Series(group).to_numpy(), entry=late)
    return float(statistic), float(p)


def _first(time: np.ndarray, share: np.ndarray) -> float:
    # a product of fractions may miss one half by its last digit
    below = np.flatnonzero(share <= 0.5 + 1e-12)
    return float(time[below[0]]) if below.size else float("nan")
