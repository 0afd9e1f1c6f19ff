"""Tests of two-way tables of weighted, clustered answers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from ._parts import covariance_of, sample

__all__ = ["Independence", "rao_scott"]


class Independence(NamedTuple):
    """A test of independence: ``statistic`` over ``df`` refers to F(df, df × (clusters − 1))."""

    statistic: float
    df: float
    p: float


_NO_TEST = Independence(np.nan, np.nan, np.nan)


def rao_scott(
    groups: ArrayLike, outcome: ArrayLike, weights: ArrayLike | None = None, cluster: ArrayLike | None = None
) -> Independence:
    """Second-order corrected chi-square test that an answer does not depend on the group.

    Parameters
    ----------
    groups, outcome : array (n,)
        Categories; rows with either missing are left out.
    weights, cluster
        As in `mean`.

    Returns
    -------
    Independence
        With equal weights and no clusters the statistic is Pearson's and df is
        (rows − 1)(columns − 1). NaN where one of both does not vary or there is one cluster.

    References
    ----------
    Rao, J. N. K. and Scott, A. J. (1984), Annals of Statistics 12, 46–60.
    Thomas, D. R. and Rao, J. N. K. (1987), Journal of the American Statistical Association 82,
    630–636 (the F reference).
    """
    row, column = pd.Series(np.asarray(groups)), pd.Series(np.asarray(outcome))
    known = (row.notna() & column.notna()).to_numpy()
    _, w, code = sample(known.astype(float), weights, cluster)
    r, c = (pd.factorize(v[known].astype(str), sort=True)[0] for v in (row, column))
    if known.sum() < 2 or r.max() < 1 or c.max() < 1:
        return _NO_TEST
    w = w[known] / w[known].sum()
    spread, n = c.max() + 1, len(w)
    cells = np.eye((r.max() + 1) * spread)[r * spread + c]
    p = w @ cells
    covariance, df = covariance_of(w[:, None] * (cells - p), code[known])
    if df == 0:
        return _NO_TEST
    table = p.reshape(-1, spread)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = n * float(((table - expected) ** 2 / expected).sum())
    effects = _design_effects(p, table.shape, covariance * (n - 1))
    total, square = float(np.trace(effects)), float(np.trace(effects @ effects))
    if not (total > 0 and square > 0):
        return _NO_TEST
    freedom = total**2 / square
    statistic = pearson * freedom / total
    return Independence(statistic, freedom, float(stats.f.sf(statistic / freedom, freedom, freedom * df)))


def _design_effects(p: np.ndarray, shape: tuple[int, ...], scaled: np.ndarray) -> np.ndarray:
    """Generalised design effects of the interaction; ``scaled`` is the covariance times n − 1."""
    rows, columns = np.indices(shape).reshape(2, -1)
    main = np.hstack([np.ones((p.size, 1)), np.eye(shape[0])[rows][:, 1:], np.eye(shape[1])[columns][:, 1:]])
    cross = np.einsum("ij,ik->ijk", np.eye(shape[0])[rows][:, 1:], np.eye(shape[1])[columns][:, 1:])
    cross = cross.reshape(p.size, -1)
    cross = cross - main @ np.linalg.lstsq(main, cross, rcond=None)[0]
    inverse = np.divide(1.0, p, out=np.zeros_like(p), where=p > 0)
    weighted = cross * inverse[:, None]
    return np.linalg.pinv(weighted.T @ cross) @ (weighted.T @ scaled @ weighted)
