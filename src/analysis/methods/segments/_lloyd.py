"""Lloyd's iterations on several runs at once: starts on the same rows, or replicates with rows of their own.

A row is kept as (x, 1) and a centre as (−2c, c²), so that one matrix product gives squared distances less
x², and another gives sums and sizes of the groups. Nothing depends on how the work is cut up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["MANY", "Rows", "iterate", "last_step", "rows_of", "spread_out"]

#: as scikit-learn: a run rests when its centres move less than this part of the mean variance, squared
_TOLERANCE = 1e-4
_ROUNDS = 300
#: above this many rows, distances are screened in single precision, and sums of groups brought up to date
#: from the rows that changed
MANY = 2_000


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows in the two forms that the iterations need.

    Attributes
    ----------
    across : array, shape (features + 1, rows) or (runs, features + 1, rows)
        x and 1; the same rows for every run, or rows of each run.
    summed : array, shape (rows, features + 1) or (runs, rows, features + 1)
        x and 1, times the weight of the row.
    tolerance : float or array, shape (runs,)
    coarse : array or None
        ``across`` in single precision, for many shared rows.
    reach : float
        Length of the longest row, where ``coarse`` is given.
    """

    across: np.ndarray
    summed: np.ndarray
    tolerance: np.ndarray
    coarse: np.ndarray | None = None
    reach: float = 0.0

    @property
    def shared(self) -> bool:
        """Whether all runs have the same rows."""
        return self.across.ndim == 2

    def of(self, runs: np.ndarray) -> Rows:
        """The rows of some runs."""
        if self.shared:
            return self
        return Rows(self.across[runs], self.summed[runs], self.tolerance[runs])


def rows_of(X: np.ndarray, weights: np.ndarray | None = None) -> Rows:
    """Rows, shape (rows, features) or (runs, rows, features), with their weights; 1 without them."""
    one = np.ones((*X.shape[:-1], 1))
    whole = np.concatenate([X, one], axis=-1)
    weighted = whole if weights is None else whole * weights[..., None]
    if weights is None or (weights > 0).all():
        variance = X.var(axis=-2)
    else:
        # of the rows that take part, whatever their weight; the others only fill up
        drawn = (weights > 0)[..., None]
        count = drawn.sum(axis=-2)
        mean = (X * drawn).sum(axis=-2) / count
        variance = (((X - mean[..., None, :]) * drawn) ** 2).sum(axis=-2) / count
    across = np.ascontiguousarray(np.swapaxes(whole, -1, -2))
    tolerance = _TOLERANCE * variance.mean(axis=-1)
    if across.ndim == 3 or across.shape[1] <= MANY:
        return Rows(across, np.ascontiguousarray(weighted), tolerance)
    reach = float(np.sqrt((X**2).sum(axis=1).max()))
    return Rows(across, np.ascontiguousarray(weighted), tolerance, across.astype(np.float32), reach)


def spread_out(rows: Rows, k: int, runs: int, rng: np.random.Generator) -> np.ndarray:
    """k-means++: each next centre drawn with probability proportional to the squared distance so far.

    Returns
    -------
    array, shape (runs, k, features)

    References
    ----------
    Arthur and Vassilvitskii (2007), k-means++, SODA.
    """
    x, weight = rows.across[..., :-1, :], rows.summed[..., -1]
    own = np.sum(x**2, axis=-2)
    squared = np.ones((runs, own.shape[-1]))
    centres = np.empty((runs, k, x.shape[-2]))
    for j in range(k):
        share = np.cumsum(weight * squared, axis=1)
        at = (share <= rng.random((runs, 1)) * share[:, -1:]).sum(axis=1)
        at = np.minimum(at, own.shape[-1] - 1)
        centres[:, j] = x[:, at].T if rows.shared else x[np.arange(runs), :, at]
        fresh = _product(rows.across, centres[:, j : j + 1])[:, 0] + own
        np.maximum(fresh, 0, out=fresh)
        # rounding must not make a chosen row, or its double, eligible again
        fresh[fresh < 1e-12 * own] = 0
        squared = fresh if j == 0 else np.minimum(squared, fresh)
    return centres


def iterate(rows: Rows, centres: np.ndarray) -> np.ndarray:
    """Centres, shape (runs, k, features), at rest under the same rule as scikit-learn's.

    References
    ----------
    Lloyd (1982), IEEE Trans. Inf. Theory 28, 129–137.
    """
    out, running, live = centres.copy(), np.arange(len(centres)), np.ones(len(centres), dtype=bool)
    before = sums = None
    for _ in range(_ROUNDS):
        mask = _members(rows, out[running])
        if before is None or sums is None or rows.coarse is None:
            moved = np.ones(len(mask), dtype=bool) if before is None else (mask != before).any(axis=(1, 2))
            sums = mask.astype(float) @ rows.summed
        else:
            moved = _bring_up_to_date(sums, mask, before, rows)
        now = out[running]
        size = sums[..., -1:]
        fresh = np.where(size > 0.5, sums[..., :-1] / np.where(size > 0.5, size, 1), now)
        shift = ((fresh - now) ** 2).sum(axis=(1, 2))
        out[running[live]] = fresh[live]
        live &= moved & (shift > rows.tolerance)
        before = mask
        if not live.any():
            break
        # rows of each run are copied when runs are left out, so only when it saves much
        if not live.all() and (rows.shared or 2 * live.sum() <= len(live)):
            rows, running, before, sums = rows.of(live), running[live], mask[live], sums[live]
            live = np.ones(len(running), dtype=bool)
    return out


def last_step(rows: Rows, centres: np.ndarray) -> np.ndarray:
    """Weighted sum of squared distances to the nearest centre, by run."""
    nearest = _product(rows.across, centres).min(axis=1) + (rows.across[..., :-1, :] ** 2).sum(axis=-2)
    return (np.maximum(nearest, 0) * rows.summed[..., -1]).sum(axis=-1)


def _product(across: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Squared distances less x², array (runs, k, rows), in the precision of the rows."""
    form = np.empty((*centres.shape[:-1], centres.shape[-1] + 1), dtype=across.dtype)
    np.multiply(centres, -2, out=form[..., :-1], casting="same_kind")
    form[..., -1] = (centres**2).sum(axis=-1)
    if across.ndim == 3:
        return form @ across
    flat = form.reshape(-1, form.shape[-1]) @ across
    return flat.reshape(*centres.shape[:-1], -1)


def _screened(rows: Rows, coarse: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """As `_members`: single precision where it decides, double for the few rows where it cannot.

    References
    ----------
    Higham (2002), Accuracy and Stability of Numerical Algorithms, 3.1: a product of m terms is off by at most
    m·u/(1 − m·u) times the product of absolute values; two products are compared here.
    """
    squared = _product(coarse, centres)
    far = np.sqrt((centres**2).sum(axis=-1).max())
    terms = (centres.shape[-1] + 4) * np.finfo(np.float32).eps
    slack = 2 * terms * far * (far + 2 * rows.reach)
    near = squared <= squared.min(axis=1, keepdims=True) + np.float32(slack)
    if np.count_nonzero(near) > near.shape[0] * near.shape[2]:
        several = near.view(np.uint8).sum(axis=1, dtype=np.uint8) > 1
        unsure = np.flatnonzero(several.any(axis=0))
        near[:, :, unsure] = _members(Rows(rows.across[:, unsure], rows.summed[unsure], rows.tolerance), centres)
    return near


def _members(rows: Rows, centres: np.ndarray) -> np.ndarray:
    """Whether a row belongs to a group: bool array (runs, k, rows), the first of equally near centres."""
    if rows.coarse is not None:
        return _screened(rows, rows.coarse, centres)
    squared = _product(rows.across, centres)
    mask = squared == squared.min(axis=1, keepdims=True)
    if np.count_nonzero(mask) > mask.shape[0] * mask.shape[2]:
        mask &= np.cumsum(mask, axis=1) == 1
    return mask


def _bring_up_to_date(sums: np.ndarray, mask: np.ndarray, before: np.ndarray, rows: Rows) -> np.ndarray:
    """Add to the sums what rows that changed their group bring and take; whether any row of a run did."""
    changed = (mask != before).any(axis=1)
    at = np.flatnonzero(changed.any(axis=0))
    if at.size:
        step = mask.take(at, axis=2).astype(float)
        step -= before.take(at, axis=2)
        sums += (step.reshape(-1, at.size) @ rows.summed[at]).reshape(sums.shape)
    return changed.any(axis=1)
