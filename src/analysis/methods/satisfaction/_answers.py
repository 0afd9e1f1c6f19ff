"""What every score passes on its way in, and how few answers may be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Note
from ...stats import waves

__all__ = [
    "INTERVAL_ONLY", "REP", "SUPPRESS", "apart", "flag", "known", "labels", "missing", "net", "positive", "row",
    "verdict",
]  # fmt: skip

#: fewest answers for an interval, and for a value
SUPPRESS, INTERVAL_ONLY = 8, 30
#: answers a representative wrote down: they lean towards what pleases the one who asks
REP = "rep_administered"
#: terms of a change by what its interval says
RISING, FALLING, UNCLEAR = "rising", "falling", "no_clear_change"


def known(scores: pd.Series, weights: pd.Series | None, *, low: int, high: int, name: str = "scores") -> pd.Series:
    """Whole scores of the scale, in the order of the respondents' ids; weights must be there for each of them."""
    checks.not_empty(scores, name=name)
    checks.unique_index(scores, name=name)
    found = scores.dropna().astype(float).sort_index()
    wrong = ~found.isin(range(low, high + 1))
    if wrong.any():
        got = [float(v) for v in sorted(set(found[wrong]))[:5]]
        raise DataError("bad_score", lo=low, hi=high, count=int(wrong.sum()), got=got)
    positive(weights, found.index)
    return found


def positive(weights: pd.Series | None, index: pd.Index) -> None:
    """Refuse weights that are missing, zero or negative."""
    if weights is None:
        return
    w = weights.reindex(index).astype(float)
    bad = ~(np.isfinite(w) & (w > 0))
    if bad.any():
        raise DataError("bad_weights", name="weights", count=int(bad.sum()))


def apart(scores: pd.Series, mode: pd.Series | None) -> tuple[pd.Series, tuple[Note, ...]]:
    """Scores without those a representative wrote down, and the note that counts them."""
    if mode is None:
        return scores, ()
    by_rep = (mode.reindex(scores.index) == REP).to_numpy(dtype=bool)
    if not by_rep.any():
        return scores, ()
    if by_rep.all():
        raise DataError("no_answers_of_mode", count=int(by_rep.sum()), rep_administered=False)
    return scores[~by_rep], (Note("rep_administered_apart", {"count": int(by_rep.sum())}),)


def labels(by: pd.Series | None, index: pd.Index) -> pd.Series | None:
    """Group of each respondent as text; those without one are "unassigned"."""
    if by is None:
        return None
    group = by.reindex(index).astype(object)
    return group.where(group.notna(), "unassigned").astype(str)


def missing(scores: pd.Series, found: pd.Series) -> tuple[Note, ...]:
    """The note on answers that are not there."""
    lost = len(scores) - len(found)
    return (Note("scores_missing", {"count": lost, "n": len(found)}),) if lost else ()


def net(scores: pd.Series) -> pd.Series:
    """1 for promoters (9–10), −1 for detractors (0–6), 0 between."""
    return (scores >= 9).astype(float) - (scores <= 6).astype(float)


def flag(n: int) -> str:
    """How far a number of so many answers may be told."""
    return "ok" if n >= INTERVAL_ONLY else "low_n" if n >= SUPPRESS else "suppressed"


def row(found: waves.Estimate, *, value_from: int = SUPPRESS) -> Mapping[str, Any]:
    """value, lo, hi, n, n_eff, flag of an estimate; what too few answers forbid is missing."""
    bounds, told = found.n >= SUPPRESS, found.n >= max(SUPPRESS, value_from)
    return {
        "value": found.value if told else np.nan,
        "lo": found.lo if bounds else np.nan,
        "hi": found.hi if bounds else np.nan,
        "n": found.n,
        "n_eff": found.n_eff if bounds else np.nan,
        "flag": flag(found.n),
    }


def verdict(lo: float, hi: float) -> str:
    """Rising, falling, or no clear change where the interval holds 0 or is missing."""
    return RISING if lo > 0 else FALLING if hi < 0 else UNCLEAR
