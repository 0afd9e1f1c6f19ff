"""Sequential best–worst logit: best among what was shown, then worst among the rest, by Newton's method.

P(best = i) = exp(u_i) ÷ Σ exp(u) over what was shown; P(worst = j) = exp(−u_j) ÷ Σ exp(−u)
over the rest. Utilities add up to zero; errors are clustered (CR2) by respondent or hospital.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from ...stats import sandwich, scores
from ._long import Sets

__all__ = ["Utilities", "fit", "pieces"]

_STEPS = 100


@dataclass(frozen=True, eq=False)
class Utilities:
    """Utilities (p,) that add up to zero, their covariance (p, p), log-likelihood and number of clusters."""

    value: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    clusters: int


def pieces(sets: Sets, *, strong: bool) -> list[list[str]]:
    """Items that can be compared, piece by piece: through tasks, or (strong) through choices both ways.

    Without a way from every item to every other along "was preferred to" no finite utilities exist.

    References
    ----------
    Ford, L. R. (1957), American Mathematical Monthly 64(8), 28–33.
    """
    p = len(sets.items)
    over = np.zeros((p, p))
    rows = np.arange(len(sets.best))
    rest = sets.shown.copy()
    rest[rows, sets.best] = False
    np.add.at(over, sets.best, rest)
    rest[rows, sets.worst] = False
    np.add.at(over.T, sets.worst, rest)
    count, label = connected_components(csr_array(over), directed=True, connection="strong" if strong else "weak")
    return [[sets.items[i] for i in np.flatnonzero(label == k)] for k in range(count)]


def fit(sets: Sets, weights: np.ndarray, labels: np.ndarray) -> Utilities:
    """Maximum likelihood over complete tasks.

    Parameters
    ----------
    sets : Sets
        Strongly connected.
    weights : array (T,)
        Of each task's respondent.
    labels : array of int (T,)
        Cluster of each task.

    References
    ----------
    Marley, A. A. J. and Louviere, J. J. (2005), Journal of Mathematical Psychology 49, 464–480;
    Lancsar, E., Louviere, J., Donaldson, C., Currie, G. and Burgess, L. (2013), Social Science & Medicine 76, 74–82.
    """
    p = len(sets.items)
    # columns: an orthonormal basis of all utilities that add up to zero
    basis = np.linalg.svd(np.ones((1, p)))[2][1:].T
    rows = np.arange(len(sets.best))
    rest = sets.shown.copy()
    rest[rows, sets.best] = False
    theta = np.zeros(p - 1)
    value, first, second = _likelihood(basis @ theta, sets, rest, weights)
    for _ in range(_STEPS):
        step = np.linalg.solve(basis.T @ second.sum(axis=0) @ basis, basis.T @ first.sum(axis=0))
        scale = 1.0
        while True:
            tried = _likelihood(basis @ (theta + scale * step), sets, rest, weights)
            if tried[0] >= value - 1e-10 or scale < 1e-8:
                break
            scale /= 2
        theta = theta + scale * step
        value, first, second = tried
        if np.abs(step).max() < 1e-10:
            break
    groups = scores.split(labels)
    info = np.stack([basis.T @ second[g].sum(axis=0) @ basis for g in groups])
    score = np.stack([first[g].sum(axis=0) @ basis for g in groups])
    covariance, _ = sandwich.cr2(info, score, np.linalg.inv(info.sum(axis=0)))
    return Utilities(basis @ theta, basis @ covariance @ basis.T, value, len(groups))


def _likelihood(
    u: np.ndarray, sets: Sets, rest: np.ndarray, weights: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log-likelihood, gradient (T, p) and information (T, p, p) of each task."""
    rows = np.arange(len(sets.best))
    total, gradient = 0.0, np.zeros(sets.shown.shape)
    information = np.zeros((*sets.shown.shape, len(u)))
    for sign, among, chosen in ((1.0, sets.shown, sets.best), (-1.0, rest, sets.worst)):
        odds = np.where(among, np.exp(sign * u), 0.0)
        whole = odds.sum(axis=1)
        chance = odds / whole[:, None]
        total += float(weights @ (sign * u[chosen] - np.log(whole)))
        gradient[rows, chosen] += sign * weights
        gradient -= sign * weights[:, None] * chance
        at = np.arange(len(u))
        information[:, at, at] += weights[:, None] * chance
        information -= weights[:, None, None] * chance[:, :, None] * chance[:, None, :]
    return total, gradient, information
