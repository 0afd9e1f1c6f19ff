"""Purchase histories as the fit sees them: unique (frequency, recency, age) rows with weights.

A million customers on weekly dates leave some six thousand different rows, so
fitting and predicting on unique rows costs little more than counting them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError

__all__ = ["Rows", "cases", "compress", "plain", "rescale", "take", "weigh"]

#: recency may exceed age by rounding (published tables carry two decimals), not by more
SLACK = 1e-9
#: odd, with bits all over (the golden ratio of 2^64): multiplying spreads every bit over those above
MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, eq=False)
class Rows:
    """Histories as arrays; ``ages[age_code]`` is the age of each row, recencies likewise.

    Attributes
    ----------
    frequency : int array (m,)
        Repeat purchases.
    recencies, recency_code : arrays
        Unique times from first to last purchase, and which one each row has.
    ages, age_code : arrays
        Unique times from first purchase to the end of the data, and which one each row has.
    weights : float array (m,)
        Customers behind each row.
    inverse : int array (n,)
        Row of each customer, in the order of the input.
    """

    frequency: np.ndarray
    recencies: np.ndarray
    recency_code: np.ndarray
    ages: np.ndarray
    age_code: np.ndarray
    weights: np.ndarray
    inverse: np.ndarray

    @property
    def recency(self) -> np.ndarray:
        """Time from first to last purchase of each row."""
        return self.recencies[self.recency_code]

    @property
    def age(self) -> np.ndarray:
        """Time from first purchase to the end of the data of each row."""
        return self.ages[self.age_code]

    def __len__(self) -> int:
        return len(self.frequency)


def compress(history: pd.DataFrame, *, weights: Any = None) -> Rows:
    """Unique rows of a history table, sorted, so that the order of customers plays no part.

    Raises
    ------
    DataError
        ``missing_columns``, ``empty``, ``history_weights``; where rows break one rule ``history_missing``,
        ``history_negative``, ``history_fraction``, ``history_no_recency``, ``history_no_repeat`` or
        ``history_recency_above_age``, where they break several ``history_values`` with the count of each.
    """
    frequency, recency, age = _checked(history)
    weight = np.ones(len(frequency)) if weights is None else weigh(weights, history)
    first, code = _different(frequency, recency, age)
    recency_code, recencies = _levels(recency[first])
    age_code, ages = _levels(age[first])
    order = _order(frequency[first], recency_code, age_code)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    inverse, first = rank[code], first[order]
    summed = np.bincount(inverse, weights=weight, minlength=len(first))
    return Rows(frequency[first], recencies, recency_code[order], ages, age_code[order], summed, inverse)


def plain(history: pd.DataFrame) -> Rows:
    """One row per customer, nothing merged: the reference that compression is tested against."""
    frequency, recency, age = _checked(history)
    every = np.arange(len(frequency))
    return Rows(frequency, recency, every, age, every, np.ones(len(every)), every)


def rescale(rows: Rows, scale: float) -> Rows:
    """The same rows with time divided by ``scale``."""
    return replace(rows, recencies=rows.recencies / scale, ages=rows.ages / scale)


def take(rows: Rows, at: np.ndarray) -> Rows:
    """Some of the rows, with their weights."""
    return replace(
        rows,
        frequency=rows.frequency[at],
        recency_code=rows.recency_code[at],
        age_code=rows.age_code[at],
        weights=rows.weights[at],
        inverse=np.arange(len(at)),
    )


def cases(rows: Rows, count: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The different (count, frequency, age) among the rows, and which one each row has.

    What an active customer does next does not depend on the last purchase, so these are far fewer than the rows.
    """
    most, ages = int(rows.frequency.max()) + 1, len(rows.ages)
    key = (np.maximum(np.asarray(count, dtype=np.int64), 1) * most + rows.frequency) * ages + rows.age_code
    code, unique = _levels(key)
    return unique // (ages * most), unique // ages % most, rows.ages[unique % ages], code


def weigh(weights: Any, history: pd.DataFrame) -> np.ndarray:
    """The weights as an array beside the history's rows; a Series is put in their order by its index.

    Raises
    ------
    DataError
        ``history_weights``.
    """
    aligned = weights.reindex(history.index) if isinstance(weights, pd.Series) and history.index.is_unique else weights
    array = np.asarray(aligned, dtype=float)
    if array.shape != (len(history),) or not np.isfinite(array).all() or (array < 0).any() or array.sum() <= 0:
        raise DataError("history_weights", got=int(array.size), want=len(history))
    return array


def _checked(history: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    checks.columns(history, ["frequency", "recency", "age"], name="history")
    checks.not_empty(history, name="history")
    numbers = [
        pd.to_numeric(history[c], errors="coerce").to_numpy(dtype=float) for c in ("frequency", "recency", "age")
    ]
    frequency, recency, age = numbers
    broken = _broken(frequency, recency, age)
    if wrong := int(np.any(list(broken.values()), axis=0).sum()):
        counts = {rule: int(rows.sum()) for rule, rows in broken.items()}
        found = [rule for rule, count in counts.items() if count]
        if len(found) == 1:
            raise DataError(found[0], count=wrong, of=len(age))
        raise DataError("history_values", count=wrong, of=len(age), **counts)
    return frequency.astype(np.int64), np.minimum(recency, age), age


def _broken(frequency: np.ndarray, recency: np.ndarray, age: np.ndarray) -> dict[str, np.ndarray]:
    """Rows that break each rule; a row without a number, or with a negative one, breaks that rule alone."""
    missing = ~(np.isfinite(frequency) & np.isfinite(recency) & np.isfinite(age))
    with np.errstate(invalid="ignore"):
        negative = ~missing & ((frequency < 0) | (recency < 0) | (age < 0))
        whole = ~(missing | negative)
        return {
            "history_missing": missing,
            "history_negative": negative,
            "history_fraction": whole & (frequency != np.floor(frequency)),
            "history_no_recency": whole & (frequency > 0) & (recency == 0),
            "history_no_repeat": whole & (frequency == 0) & (recency > 0),
            "history_recency_above_age": whole & (recency > age * (1 + SLACK) + SLACK),
        }


def _levels(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Code of each value and the sorted different values, by hashing rather than sorting all of them."""
    code, unique = pd.factorize(values)
    order = np.argsort(unique)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[code], unique[order]


def _different(frequency: np.ndarray, recency: np.ndarray, age: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First position of each different row, and which of them every row is.

    Rows are told apart by one number mixed from the bits of all three, and compared once to be sure.
    """
    key = frequency.astype(np.uint64)
    for values in (recency, age):
        key *= MIX
        key ^= key >> np.uint64(31)
        # + 0.0 makes one of the two zeros
        key ^= (values + 0.0).view(np.uint64)
    key *= MIX
    code, unique = pd.factorize(key)
    first = np.empty(len(unique), dtype=np.int64)
    first[code[::-1]] = np.arange(len(key) - 1, -1, -1)
    if not all(np.array_equal(values[first][code], values) for values in (frequency, recency, age)):
        table = np.column_stack([frequency, _levels(recency)[0], _levels(age)[0]])
        _, first, code = np.unique(table, axis=0, return_index=True, return_inverse=True)
    return first, code


def _order(frequency: np.ndarray, recency_code: np.ndarray, age_code: np.ndarray) -> np.ndarray:
    """Positions that sort by frequency, recency and age; by one number where it holds all three."""
    recencies, ages = int(recency_code.max()) + 1, int(age_code.max()) + 1
    if (int(frequency.max()) + 1) * recencies * ages < 2**62:
        return np.argsort((frequency * recencies + recency_code) * ages + age_code)
    return np.lexsort((age_code, recency_code, frequency))
