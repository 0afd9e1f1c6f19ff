"""Frozen normalisers: what a component's value means among comparable customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result

__all__ = ["ALL", "FEWEST", "Normalisers", "Places", "checked", "learn", "mid_rank", "places"]

#: comparable group of everybody, used where a group is too small or unknown
ALL = "all"
#: fewest customers with a value for a group to be its own yardstick
FEWEST = 20
_LEVELS = np.linspace(0, 1, 101)
_GRID = [f"q{i}" for i in range(len(_LEVELS))]


@dataclass(frozen=True, eq=False, kw_only=True)
class Normalisers(Result):
    """Yardsticks of each component by comparable group, learnt once on all regions.

    Attributes
    ----------
    table : DataFrame
        One row per group and component: stratum, component, n (customers with a value), low, high (between
        which the value counts; the same when nothing varies), borrowed (too few customers: those of everybody
        are used).
    grid : DataFrame
        One row per group and component that is its own yardstick: stratum, component, q0 … q100 (percentiles).
    """

    grid: pd.DataFrame
    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"low": "ratio", "high": "ratio"}
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("low", "high"))


@dataclass(frozen=True, eq=False)
class Places:
    """Where each customer's value lies: all arrays (customers, components).

    Attributes
    ----------
    low, width : array
        Minimum and range of the yardstick; width 0 where nothing varies.
    row : int array
        Row of ``grid``; -1 without a yardstick.
    minmax, rank : array
        Value between 0 and 1 both ways; NaN where missing.
    grid : array (rows, 101)
    """

    low: np.ndarray
    width: np.ndarray
    row: np.ndarray
    minmax: np.ndarray
    rank: np.ndarray
    grid: np.ndarray


def learn(components: pd.DataFrame, strata: pd.Series, *, limits: Sequence[float] = (0.02, 0.98)) -> Normalisers:
    """Learn the yardsticks of each component within comparable groups; done once, on all regions.

    Parameters
    ----------
    components : DataFrame
        Index customer_id, one column per component, more is more cooperation; missing where not known.
    strata : Series
        Comparable group of each customer (hospital class, channel); missing: everybody.
    limits : (float, float), default (0.02, 0.98)
        Quantiles beyond which a value counts as the quantile itself.

    Returns
    -------
    Normalisers

    Raises
    ------
    DataError
        No customer, one twice, a column that is no number or holds infinity.
    SettingError

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, section 1.5.
    """
    values = checked(components)
    checks.unique_index(strata, name="strata")
    if len(limits) != 2:
        raise SettingError("cooperation_limits", got=list(limits))
    checks.increasing(limits, name="limits", low=0, high=1)
    group = strata.reindex(values.index).astype(object).where(lambda s: s.notna(), ALL).map(str)
    rows, grids = [], []
    for stratum in [ALL, *sorted(set(group) - {ALL})]:
        inside = values if stratum == ALL else values[group == stratum]
        for name in values.columns:
            known = inside[name].dropna().to_numpy()
            own = len(known) >= FEWEST or (stratum == ALL and len(known) > 0)
            low, high = _range(known, limits) if own else (np.nan, np.nan)
            rows.append((stratum, name, len(known), low, high, not own))
            if own:
                grids.append((stratum, name, *np.quantile(known, _LEVELS)))
    table = pd.DataFrame(rows, columns=["stratum", "component", "n", "low", "high", "borrowed"])
    grid = pd.DataFrame(grids, columns=["stratum", "component", *_GRID])
    return Normalisers(
        table=table.astype({"stratum": "str", "component": "str"}),
        settings={"limits": list(limits), "fewest": FEWEST, "n": len(values)},
        notes=_notes(table),
        grid=grid.astype({"stratum": "str", "component": "str"}),
    )


def checked(components: pd.DataFrame) -> pd.DataFrame:
    """Components as float64, sorted by customer id."""
    checks.not_empty(components, name="components")
    checks.unique_index(components, name="components")
    odd = [str(c) for c in components.columns if not pd.api.types.is_numeric_dtype(components[c])]
    if odd:
        raise DataError("cooperation_not_numeric", columns=odd)
    values = components.astype("float64")
    count = int(np.isinf(values.to_numpy()).sum())
    if count:
        raise DataError("cooperation_infinite", count=count)
    return values.iloc[np.argsort(values.index.astype(str), kind="stable")]


def _range(known: np.ndarray, limits: Sequence[float]) -> tuple[float, float]:
    """Winsorised range; the whole range where nearly all values are equal."""
    low, high = (float(q) for q in np.quantile(known, limits))
    return (low, high) if high > low else (float(known.min()), float(known.max()))


def _notes(table: pd.DataFrame) -> tuple[Note, ...]:
    everybody = table[table["stratum"] == ALL]
    found = []
    empty = everybody.loc[everybody["n"] == 0, "component"].tolist()
    flat = everybody.loc[(everybody["n"] > 0) & ~(everybody["high"] > everybody["low"]), "component"].tolist()
    small = table[(table["stratum"] != ALL) & table["borrowed"]]["stratum"].nunique()
    if small:
        found.append(Note("cooperation_borrowed", {"groups": int(small), "fewest": FEWEST}))
    if empty:
        found.append(Note("cooperation_component_empty", {"count": len(empty), "components": empty}))
    if flat:
        found.append(Note("cooperation_component_flat", {"count": len(flat), "components": flat}))
    return tuple(found)


def places(values: pd.DataFrame, strata: pd.Series, normalisers: Normalisers) -> Places:
    """Both normalised values of every customer, with what the draws need to repeat them."""
    group = strata.reindex(values.index).astype(object).where(lambda s: s.notna(), ALL).map(str).to_numpy()
    at = {key: i for i, key in enumerate(zip(normalisers.grid["stratum"], normalisers.grid["component"], strict=True))}
    grid = normalisers.grid[_GRID].to_numpy(dtype=float)
    points = normalisers.table[["low", "high"]].to_numpy(dtype=float)
    ranges = dict(
        zip(zip(normalisers.table["stratum"], normalisers.table["component"], strict=True), points, strict=True)
    )
    raw = values.to_numpy()
    low, high = np.full(raw.shape, np.nan), np.full(raw.shape, np.nan)
    row, rank = np.full(raw.shape, -1), np.full(raw.shape, np.nan)
    for stratum in sorted(set(group)):
        here = np.flatnonzero(group == stratum)
        for j, name in enumerate(values.columns):
            key = (stratum, name) if (stratum, name) in at else (ALL, name)
            if key not in at:
                continue
            row[here, j] = at[key]
            low[here, j], high[here, j] = ranges[key]
            rank[here, j] = mid_rank(raw[here, j], grid[at[key]])
    width = high - low
    with np.errstate(divide="ignore", invalid="ignore"):
        minmax = np.where(width > 0, np.clip((raw - low) / width, 0, 1), np.where(np.isfinite(raw * low), 0.5, np.nan))
    return Places(low, width, row, minmax, np.where(np.isnan(minmax), np.nan, rank), grid)


def mid_rank(values: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Share of the yardstick below a value plus half of the share equal to it, from its percentiles."""
    left = np.searchsorted(grid, values, side="left")
    right = np.searchsorted(grid, values, side="right")
    under, over = np.clip(left - 1, 0, len(grid) - 1), np.clip(left, 0, len(grid) - 1)
    gap = grid[over] - grid[under]
    inside = under + np.divide(values - grid[under], gap, out=np.zeros_like(gap), where=gap > 0)
    inside = np.where(left == 0, 0, np.where(left >= len(grid), len(grid) - 1, inside))
    place = np.where(right > left, (left + right - 1) / 2, inside) / (len(grid) - 1)
    return np.where(np.isnan(values), np.nan, place)
