"""Cumulative logit by maximum likelihood, many fits at once.

P(y ≥ k) = F(cut_k + x·b), with F the logistic function. Two levels make it the
ordinary logit. One call fits many versions of the same rows side by side
(bootstrap weights, subsets of columns): the work is a few matrix products.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import expit

__all__ = ["Fits", "fit_many"]

_STEPS, _CHUNK, _PAIRS = 80, 200_000, 20_000_000


@dataclass(frozen=True, eq=False)
class Fits:
    """Estimates of m fits: cuts (m, K−1), coefficients (m, p), log-likelihoods (m,)."""

    cuts: np.ndarray
    coef: np.ndarray
    log_likelihood: np.ndarray
    converged: np.ndarray


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows sorted by level, and what every step needs of them."""

    X: np.ndarray
    codes: np.ndarray
    member: np.ndarray  # (n, K), 1 where the row is at that level
    slices: tuple[slice, ...]
    pairs: np.ndarray | None  # (n, p*p) products of columns
    log_f: float


def fit_many(
    X: np.ndarray,
    codes: np.ndarray,
    weights: np.ndarray,
    *,
    active: np.ndarray | None = None,
    start: Fits | None = None,
    log_f: float = 0.0,
) -> Fits:
    """Newton's method on the concave likelihood, all fits in step.

    Parameters
    ----------
    X : array (n, p)
        Columns without a constant.
    codes : array of int (n,)
        Level of each row, 0 … K−1; every level must occur.
    weights : array (m, n)
        One row of positive weights per fit.
    active : array of bool (m, p), optional
        Columns that each fit uses; the others have coefficient 0.
    start : Fits, optional
        Starting values (m or 1 rows).
    log_f : float, default 0
        Weight of a log-F(1,1) prior on each coefficient: keeps separated data finite.

    References
    ----------
    McCullagh, P. (1980), Journal of the Royal Statistical Society B 42, 109–142.
    Greenland, S. and Mansournia, M. A. (2015), Statistics in Medicine 34, 3133–3143.
    """
    m, n = weights.shape
    rows, order = _sorted_rows(X, codes, log_f, many=m > 1)
    use = np.ones((m, X.shape[1]), dtype=bool) if active is None else active
    parts = []
    size = max(1, _CHUNK // n)
    for first in range(0, m, size):
        chunk = slice(first, min(first + size, m))
        theta = _start(rows, weights[chunk][:, order], start, chunk)
        parts.append(_newton(rows, weights[chunk][:, order], use[chunk], theta))
    theta, value, done = (np.concatenate(part) for part in zip(*parts, strict=True))
    cuts = rows.member.shape[1] - 1
    return Fits(theta[:, :cuts], theta[:, cuts:], value, done)


def _sorted_rows(X: np.ndarray, codes: np.ndarray, log_f: float, *, many: bool) -> tuple[_Rows, np.ndarray]:
    order = np.argsort(codes, kind="stable")
    sorted_x, sorted_codes = np.ascontiguousarray(X[order], dtype=float), codes[order]
    levels = int(codes.max()) + 1
    edges = np.searchsorted(sorted_codes, np.arange(levels + 1))
    n, p = X.shape
    pairs = None
    if many and n * p * p <= _PAIRS:
        pairs = (sorted_x[:, :, None] * sorted_x[:, None, :]).reshape(n, p * p)
    member = np.zeros((n, levels))
    member[np.arange(n), sorted_codes] = 1
    slices = tuple(slice(int(a), int(b)) for a, b in pairwise(edges))
    return _Rows(sorted_x, sorted_codes, member, slices, pairs, log_f), order


def _start(rows: _Rows, weights: np.ndarray, start: Fits | None, chunk: slice) -> np.ndarray:
    if start is not None:
        one = len(start.cuts) == 1
        at = slice(0, 1) if one else chunk
        theta = np.hstack([start.cuts[at], start.coef[at]])
        return np.repeat(theta, len(weights), axis=0) if one else theta.copy()
    share = weights @ rows.member / weights.sum(axis=1, keepdims=True)
    above = np.clip(np.cumsum(share[:, ::-1], axis=1)[:, ::-1][:, 1:], 1e-9, 1 - 1e-9)
    return np.hstack([np.log(above / (1 - above)), np.zeros((len(weights), rows.X.shape[1]))])


def _newton(
    rows: _Rows, weights: np.ndarray, active: np.ndarray, theta: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    cuts = rows.member.shape[1] - 1
    theta[:, cuts:] *= active
    off = np.hstack([np.zeros((len(theta), cuts), dtype=bool), ~active])
    last, reached, value = theta.copy(), np.full(len(theta), -np.inf), np.empty(len(theta))
    done = np.zeros(len(theta), dtype=bool)
    diagonal = np.arange(theta.shape[1])
    for _ in range(_STEPS):
        at = np.flatnonzero(~done)
        if at.size == 0:
            break
        trial, gradient, curvature = _derivatives(rows, weights[at], theta[at])
        good = trial >= reached[at] - 1e-10 * (1 + np.abs(trial))
        # a step that went too far is halved; its derivatives are not used
        theta[at[~good]] = (theta[at[~good]] + last[at[~good]]) / 2
        at, gradient, curvature = at[good], gradient[good], curvature[good]
        gradient[off[at]] = 0
        keep = ~off[at]
        curvature *= keep[:, :, None] & keep[:, None, :]
        curvature[:, diagonal, diagonal] += 1e-10 + off[at]
        step = np.linalg.solve(curvature, gradient[:, :, None])[:, :, 0]
        gain = (gradient * step).sum(axis=1)
        # Newton's own forecast of the gain: near the maximum its error is of higher order
        reached[at], value[at] = trial[good], trial[good] + gain / 2
        last[at], done[at] = theta[at], gain < 1e-8 * (1 + np.abs(trial[good]))
        theta[at] += step
    return theta, value, done


def _derivatives(rows: _Rows, weights: np.ndarray, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log-likelihood (m,), gradient (m, P) and minus the Hessian (m, P, P)."""
    cuts, p = rows.member.shape[1] - 1, rows.X.shape[1]
    two = _two_levels if cuts == 1 else _many_levels
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value, gradient, hess, curve = two(rows, weights, theta)
    hess[:, cuts:, :cuts] = hess[:, :cuts, cuts:].transpose(0, 2, 1)
    hess[:, cuts:, cuts:] = _weighted_products(rows, curve)
    if rows.log_f:
        coef = theta[:, cuts:]
        pull = expit(coef)
        value = value + rows.log_f * (coef / 2 - np.logaddexp(0, coef)).sum(axis=1)
        gradient[:, cuts:] += rows.log_f * (0.5 - pull)
        j = cuts + np.arange(p)
        hess[:, j, j] += rows.log_f * pull * (1 - pull)
    return np.where(np.isnan(value), -np.inf, value), gradient, hess


def _two_levels(
    rows: _Rows, weights: np.ndarray, theta: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The ordinary logit: half the work."""
    eta = theta[:, 1:] @ rows.X.T + theta[:, :1]
    p = expit(eta)
    value = (weights * np.log(np.where(rows.codes == 1, p, 1 - p))).sum(axis=1)
    slope, curve = weights * (rows.codes - p), weights * p * (1 - p)
    gradient = np.hstack([slope.sum(axis=1, keepdims=True), slope @ rows.X])
    hess = np.zeros((*theta.shape, theta.shape[1]))
    hess[:, 0, 0] = curve.sum(axis=1)
    hess[:, 0, 1:] = curve @ rows.X
    return value, gradient, hess, curve


def _many_levels(
    rows: _Rows, weights: np.ndarray, theta: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    cuts = rows.member.shape[1] - 1
    eta = theta[:, cuts:] @ rows.X.T
    edge = np.full((len(theta), 1), np.inf)
    padded = np.hstack([edge, theta[:, :cuts], -edge])
    upper, lower = padded[:, rows.codes] + eta, padded[:, rows.codes + 1] + eta
    # F(u) − F(l) = F(u) F(−l) (1 − e^(l−u)): no cancellation in the tails
    a, b, rest = expit(upper), expit(lower), expit(-lower)
    gap = -np.expm1(lower - upper)
    value = (weights * np.log(a * rest * gap)).sum(axis=1)
    up, down = expit(-upper) / (rest * gap), -b / (a * gap)
    gradient = np.empty_like(theta)
    gradient[:, :cuts] = (weights * up) @ rows.member[:, 1:] + (weights * down) @ rows.member[:, :-1]
    gradient[:, cuts:] = (weights * (1 - a - b)) @ rows.X
    spread_up, spread_down = weights * a * (1 - a), weights * b * (1 - b)
    hess = np.zeros((*theta.shape, theta.shape[1]))
    first = (weights * (up**2 - up * (1 - 2 * a))) @ rows.member[:, 1:]
    second = (weights * (down**2 - down * (1 - 2 * b))) @ rows.member[:, :-1]
    k = np.arange(cuts)
    hess[:, k, k] = first + second
    between = (weights * up * down) @ rows.member[:, 1:-1]
    hess[:, k[:-1], k[1:]] = hess[:, k[1:], k[:-1]] = between
    for level, at in enumerate(rows.slices):
        if level < cuts:
            hess[:, level, cuts:] += spread_down[:, at] @ rows.X[at]
        if level > 0:
            hess[:, level - 1, cuts:] += spread_up[:, at] @ rows.X[at]
    return value, gradient, hess, spread_up + spread_down


def _weighted_products(rows: _Rows, weight: np.ndarray) -> np.ndarray:
    p = rows.X.shape[1]
    if rows.pairs is not None:
        return (weight @ rows.pairs).reshape(len(weight), p, p)
    return np.stack([(rows.X * w[:, None]).T @ rows.X for w in weight])
