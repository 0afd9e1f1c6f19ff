"""How much a customer's purchases vary from month to month without any real change.

The model of month t of customer i with mean m is value = m · (shared + white noise) + purchases in lumps:

    variance  = scale · m + m² (white + shared),     covariance of months k apart = m² · shared · decay^k

``scale`` is one for counts that are Poisson given their mean and the size of an order for money; ``white``
is one over the dispersion r of a negative binomial month. All are moments pooled over customers. The mean of
one period weighs the moments of the other, so a mean that is itself noisy does not bias them, and a real change
between the periods does not count as noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

__all__ = ["LEAST_CUSTOMERS", "LEAST_MONTHS", "Noise", "estimate"]

LEAST_MONTHS, LEAST_CUSTOMERS = 4, 30
_LAGS, _SURE = 8, 2.0
#: customers in a class of size
_CLASS = 30
_DECAYS = np.arange(0.1, 0.85, 0.1)


@dataclass(frozen=True)
class Noise:
    """Noise of one customer-month around its mean (see the module).

    Attributes
    ----------
    scale, shared, decay : float
    white : float or array (n,)
        Of all customers, or of each where it differs.
    """

    scale: float
    white: float | np.ndarray
    shared: float = 0.0
    decay: float = 0.0

    def period(self, months: int) -> tuple[float | np.ndarray, float]:
        """Relative variance of a period's total beyond its lumps, and covariance with the next period."""
        steps = np.arange(months)
        within = self.decay ** np.abs(steps[:, None] - steps) if self.shared else np.zeros((months, months))
        across = self.decay ** (months + steps[:, None] - steps) if self.shared else within
        return self.white / months + self.shared * float(within.mean()), self.shared * float(across.mean())


def estimate(before: np.ndarray, after: np.ndarray, times: np.ndarray) -> tuple[Noise, list[Noise]]:
    """Noise from the months within both periods, and its draws over resampled customers.

    Parameters
    ----------
    before, after : array (n, months)
        Complete months of the same customers.
    times : array (draws, n)
        How often each customer stands in each resample.

    Returns
    -------
    Noise, list of Noise
    """
    lags = min(before.shape[1] - 1, after.shape[1] - 1, _LAGS)
    first, second = _deseasoned(before), _deseasoned(after)
    features = _features(first, second.mean(axis=1), lags) + _features(second, first.mean(axis=1), lags)
    ones = np.ones((1, len(before)))
    sums = (np.vstack([ones, times]) @ features).reshape(len(times) + 1, -1, lags + 2)
    # each class counts alike: its sums over the mean square of its customers
    size = sums[0, :, 2:].mean(axis=1)
    sums = sums[:, size > 0] / size[size > 0][:, None]
    spaced = before.shape[1] - np.arange(1, lags + 1)
    correlated = _are_correlated(sums, spaced)
    found = [_solve(one, spaced, correlated=bool(is_so)) for one, is_so in zip(sums, correlated, strict=True)]
    return found[0], found[1:]


def _deseasoned(months: np.ndarray) -> np.ndarray:
    """Months over the common course of the period, which is no customer's noise."""
    course = months.mean(axis=0)
    return months * np.divide(course.mean(), course, out=np.ones_like(course), where=course > 0)


def _features(months: np.ndarray, other_mean: np.ndarray, lags: int) -> np.ndarray:
    """By customer and class of size: mean, mean square, mean products of months 1 … apart."""
    products = [(months[:, lag:] * months[:, :-lag]).mean(axis=1) for lag in range(1, lags + 1)]
    moments = np.column_stack([months.mean(axis=1), (months**2).mean(axis=1), *products])
    middle = max(float(np.median(other_mean)), float(other_mean.mean()) / 4)
    weight = 1 / (np.maximum(other_mean, 0) + middle) ** 2
    classes = int(np.clip(len(months) // _CLASS, 2, 10))
    place = np.argsort(np.argsort(other_mean, kind="stable"), kind="stable") * classes // len(months)
    member = place[:, None] == np.arange(classes)
    return np.asarray((member[:, :, None] * (moments * weight[:, None])[:, None, :]).reshape(len(months), -1))


def _are_correlated(sums: np.ndarray, spaced: np.ndarray) -> np.ndarray:
    """In which resamples neighbouring months are more alike than distant ones by two standard errors.

    Asked of each resample, so a doubtful correlation widens the interval instead of being there or not.
    """
    if len(spaced) < 3:
        return np.zeros(len(sums), dtype=bool)
    products = sums[:, :, 2:].mean(axis=1)
    far = np.average(products[:, 1:], axis=1, weights=spaced[1:])
    gap = products[:, 0] / np.where(far > 0, far, np.nan) - 1
    return np.asarray(gap > _SURE * np.nanstd(gap[1:]))


def _solve(sums: np.ndarray, spaced: np.ndarray, *, correlated: bool) -> Noise:
    """Mean square = scale · mean + (1 + shared + white) · squared mean over the classes, nothing negative."""
    decay, shared = _autocovariance(sums[:, 2:].mean(axis=0), spaced) if correlated else (0.0, 0.0)
    lift = 1 + shared * decay ** np.arange(1, len(spaced) + 1) if correlated else np.ones(len(spaced))
    square = np.average(sums[:, 2:] / lift, weights=spaced, axis=1)
    mean, second = sums[:, 0], sums[:, 1]
    relative = 1 / np.maximum(second, 1e-300)
    beyond = (second - (1 + shared) * square) * relative
    (scale, white), _ = nnls(np.column_stack([mean, square]) * relative[:, None], beyond)
    least = 1e-6 * float(square.sum() / max(mean.sum(), 1e-300))
    return Noise(max(float(scale), least, 1e-9), float(white), float(shared), float(decay))


def _autocovariance(products: np.ndarray, spaced: np.ndarray) -> tuple[float, float]:
    """Decay and shared variance that fit products = C (1 + shared · decay^lag) best."""
    best = (np.inf, 0.0, 0.0)
    root = np.sqrt(spaced)
    for decay in _DECAYS:
        design = np.column_stack([np.ones(len(spaced)), decay ** np.arange(1, len(spaced) + 1)])
        fit, *_ = np.linalg.lstsq(design * root[:, None], products * root, rcond=None)
        miss = float(((products - design @ fit) ** 2 * spaced).sum())
        if fit[0] > 0 and fit[1] > 0 and miss < best[0]:
            best = (miss, float(decay), float(fit[1] / fit[0]))
    return best[1], best[2]
