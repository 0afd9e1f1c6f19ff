"""Adoption ladder: how far respondents have come, and at which step they stay.

Steps: 0 unaware, 1 aware, 2 evaluating, 3 tried, 4 partial or second line, 5
routine or first line, 6 advocates. Self-reported and ordinal: a step, never a
quantity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ..core import checks
from ..core.errors import DataError
from ..core.result import Disclosure, Note, Result
from ..stats import weights as weighting

__all__ = ["STEPS", "Ladder", "measure", "stages"]

STEPS = tuple(range(7))
_LOW_N = 30


@dataclass(frozen=True, eq=False, kw_only=True)
class Ladder(Result):
    """Shares at or beyond each step and the conversions between steps.

    Attributes
    ----------
    table : DataFrame
        step (0–6), step_name (code); at (respondents exactly there), n (respondents in
        all), beyond (respondents at the step or higher); value, lo, hi (share at or beyond,
        Wilson); conversion, conversion_lo, conversion_hi (of those at or beyond, the share
        that is also beyond; NaN at the top); lost (share of all who stay at this step);
        bottleneck; method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        "step": "count", "at": "count", "n": "count", "beyond": "count", "value": "percent", "lo": "percent",
        "hi": "percent", "conversion": "percent", "conversion_lo": "percent", "conversion_hi": "percent",
        "lost": "percent",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(
        counts=("at", "beyond", "n"),
        hides=("value", "lo", "hi", "conversion", "conversion_lo", "conversion_hi", "lost"),
        within=(),
    )


def measure(
    stages: pd.Series, *, weights: pd.Series | None = None, addressable: Mapping[int, float] | None = None
) -> Ladder:
    """Measure the ladder: shares at or beyond each step, conversions, bottleneck.

    Parameters
    ----------
    stages : Series
        Step (0–6) of each respondent; missing ones are left out and counted.
    weights : Series, optional
        Survey weights on the same index; intervals then rest on Kish's effective number.
    addressable : mapping of step to share, optional
        Share (0–1) of those who stay at a step whose obstacles we may work on. The
        bottleneck is the step with the largest loss times this share; default 1 each.

    Returns
    -------
    Ladder

    Raises
    ------
    DataError
        ``empty``, ``bad_step``, ``bad_weights``.
    """
    checks.not_empty(stages, name="stages")
    known = stages.dropna().astype(float)
    wrong = ~known.isin(STEPS)
    if wrong.any():
        raise DataError("bad_step", count=int(wrong.sum()), got=[float(v) for v in sorted(set(known[wrong]))[:5]])
    checks.not_empty(known, name="stages")
    w = np.ones(len(known)) if weights is None else _positive(weights.reindex(known.index))
    order = np.lexsort((w, known.to_numpy()))  # sums do not depend on the order of rows
    step, w = known.to_numpy()[order], w[order]
    table = pd.DataFrame([_row(k, step, w, weights is not None) for k in STEPS])
    table["bottleneck"] = _bottleneck(table["lost"], addressable)
    settings = {"weighted": weights is not None, "addressable": {str(k): v for k, v in (addressable or {}).items()}}
    notes: list[Note] = []
    if len(known) < len(stages):
        notes.append(Note("steps_missing", {"count": len(stages) - len(known), "n": len(known)}))
    if len(known) < _LOW_N:
        notes.append(Note("ladder_low_n", {"n": len(known), "need": _LOW_N}))
    return Ladder(table=table, settings=settings, notes=tuple(notes), finding=_finding(table))


def stages(wide: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    """Step of each respondent, from the one item of construct "ladder".

    Parameters
    ----------
    wide : DataFrame
        Answers, one row per respondent, one column per item.
    items : DataFrame
        Table ``survey_items``.

    Returns
    -------
    Series
        Index as ``wide``, name "step"; answers outside 0–6 or between two steps are
        missing.

    Raises
    ------
    DataError
        ``no_ladder_item``, ``many_ladder_items``.
    """
    checks.columns(items, ["item_id", "construct"], name="items")
    names = sorted(set(items.loc[items["construct"] == "ladder", "item_id"]) & set(wide.columns))
    if not names:
        raise DataError("no_ladder_item", found=sorted(set(items["construct"].dropna()))[:20])
    if len(names) > 1:
        raise DataError("many_ladder_items", got=names[:10])
    column = wide[names[0]].astype(float)
    return column.where(column.isin(STEPS)).rename("step")


def _positive(weights: pd.Series) -> np.ndarray:
    values = weights.to_numpy(dtype=float)
    wrong = ~(np.isfinite(values) & (values > 0))
    if wrong.any():
        raise DataError("bad_weights", name="weights", count=int(wrong.sum()))
    return values


def _row(k: int, step: np.ndarray, w: np.ndarray, weighted: bool) -> dict[str, Any]:
    at_or_beyond = step >= k
    value, lo, hi, _ = weighting.share(at_or_beyond, weights=w)
    go_on = (np.nan,) * 4
    if k < STEPS[-1]:
        go_on = weighting.share(step[at_or_beyond] > k, weights=w[at_or_beyond])
    return {
        "step": k,
        "step_name": f"ladder_{k}",
        "at": int((step == k).sum()),
        "n": len(step),
        "beyond": int(at_or_beyond.sum()),
        "value": value,
        "lo": lo,
        "hi": hi,
        "conversion": go_on[0],
        "conversion_lo": go_on[1],
        "conversion_hi": go_on[2],
        "lost": float(w[step == k].sum() / w.sum()),
        "method": "wilson_weighted" if weighted else "wilson",
        "flag": "low_n" if len(step) < _LOW_N else "ok",
    }


def _bottleneck(lost: pd.Series, addressable: Mapping[int, float] | None) -> np.ndarray:
    """The step below the top where most respondents stay, weighed by what may be worked on."""
    factor = np.array([float((addressable or {}).get(k, 1.0)) for k in STEPS])
    loss = lost.to_numpy() * factor
    loss[-1] = 0.0
    out = np.zeros(len(STEPS), dtype=bool)
    if loss.max() > 0:
        out[int(np.argmax(loss))] = True
    return out


def _finding(table: pd.DataFrame) -> Note:
    n = int(table["n"].iloc[0])
    row = table[table["bottleneck"]]
    if row.empty or n < _LOW_N:
        return Note("ladder_low_n", {"n": n})
    top = row.iloc[0]
    values = {c: float(top[c]) for c in ("conversion", "conversion_lo", "conversion_hi")}
    steps = {"step": str(top["step_name"]), "next": f"ladder_{int(top['step']) + 1}"}
    return Note("ladder_bottleneck", {**steps, "n": int(top["beyond"]), **values})
