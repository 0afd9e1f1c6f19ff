"""The nine cells: shares of accounts, potential, own sales and effort, and effort over potential."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...stats import sums
from ...stats.ranked import percentiles

__all__ = ["CELLS", "LEVELS", "N_BOOT", "POTENTIAL", "cell_name", "cell_table"]

POTENTIAL = ("high", "mid", "low")
LEVELS = (1, 2, 3)
#: potential and level of each cell, in the order of the table
CELLS = tuple((p, level) for p in POTENTIAL for level in LEVELS)
#: accounts in a cell below which resampling says little
LOW_N = 10
N_BOOT = 500
_AMOUNTS = ("potential", "own", "effort")


def cell_name(potential: str, level: int) -> str:
    """How a cell is written."""
    return f"{potential}_{level}"


def cell_table(frame: pd.DataFrame, amounts: pd.DataFrame, seed: int) -> pd.DataFrame:
    member = frame["cell"].to_numpy()[:, None] == np.array([cell_name(*c) for c in CELLS], dtype=object)
    n = member.sum(axis=0)
    total = {name: amounts[name].sum(min_count=1) for name in _AMOUNTS}
    share = {name: _shares(member, amounts[name].to_numpy(), total[name]) for name in _AMOUNTS}
    ratio, lo, hi = _ratio(member, amounts, share, seed)
    known = np.isfinite(ratio)
    flag = np.where(~known, "missing_input", np.where(n < LOW_N, "low_n", "ok"))
    return pd.DataFrame({
        "potential_class": pd.Series([f"pot_{p}" for p, _ in CELLS], dtype="str"),
        "level": pd.Series([f"level_{level}" for _, level in CELLS], dtype="str"),
        "n": n,
        "share_customers": n / max(n.sum(), 1) if n.sum() else np.nan,
        **{f"share_{name}": share[name] for name in _AMOUNTS},
        "value": ratio, "lo": lo, "hi": hi,
        "method": pd.Series(np.where(known, "bootstrap", "none"), dtype="str"),
        "flag": pd.Series(flag, dtype="str"),
    })  # fmt: skip


def _shares(member: np.ndarray, amount: np.ndarray, total: float) -> np.ndarray:
    if not total > 0:
        return np.full(member.shape[1], np.nan)
    return np.where(member, amount[:, None], 0.0).sum(axis=0) / total


def _ratio(
    member: np.ndarray, amounts: pd.DataFrame, share: Mapping[str, np.ndarray], seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share of effort over share of potential in each cell, with percentile bounds; accounts are resampled."""
    blank = np.full(len(CELLS), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(share["potential"] > 0, share["effort"] / share["potential"], np.nan)
    if not np.isfinite(ratio).any():
        return blank, blank, blank
    columns = [np.where(member, amounts[name].to_numpy()[:, None], 0.0) for name in ("effort", "potential")]
    draws = sums.resampled(np.hstack(columns), n_boot=N_BOOT, seed=seed)
    effort, potential = draws[:, : len(CELLS)], draws[:, len(CELLS) :]
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = effort / effort.sum(axis=1, keepdims=True) / (potential / potential.sum(axis=1, keepdims=True))
    lo, hi = blank.copy(), blank.copy()
    for j in np.flatnonzero(np.isfinite(ratio)):
        low, high = percentiles(drawn[:, [j]], ratio[[j]])
        lo[j], hi[j] = low[0], high[0]
    return ratio, lo, hi
