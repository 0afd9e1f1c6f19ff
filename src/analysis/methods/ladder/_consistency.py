"""Answers that contradict the ladder step, or each other: counted, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import waves
from ._measure import LOW_N
from ._stages import STEPS, answered, aware, line

__all__ = ["Consistency", "consistency"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Consistency(Result):
    """Contradictions between awareness, use, line of use, recommendation and the ladder step.

    Attributes
    ----------
    table : DataFrame
        contradiction (code; "any" first), mentions (respondents with it), value, lo, hi (share of those
        who answered both questions), n, method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {
        "mentions": "count", "value": "percent", "lo": "percent", "hi": "percent", "n": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("mentions", "n"))


def consistency(wide: pd.DataFrame, items: pd.DataFrame, *, weights: pd.Series | None = None) -> Consistency:
    """Count answers that cannot both be true; nobody's step is changed.

    Parameters
    ----------
    wide : DataFrame
        Answers, index response_id, one column per item.
    items : DataFrame
        Table ``survey_items``; constructs awareness_unaided, awareness_aided, ladder, line_of_use (0
        never, 1 third or later, 2 second, 3 first), nps.
    weights : Series, optional
        Survey weights by response_id.

    Returns
    -------
    Consistency

    Raises
    ------
    DataError
        ``missing_columns``, ``consistency_too_few``, ``many_ladder_items``, ``bad_score``.
    """
    checks.columns(items, ["item_id", "construct"], name="items")
    found = _contradictions(wide.sort_index(), items)
    if found.empty:
        raise DataError("consistency_too_few", found=sorted(set(items["construct"].dropna()))[:20])
    any_of = found.max(axis=1)
    rows = []
    for name, column in {"any": any_of, **{c: found[c] for c in found.columns}}.items():
        estimate = waves.estimate(column, weights=weights)
        rows.append({
            "contradiction": name, "mentions": int(column.sum()), "value": estimate.value, "lo": estimate.lo,
            "hi": estimate.hi, "n": estimate.n, "method": "wilson_weighted" if weights is not None else "wilson",
            "flag": "ok" if estimate.n >= LOW_N else "low_n" if estimate.n else "missing_input",
        })  # fmt: skip
    table = pd.DataFrame(rows)
    first = table.iloc[0]
    if int(first["mentions"]) == 0:
        finding = Note("consistency_none", {"count": len(table) - 1, "n": int(first["n"])})
    else:
        values = {c: float(first[c]) for c in ("value", "lo", "hi")}
        finding = Note("consistency_some", {"count": int(first["mentions"]), "n": int(first["n"]), **values})
    settings = {"level": 0.95, "weighted": weights is not None}
    return Consistency(table=table, settings=settings, notes=(Note("consistency_unchanged"),), finding=finding)


def _contradictions(wide: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """1 contradicts, 0 does not, missing where one of the two answers is missing."""
    step, score = answered(wide, items, "ladder"), answered(wide, items, "nps")
    unaided, aided = (answered(wide, items, f"awareness_{kind}") for kind in ("unaided", "aided"))
    used, known = line(wide, items), aware(wide, items)
    step = None if step is None else step.where(step.isin(STEPS))
    out: dict[str, pd.Series] = {}
    if unaided is not None and aided is not None:
        out["unaided_not_aided"] = _both((unaided == 1) & (aided == 0), unaided, aided)
    if step is not None and known is not None:
        out["step_0_but_aware"] = _both((step == 0) & (known == 1), step, known)
        out["step_but_unaware"] = _both((step >= 1) & (known == 0), step, known)
    if used is not None and known is not None:
        out["used_but_unaware"] = _both((used >= 1) & (known == 0), used, known)
    if step is not None and used is not None:
        out["tried_but_never_used"] = _both((step >= 3) & (used == 0), step, used)
        out["used_but_not_tried"] = _both((step <= 2) & (used >= 1), step, used)
        out["routine_but_not_first_line"] = _both((step >= 5) & used.isin([1, 2]), step, used)
        out["first_line_but_not_routine"] = _both(step.isin([3, 4]) & (used == 3), step, used)
    if step is not None and score is not None:
        out["advocate_but_detractor"] = _both((step == 6) & (score <= 6), step, score)
    return pd.DataFrame(out, index=wide.index)


def _both(wrong: pd.Series, one: pd.Series, other: pd.Series) -> pd.Series:
    return wrong.astype(float).where(one.notna() & other.notna(), np.nan)
