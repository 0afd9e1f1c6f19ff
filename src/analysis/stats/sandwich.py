"""Bias-reduced cluster-robust covariance (CR2) and its degrees of freedom.

Both need only the information and the score of each cluster, so one code
serves linear, logit and proportional-odds models of any cluster size.
"""

from __future__ import annotations

import numpy as np

__all__ = ["cr2", "satterthwaite", "wider"]

#: with more clusters the degrees of freedom are taken as their number minus one
_MOST_CLUSTERS = 3000


def cr2(
    info: np.ndarray, score: np.ndarray, bread: np.ndarray
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray] | None]:
    """CR2 covariance from information and score by cluster.

    With U = X̃ M^½ the adjustment (I − H_g)^−½ X̃_g equals U_g (I − U_g'U_g)^−½ M^−½, so
    only matrices of the size of the parameters are needed, not of the cluster.

    Parameters
    ----------
    info : array (G, P, P)
        Information of each cluster.
    score : array (G, P)
    bread : array (P, P)
        M, inverse of the total information.

    Returns
    -------
    array (P, P), pair of arrays (G, P, P) or None
        The covariance, and what `satterthwaite` needs.
    """
    value, vector = np.linalg.eigh(bread)
    value = np.maximum(value, value.max() * 1e-14)
    root = (vector * np.sqrt(value)) @ vector.T
    back = (vector / np.sqrt(value)) @ vector.T
    own, axes = np.linalg.eigh(root @ info @ root)
    left = 1 - np.clip(own, 0, 1)
    # a cluster that alone decides a direction has no residual there: leave it out
    factor = np.where(left > 1e-8, 1 / np.sqrt(np.maximum(left, 1e-8)), 0.0)
    adjusted = np.einsum("gij,gj,gkj,gk->gi", axes, factor, axes, score @ root)
    pulled = adjusted @ back
    covariance = bread @ (pulled.T @ pulled) @ bread
    if len(info) > _MOST_CLUSTERS:
        return covariance, None
    inner = back @ (axes * (own * factor)[:, None, :]) @ axes.transpose(0, 2, 1) @ back
    outer = back @ (axes * (own * factor**2)[:, None, :]) @ axes.transpose(0, 2, 1) @ back
    return covariance, (inner, outer)


def satterthwaite(
    direction: np.ndarray, bread: np.ndarray, pieces: tuple[np.ndarray, np.ndarray], clusters: int
) -> float:
    """Degrees of freedom for one linear combination of the parameters.

    Parameters
    ----------
    direction : array (P,)
    bread : array (P, P)
    pieces : tuple of arrays (G, P, P)
        From `cr2`.
    clusters : int

    References
    ----------
    Bell, R. M. and McCaffrey, D. F. (2002), Survey Methodology 28, 169–181.
    Pustejovsky, J. E. and Tipton, E. (2018), Journal of Business and Economic Statistics 36, 672–683.
    """
    inner, outer = pieces
    a = bread @ direction
    u = inner @ a
    omega = -u @ bread @ u.T
    omega[np.diag_indices_from(omega)] += np.einsum("i,gij,j->g", a, outer, a)
    square = float((omega**2).sum())
    return max(1.0, float(np.trace(omega)) ** 2 / square) if square > 0 else float(max(clusters - 1, 1))


def wider(robust: np.ndarray, model: np.ndarray) -> np.ndarray:
    """The covariance with the larger variance, parameter by parameter (correlations of the model-based one)."""
    scale = np.sqrt(np.maximum(np.diag(robust) / np.diag(model), 1))
    return model * np.outer(scale, scale)
