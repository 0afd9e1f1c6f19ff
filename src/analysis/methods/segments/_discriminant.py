"""Linear discriminant analysis in closed form: what a typing tool is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Moments", "choose", "moments", "scores", "weights"]

#: of the pooled variance, added to its diagonal: a question that never varies within segments breaks nothing
_RIDGE = 1e-6


@dataclass(frozen=True, eq=False)
class Moments:
    """What the discriminant needs to know of the answers.

    Attributes
    ----------
    means : array (segments, questions)
    pooled : array (questions, questions)
        Covariance within segments.
    shares : array (segments,)
    """

    means: np.ndarray
    pooled: np.ndarray
    shares: np.ndarray


def moments(X: np.ndarray, labels: np.ndarray, k: int) -> Moments:
    """Means, covariance within segments and shares; labels 0 to k − 1, each taken by at least one row."""
    size = np.bincount(labels, minlength=k)
    means = np.stack([np.bincount(labels, weights=column, minlength=k) for column in X.T], axis=1) / size[:, None]
    within = X - means[labels]
    pooled = within.T @ within / max(len(X) - k, 1)
    return Moments(means, pooled + _RIDGE * np.eye(X.shape[1]), size / len(X))


def weights(found: Moments, chosen: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients (segments, chosen questions) and constants (segments,) of the linear scores.

    References
    ----------
    Fisher (1936), Annals of Eugenics 7, 179–188; Hastie, Tibshirani and Friedman (2009), The Elements of
    Statistical Learning, eq. 4.10.
    """
    means = found.means[:, chosen]
    slopes = np.linalg.solve(found.pooled[np.ix_(chosen, chosen)], means.T).T
    return slopes, np.log(found.shares) - (slopes * means).sum(axis=1) / 2


def scores(X: np.ndarray, slopes: np.ndarray, constants: np.ndarray) -> np.ndarray:
    """Log probability of each segment (columns) for each row."""
    raw = X @ slopes.T + constants
    raw = raw - raw.max(axis=1, keepdims=True)
    return raw - np.log(np.exp(raw).sum(axis=1, keepdims=True))


def choose(X: np.ndarray, labels: np.ndarray, k: int, most: int) -> list[int]:
    """Questions in the order in which each adds most to the mean log probability of the true segment."""
    found = moments(X, labels, k)
    chosen: list[int] = []
    left = list(range(X.shape[1]))
    rows = np.arange(len(X))
    while left and len(chosen) < most:
        gains = []
        for question in left:
            slopes, constants = weights(found, [*chosen, question])
            gains.append(scores(X[:, [*chosen, question]], slopes, constants)[rows, labels].mean())
        chosen.append(left.pop(int(np.argmax(gains))))
    return chosen
