"""Step of each respondent: from the ladder question, else from awareness, line of use and recommendation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError

__all__ = ["LINES", "STEPS", "answered", "checked", "stages"]

STEPS = tuple(range(7))
#: codes of the line of use: never, third or later, second, first
LINES = (0, 1, 2, 3)
#: step by line of use
_OF_LINE = {1.0: 3.0, 2.0: 4.0, 3.0: 5.0}


def stages(wide: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    """Step of each respondent.

    With one item of construct "ladder" it is that answer. Without such an item the step comes from
    several others: never used and not aware 0; never used but aware 1; used, third line or later 3;
    second line 4; first line 5; first line and 9–10 on the recommendation question 6. Step 2
    (evaluating) cannot be told from these and stays empty.

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
        missing. ``attrs["rule"]`` is "item" or "derived".

    Raises
    ------
    DataError
        ``no_ladder_item`` (nor line_of_use with awareness), ``many_ladder_items``, ``bad_score``.
    """
    checks.columns(items, ["item_id", "construct"], name="items")
    column = answered(wide, items, "ladder")
    if column is not None:
        step, rule = column.where(column.isin(STEPS)), "item"
    else:
        step, rule = _derived(wide, items), "derived"
    step = step.rename("step")
    step.attrs["rule"] = rule
    return step


def answered(wide: pd.DataFrame, items: pd.DataFrame, construct: str) -> pd.Series | None:
    """Answers to the one item of a construct; None when nobody was asked."""
    names = sorted(set(items.loc[items["construct"] == construct, "item_id"]) & set(wide.columns))
    if construct == "ladder" and len(names) > 1:
        raise DataError("many_ladder_items", got=names[:10])
    return wide[names[0]].astype(float) if names else None


def aware(wide: pd.DataFrame, items: pd.DataFrame) -> pd.Series | None:
    """1 aware, with or without a prompt; 0 not aware although prompted; missing where neither is known."""
    unaided, aided = (answered(wide, items, f"awareness_{kind}") for kind in ("unaided", "aided"))
    if unaided is None and aided is None:
        return None
    named = pd.Series(False, index=wide.index) if unaided is None else unaided >= 1
    known = pd.Series(np.nan, index=wide.index) if aided is None else aided
    # nobody is called unaware for not naming it unprompted
    return known.clip(upper=1.0).mask(named, 1.0)


def line(wide: pd.DataFrame, items: pd.DataFrame) -> pd.Series | None:
    """Line of use 0–3; None when it was not asked."""
    found = answered(wide, items, "line_of_use")
    if found is None:
        return None
    known = found.dropna()
    wrong = ~known.isin(LINES)
    if wrong.any():
        got = [float(v) for v in sorted(set(known[wrong]))[:5]]
        raise DataError("bad_score", lo=LINES[0], hi=LINES[-1], count=int(wrong.sum()), got=got)
    return found


def _derived(wide: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    used, known = line(wide, items), aware(wide, items)
    if used is None or known is None:
        raise DataError("no_ladder_item", found=sorted(set(items["construct"].dropna()))[:20])
    step = used.map(_OF_LINE)
    # who uses it is aware, whatever was ticked
    step = step.mask((used == 0) & (known == 1), 1.0).mask((used.isna() | (used == 0)) & (known == 0), 0.0)
    score = answered(wide, items, "nps")
    return step if score is None else step.mask((step == 5) & (score >= 9), 6.0)


def checked(stages: pd.Series, *, name: str = "stages") -> pd.Series:
    """Known steps in the order of the respondents' ids.

    Raises
    ------
    DataError
        ``empty``, ``duplicate_customers``, ``bad_step``.
    """
    checks.not_empty(stages, name=name)
    checks.unique_index(stages, name=name)
    known = stages.dropna().astype(float).sort_index()
    wrong = ~known.isin(STEPS)
    if wrong.any():
        raise DataError("bad_step", count=int(wrong.sum()), got=[float(v) for v in sorted(set(known[wrong]))[:5]])
    checks.not_empty(known, name=name)
    return known
