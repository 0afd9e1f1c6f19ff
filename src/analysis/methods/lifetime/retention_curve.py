"""The curve of a retention model: share still there, share kept in each period, renewals to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import special, stats

from ...core import checks
from ...core.result import Disclosure, Note, Result
from . import retention_model
from .retention import ALL, LEVEL, RetentionFit

__all__ = ["RetentionCurve", "retention_curve"]


@dataclass(frozen=True, eq=False, kw_only=True)
class RetentionCurve(Result):
    """Share of a cohort still there, period by period, observed and expected.

    Attributes
    ----------
    table : DataFrame
        period; value (share still there), lo, hi; renewed (share of those there before the period who stay);
        renewals_ahead (discounted expected number of further renewals of a customer there after the period);
        actual (observed share, missing beyond the data), n (customers observed), method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        "value": "percent1", "lo": "percent1", "hi": "percent1", "renewed": "percent1", "renewals_ahead": "number",
        "actual": "percent1",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("n",), hides=("value", "lo", "hi", "renewed", "renewals_ahead", "actual"), keys=("period",)
    )


def retention_curve(
    fit: RetentionFit, *, periods: int, discount_rate: float, cohort: str = ALL, level: float = LEVEL
) -> RetentionCurve:
    """Share still there after each period up to ``periods``, with intervals, and renewals to come.

    Parameters
    ----------
    fit : RetentionFit
    periods : int
        Last period shown; beyond the observed ones the curve is a projection.
    discount_rate : float
        Per period, above 0: a renewal one period later counts 1 / (1 + rate). The next renewal is due now
        and counts in full.
    cohort : str, default "all"
        A cohort of the fit, for its own model; "all" for the one they share.
    level : float, default 0.95
        Of the intervals, which carry the uncertainty of the parameters.

    Returns
    -------
    RetentionCurve

    Raises
    ------
    SettingError
        ``not_whole``, ``out_of_range``, ``not_a_choice`` (cohort).

    References
    ----------
    Fader, P. S. and Hardie, B. G. S. (2010), Customer-base valuation in a contractual setting: the perils
    of ignoring heterogeneity, Marketing Science 29, 85–93.
    """
    checks.whole(periods, name="periods", low=1, high=1200)
    checks.number(discount_rate, name="discount_rate", low=1e-4, high=10.0)
    checks.number(level, name="level", low=0.01, high=0.9999)
    checks.choice(cohort, list(fit.table["cohort"].unique()), name="cohort")
    values = _values(fit, cohort)
    period = np.arange(periods + 1)
    actual, n = _observed(fit, cohort, periods)
    share = retention_model.survival(values, period)
    lo, hi = _interval(fit, cohort, values, period, level)
    flag = fit.table.loc[fit.table["cohort"] == cohort, "flag"]
    table = pd.DataFrame(
        {
            "period": period,
            "value": share,
            "lo": np.minimum(lo, share),
            "hi": np.maximum(hi, share),
            "renewed": retention_model.kept(values, period),
            "renewals_ahead": retention_model.residual(values, period, discount_rate),
            "actual": actual,
            "n": n,
            "method": "parameter_interval",
            "flag": "low_n" if (flag == "low_n").any() else "ok",
        }
    )
    end = table.iloc[-1]
    told = {"periods": periods, "value": end["value"], "lo": end["lo"], "hi": end["hi"], "level": level}
    seen = int(np.isfinite(actual).sum()) - 1
    beyond = (Note("retention_beyond", {"seen": seen, "periods": periods}),) if periods > seen else ()
    return RetentionCurve(
        table=table,
        settings={"periods": periods, "discount_rate": discount_rate, "cohort": cohort, "level": level},
        notes=(*fit.notes, *beyond),
        finding=Note("retention_curve", {**told, "n": int(n[0])}),
    )


def _values(fit: RetentionFit, cohort: str) -> dict[str, float]:
    own = fit.table[fit.table["cohort"] == cohort]
    return dict(zip(own["parameter"], own["value"].astype(float), strict=True))


def _observed(fit: RetentionFit, cohort: str, periods: int) -> tuple[np.ndarray, np.ndarray]:
    """Observed share still there, cohorts of different length joined as by Kaplan and Meier, and customers seen."""
    rows = fit.observed if cohort == ALL else fit.observed[fit.observed["cohort"] == cohort]
    column, names = pd.factorize(rows["cohort"])
    alive = np.full((int(rows["period"].max()) + 1, len(names)), np.nan)
    alive[rows["period"].to_numpy(), column] = rows["alive"].to_numpy(dtype=float)
    there, before = alive[1:], np.where(np.isnan(alive[1:]), np.nan, alive[:-1])
    met = np.nansum(before, axis=1)
    kept = np.nansum(there, axis=1) / np.where(met > 0, met, np.nan)
    share = np.full(periods + 1, np.nan)
    seen = min(periods, len(kept))
    share[: seen + 1] = np.concatenate([[1.0], np.cumprod(kept)])[: seen + 1]
    count = np.zeros(periods + 1)
    count[0] = np.nansum(alive[0])
    count[1 : seen + 1] = met[:seen]
    return share, np.rint(count).astype(np.int64)


def _interval(
    fit: RetentionFit, cohort: str, values: dict[str, float], period: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of the share still there: delta method on its log-odds."""
    if fit.lost == 0:
        # none of R renewals was refused: the share kept is at least ((1 − level) / 2)^(1 / R)
        renewals = float(fit.observed.loc[fit.observed["period"] > 0, "alive"].sum())
        return ((1 - level) / 2) ** (period / renewals), np.ones(len(period))
    share = retention_model.survival(values, period)
    rows = retention_model.still_there(period)
    slope = retention_model.log_likelihood(values, rows)[1]
    own = fit.covariance[fit.covariance["cohort"] == cohort]
    covariance = own[list(retention_model.PARAMETERS)].to_numpy(dtype=float)
    gone = np.maximum(1 - share, 1e-12)
    spread = np.sqrt(np.einsum("ij,jk,ik->i", slope, covariance, slope)) / gone
    z = stats.norm.ppf((1 + level) / 2)
    with np.errstate(divide="ignore"):
        middle = special.logit(share)
    return special.expit(middle - z * spread), special.expit(middle + z * spread)
