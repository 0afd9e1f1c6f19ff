"""Score and expected information of cumulative logit rows, one by one and by cluster."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

__all__ = ["by_cluster", "information", "row_scores", "split"]


def information(cuts: np.ndarray, eta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Expected information of single rows about their K−1 linear predictors.

    Parameters
    ----------
    cuts : array (K−1,)
    eta : array (n,)
        x·b of each row.

    Returns
    -------
    array (n, K−1, K−1), array (n, K−1)
        The information, and the probabilities P(y ≥ k).
    """
    above = expit(cuts[None, :] + eta[:, None])
    slope = above * (1 - above)
    edge = np.ones((len(eta), 1))
    level = -np.diff(np.hstack([edge, above, 0 * edge]), axis=1)
    inverse = 1 / np.maximum(level, 1e-300)
    k = np.arange(len(cuts))
    out = np.zeros((len(eta), len(cuts), len(cuts)))
    out[:, k, k] = slope**2 * (inverse[:, :-1] + inverse[:, 1:])
    cross = -slope[:, :-1] * slope[:, 1:] * inverse[:, 1:-1]
    out[:, k[:-1], k[1:]] = out[:, k[1:], k[:-1]] = cross
    return out, above


def row_scores(cuts: np.ndarray, eta: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Score of single rows about their K−1 linear predictors: array (n, K−1)."""
    edge = np.array([np.inf])
    padded = np.concatenate([edge, cuts, -edge])
    upper, lower = padded[codes] + eta, padded[codes + 1] + eta
    gap = -np.expm1(lower - upper)
    up, down = expit(-upper) / (expit(-lower) * gap), -expit(lower) / (expit(upper) * gap)
    out = np.zeros((len(eta), len(cuts) + 2))
    at = np.arange(len(eta))
    out[at, codes] += up
    out[at, codes + 1] += down
    return out[:, 1:-1]


def by_cluster(
    cuts: np.ndarray, eta: np.ndarray, codes: np.ndarray, X: np.ndarray, w: np.ndarray, groups: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Expected information (G, P, P) and score (G, P) summed by cluster."""
    single, _ = information(cuts, eta)
    slope = row_scores(cuts, eta, codes)
    row = single.sum(axis=2)
    total, size = row.sum(axis=1), len(cuts)
    info = np.zeros((len(groups), size + X.shape[1], size + X.shape[1]))
    score = np.zeros((len(groups), size + X.shape[1]))
    for i, g in enumerate(groups):
        info[i, :size, :size] = np.tensordot(w[g], single[g], axes=1)
        info[i, :size, size:] = (row[g] * w[g, None]).T @ X[g]
        info[i, size:, :size] = info[i, :size, size:].T
        info[i, size:, size:] = (X[g] * (w[g] * total[g])[:, None]).T @ X[g]
        score[i, :size] = w[g] @ slope[g]
        score[i, size:] = (w[g] * slope[g].sum(axis=1)) @ X[g]
    return info, score


def split(labels: np.ndarray) -> list[np.ndarray]:
    """Row positions of each cluster, clusters in the order of their codes."""
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
