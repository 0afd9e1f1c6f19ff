"""The one clustering that is kept: k-means, polished, or scikit-learn's mixture, with the rule that places rows."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from . import _kmeans

__all__ = ["METHODS", "Partition", "find", "place"]

METHODS = ("gmm", "kmeans")
_POLISHED_ROWS = 5_000
_MOVES = 500
_TOGETHER = 20  # starts side by side


@dataclass(frozen=True, eq=False)
class Partition:
    """Groups of rows and what places further rows in them.

    Attributes
    ----------
    labels : int array, shape (rows,)
        0 to k − 1.
    centres, spreads : arrays, shape (k, features)
        Means and standard deviations within the groups.
    shares : array, shape (k,)
        Share of rows (k-means) or mixing weight (mixture).
    inertia : float
        Sum of squared distances to the own centre.
    settled : bool
        Whether the algorithm came to rest.
    """

    labels: np.ndarray
    centres: np.ndarray
    spreads: np.ndarray
    shares: np.ndarray
    inertia: float
    settled: bool = True


def find(X: np.ndarray, k: int, *, method: str = "kmeans", seed: int = 0) -> Partition:
    """Group the rows; the more starts the fewer rows there are.

    Small inputs (up to 5,000 rows) are polished by moving single rows, which
    ends lower than Lloyd's iterations.

    References
    ----------
    Hartigan and Wong (1979), Applied Statistics 28, 100–108 (moves of single rows).
    """
    if method == "gmm":
        return _mixture(X, k, seed)
    starts = int(np.clip(60_000 // len(X), 5, 200))
    rng = np.random.default_rng([seed, 0, k])
    rounds = [_kmeans.solve(X, k, rng=rng, starts=min(_TOGETHER, starts)) for _ in range(-(-starts // _TOGETHER))]
    best = min(rounds, key=_inertia)
    centres = _kmeans.settle(X, best.centres[0])
    if len(X) <= _POLISHED_ROWS:
        labels = _polished(X, _kmeans.nearest(X, centres[None])[0][0], k)
        centres = np.stack([X[labels == j].mean(axis=0) for j in range(k)])
    labels, squared = (found[0] for found in _kmeans.nearest(X, centres[None]))
    spreads = np.stack([X[labels == j].std(axis=0) for j in range(k)])
    return Partition(labels, centres, spreads, np.bincount(labels, minlength=k) / len(X), float(squared.sum()))


def place(X: np.ndarray, centres: np.ndarray, spreads: np.ndarray, shares: np.ndarray, *, method: str) -> np.ndarray:
    """Label (row 0) and distance (row 1) of each row under stored parameters.

    k-means: nearest centre, Euclidean distance. Mixture: most probable component,
    distance in standard deviations of that component.
    """
    if method == "kmeans":
        labels, squared = _kmeans.nearest(X, centres[None])
        return np.stack([labels[0], np.sqrt(squared[0])])
    scaled = ((X[:, None, :] - centres) / spreads) ** 2
    log_density = np.log(shares) - np.log(spreads).sum(axis=1) - scaled.sum(axis=2) / 2
    labels = log_density.argmax(axis=1)
    return np.stack([labels, np.sqrt(scaled.sum(axis=2)[np.arange(len(X)), labels])])


def _inertia(found: _kmeans.Solutions) -> float:
    return float(found.inertia[0])


def _polished(X: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """Move one row at a time to where the sum of squares falls most, until no move helps."""
    labels, rows = labels.copy(), np.arange(len(X))
    for _ in range(_MOVES):
        size = np.bincount(labels, minlength=k).astype(float)
        centres = np.stack([X[labels == j].mean(axis=0) for j in range(k)])
        squared = ((X[:, None, :] - centres) ** 2).sum(axis=2)
        alone = size[labels] == 1
        leave = squared[rows, labels] * size[labels] / np.where(alone, 1, size[labels] - 1)
        gain = np.where(alone, 0, leave)[:, None] - squared * size / (size + 1)
        gain[rows, labels] = 0
        row, target = np.unravel_index(gain.argmax(), gain.shape)
        if gain[row, target] <= 1e-10:
            break
        labels[row] = target
    return labels


def _mixture(X: np.ndarray, k: int, seed: int) -> Partition:
    starts = int(np.clip(5_000 // len(X), 1, 10))
    model = GaussianMixture(
        k, covariance_type="diag", n_init=starts, max_iter=500, reg_covar=1e-3, random_state=seed
    )  # fmt: skip
    with warnings.catch_warnings():
        # said in the result instead
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X)
    spreads = np.sqrt(model.covariances_)
    labels = place(X, model.means_, spreads, model.weights_, method="gmm")[0].astype(int)
    inertia = float(((X - model.means_[labels]) ** 2).sum())
    return Partition(labels, model.means_, spreads, model.weights_, inertia, bool(model.converged_))
