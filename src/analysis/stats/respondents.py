"""Answers in a fixed order, with the weights and hospitals of those who gave them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from ..core import checks
from ..core.errors import DataError
from .design import Estimate

__all__ = ["LOW_N", "SUPPRESS", "Answers", "flag", "groups", "p_value", "prepared", "scored"]

#: fewest answers for any number, and for one without the words "small sample"
SUPPRESS, LOW_N = 8, 30


class Answers(NamedTuple):
    """Answers of respondents in the order of their ids, and what belongs to each of them.

    Attributes
    ----------
    frame : DataFrame (n, items)
    weights : array (n,) or None
    cluster : array (n,) or None
    margins : DataFrame (n, margins) or None
    """

    frame: pd.DataFrame
    weights: np.ndarray | None
    cluster: np.ndarray | None
    margins: pd.DataFrame | None = None

    @property
    def w(self) -> np.ndarray:
        """The weights, or ones."""
        return np.ones(len(self.frame)) if self.weights is None else self.weights


def prepared(
    answers: pd.DataFrame | pd.Series, *, weights: pd.Series | None, cluster: pd.Series | None, name: str,
    margins: pd.DataFrame | None = None,
) -> Answers:  # fmt: skip
    """Sort answers by respondent and put weights and clusters beside them.

    Parameters
    ----------
    answers : DataFrame or Series
        Index response_id; respondents without any answer are left out.
    weights, cluster : Series or None
        By response_id; they may hold other respondents too.
    name : str
        What the caller calls the answers.
    margins : DataFrame, optional
        Categories the weights were raked to, of all respondents: those without an answer then stay
        as rows without values. Left out where there are no weights.

    Raises
    ------
    DataError
        ``empty``, ``duplicate_customers``, ``bad_weights``.
    """
    checks.not_empty(answers, name=name)
    checks.unique_index(answers, name=name)
    frame = answers.to_frame() if isinstance(answers, pd.Series) else answers
    frame = frame.dropna(how="all")
    checks.not_empty(frame, name=name)
    margins = None if weights is None else margins
    if margins is not None:
        frame = frame.reindex(frame.index.union(margins.index))
    frame = frame.iloc[np.argsort(frame.index.astype(str), kind="stable")]
    w = None
    if weights is not None:
        w = weights.reindex(frame.index).to_numpy(dtype=float)
        wrong = ~(np.isfinite(w) & (w > 0))
        if wrong.any():
            raise DataError("bad_weights", name="weights", count=int(wrong.sum()))
    labels = None if cluster is None else cluster.reindex(frame.index).to_numpy(dtype=object)
    return Answers(frame, w, labels, None if margins is None else margins.reindex(frame.index))


def scored(frame: pd.DataFrame, *, low: int, high: int) -> pd.DataFrame:
    """The answers as numbers, all of them whole and on the scale.

    Raises
    ------
    DataError
        ``bad_score``.
    """
    values = frame.astype("float64")
    flat = values.to_numpy()
    wrong = np.isfinite(flat) & ~((flat >= low) & (flat <= high) & (flat == np.round(flat)))
    if wrong.any():
        got = [float(v) for v in np.unique(flat[wrong])[:5]]
        raise DataError("bad_score", lo=low, hi=high, count=int(wrong.sum()), got=got)
    return values


def groups(by: pd.Series, index: pd.Index) -> tuple[np.ndarray, list[str], int]:
    """Group of each respondent as text (None without one), the groups in order, how many have none.

    An ordered category keeps its order, other names are sorted.
    """
    checks.unique_index(by, name="by")
    label = by.reindex(index)
    names = [None if gone else str(v) for v, gone in zip(label, label.isna(), strict=True)]
    found = {name for name in names if name is not None}
    ranked = [str(c) for c in by.cat.categories] if isinstance(by.dtype, pd.CategoricalDtype) else sorted(found)
    return np.array(names, dtype=object), [name for name in ranked if name in found], names.count(None)


def flag(n: int) -> str:
    """How far a number of so many answers may be told."""
    return "suppressed" if n < SUPPRESS else "low_n" if n < LOW_N else "ok"


def p_value(found: Estimate) -> float:
    """Two-sided t-test that an estimated difference is zero; missing where the answers do not vary."""
    if not found.df or not found.se > 1e-12:
        return float("nan")
    return float(2 * stats.t.sf(abs(found.value) / found.se, found.df))
