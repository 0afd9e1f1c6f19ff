"""Customers ranked by value: checked values, blocks of equal value, cut points, intervals, notes.

Tiers, the potential axis of the grid and migration cut the same way, so they share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..core import checks
from ..core.errors import DataError
from ..core.result import Note

__all__ = ["LOW_N", "Ranked", "cut_values", "flag", "net_of", "notes_of", "percentiles", "rank"]

LOW_N = 30
#: shares closer than this are the same; a cut at 70 % must not depend on the last digit of a sum
_DIGITS = 12


@dataclass(frozen=True, eq=False)
class Ranked:
    """Positive customers as blocks of equal value, largest first.

    Attributes
    ----------
    value, count : array
        Of each block.
    before, upto : array
        Share of value held by larger customers, and the same with the block itself.
    block : int array
        Block of each customer, -1 where not positive.
    """

    value: np.ndarray
    count: np.ndarray
    before: np.ndarray
    upto: np.ndarray
    block: np.ndarray


def net_of(values: pd.Series, name: str) -> pd.Series:
    """Checked values as float64, sorted by customer id so that sums do not depend on row order."""
    checks.not_empty(values, name=name)
    checks.unique_index(values, name=name)
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        raise DataError("tiers_not_numeric", name=name, got=str(values.dtype))
    net = values.astype("float64")
    bad = int((~np.isfinite(net)).sum())
    if bad:
        raise DataError("tiers_missing", name=name, count=bad)
    return net.iloc[np.argsort(net.index.astype(str), kind="stable")]


def rank(net: np.ndarray) -> Ranked:
    """Blocks of equal value among the positive ones."""
    positive = net > 0
    value, inverse, count = np.unique(-net[positive], return_inverse=True, return_counts=True)
    value = -value
    block = np.full(len(net), -1)
    block[positive] = inverse
    upto = np.cumsum(value * count)
    total = upto[-1] if len(upto) else 1.0
    return Ranked(
        value, count, np.round((upto - value * count) / total, _DIGITS), np.round(upto / total, _DIGITS), block
    )


def cut_values(ranked: Ranked, cuts: Sequence[float]) -> list[float]:
    """Smallest value of each class: those above hold less than the cut; the crossing customer is inside.

    An empty class has the value of the class above it; without any positive value all are missing.
    """
    inside = [int((ranked.before < cut).sum()) for cut in cuts]
    return [float(ranked.value[i - 1]) if i else float("nan") for i in inside]


def percentiles(draws: np.ndarray, estimate: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """2.5 % and 97.5 % over the draws that could be computed; widened where they would miss the estimate itself."""
    usable = draws[np.isfinite(draws).reshape(len(draws), -1).all(axis=1)]
    if len(usable) == 0:
        return np.full(draws.shape[1:], np.nan), np.full(draws.shape[1:], np.nan)
    low, high = np.quantile(usable, [0.025, 0.975], axis=0)
    return np.minimum(low, estimate), np.maximum(high, estimate)


def flag(blocks: int, buyers: int) -> str:
    """Flag of a table cut from so many blocks and positive customers."""
    return "not_identified" if blocks == 0 else "low_n" if buyers < LOW_N else "ok"


def notes_of(net: pd.Series) -> tuple[Note, ...]:
    """What the values themselves give cause to say: nothing positive, net returns."""
    notes = []
    if not (net > 0).any():
        notes.append(Note("all_zero", {"count": len(net)}))
    if (net < 0).any():
        notes.append(Note("tiers_negative", {"n": int((net < 0).sum()), "total": float(net[net < 0].sum())}))
    return tuple(notes)
