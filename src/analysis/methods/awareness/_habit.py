"""Habit: who keeps to the usual treatment, among users of the product and others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core.result import Disclosure, Note, Result
from ...stats import design, respondents
from ._known import row

__all__ = ["Habit", "habit"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Habit(Result):
    """Habit named as a reason, by use.

    Attributes
    ----------
    table : DataFrame
        Rows all, users, non_users: group, value, lo, hi (share naming habit), n, method, flag.
    difference : DataFrame
        One row: value, lo, hi (users minus non-users), p, n, flag.
    """

    difference: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("value", "lo", "hi"), "percent"), "n": "count", "group": "term",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(within=())


def habit(
    named: pd.Series,
    user: pd.Series,
    *,
    weights: pd.Series | None = None,
    cluster: pd.Series | None = None,
    level: float = 0.95,
) -> Habit:
    """Share of respondents who name habit, among those who use the product and those who do not.

    Parameters
    ----------
    named : Series
        1 where habit (barrier B05) was named, 0 where not; index response_id.
    user : Series
        Whether the respondent uses the product (1 or True); missing ones are left out.
    weights, cluster : Series, optional
    level : float, default 0.95

    Returns
    -------
    Habit
        The difference is an association, not a cause: who uses a product may name habit because of it.

    Raises
    ------
    DataError
        ``empty``, ``bad_score``, ``bad_weights``.
    """
    both = pd.DataFrame({"named": named, "user": user.reindex(named.index).astype("float64")}).dropna()
    both = respondents.scored(both, low=0, high=1)
    answers = respondents.prepared(both, weights=weights, cluster=cluster, name="named")
    hits, mine = answers.frame["named"].to_numpy(), answers.frame["user"].to_numpy() == 1
    parts = (("all", np.ones(len(mine), dtype=bool)), ("users", mine), ("non_users", ~mine))
    table = pd.DataFrame([{"group": name, **row(hits, answers, level, inside)} for name, inside in parts])
    gap = _difference(hits, mine, answers, level)
    settings = {"level": level, "weighted": weights is not None, "clustered": cluster is not None}
    lost = len(named) - len(both)
    notes = (Note("habit_unknown", {"count": lost, "of": len(named)}),) if lost else ()
    return Habit(table=table, settings=settings, notes=notes, finding=_finding(table, gap), difference=gap)


def _difference(hits: np.ndarray, mine: np.ndarray, answers: respondents.Answers, level: float) -> pd.DataFrame:
    least = min(int(mine.sum()), int((~mine).sum()))
    out = {"value": np.nan, "lo": np.nan, "hi": np.nan, "p": np.nan, "n": len(hits), "flag": respondents.flag(least)}
    if out["flag"] != "suppressed":
        found = design.difference(hits, mine, answers.weights, answers.cluster, level)
        p = respondents.p_value(found)
        if np.isfinite(p):
            out |= {"value": found.value, "lo": found.lo, "hi": found.hi, "p": p}
        else:
            out["flag"] = "not_identified"
    return pd.DataFrame([out])


def _finding(table: pd.DataFrame, gap: pd.DataFrame) -> Note:
    every, found = table.iloc[0], gap.iloc[0]
    if every["flag"] == "suppressed":
        return Note("awareness_suppressed", {"n": int(every["n"]), "need": respondents.SUPPRESS})
    if pd.isna(found["value"]):
        return Note("habit_share", {"n": int(every["n"]), **{c: float(every[c]) for c in ("value", "lo", "hi")}})
    values = {"n": int(found["n"]), **{c: float(found[c]) for c in ("value", "lo", "hi")}}
    values |= {"users": float(table["value"].iloc[1]), "others": float(table["value"].iloc[2])}
    return Note("habit_differs" if found["p"] <= 0.05 else "habit_alike", values)
