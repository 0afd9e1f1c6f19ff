"""Weighted means, shares and their differences."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from ...core import checks
from .. import intervals
from ..weights import kish
from ._parts import covariance_of, sample

__all__ = ["Estimate", "difference", "mean", "proportion"]


class Estimate(NamedTuple):
    """A weighted estimate; NaN where there is nothing to estimate from.

    Attributes
    ----------
    value, se, lo, hi : float
    n : int
        Answers.
    n_eff : float
        Answers of a simple random sample that would be as exact.
    df : int
        Clusters (or answers) minus one.
    """

    value: float
    se: float
    lo: float
    hi: float
    n: int
    n_eff: float
    df: int


_NOTHING = Estimate(np.nan, np.nan, np.nan, np.nan, 0, 0.0, 0)


# values, weights and clusters describe the sample; margins and domain how it was weighted and which part is meant
def mean(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
    margins: pd.DataFrame | None = None,
    domain: ArrayLike | None = None,
) -> Estimate:
    """Weighted mean with linearised standard error and t interval.

    Parameters
    ----------
    values : array (n,)
        Missing values are left out.
    weights : array (n,), optional
        Positive.
    cluster : array (n,), optional
        Hospital of each respondent; a respondent without one stands alone.
    level : float, default 0.95
    margins : DataFrame (n, margins), optional
        The categories the weights were raked to.
    domain : array of bool (n,), optional
        Mean over these only; the others still serve to learn what the margins explain.

    Raises
    ------
    DataError
        ``bad_weights``, ``length``.

    References
    ----------
    Wolter, K. M. (2007), Introduction to Variance Estimation, chapter 6 (linearisation).
    Deville, J.-C. and Särndal, C.-E. (1992), Journal of the American Statistical Association 87,
    376–382 (residuals on the margins).
    """
    checks.number(level, name="level", low=0.01, high=0.9999)
    y, w, code = sample(values, weights, cluster)
    inside = _inside(y, domain)
    if not inside.any():
        return _NOTHING
    value, influence = _influence(y, w, inside)
    se, df = _error(influence, w, code, inside, margins)
    half = stats.t.ppf((1 + level) / 2, df) * se if df > 0 else np.nan
    return Estimate(
        value, se, value - half, value + half, int(inside.sum()), _effective(y, w, inside, value, se), df
    )  # fmt: skip


def proportion(
    hits: ArrayLike,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
    margins: pd.DataFrame | None = None,
    domain: ArrayLike | None = None,
) -> Estimate:
    """Weighted share of ones; Wilson interval on the effective number of answers.

    The effective number is p(1 − p)·n/(n − 1) over the linearised variance, at most n, and
    shrunk by (t of n − 1 over t of df)² where clusters are few. With equal weights and no
    clusters it is n and the interval is Wilson's own. At 0 and 1 the variance is zero and
    Kish's number takes its place.

    Parameters
    ----------
    hits : array of 0/1 (n,)
        Others as in `mean`.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998), Survey Methodology 24, 193–201.
    Dean, N. and Pagano, M. (2015), Journal of Survey Statistics and Methodology 3, 484–503
    (Wilson on the effective number holds its level best).
    """
    got = mean(hits, weights, cluster, level, margins, domain)
    if got.n == 0:
        return got
    n_eff = got.n_eff
    if got.df > 0 and got.n > 1:
        n_eff *= float(stats.t.ppf((1 + level) / 2, got.n - 1) / stats.t.ppf((1 + level) / 2, got.df)) ** 2
    n_eff = min(n_eff, float(got.n))
    p = min(max(got.value, 0.0), 1.0)
    lo, hi = intervals.wilson(p * n_eff, n_eff, level=level)
    return got._replace(value=p, lo=lo, hi=hi, n_eff=n_eff)


def difference(
    values: ArrayLike,
    first: ArrayLike,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
    margins: pd.DataFrame | None = None,
) -> Estimate:
    """Weighted mean of the first group minus that of the others, with t interval.

    Groups that share hospitals are compared within them: the error comes from the
    difference of the two influence values, summed over each cluster.

    Parameters
    ----------
    values : array (n,)
        Scores, or 0/1 for a difference of shares.
    first : array of bool (n,)
        Members of the first group.
    weights, cluster, level, margins
        As in `mean`.

    Returns
    -------
    Estimate
        n counts both groups; n_eff is that of both means together (harmonic).
    """
    checks.number(level, name="level", low=0.01, high=0.9999)
    y, w, code = sample(values, weights, cluster)
    known = np.isfinite(y)
    mine = np.asarray(first, dtype=bool)
    one, two = known & mine, known & ~mine
    if not (one.any() and two.any()):
        return _NOTHING
    (a, u), (b, v) = _influence(y, w, one), _influence(y, w, two)
    se, df = _error(u - v, w, code, known, margins)
    half = stats.t.ppf((1 + level) / 2, df) * se if df > 0 else np.nan
    n_eff = 1 / (1 / kish(w[one]) + 1 / kish(w[two]))
    return Estimate(a - b, se, a - b - half, a - b + half, int(known.sum()), n_eff, df)


def _inside(y: np.ndarray, domain: Any) -> np.ndarray:
    known = np.isfinite(y)
    return known if domain is None else known & np.asarray(domain, dtype=bool)


def _influence(y: np.ndarray, w: np.ndarray, inside: np.ndarray) -> tuple[float, np.ndarray]:
    """The mean, and what each answer adds to its error per unit of weight."""
    total = w[inside].sum()
    value = float((w[inside] * y[inside]).sum() / total)
    return value, np.where(inside, np.where(inside, y, value) - value, 0.0) / total


def _error(
    influence: np.ndarray, w: np.ndarray, code: np.ndarray, inside: np.ndarray, margins: pd.DataFrame | None
) -> tuple[float, int]:
    """Standard error and degrees of freedom."""
    used = inside if margins is None else np.ones(len(w), dtype=bool)
    if margins is not None:
        frame = margins.reset_index(drop=True).astype(object)
        frame = frame.where(frame.notna(), "").astype(str)
        x = np.hstack([np.ones((len(w), 1)), pd.get_dummies(frame, drop_first=True).to_numpy(dtype=float)])
        root = np.sqrt(w)
        slope = np.linalg.lstsq(x * root[:, None], influence * root, rcond=None)[0]
        influence = influence - x @ slope
    covariance, df = covariance_of((w * influence)[used][:, None], code[used])
    # clusters that only serve to learn the margins lend no certainty
    df = min(df, len(np.unique(code[inside])) - 1)
    return (float(np.sqrt(covariance[0, 0])) if df else float("nan")), df


def _effective(y: np.ndarray, w: np.ndarray, inside: np.ndarray, value: float, se: float) -> float:
    n = int(inside.sum())
    own, spread = w[inside], 0.0
    if n > 1:
        spread = float((own * (y[inside] - value) ** 2).sum() / own.sum()) * n / (n - 1)
    return spread / se**2 if np.isfinite(se) and se > 0 and spread > 0 else kish(own)
