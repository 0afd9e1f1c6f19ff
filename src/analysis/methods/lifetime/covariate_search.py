"""The highest likelihood with covariates: from the model without them upwards, judged by the gradient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from .covariate_model import Covaried
from .optimise import BOUND, CONVERGED, FLAT

__all__ = ["Top", "highest"]

#: coefficients are searched within this: a rate e^6 = 400 times another is no answer
STEEP = 6.0
#: most Newton steps
NEWTON = 15


@dataclass(frozen=True, eq=False)
class Top:
    """Where the likelihood is highest: estimates, height, covariance, what the data leave open."""

    theta: np.ndarray
    height: float
    covariance: np.ndarray
    open_: np.ndarray
    converged: bool


def highest(objective: Covaried, plain: np.ndarray, size: int) -> Top:
    """From the model without covariates upwards, then Newton steps in the directions the data determine."""
    limit = np.concatenate([np.full(len(plain), BOUND), np.full(size, STEEP)])
    start = np.concatenate([plain, np.zeros(size)])
    settings = {"maxiter": 60, "ftol": 1e-10, "gtol": 1e-6}
    bounds = list(zip(-limit, limit, strict=True))
    theta = optimize.minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=settings).x
    value, gradient = objective(theta)
    for _ in range(NEWTON):
        roots, axes = np.linalg.eigh(objective.curvature(theta))
        firm = roots > 1 / FLAT**2
        along = axes[:, firm]
        step = -along @ ((along.T @ gradient) / roots[firm])
        gain = float(-gradient @ step) / 2
        moved = _step(objective, theta, step, limit) if gain > CONVERGED else None
        if moved is None:
            break
        theta, value, gradient = moved
    spread = np.where(firm, 1 / np.where(firm, roots, 1.0), FLAT**2)
    loose = (axes[:, ~firm] ** 2).sum(axis=1) > 0.1
    return Top(
        theta=theta,
        height=-value,
        covariance=(axes * spread) @ axes.T,
        open_=loose | (np.abs(theta) > limit - 1e-6),
        converged=bool(gain < CONVERGED * max(1.0, abs(value))),
    )


def _step(
    objective: Covaried, theta: np.ndarray, step: np.ndarray, limit: np.ndarray
) -> tuple[np.ndarray, float, np.ndarray] | None:
    """The Newton step, or as much of it as leads upwards; None when nothing does."""
    before, length = objective(theta)[0], min(1.0, 1.0 / float(np.abs(step).max()))
    for _ in range(5):
        trial = np.clip(theta + length * step, -limit, limit)
        value, gradient = objective(trial)
        if value < before:
            return trial, value, gradient
        length /= 4
    return None
