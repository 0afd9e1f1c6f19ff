"""Maximum likelihood on log-parameters, judged by the gradient, with a verdict at the boundary.

Time is scaled before it comes here (mean age 1), so bounds and starting points
mean the same in days, weeks and months.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from .families import Family
from .limits import Limit
from .rows import Rows, take

__all__ = ["Objective", "Optimum", "curvature", "maximise"]

#: log-parameters are searched within ±BOUND; at the bound a parameter counts as run to zero or infinity
BOUND = 12.0
#: a direction of log-parameters with a standard error above this is not determined by the data
FLAT = 2.0
#: log-likelihood within this of a limiting model: the optimum lies at that limit
AT_LIMIT = 0.02
#: expected gain in log-likelihood from one more Newton step that still counts as converged
CONVERGED = 1e-9
#: expected gain at which the search leaves the rest to Newton's steps
CLOSE = 1e-6
#: a valley that some rows put this much lower is not looked at with all of them
CLEARLY = 10.0
SUBSAMPLE = 3_000


@dataclass(frozen=True, eq=False)
class Objective:
    """Minus the weighted log-likelihood and its gradient by the log-parameters."""

    family: Family
    rows: Rows

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """Value and gradient at ``theta``, as the optimiser wants them."""
        values = {**dict(zip(self.family.parameters, np.exp(theta).tolist(), strict=True)), **self.family.fixed}
        each, gradient = self.family.log_likelihood(values, self.rows)
        return -float(self.rows.weights @ each), -(self.rows.weights @ gradient)


@dataclass(frozen=True, eq=False)
class _AtLimit:
    """The objective of a limiting model, by its own parameters."""

    whole: Objective
    limit: Limit

    def __call__(self, own: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = self.whole(self.limit.expand(own))
        steps = 1e-5 * np.eye(len(own))
        slopes = [(self.limit.expand(own + move) - self.limit.expand(own - move)) / 2e-5 for move in steps]
        return value, np.array([slope @ gradient for slope in slopes])


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where the likelihood is highest.

    Attributes
    ----------
    theta : array (k,)
        Log-parameters.
    log_likelihood : float
        Sum over customers, in the time unit of the rows.
    covariance : array (k, k)
        Of the log-parameters; directions the data leave open are held to a standard error of `FLAT`.
    undetermined : array of bool (k,)
        Parameters that lie mainly in such a direction.
    verdict, note : str
        Note "" when the optimum is an ordinary one.
    converged : bool
    """

    theta: np.ndarray
    log_likelihood: float
    covariance: np.ndarray
    undetermined: np.ndarray
    verdict: str
    note: str
    converged: bool


def maximise(family: Family, rows: Rows) -> Optimum:
    """The best of several starts, polished with Newton steps, and what kind of optimum it is."""
    whole = Objective(family, rows)
    # starts are sorted out on every k-th row: cheap, and enough to see which valley they lead to
    few = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), SUBSAMPLE)).astype(int))
    small = Objective(family, take(rows, few))
    tried = sorted((_climb(small, start, steps=80, digits=1e-7) for start in family.starts(rows)), key=_height)
    best = tried[0]
    other = [end for end in tried[1:] if np.abs(end[1] - best[1]).max() > 0.5 and end[0] < best[0] + CLEARLY]
    ends = [_descend(whole, small, theta) for _, theta in [best, *other[:1]]]
    theta, second, gain = _polish(whole, min(ends, key=_height)[1])
    return _judge(whole, theta, second, gain)


def curvature(objective: Objective, theta: np.ndarray, *, step: float = 1e-4) -> np.ndarray:
    """Second derivatives by central differences of the exact gradient, made symmetric."""
    size = len(theta)
    out = np.empty((size, size))
    for i, move in enumerate(step * np.eye(size)):
        out[i] = (objective(theta + move)[1] - objective(theta - move)[1]) / (2 * step)
    return (out + out.T) / 2


def _climb(
    objective: Objective | _AtLimit, start: np.ndarray, *, steps: int, digits: float = 1e-12
) -> tuple[float, np.ndarray]:
    bounds = [(-BOUND, BOUND)] * len(start)
    settings = {"maxiter": steps, "ftol": digits, "gtol": 1e-8}
    inside = np.clip(start, -BOUND, BOUND)
    end = optimize.minimize(objective, inside, jac=True, method="L-BFGS-B", bounds=bounds, options=settings)
    return float(end.fun), end.x


def _descend(whole: Objective, small: Objective, theta: np.ndarray) -> tuple[float, np.ndarray]:
    """From the optimum of some rows to that of all: quasi-Newton steps that know the curvature of the few.

    Half a dozen evaluations instead of some thirty. Where the curvature is no bowl, or a step does not lead
    down, the general search takes over.
    """
    second = curvature(small, theta) * (whole.rows.weights.sum() / max(small.rows.weights.sum(), 1e-300))
    value, gradient = whole(theta)
    if np.linalg.eigvalsh(second)[0] <= 1 / FLAT**2 or np.abs(theta).max() > BOUND - 1:
        return _climb(whole, theta, steps=400)
    inverse = np.linalg.inv(second)
    for _ in range(15):
        step = -inverse @ gradient
        gain = float(-gradient @ step) / 2
        if gain < CLOSE:
            return value, theta
        step *= min(1.0, 1.0 / np.abs(step).max())
        trial, slope = whole(theta + step)
        if not trial < value:
            break
        theta, change, value, gradient = theta + step, slope - gradient, trial, slope
        if (bend := float(step @ change)) > 0:
            # BFGS update of the inverse
            left = np.eye(len(step)) - np.outer(step, change) / bend
            inverse = left @ inverse @ left.T + np.outer(step, step) / bend
    return _climb(whole, theta, steps=400)


def _height(end: tuple[float, np.ndarray]) -> float:
    return end[0]


def _polish(objective: Objective, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Newton steps in the directions the data determine; gives the end, its curvature, the gain left."""
    value, gradient = objective(theta)
    second = curvature(objective, theta)
    gain = np.inf
    for _ in range(10):
        roots, axes = np.linalg.eigh(second)
        firm = roots > 1 / FLAT**2
        along = axes[:, firm]
        step = -along @ ((along.T @ gradient) / roots[firm])
        gain = float(-gradient @ step) / 2
        size = np.abs(step).max()
        trial = np.clip(theta + step * min(1.0, 1.0 / max(size, 1e-300)), -BOUND, BOUND)
        trial_value, trial_gradient = objective(trial)
        # near the top the value no longer tells steps apart, the gradient does
        if gain < 1e-18 or trial_value > value + 1e-10 * max(1.0, abs(value)):
            break
        theta, value, gradient = trial, trial_value, trial_gradient
        if size > 1e-3:
            second = curvature(objective, theta)
    return theta, second, gain


def _judge(objective: Objective, theta: np.ndarray, second: np.ndarray, gain: float) -> Optimum:
    roots, axes = np.linalg.eigh(second)
    loose = roots <= 1 / FLAT**2
    spread = np.where(loose, FLAT**2, 1 / np.where(loose, 1.0, roots))
    value = objective(theta)[0]
    verdict, note = "interior", ""
    if loose.any() or np.abs(theta).max() > BOUND - 0.5:
        verdict, note = _edge(objective, theta, value)
    return Optimum(
        theta=theta,
        log_likelihood=-value,
        covariance=(axes * spread) @ axes.T,
        undetermined=(axes[:, loose] ** 2).sum(axis=1) > 0.1,
        verdict=verdict,
        note=note,
        converged=bool(gain < CONVERGED * max(1.0, abs(value))),
    )


def _edge(objective: Objective, theta: np.ndarray, value: float) -> tuple[str, str]:
    """Which limiting model explains the data as well as the optimum; a flat ridge when none does."""
    for limit in objective.family.limits:
        height, _ = _climb(_AtLimit(objective, limit), limit.reduce(theta), steps=200)
        if height <= value + AT_LIMIT:
            return limit.verdict, limit.note
    return "flat_ridge", "flat_ridge"
