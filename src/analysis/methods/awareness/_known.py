"""What two questions on awareness say together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import DataError
from ...stats import design, respondents

__all__ = ["MEASURES", "either", "row", "test"]

#: named without help; recognised by those who did not name it; known in all
MEASURES = ("unaided", "aided_more", "aware")


def either(unaided: pd.Series, aided: pd.Series) -> pd.DataFrame:
    """unaided, aided_more, aware (0, 1 or missing) of each respondent.

    Who names a product without help knows it, whatever the later answer; who does not name it and was
    not asked again stays unknown.

    Raises
    ------
    DataError
        ``bad_score`` for answers other than 0 and 1.
    """
    index = unaided.index.union(aided.index)
    both = pd.DataFrame({"unaided": unaided.reindex(index), "aided": aided.reindex(index)}).astype("float64")
    wrong = both.notna() & ~both.isin((0.0, 1.0))
    if wrong.to_numpy().any():
        got = sorted({float(v) for v in both.to_numpy()[wrong.to_numpy()]})[:5]
        raise DataError("bad_score", lo=0, hi=1, count=int(wrong.to_numpy().sum()), got=got)
    aware = both["aided"].where(both["unaided"] == 0, both["unaided"])
    out = pd.DataFrame(
        {"unaided": both["unaided"], "aided_more": both["aided"].where(both["unaided"] == 0), "aware": aware}
    )
    # one base for all: whose awareness is known
    return out.where(aware.notna())


def row(
    values: np.ndarray, answers: respondents.Answers, level: float, inside: np.ndarray | None = None
) -> dict[str, Any]:
    """A share with its design-based interval; below the least number of answers nothing but n."""
    found = design.proportion(values, answers.weights, answers.cluster, level, answers.margins, inside)
    flag = respondents.flag(found.n)
    numbers = {"value": found.value, "lo": found.lo, "hi": found.hi}
    if flag == "suppressed":
        numbers = dict.fromkeys(numbers, np.nan)
    return {**numbers, "n": found.n, "method": "wilson_design", "flag": flag}


def test(label: np.ndarray, values: np.ndarray, answers: respondents.Answers) -> dict[str, float]:
    """Rao-Scott test that an answer does not depend on the group; groups below the least number left out."""
    known = pd.Series(label, dtype=object).where(pd.notna(values))
    size = known.map(known.value_counts())
    kept = known.where(size >= respondents.SUPPRESS)
    found = design.rao_scott(kept, values, answers.weights, answers.cluster)
    return {"statistic": found.statistic, "df": found.df, "p": found.p, "n": int(kept.notna().sum())}
