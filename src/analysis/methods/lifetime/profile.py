"""Intervals of single parameters from the likelihood itself, the others always at their best.

References
----------
Venzon, D. J. and Moolgavkar, S. H. (1988), A method for computing profile-likelihood-based confidence
intervals, Applied Statistics 37, 87–94.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from .optimise import BOUND, Objective, Optimum

__all__ = ["profile_bounds"]

#: steps of Newton's rule on the signed root of the deviance, which is nearly a straight line
STEPS = 12
#: the root of the deviance has to meet its quantile to within this
CLOSE = 1e-4


@dataclass(frozen=True, eq=False)
class _Others:
    """The objective of the other parameters while one is held."""

    whole: Objective
    at: int
    held: float

    def __call__(self, free: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = self.whole(np.insert(free, self.at, self.held))
        return value, np.delete(gradient, self.at)


def profile_bounds(objective: Objective, best: Optimum, *, level: float) -> np.ndarray:
    """(2, k): lower and upper bounds of the log-parameters as distances from the optimum.

    A bound is where twice the fall of the highest likelihood reaches the quantile of chi-squared with one
    degree of freedom; NaN where it does not before a parameter has run to zero or infinity.
    """
    quantile = float(np.sqrt(stats.chi2.ppf(level, 1)))
    ends = [[_bound(objective, best, at, side, quantile) for at in range(len(best.theta))] for side in (-1, 1)]
    return np.array(ends)


def _bound(objective: Objective, best: Optimum, at: int, side: int, quantile: float) -> float:
    top = -best.log_likelihood
    spread = np.sqrt(best.covariance[at, at])
    # where the others lie, to first order, when this one moves
    along = np.delete(best.covariance[:, at], at) / best.covariance[at, at]
    start, others = best.theta[at], np.delete(best.theta, at)
    near, far, move = 0.0, np.inf, side * quantile * spread
    free = others + along * move
    for _ in range(STEPS):
        move = float(np.clip(start + move, -BOUND, BOUND) - start)
        value, free = _profile(objective, at, start + move, free)
        root = np.sqrt(max(2 * (value - top), 0.0))
        if abs(root - quantile) < CLOSE:
            return move
        if root < quantile:
            near = abs(move)
            if near >= BOUND - side * start - 1e-9:
                return float("nan")
        else:
            far = abs(move)
        slope = side * float(objective(np.insert(free, at, start + move))[1][at]) / max(root, 1e-12)
        ahead = abs(move) + (quantile - root) / slope if slope > 1e-9 else np.inf
        # a step may not leave the bracket, nor go further than twice as far
        low, high = near, min(far, 2 * abs(move) + 0.5)
        ahead = ahead if low < ahead < high else (low + high) / 2 if np.isfinite(far) else high
        free = free + along * (side * ahead - move)
        move = side * ahead
    return move if np.isfinite(far) else float("nan")


def _profile(objective: Objective, at: int, held: float, free: np.ndarray) -> tuple[float, np.ndarray]:
    bounds = [(-BOUND, BOUND)] * len(free)
    settings = {"maxiter": 200, "ftol": 1e-13, "gtol": 1e-7}
    end = optimize.minimize(
        _Others(objective, at, held), np.clip(free, -BOUND, BOUND), jac=True, method="L-BFGS-B", bounds=bounds,
        options=settings,
    )  # fmt: skip
    return float(end.fun), end.x
