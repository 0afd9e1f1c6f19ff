"""Tests of a square table of two periods: symmetry (Bowker) and equal margins (Stuart-Maxwell)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

__all__ = ["bowker", "stuart_maxwell", "tested"]


def bowker(counts: np.ndarray) -> tuple[float, int]:
    """Statistic and degrees of freedom of symmetry; pairs of cells that are both empty say nothing.

    References
    ----------
    Bowker, A. H. (1948), A test for symmetry in contingency tables, Journal of the American Statistical
    Association 43, 572–574.
    """
    upper = np.triu_indices(len(counts), 1)
    one, other = counts[upper], counts.T[upper]
    used = one + other > 0
    return float(((one - other)[used] ** 2 / (one + other)[used]).sum()), int(used.sum())


def stuart_maxwell(counts: np.ndarray) -> tuple[float, int]:
    """Statistic and degrees of freedom of equal margins; states nobody left or joined are left out.

    References
    ----------
    Stuart, A. (1955), A test for homogeneity of the marginal distributions in a two-way classification,
    Biometrika 42, 412–416; Maxwell, A. E. (1970), British Journal of Psychiatry 116, 651–655.
    """
    moving = counts.sum(axis=0) + counts.sum(axis=1) - 2 * np.diag(counts) > 0
    table = counts[np.ix_(moving, moving)]
    if len(table) < 2:
        return 0.0, 0
    gap = (table.sum(axis=1) - table.sum(axis=0))[:-1]
    spread = -(table + table.T)
    np.fill_diagonal(spread, table.sum(axis=0) + table.sum(axis=1) - 2 * np.diag(table))
    spread = spread[:-1, :-1]
    # groups of states between which nobody moves make it singular: each group has one margin too many
    rank = int(np.linalg.matrix_rank(spread))
    return float(gap @ np.linalg.pinv(spread, hermitian=True) @ gap), rank


def tested(counts: np.ndarray) -> pd.DataFrame:
    """test, statistic, df, p; missing where nobody moved."""
    rows = []
    for name, test in (("bowker", bowker), ("stuart_maxwell", stuart_maxwell)):
        statistic, df = test(counts.astype(float))
        known = df > 0
        rows.append({
            "test": name, "statistic": statistic if known else np.nan, "df": df,
            "p": float(stats.chi2.sf(statistic, df)) if known else np.nan, "n": int(counts.sum()),
            "flag": "ok" if known else "not_identified",
        })  # fmt: skip
    return pd.DataFrame(rows).astype({"test": "str", "flag": "str"})
