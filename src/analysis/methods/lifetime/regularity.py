"""The highest likelihood of a family, and which regularity k it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from . import gaps
from .families import Family
from .optimise import Optimum, maximise
from .rows import Rows, weigh

__all__ = ["K_MAX", "Top", "highest"]

#: the most regular rhythm that is tried
K_MAX = 12
#: half of the 95% point of chi-squared with one degree of freedom: values of k this close are in the interval
SUPPORT = 1.92


@dataclass(frozen=True, eq=False)
class Top:
    """A fitted family: its optimum in scaled time, and the log-likelihood in the unit of the history.

    The log-likelihood is NaN where the gaps are not known and k is above 1.
    """

    family: Family
    optimum: Optimum
    height: float


def highest(
    model: Family, history: pd.DataFrame, rows: Rows, *, scale: float, weights: Any = None, k: int | None = None
) -> tuple[Top, list[int]]:
    """The best fit of a family over its values of k, and the values of k that are nearly as good.

    Parameters
    ----------
    model : Family
    history, weights
        As given by the caller, for the gaps.
    rows : Rows
        The same histories with time divided by ``scale``.
    k : int, optional
        None tries 1, 2 … until the likelihood has fallen twice, at most `K_MAX`.
    """
    if k is not None:
        checks.whole(k, name="k", low=1)
        if not model.fixed:
            raise SettingError("family_without_k", family=model.name)
    if not model.fixed:
        return _top(model, rows, scale=scale), []
    share = weigh(weights, history) if weights is not None else np.ones(len(history))
    if k is not None:
        extra = float(share @ gaps.constant(history, k)) if k == 1 or gaps.known(history) else float("nan")
        return _top(model.held(k), rows, scale=scale, extra=extra), [k]
    if not gaps.known(history):
        raise DataError("history_log_gaps", count=len(history), of=len(history))
    tops: list[Top] = []
    for each in range(1, K_MAX + 1):
        tops.append(_top(model.held(each), rows, scale=scale, extra=float(share @ gaps.constant(history, each))))
        heights = [top.height for top in tops]
        if not rows.frequency.any() or len(tops) - 1 - int(np.argmax(heights)) == 2:
            break
    best = max(tops, key=_height)
    return best, [top.family.fixed["k"] for top in tops if top.height >= best.height - SUPPORT]


def _top(model: Family, rows: Rows, *, scale: float, extra: float = 0.0) -> Top:
    optimum = maximise(model, rows)
    # a density of purchase times carries one 1/time per event of the clock, its part of the gaps is in `extra`
    events = model.fixed.get("k", 1) * float(rows.weights @ rows.frequency)
    return Top(model, optimum, optimum.log_likelihood - events * float(np.log(scale)) + extra)


def _height(top: Top) -> float:
    return top.height
