"""Willingness to cooperate, a figure of its own beside the score: `willingness`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import groups, intervals

__all__ = ["Willingness", "willingness"]

LOW_N = 30
#: from here on a customer is willing; its whole interval must lie there to be counted as clearly willing
WILLING = 0.5


@dataclass(frozen=True, eq=False, kw_only=True)
class Willingness(Result):
    """Willingness to cooperate by group.

    Attributes
    ----------
    table : DataFrame
        One row for all and one per group: group, n (customers with a known willingness), value (mean, 0–1), lo,
        hi, method, flag, clearly (share whose own interval lies above one half).
    customers : DataFrame
        Index customer_id in the order of the input: group, willingness, lo, hi, n (answers and contacts behind
        it).
    """

    customers: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "clearly": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "clearly"))


def willingness(answers: pd.DataFrame, *, by: pd.Series | None = None) -> Willingness:
    """Willingness to cooperate: what customers say they intend and which contacts they accept.

    Parameters
    ----------
    answers : DataFrame
        Index customer_id: willingness (0–1, missing where not known), lo, hi, n.
    by : Series, optional
        Group of each customer, such as the cooperation level or the customer type.

    Returns
    -------
    Willingness
        Intervals are those of a mean over customers (Student's t, 95 %), kept between 0 and 1.

    Raises
    ------
    DataError
        No customer, one twice, a column missing, or a willingness outside 0–1.
    """
    checks.not_empty(answers, name="answers")
    checks.unique_index(answers, name="answers")
    checks.columns(answers, ["willingness", "lo", "hi", "n"], name="answers")
    frame = answers.iloc[np.argsort(answers.index.astype(str), kind="stable")]
    level = frame["willingness"].astype(float)
    bad = int(((level < 0) | (level > 1) | np.isinf(level)).sum())
    if bad:
        raise DataError("willingness_range", count=bad)
    code, names, _ = groups.codes(frame.index, by)
    rows = [_row("all", frame)]
    rows += [_row(name, frame[code == place]) for place, name in enumerate(names)]
    table = pd.DataFrame(rows).astype({"group": "str", "method": "str", "flag": "str"})
    label = pd.Series([names[c] if names else "all" for c in code], index=frame.index, dtype="str")
    unknown = int(level.isna().sum())
    return Willingness(
        table=table,
        settings={"willing": WILLING, "n": len(frame)},
        notes=(Note("willingness_unknown", {"count": unknown, "total": len(frame)}),) if unknown else (),
        finding=_finding(table),
        customers=frame[["willingness", "lo", "hi", "n"]].assign(group=label)
        .reindex(answers.index).rename_axis("customer_id"),
    )  # fmt: skip


def _row(name: str, frame: pd.DataFrame) -> dict[str, object]:
    known = frame[frame["willingness"].notna()]
    n = len(known)
    value = float(known["willingness"].mean()) if n else np.nan
    lo, hi = intervals.mean(known["willingness"].to_numpy())
    if n:
        # one customer gives no interval of a mean
        lo, hi = (max(lo, 0.0), min(hi, 1.0)) if n > 1 else (np.nan, np.nan)
    return {
        "group": name, "n": n, "value": value, "lo": lo, "hi": hi, "method": "student_t" if n else "none",
        "flag": "missing_input" if n == 0 else "low_n" if n < LOW_N else "ok",
        "clearly": float((known["lo"] > WILLING).mean()) if n else np.nan,
    }  # fmt: skip


def _finding(table: pd.DataFrame) -> Note:
    row = table.iloc[0]
    if row["n"] == 0:
        return Note("willingness_none", {})
    values = {name: float(row[name]) for name in ("value", "lo", "hi")} | {"n": int(row["n"])}
    return Note("willingness_low_n" if row["flag"] == "low_n" else "willingness_mean", values)
