"""One common factor behind several ratings: loadings, omega, sampling adequacy, size of the first component."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import optimize, stats

from ..core import checks

__all__ = ["OneFactor", "component_shares", "correlations", "kmo", "omega_total", "one_factor"]

#: least own variance of an item, as in R's factanal
_LEAST = 0.005
_SINGULAR = 1e-8


class OneFactor(NamedTuple):
    """Loadings and own variances of standardised items; ``proper`` is False at the edge of what a model allows."""

    loadings: np.ndarray
    unique: np.ndarray
    proper: bool


def one_factor(correlation: np.ndarray, start: np.ndarray | None = None) -> OneFactor:
    """One factor by maximum likelihood.

    Parameters
    ----------
    correlation : array (k, k), k >= 2
        Positive definite.
    start : array (k,), optional
        Own variances to begin with.

    Returns
    -------
    OneFactor
        Loadings sum to a positive number. Of two items only the product of the loadings is
        known; they are taken as equal.

    References
    ----------
    Jöreskog, K. G. (1967), Psychometrika 32, 443–482; Lawley, D. N. and Maxwell, A. E. (1971),
    Factor Analysis as a Statistical Method, chapter 4 (own variances profiled out of the likelihood).
    """
    k = len(correlation)
    if k == 2:
        r = float(correlation[0, 1])
        load = np.array([1.0, np.sign(r)]) * np.sqrt(abs(r))
        return OneFactor(load if load.sum() >= 0 else -load, np.full(2, 1 - abs(r)), r > 0)
    if start is None:
        start = np.clip((1 - 0.5 / k) / np.diag(np.linalg.inv(correlation)), _LEAST, 1.0)
    found = optimize.minimize(
        _deviance, start, args=(correlation,), jac=True, method="L-BFGS-B", bounds=[(_LEAST, 1.0)] * k,
        options={"maxiter": 500, "ftol": 1e-14, "gtol": 1e-9},
    )  # fmt: skip
    unique = found.x
    root = np.sqrt(unique)
    value, vector = np.linalg.eigh(correlation / np.outer(root, root))
    load = root * vector[:, -1] * np.sqrt(max(value[-1] - 1, 0.0))
    load = load if load.sum() >= 0 else -load
    return OneFactor(load, unique, bool(unique.min() > _LEAST * 1.01 and value[-1] > 1))


def omega_total(values: np.ndarray, *, level: float = 0.95) -> tuple[float, float, float]:
    """McDonald's omega of the sum of the items, with its interval.

    (Σλ)² ÷ ((Σλ)² + Σψ) with the loadings and own variances of one factor on the items' own
    scale. The interval is that of log(1 − omega), from the change of omega with each
    covariance and the covariances' errors under normality.

    Parameters
    ----------
    values : array (n, k)
        Complete answers; every item varies.
    level : float, default 0.95

    Returns
    -------
    value, lo, hi : float
        NaN where one factor does not fit (an item without own variance, or nothing in common).

    References
    ----------
    McDonald, R. P. (1999), Test Theory: A Unified Treatment, 6.20.
    """
    checks.number(level, name="level", low=0.01, high=0.9999)
    nothing = (float("nan"),) * 3
    covariance = np.cov(values, rowvar=False)
    if not _regular(covariance):
        return nothing
    value, fit = _omega(covariance, None)
    if not fit.proper or not 0 < value < 1:
        return nothing
    k, slope = len(covariance), np.zeros_like(covariance)
    scale = np.sqrt(np.diag(covariance))
    for i in range(k):
        for j in range(i, k):
            step = np.zeros((k, k))
            step[i, j] = step[j, i] = 1e-4 * scale[i] * scale[j]
            change = (_omega(covariance + step, fit.unique)[0] - value) / (1e-4 * scale[i] * scale[j])
            # an off-diagonal step moves two entries
            slope[i, j] = slope[j, i] = change / (1 if i == j else 2)
    part = slope @ covariance
    se = np.sqrt(2 * np.trace(part @ part) / (len(values) - 1))
    half = stats.norm.ppf((1 + level) / 2) * se / (1 - value)
    return value, 1 - (1 - value) * float(np.exp(half)), 1 - (1 - value) * float(np.exp(-half))


def kmo(correlation: np.ndarray) -> tuple[float, np.ndarray]:
    """Kaiser–Meyer–Olkin measure of sampling adequacy: of all items together, and of each.

    Squared correlations over squared correlations plus squared partial correlations; NaN
    where an item is a sum of others.

    References
    ----------
    Kaiser, H. F. and Rice, J. (1974), Educational and Psychological Measurement 34, 111–117.
    """
    k = len(correlation)
    if not _regular(correlation):
        return float("nan"), np.full(k, np.nan)
    inverse = np.linalg.inv(correlation)
    root = np.sqrt(np.diag(inverse))
    partial, plain = (inverse / np.outer(root, root)) ** 2, correlation**2
    np.fill_diagonal(partial, 0)
    plain = plain - np.diag(np.diag(plain))
    with np.errstate(invalid="ignore"):
        each = plain.sum(axis=0) / (plain.sum(axis=0) + partial.sum(axis=0))
        return float(plain.sum() / (plain.sum() + partial.sum())), each


def correlations(values: np.ndarray) -> np.ndarray:
    """Correlation matrix from the answers each pair of items has; missing answers are NaN."""
    known = np.isfinite(values)
    # an item without an answer, as in a few draws of a rarely answered one, goes along with nothing
    count = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, values, 0).sum(axis=0) / count
    gap = np.where(known, values - centre, 0.0)
    both = np.maximum(known.T.astype(float) @ known, 1)
    # variances from the pair's own answers keep a correlation between −1 and 1
    spread = (gap**2).T @ known
    with np.errstate(invalid="ignore", divide="ignore"):
        out = (gap.T @ gap / both) / np.sqrt((spread / both) * (spread.T / both))
    out = np.clip(np.where(np.isfinite(out), out, 0.0), -1, 1)
    np.fill_diagonal(out, 1.0)
    return out


def component_shares(correlation: np.ndarray) -> np.ndarray:
    """Share of the variance of each principal component, largest first."""
    return np.linalg.eigvalsh(correlation)[::-1] / len(correlation)


def _omega(covariance: np.ndarray, start: np.ndarray | None) -> tuple[float, OneFactor]:
    scale = np.sqrt(np.diag(covariance))
    fit = one_factor(covariance / np.outer(scale, scale), start)
    common = float((fit.loadings * scale).sum()) ** 2
    return common / (common + float((fit.unique * scale**2).sum())), fit


def _regular(matrix: np.ndarray) -> bool:
    """Every item varies and none is a sum of others."""
    spread = np.diag(matrix)
    if not np.isfinite(matrix).all() or not (spread > 0).all():
        return False
    return bool(np.linalg.eigvalsh(matrix / np.sqrt(np.outer(spread, spread)))[0] > _SINGULAR)


def _deviance(unique: np.ndarray, correlation: np.ndarray) -> tuple[float, np.ndarray]:
    """Discrepancy left by the best loadings, and its slope in the own variances."""
    root = np.sqrt(unique)
    value, vector = np.linalg.eigh(correlation / np.outer(root, root))
    rest = value[:-1]
    load = root * vector[:, -1] * np.sqrt(max(value[-1] - 1, 0.0))
    model = load**2 + unique
    return float((rest - np.log(np.maximum(rest, 1e-300)) - 1).sum()), (model - 1.0) / unique**2
