"""Indices of one clustering: silhouette, Calinski-Harabasz, Davies-Bouldin, and the BIC of a mixture."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import davies_bouldin_score
from sklearn.mixture import GaussianMixture

__all__ = ["SILHOUETTE_ROWS", "calinski_harabasz", "davies_bouldin", "mixture_bic", "silhouette", "stratified"]

SILHOUETTE_ROWS = 5_000
_BLOCK = 50
#: as the mixture of `fit`: no spread falls to nothing on a feature with few values
_LEAST_VARIANCE = 1e-3


def silhouette(X: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> float:
    """Mean silhouette; above 5,000 rows from that many, drawn within each segment in proportion to its size.

    References
    ----------
    Rousseeuw (1987), Journal of Computational and Applied Mathematics 20, 53–65.
    """
    rows = stratified(labels, SILHOUETTE_ROWS, rng)
    found, share = np.unique(labels, return_counts=True)
    if len(found) < 2 or len(found) >= len(rows):
        return 0.0
    each = _silhouettes(X[rows], labels[rows], int(found[-1]) + 1)
    means = [each[labels[rows] == j].mean() for j in found]
    return float(np.average(means, weights=share))


def _silhouettes(X: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """Silhouette of each row, a few rows at a time so that their distances stay in the cache; 0 for a row alone."""
    member = (labels[:, None] == np.arange(k)).astype(float)
    size, length = member.sum(axis=0), (X**2).sum(axis=1)
    out = np.empty(len(X))
    for first in range(0, len(X), _BLOCK):
        part = slice(first, first + _BLOCK)
        distance = X[part] @ (-2 * X.T)
        distance += length
        distance += length[part, None]
        np.maximum(distance, 0, out=distance)
        np.sqrt(distance, out=distance)
        here = np.arange(len(distance))
        # rounding leaves a trace of a row's distance to itself
        distance[here, first + here] = 0
        total, own = distance @ member, labels[part]
        within = total[here, own] / np.maximum(size[own] - 1, 1)
        mean = total / np.where(size > 0, size, np.nan)
        mean[here, own] = np.nan
        other = np.nanmin(mean, axis=1)
        larger = np.maximum(within, other)
        found = np.divide(other - within, larger, out=np.zeros(len(here)), where=larger > 0)
        out[part] = np.where(size[own] > 1, found, 0)
    return out


def stratified(labels: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    """Positions of about ``most`` rows: of each segment its share, at least two of them where it has two."""
    if len(labels) <= most:
        return np.arange(len(labels))
    part = []
    for j in np.unique(labels):
        own = np.flatnonzero(labels == j)
        take = min(len(own), max(2, round(most * len(own) / len(labels))))
        part.append(rng.choice(own, take, replace=False))
    return np.sort(np.concatenate(part))


def calinski_harabasz(X: np.ndarray, inertia: float, k: int) -> float:
    """Variance between the segments over variance within: higher is clearer.

    References
    ----------
    Caliński and Harabasz (1974), Communications in Statistics 3, 1–27.
    """
    total = float(((X - X.mean(axis=0)) ** 2).sum())
    return (total - inertia) / (k - 1) / max(inertia / max(len(X) - k, 1), np.finfo(float).tiny)


def davies_bouldin(X: np.ndarray, labels: np.ndarray) -> float:
    """Mean over segments of the worst ratio of spreads to distance: lower is clearer.

    References
    ----------
    Davies and Bouldin (1979), IEEE Trans. Pattern Anal. Mach. Intell. 1, 224–227.
    """
    return float(davies_bouldin_score(X, labels))


def mixture_bic(X: np.ndarray, labels: np.ndarray, k: int) -> float:
    """BIC of a mixture of normal distributions, one spread per feature and component, begun at a clustering.

    Lower is better (−2 log-likelihood + log n · parameters).
    """
    groups = [X[labels == j] for j in range(k)]
    # a segment of one row, or none in a sample, has no spread of its own
    means = np.stack([g.mean(axis=0) if len(g) else X.mean(axis=0) for g in groups])
    variances = np.stack([g.var(axis=0) if len(g) > 1 else X.var(axis=0) for g in groups])
    sizes = np.array([max(len(g), 1) for g in groups], dtype=float)
    model = GaussianMixture(
        k, covariance_type="diag", reg_covar=_LEAST_VARIANCE, max_iter=200, weights_init=sizes / sizes.sum(),
        means_init=means, precisions_init=1 / (variances + _LEAST_VARIANCE), random_state=0,
    )  # fmt: skip
    with warnings.catch_warnings():
        # an index for comparison; the mixture that is kept says whether it settled
        warnings.simplefilter("ignore", ConvergenceWarning)
        return float(model.fit(X).bic(X))
