"""Regression with cluster-robust standard errors and average marginal effects.

Families: "logit" (0/1 outcome), "ordinal" (proportional odds), "linear". The
covariance is CR2 (bias-reduced linearisation), degrees of freedom are
Satterthwaite's; without clusters every row is its own (HC2). For logit and
ordinal CR2 works on the expected information and scores summed by cluster,
which is CR2 of the working linear model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit

from ..core import checks
from ..core.errors import DataError
from . import cumulative, sandwich, scores

__all__ = ["Fit", "fit", "marginal_effects"]

FAMILIES = ("logit", "ordinal", "linear")
#: a coefficient times its column's range beyond this means separation: no finite maximum
_SEPARATED = 12.0


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted regression.

    Attributes
    ----------
    family : str
    names : tuple of str
        Columns of X, in order.
    coef : array (p,)
        Log-odds (logit, ordinal) or slopes (linear).
    cuts : array (K−1,)
        Intercepts: P(y ≥ level k) = F(cut_k + x·b); one intercept for logit and linear.
    levels : array (K,)
        Values of the outcome; empty for linear.
    covariance : array (K−1+p, K−1+p)
        CR2, cuts first; for a penalised fit the wider of CR2 and model-based.
    bread : array
        Inverse of the (penalised) information.
    pieces : tuple of arrays or None
        What Satterthwaite's degrees of freedom need; None with very many clusters.
    n, clusters : int
    separated : tuple of str
        Columns that separate the outcome; the fit is then penalised (log-F(1,1)).
    log_likelihood, null : float
        NaN for linear.
    X, weights : array
    """

    family: str
    names: tuple[str, ...]
    coef: np.ndarray
    cuts: np.ndarray
    levels: np.ndarray
    covariance: np.ndarray
    bread: np.ndarray
    pieces: tuple[np.ndarray, np.ndarray] | None
    n: int
    clusters: int
    separated: tuple[str, ...]
    penalised: bool
    log_likelihood: float
    null: float
    X: np.ndarray
    weights: np.ndarray

    def standard_errors(self) -> pd.Series:
        """CR2 standard error of each coefficient."""
        return pd.Series(np.sqrt(np.diag(self.covariance))[len(self.cuts) :], index=list(self.names))

    def degrees_of_freedom(self, direction: np.ndarray) -> float:
        """Satterthwaite's degrees of freedom for one linear combination of all parameters."""
        if self.pieces is None:
            return float(self.clusters - 1)
        return sandwich.satterthwaite(direction, self.bread, self.pieces, self.clusters)


def fit(
    y: Any,
    X: pd.DataFrame,
    *,
    family: str,
    cluster: Any = None,
    weights: Any = None,
    penalise: bool = False,
) -> Fit:
    """Fit y on the columns of X (a constant is added).

    Parameters
    ----------
    y : array (n,)
        0/1 for logit, ordered numbers for ordinal, numbers for linear; no gaps.
    X : DataFrame (n, p)
        Numeric columns without gaps, constants or exact linear dependence.
    family : {"logit", "ordinal", "linear"}
    cluster : array (n,), optional
    weights : array (n,), optional
        Sampling weights; scaled to mean 1.
    penalise : bool, default False
        Put a log-F(1,1) prior on each coefficient (few events); done by itself when a
        column separates the outcome.

    Raises
    ------
    DataError
        ``one_level`` when y does not vary, ``dependent_columns`` when columns of X are
        constant or linearly dependent.
    """
    checks.choice(family, FAMILIES, name="family")
    values, matrix = np.asarray(y, dtype=float), X.to_numpy(dtype=float)
    w = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    w = w / w.mean()
    levels = np.unique(values)
    if len(levels) < 2:
        raise DataError("one_level", n=len(values))
    if np.linalg.matrix_rank(np.column_stack([np.ones(len(values)), matrix])) <= matrix.shape[1]:
        raise DataError("dependent_columns", columns=list(map(str, X.columns))[:20])
    labels = np.arange(len(values))
    if cluster is not None:
        labels = np.unique(np.asarray(cluster, dtype=str), return_inverse=True)[1]
    if family == "linear":
        return _linear(values, X, w, labels)
    return _cumulative(np.searchsorted(levels, values), X, w, labels, levels=levels, family=family, penalise=penalise)


def marginal_effects(
    model: Fit, columns: Sequence[str] | None = None, *, at: float | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Average marginal effects with standard errors by the delta method.

    For a 0/1 column the average of P(at 1) − P(at 0) over the rows, everything else as
    it is; for other columns the average slope. The outcome is P(y ≥ ``at``), or the mean
    of y for the linear family.

    Parameters
    ----------
    model : Fit
    columns : sequence of str, optional
        Default: all.
    at : float, optional
        Value of y for the ordinal family; default its highest level.
    level : float, default 0.95

    Returns
    -------
    DataFrame
        Index column; effect, se, lo, hi, p, df.

    References
    ----------
    Wooldridge, J. M. (2010), Econometric Analysis of Cross Section and Panel Data, section 15.6.
    """
    names = list(model.names) if columns is None else list(columns)
    rows = []
    for name in names:
        effect, gradient = _effect(model, model.names.index(name), at)
        se = float(np.sqrt(gradient @ model.covariance @ gradient))
        df = model.degrees_of_freedom(gradient)
        half = float(stats.t.ppf((1 + level) / 2, df)) * se
        p = float(2 * stats.t.sf(abs(effect) / se, df)) if se > 0 else float("nan")
        rows.append((effect, se, effect - half, effect + half, p, df))
    return pd.DataFrame(rows, index=names, columns=["effect", "se", "lo", "hi", "p", "df"])


def _effect(model: Fit, j: int, at: float | None) -> tuple[float, np.ndarray]:
    """Average marginal effect of column j and its gradient by all parameters."""
    size = len(model.cuts)
    gradient = np.zeros(size + len(model.coef))
    if model.family == "linear":
        gradient[size + j] = 1
        return float(model.coef[j]), gradient
    k = size - 1 if at is None else int(np.searchsorted(model.levels, at)) - 1
    if not 0 <= k < size:
        raise DataError("level_outside", at=at, lo=float(model.levels[0]), hi=float(model.levels[-1]))
    w, X, slope = model.weights / model.weights.sum(), model.X, model.coef[j]
    eta = model.cuts[k] + X @ model.coef
    binary = bool(np.isin(np.round(X[:, j], 12), (0, 1)).mean() > 0.5)
    if binary:
        low = expit(eta - X[:, j] * slope)
        high = expit(eta + (1 - X[:, j]) * slope)
        d_low, d_high = w * low * (1 - low), w * high * (1 - high)
        gradient[k] = (d_high - d_low).sum()
        gradient[size:] = (d_high - d_low) @ X
        gradient[size + j] = d_high.sum()
        return float(w @ (high - low)), gradient
    p = expit(eta)
    d = w * p * (1 - p)
    bend = d * (1 - 2 * p)
    gradient[k] = slope * bend.sum()
    gradient[size:] = slope * (bend @ X)
    gradient[size + j] += d.sum()
    return float(slope * d.sum()), gradient


def _linear(y: np.ndarray, X: pd.DataFrame, w: np.ndarray, labels: np.ndarray) -> Fit:
    full = np.column_stack([np.ones(len(y)), X.to_numpy(dtype=float)])
    root = np.sqrt(w)
    beta = np.linalg.lstsq(full * root[:, None], y * root, rcond=None)[0]
    residual = y - full @ beta
    groups = scores.split(labels)
    info = np.stack([(full[g] * w[g, None]).T @ full[g] for g in groups])
    score = np.stack([full[g].T @ (w[g] * residual[g]) for g in groups])
    bread = np.linalg.inv(info.sum(axis=0))
    covariance, pieces = sandwich.cr2(info, score, bread)
    return Fit(
        "linear", tuple(map(str, X.columns)), beta[1:], beta[:1], np.array([]), covariance, bread, pieces, len(y),
        len(groups), (), False, float("nan"), float("nan"), full[:, 1:], w,
    )  # fmt: skip


def _cumulative(
    codes: np.ndarray, X: pd.DataFrame, w: np.ndarray, labels: np.ndarray, *, levels: np.ndarray, family: str,
    penalise: bool,
) -> Fit:  # fmt: skip
    matrix = X.to_numpy(dtype=float)
    result = cumulative.fit_many(matrix, codes, w[None, :], log_f=float(penalise))
    wild = np.abs(result.coef[0]) * np.ptp(matrix, axis=0) > _SEPARATED
    separated = tuple(str(c) for c, bad in zip(X.columns, wild, strict=True) if bad)
    if separated:
        penalise = True
        result = cumulative.fit_many(matrix, codes, w[None, :], log_f=1.0)
    cuts, coef = result.cuts[0], result.coef[0]
    groups = scores.split(labels)
    info, score = scores.by_cluster(cuts, matrix @ coef, codes, matrix, w, groups)
    total = info.sum(axis=0)
    if penalise:
        p = expit(coef)
        at = len(cuts) + np.arange(len(coef))
        total[at, at] += p * (1 - p)
    bread = np.linalg.inv(total)
    covariance, pieces = sandwich.cr2(info, score, bread)
    if penalise:
        covariance = sandwich.wider(covariance, bread)
    empty = cumulative.fit_many(matrix[:, :0], codes, w[None, :])
    return Fit(
        family, tuple(map(str, X.columns)), coef, cuts, levels, covariance, bread, pieces, len(codes), len(groups),
        separated, penalise, float(result.log_likelihood[0]), float(empty.log_likelihood[0]), matrix, w,
    )  # fmt: skip
