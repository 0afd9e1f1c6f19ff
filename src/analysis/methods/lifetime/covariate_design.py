"""Covariates of customers as numbers: levels against a stated base, numeric columns per standard deviation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError

__all__ = ["PER_SD", "Design", "encode"]

UNASSIGNED = "unassigned"
#: level of a numeric covariate: one standard deviation more
PER_SD = "per_sd"
#: more different combinations than this are no classes any more
MOST_PATTERNS = 2_000
#: a column whose part outside the others is smaller than this share of it is a mix of them
INDEPENDENT = 1e-6


@dataclass(frozen=True, eq=False)
class Design:
    """Combinations of covariates that occur, as numbers, and which one each customer has.

    Attributes
    ----------
    columns : DataFrame
        One row per number: covariate, level, n (customers with that level).
    patterns : array (g, m)
        The different combinations, sorted.
    code : int array (n,)
        Combination of each customer.
    base : dict
        Level that the others of a covariate are held against; mean and standard deviation of a numeric one.
    left_out : tuple of str
        Covariates with one level only, which say nothing.
    """

    columns: pd.DataFrame
    patterns: np.ndarray
    code: np.ndarray
    base: dict[str, Any]
    left_out: tuple[str, ...]


def encode(customers: pd.Index, covariates: pd.DataFrame) -> Design:
    """Numbers for each customer: 0/1 for each level but the most frequent one, standardised numeric columns.

    Raises
    ------
    DataError
        ``empty``, ``duplicate_customers``, ``covariate_missing``, ``covariates_collinear``, ``covariate_patterns``,
        ``covariates_constant``.
    """
    checks.not_empty(covariates, name="covariates")
    checks.unique_index(covariates, name="covariates")
    found = covariates.reindex(customers)
    names: list[tuple[str, str, int]] = []
    numbers: list[np.ndarray] = []
    base: dict[str, Any] = {}
    left_out: list[str] = []
    for column in sorted(map(str, covariates.columns)):
        values = found[column]
        if values.nunique(dropna=False) < 2:
            left_out.append(column)
        elif pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            base[column], each = _numeric(column, values)
            names.append((column, PER_SD, len(values)))
            numbers.append(each)
        else:
            base[column], levels, flags = _levels(values)
            names += [(column, level, int(flag.sum())) for level, flag in zip(levels, flags, strict=True)]
            numbers += flags
    if not numbers:
        raise DataError("covariates_constant", columns=sorted(map(str, covariates.columns)))
    matrix = np.column_stack(numbers)
    _independent(matrix, names)
    patterns, code = np.unique(matrix, axis=0, return_inverse=True)
    if len(patterns) > MOST_PATTERNS:
        raise DataError("covariate_patterns", count=len(patterns), most=MOST_PATTERNS)
    columns = pd.DataFrame(names, columns=["covariate", "level", "n"])
    return Design(columns, patterns, code.reshape(-1), base, tuple(left_out))


def _numeric(column: str, values: pd.Series) -> tuple[dict[str, float], np.ndarray]:
    array = values.to_numpy(dtype=float)
    missing = int((~np.isfinite(array)).sum())
    if missing:
        raise DataError("covariate_missing", column=column, count=missing, of=len(array))
    # sums in order of size, so that the order of customers plays no part
    ordered = np.sort(array)
    mean, sd = float(ordered.mean()), float(ordered.std())
    return {"mean": mean, "sd": sd}, (array - mean) / sd


def _levels(values: pd.Series) -> tuple[str, list[str], list[np.ndarray]]:
    """Most frequent level, the others in order, and who has them."""
    label = values.astype(object).where(values.notna(), UNASSIGNED).map(str)
    count = label.value_counts()
    base = min(count.index[count == count.max()])
    ranked = [str(c) for c in values.cat.categories] if isinstance(values.dtype, pd.CategoricalDtype) else []
    others = [level for level in ranked if level in count.index] or sorted(set(count.index) - {UNASSIGNED})
    others = [level for level in others if level not in (base, UNASSIGNED)]
    others += [UNASSIGNED] * (UNASSIGNED in count.index and base != UNASSIGNED)
    return base, others, [(label == level).to_numpy(dtype=float) for level in others]


def _independent(matrix: np.ndarray, names: list[tuple[str, str, int]]) -> None:
    """Refuse a column that the others, or a constant, already contain."""
    known = np.ones((len(matrix), 1)) / np.sqrt(len(matrix))
    for (covariate, level, _), column in zip(names, matrix.T, strict=True):
        rest = column - known @ (known.T @ column)
        rest -= known @ (known.T @ rest)
        size = float(np.linalg.norm(rest))
        if size < INDEPENDENT * max(float(np.linalg.norm(column)), 1e-300):
            raise DataError("covariates_collinear", column=covariate, level=level)
        known = np.column_stack([known, rest / size])
