"""Gamma-Gamma: what a customer spends per order, learned from all customers.

Each order of a customer is gamma (p, ν); ν differs between customers as gamma (q, v).
Spend and number of orders are taken as independent, which `fit_spend` checks.

References
----------
Fader, P. S., Hardie, B. G. S. and Lee, K. L. (2005), RFM and CLV: using iso-value curves,
Journal of Marketing Research 42, 415–430.
Fader, P. S. and Hardie, B. G. S. (2013), The Gamma-Gamma model of monetary value, equations 1a and 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from .optimise import FLAT, curvature
from .scoring import spearman_interval

__all__ = ["SpendFit", "fit_spend", "spend_expectation", "spend_moments"]

PARAMETERS = ("p", "q", "v")
STARTS = ((2.0, 3.0), (8.0, 4.0), (30.0, 3.0), (1.0, 1.5))
BOUND = 12.0
LEVEL = 0.95
LOW_N = 30
#: correlation of orders and spend that is worth a warning
DEPENDENT = 0.1


@dataclass(frozen=True, eq=False, kw_only=True)
class SpendFit(Result):
    """A fitted Gamma-Gamma model.

    Attributes
    ----------
    table : DataFrame
        One row per parameter (p, q, v): parameter, value, se, lo, hi, n, method, flag.
    log_likelihood : float
    verdict : {"interior", "flat_ridge"}
    customers : int
        Customers with repeat purchases and positive mean spend.
    correlation, correlation_lo, correlation_hi : float
        Rank correlation of frequency and monetary value among them, with a 95 % interval; the model takes it
        as zero. NaN where one of them does not vary.
    covariance : DataFrame
        Of the log-parameters.
    """

    log_likelihood: float
    verdict: str
    customers: int
    correlation: float
    covariance: pd.DataFrame
    correlation_lo: float = float("nan")
    correlation_hi: float = float("nan")

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"value": "number", "se": "number", "lo": "number", "hi": "number"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n",), hides=("value", "lo", "hi", "se"))

    @property
    def parameters(self) -> dict[str, float]:
        """p, q, v."""
        return dict(zip(self.table["parameter"], self.table["value"].astype(float), strict=True))


def fit_spend(history: pd.DataFrame) -> SpendFit:
    """Fit spend per order on the customers with repeat purchases.

    Parameters
    ----------
    history : DataFrame
        Columns frequency and monetary_value (mean over repeat purchases), as from `summarise`.

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``spend_too_few`` (fewer than two usable customers).
    """
    frequency, money, left_out = _repeaters(history)
    scale = float(money.mean())
    objective = _Negative(frequency, money / scale)
    ends = [_climb(objective, start) for start in STARTS]
    theta = min(ends, key=_height)[1]
    second = curvature(objective, theta)  # type: ignore[arg-type]
    roots, axes = np.linalg.eigh(second)
    loose = roots <= 1 / FLAT**2
    covariance = (axes * np.where(loose, FLAT**2, 1 / np.where(loose, 1.0, roots))) @ axes.T
    undetermined = (axes[:, loose] ** 2).sum(axis=1) > 0.1
    value = np.exp(theta) * np.array([1.0, 1.0, scale])
    rank, low, high = spearman_interval(frequency, money, level=LEVEL)
    measured = {"correlation": rank, "lo": low, "hi": high}
    told = {name: None if np.isnan(number) else number for name, number in measured.items()}
    verdict = "flat_ridge" if loose.any() or np.abs(theta).max() > BOUND - 0.5 else "interior"
    n = len(money)
    return SpendFit(
        table=_table(value, np.sqrt(np.diag(covariance)), undetermined, n),
        settings={"level": LEVEL},
        notes=_notes(left_out, verdict, float(value[1]), told),
        finding=Note("spend_fit", {"n": n, "mean": float(money.mean()), **told}),
        # a density of mean spend carries one 1/money per customer
        log_likelihood=-objective(theta)[0] - n * float(np.log(scale)),
        verdict=verdict,
        customers=n,
        correlation=rank,
        correlation_lo=low,
        correlation_hi=high,
        covariance=pd.DataFrame(covariance, index=pd.Index(PARAMETERS, name="parameter"), columns=list(PARAMETERS)),
    )


def spend_expectation(spend_fit: SpendFit, history: pd.DataFrame) -> pd.Series:
    """Expected spend per order of each customer: own mean, drawn towards that of all.

    Where the mean does not exist (q + p·frequency ≤ 1) it is the median.
    """
    mean, _, _ = spend_moments(spend_fit.parameters, history)
    return pd.Series(mean, index=history.index, name="spend")


def spend_moments(
    parameters: Mapping[str, float], history: pd.DataFrame, *, mean_only: bool = False
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean and second moment of a customer's mean spend per order, and mean variance of one order around it.

    Given x orders of mean z, ν is gamma (q + p x, v + x z), and the customer's own mean p / ν. With
    ``mean_only`` the second and third are those of no spread.
    """
    p, q, v = (parameters[name] for name in PARAMETERS)
    checks.columns(history, ["frequency", "monetary_value"], name="history")
    x = history["frequency"].to_numpy(dtype=float)
    spent = np.where(x > 0, np.nan_to_num(x * history["monetary_value"].to_numpy(dtype=float)), 0.0)
    x = np.where(spent > 0, x, 0.0)
    shape, rate = q + p * x, v + np.maximum(spent, 0.0)
    mean = p * rate / np.maximum(shape - 1, 0.05)
    if (heavy := shape <= 1.05).any():
        # no mean: the median takes its place
        mean[heavy] = p * rate[heavy] / special.gammaincinv(shape[heavy], 0.5)
    if mean_only:
        return mean, mean**2, mean**2 / p
    spread = mean / np.sqrt(np.maximum(shape - 2, 0.2))
    if (wide := shape < 2.2).any():
        # below shape 2 the variance is infinite: the 5–95 % range of the own mean stands in for it
        low, high = (p * rate[wide] / special.gammaincinv(shape[wide], share) for share in (0.95, 0.05))
        spread[wide] = (high - low) / 3.29
    second = mean**2 + spread**2
    return mean, second, second / p


@dataclass(frozen=True, eq=False)
class _Negative:
    """Minus the log-likelihood of mean spend and its gradient by ln p, ln q, ln v."""

    frequency: np.ndarray
    money: np.ndarray

    @cached_property
    def sums(self) -> tuple[np.ndarray, np.ndarray, float, float]:
        """What no parameter changes: numbers of purchases and customers with each, Σ x ln(x z), Σ ln z."""
        counts, customers = np.unique(self.frequency, return_counts=True)
        by_purchase = float(self.frequency @ np.log(self.frequency * self.money))
        return counts, customers, by_purchase, float(np.log(self.money).sum())

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        p, q, v = np.exp(theta)
        x, size = self.frequency, len(self.frequency)
        counts, customers, by_purchase, by_money = self.sums
        rate = v + x * self.money
        log_rate, inverse = np.log(rate), 1 / rate
        heavy, all_rates = float(x @ log_rate), float(log_rate.sum())
        gamma = customers @ (special.gammaln(p * counts + q) - special.gammaln(p * counts)) - size * special.gammaln(q)
        value = gamma + size * q * np.log(v) + p * by_purchase - by_money - p * heavy - q * all_rates
        both, own = special.digamma(p * counts + q), special.digamma(p * counts)
        gradient = np.array(
            [
                p * (customers @ (counts * (both - own)) + by_purchase - heavy),
                q * (customers @ both - size * (special.digamma(q) - np.log(v)) - all_rates),
                size * q - v * float(p * (x @ inverse) + q * inverse.sum()),
            ]
        )
        return -float(value), -gradient


def _repeaters(history: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, int]:
    """Frequency and mean spend of usable repeaters, sorted; how many repeaters were left out."""
    checks.columns(history, ["frequency", "monetary_value"], name="history")
    checks.not_empty(history, name="history")
    frequency = history["frequency"].to_numpy(dtype=float)
    money = history["monetary_value"].to_numpy(dtype=float)
    repeats = frequency > 0
    with np.errstate(invalid="ignore"):
        usable = repeats & np.isfinite(money) & (money > 0)
    if usable.sum() < 2:
        raise DataError("spend_too_few", got=int(usable.sum()), need=2)
    order = np.lexsort((money[usable], frequency[usable]))
    return frequency[usable][order], money[usable][order], int(repeats.sum() - usable.sum())


def _climb(objective: _Negative, start: tuple[float, float]) -> tuple[float, np.ndarray]:
    p, q = start
    # v follows from the mean spend of all, scaled to 1: p v / (q − 1) = 1
    begin = np.log([p, q, (q - 1) / p])
    settings = {"maxiter": 500, "ftol": 1e-14, "gtol": 1e-9}
    bounds = [(-BOUND, BOUND)] * 3
    end = optimize.minimize(objective, begin, jac=True, method="L-BFGS-B", bounds=bounds, options=settings)
    return float(end.fun), end.x


def _height(end: tuple[float, np.ndarray]) -> float:
    return end[0]


def _table(value: np.ndarray, spread: np.ndarray, undetermined: np.ndarray, n: int) -> pd.DataFrame:
    z = stats.norm.ppf((1 + LEVEL) / 2)
    spread = np.where(undetermined, np.nan, spread)
    return pd.DataFrame(
        {
            "parameter": list(PARAMETERS),
            "value": value,
            "se": value * spread,
            "lo": value * np.exp(-z * spread),
            "hi": value * np.exp(z * spread),
            "n": n,
            "method": "maximum_likelihood",
            "flag": np.where(undetermined, "not_identified", "low_n" if n < LOW_N else "ok"),
        }
    )


def _notes(left_out: int, verdict: str, q: float, told: Mapping[str, float | None]) -> tuple[Note, ...]:
    notes = []
    if left_out:
        notes.append(Note("spend_left_out", {"n": left_out}))
    if verdict != "interior":
        notes.append(Note("spend_flat_ridge"))
    if q <= 1:
        notes.append(Note("spend_no_mean", {"q": q}))
    rank, low, high = told["correlation"], told["lo"], told["hi"]
    # a small correlation is harmless, a chance one is not worth a word
    if rank is not None and low is not None and high is not None and abs(rank) >= DEPENDENT and low * high > 0:
        notes.append(Note("spend_depends_on_orders", dict(told)))
    return tuple(notes)
