"""Need by segment as the product team takes it: groups with their gap to satisfaction, no persons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...core import checks
from ...stats import design, respondents

__all__ = ["COLUMNS", "export"]

COLUMNS = [
    "need", "segment", "importance", "satisfaction", "gap", "gap_lo", "gap_hi", "difference", "q", "n", "comments",
    "flag",
]  # fmt: skip
#: fewest respondents with a comment for their number to be told
LEAST_COMMENTS = 3


# three sources and what they are joined by
def export(
    raw: pd.DataFrame, label: np.ndarray, table: pd.DataFrame, answers: respondents.Answers, *,
    satisfaction: pd.DataFrame | None, pairs: Mapping[str, str] | None, comments: pd.DataFrame | None, scale: int,
    min_cell: int, level: float,
) -> pd.DataFrame:  # fmt: skip
    """One row per need and segment, sorted as ``table``; cells below the minimum without numbers."""
    joined = _paired(raw, satisfaction, pairs, scale)
    rows = []
    for _, cell in table.iterrows():
        need, segment = cell["need"], cell["segment"]
        row: dict[str, Any] = dict.fromkeys(COLUMNS, np.nan)
        row |= {"need": need, "segment": segment, "flag": "suppressed" if cell["n"] < min_cell else cell["flag"]}
        if row["flag"] != "suppressed":
            row |= {"importance": cell["mean"], "difference": cell["value"], "q": cell["q"], "n": cell["n"]}
            if need in joined.columns:
                row |= _gap(
                    raw[need], joined[need], label == segment, answers, max(min_cell, respondents.SUPPRESS), level
                )
            row["comments"] = _comments(comments, need, segment)
        rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)


def _paired(
    raw: pd.DataFrame, satisfaction: pd.DataFrame | None, pairs: Mapping[str, str] | None, scale: int
) -> pd.DataFrame:
    """Satisfaction under the names of the needs, for the same respondents."""
    if satisfaction is None:
        return pd.DataFrame(index=raw.index)
    found = dict(pairs) if pairs is not None else {str(n): str(n) for n in raw.columns if n in satisfaction.columns}
    checks.columns(raw, found.keys(), name="pairs")
    checks.columns(satisfaction, found.values(), name="satisfaction")
    out = pd.DataFrame({need: satisfaction[column] for need, column in found.items()}).reindex(raw.index)
    return respondents.scored(out, low=1, high=scale)


def _gap(
    need: pd.Series, met: pd.Series, mine: np.ndarray, answers: respondents.Answers, least: int, level: float
) -> dict[str, float]:
    inside = mine & need.notna().to_numpy() & met.notna().to_numpy()
    if inside.sum() < least:
        return {}
    gap = design.mean((need - met).to_numpy(), answers.weights, answers.cluster, level, domain=inside)
    mean = design.mean(met.to_numpy(), answers.weights, answers.cluster, level, domain=inside)
    return {"satisfaction": mean.value, "gap": gap.value, "gap_lo": gap.lo, "gap_hi": gap.hi}


def _comments(comments: pd.DataFrame | None, need: str, segment: str) -> float:
    if comments is None or need not in comments.index or segment not in comments.columns:
        return float("nan")
    count = float(comments.loc[need, segment])  # type: ignore[arg-type]
    return count if count >= LEAST_COMMENTS else float("nan")
