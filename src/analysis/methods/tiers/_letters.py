"""Tier letters as they come in: from a result, a frame or a column, checked and as positions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Result

__all__ = ["ASSESS", "LETTERS", "NAMES", "column_of", "positions"]

LETTERS = ("A", "B", "C", "zero", "negative")
#: too little is known for a class
ASSESS = "to_assess"
#: the same classes under the names they have in a ranking by profit
_SAME = {"no_profit": "zero", "loss_making": "negative"}
#: criteria that have words of their own
NAMES = {"volume": "criterion_volume", "profit": "criterion_profit", "strategic": "criterion_strategic"}


def column_of(given: Result | pd.DataFrame | pd.Series, *, name: str) -> pd.Series:
    """Tier of each customer: the column, a frame with ``tier``, or a result with such ``customers``."""
    column = given.__dict__.get("customers") if isinstance(given, Result) else given
    if isinstance(column, pd.DataFrame):
        checks.columns(column, ["tier"], name=name)
        column = column["tier"]
    if not isinstance(column, pd.Series):
        raise DataError("tiers_no_classes", name=name, got=type(given).__name__)
    checks.not_empty(column, name=name)
    checks.unique_index(column, name=name)
    return column


def positions(column: pd.Series, *, name: str) -> pd.Series:
    """Position in `LETTERS` as float, missing where the class is not known.

    Raises
    ------
    DataError
        A class that is none of them.
    """
    place = {letter: i for i, letter in enumerate(LETTERS)}
    place |= {other: place[letter] for other, letter in _SAME.items()}
    missing = column.isna() | (column == ASSESS)
    found = column.map(place).astype("float64")
    wrong = sorted(set(column[found.isna() & ~missing].astype(str)))
    if wrong:
        raise DataError("tiers_classes", name=name, got=wrong[:5], allowed=[*LETTERS])
    return found.mask(np.asarray(missing))
