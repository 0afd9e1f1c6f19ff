"""Empirical Bayes for log-parameters: how far regions differ, and what each region's data then say.

A region's log-parameters are normal around the national ones with a variance of
their own for each parameter. The variances maximise the marginal likelihood,
each region's likelihood being expanded at its own penalised optimum, so that a
region without dropout or with one customer needs no special care: where its
likelihood is flat, nothing is added.

References
----------
Efron, B. and Morris, C. (1975), Data analysis using Stein's estimator and its generalizations,
Journal of the American Statistical Association 70, 311–319.
Breslow, N. E. and Clayton, D. G. (1993), Approximate inference in generalized linear mixed models,
Journal of the American Statistical Association 88, 9–25 (the expansion, iterated).
Chung, Y. et al. (2013), A nondegenerate penalized likelihood estimator for variance parameters in multilevel
models, Psychometrika 78, 685–709 (the penalty ln τ, which keeps a standard deviation from being zero by chance).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from .optimise import BOUND, Objective, curvature

__all__ = ["PRIOR_SD", "Pull", "shrink"]

#: standard deviation between regions that is typical before seeing data: one and a half times more or less
PRIOR_SD = 0.5
#: range of the standard deviations between regions
RANGE = (1e-3, 3.0)
ROUNDS = 12
#: rounds end when no standard deviation moves by more than this share
STILL = 0.01


@dataclass(frozen=True, eq=False)
class Pull:
    """What the data of one region and the prior say together.

    Attributes
    ----------
    theta : array (k,)
        Log-parameters.
    covariance : array (k, k)
        Of them, the uncertainty of the centre included.
    """

    theta: np.ndarray
    covariance: np.ndarray


@dataclass(frozen=True, eq=False)
class _Penalised:
    """Minus the log-likelihood of a region plus the pull towards the centre, with its gradient."""

    own: Objective
    centre: np.ndarray
    precision: np.ndarray

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = self.own(theta)
        away = theta - self.centre
        return value + float(away @ (self.precision * away)) / 2, gradient + self.precision * away


@dataclass(frozen=True, eq=False)
class _Spread:
    """Minus the log of the marginal likelihood by the logarithms of the standard deviations, with its gradient.

    With H the information of a region at its penalised optimum and b = g + H (θ − μ), up to a constant
    ln L(D) = ½ bᵀ (H + D⁻¹)⁻¹ b − ½ ln |I + D H|, D = diag(τ²).
    """

    information: np.ndarray
    slope: np.ndarray

    def __call__(self, log_sd: np.ndarray) -> tuple[float, np.ndarray]:
        variance = np.exp(2 * log_sd)
        size = len(log_sd)
        value, gradient = 0.0, np.zeros(size)
        for information, slope in zip(self.information, self.slope, strict=True):
            whole = np.eye(size) + variance[:, None] * information
            inverse = np.linalg.inv(whole)
            # z = (H + D⁻¹)⁻¹ b written without D⁻¹
            z = inverse @ (variance * slope)
            value += float(slope @ z) / 2 - np.linalg.slogdet(whole)[1] / 2
            gradient += z**2 / variance - np.einsum("ij,ji->i", information, inverse * variance)
        # the penalty: ln τ, and no more than a few times the typical one
        value += float(log_sd.sum() - variance.sum() / (2 * PRIOR_SD**2))
        gradient += 1 - variance / PRIOR_SD**2
        return -value, -gradient


def shrink(regions: Sequence[Objective], centre: np.ndarray, uncertainty: np.ndarray) -> tuple[list[Pull], np.ndarray]:
    """Log-parameters of each region drawn towards the centre, and the standard deviations between regions.

    Parameters
    ----------
    regions : sequence of Objective
        Likelihood of each region.
    centre : array (k,)
        National log-parameters.
    uncertainty : array (k, k)
        Covariance of the centre.
    """
    sd = np.full(len(centre), PRIOR_SD)
    theta = [centre.copy() for _ in regions]
    for _ in range(ROUNDS):
        theta = [_optimum(region, start, centre, sd) for region, start in zip(regions, theta, strict=True)]
        information = np.array([_information(region, at) for region, at in zip(regions, theta, strict=True)])
        slope = np.array([-region(at)[1] for region, at in zip(regions, theta, strict=True)])
        slope += np.einsum("rij,rj->ri", information, np.array(theta) - centre)
        before, sd = sd, _standard_deviations(_Spread(information, slope), sd)
        if np.abs(np.log(sd / before)).max() < STILL:
            break
    theta = [_optimum(region, start, centre, sd) for region, start in zip(regions, theta, strict=True)]
    return [_pull(region, at, sd, uncertainty) for region, at in zip(regions, theta, strict=True)], sd


def _optimum(region: Objective, start: np.ndarray, centre: np.ndarray, sd: np.ndarray) -> np.ndarray:
    whole = _Penalised(region, centre, 1 / sd**2)
    bounds = [(-BOUND, BOUND)] * len(centre)
    settings = {"maxiter": 300, "ftol": 1e-14, "gtol": 1e-9}
    return optimize.minimize(whole, start, jac=True, method="L-BFGS-B", bounds=bounds, options=settings).x


def _information(region: Objective, at: np.ndarray) -> np.ndarray:
    """Curvature of the region's log-likelihood; where it curves upwards, none."""
    roots, axes = np.linalg.eigh(curvature(region, at))
    return (axes * np.maximum(roots, 0.0)) @ axes.T


def _standard_deviations(spread: _Spread, start: np.ndarray) -> np.ndarray:
    bounds = [(np.log(RANGE[0]), np.log(RANGE[1]))] * len(start)
    ends = [
        optimize.minimize(spread, np.log(sd), jac=True, method="L-BFGS-B", bounds=bounds)
        for sd in (start, np.full(len(start), PRIOR_SD))
    ]
    return np.exp(min(ends, key=_height).x)


def _height(end: optimize.OptimizeResult) -> float:
    return float(end.fun)


def _pull(region: Objective, theta: np.ndarray, sd: np.ndarray, uncertainty: np.ndarray) -> Pull:
    """Inverse information of data and prior, plus what the uncertainty of the centre adds through the prior."""
    information = _information(region, theta)
    own = np.linalg.inv(information + np.diag(1 / sd**2))
    towards = own / sd**2
    covariance = own + towards @ uncertainty @ towards.T
    return Pull(theta, (covariance + covariance.T) / 2)
