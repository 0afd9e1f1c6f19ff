"""From the average score to one customer's or one level's, pillar by pillar: `waterfall`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from ._scheme import PILLARS
from ._score import LOW_N, Cooperation

__all__ = ["Waterfall", "waterfall"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Waterfall(Result):
    """Where a score comes from.

    Attributes
    ----------
    table : DataFrame
        part ("average", the pillars, "reached"), value (points; the pillars add up from the first row to the
        last), lo, hi, n, method, flag. For one customer n counts the customers of the average.
    """

    formats: ClassVar[Mapping[str, str]] = {"value": "count"}
    disclosure: ClassVar[Disclosure] = Disclosure()


def waterfall(cooperation: Cooperation, *, customer: Any = None, level: int | None = None) -> Waterfall:
    """Which pillar lifts or lowers a score, compared with the average assessed customer of the same kind.

    Points of a pillar minus the mean points of that pillar among assessed customers of the same kind; so the
    start plus all pillars is the score exactly.

    Parameters
    ----------
    cooperation : Cooperation
    customer : label, optional
        One customer of ``cooperation.customers``.
    level : {1, 2, 3}, optional
        Mean of the customers at a level; their 95 % interval is that of a mean (Student's t).
        Give either ``customer`` or ``level``.

    Returns
    -------
    Waterfall

    Raises
    ------
    SettingError
        Both given, or neither.
    DataError
        ``cooperation_unknown_customer``; ``cooperation_not_assessed`` when nobody asked for has a level.
    """
    if (customer is None) == (level is None):
        raise SettingError("cooperation_one_of")
    frame = cooperation.customers.iloc[np.argsort(cooperation.customers.index.astype(str), kind="stable")]
    assessed = frame[frame["level"] > 0]
    if level is not None:
        checks.choice(level, (1, 2, 3), name="level")
        mine = assessed[assessed["level"] == level]
    else:
        if customer not in frame.index:
            raise DataError("cooperation_unknown_customer", count=len(frame))
        mine = assessed[assessed.index == customer]
    if mine.empty:
        raise DataError("cooperation_not_assessed", count=len(frame) - len(assessed))
    points = [f"points_{p}" for p in PILLARS]
    average = assessed.groupby("customer_type")[points].mean().reindex(mine["customer_type"]).set_axis(mine.index)
    gaps = mine[points] - average
    n = len(mine) if customer is None else int((assessed["customer_type"] == mine["customer_type"].iloc[0]).sum())
    table = _table(average, gaps, mine, n, single=customer is not None)
    return Waterfall(
        table=table,
        settings={"of": "customer" if customer is not None else f"level_{level}", "n": len(mine)},
        notes=(Note("waterfall_kind", {"kinds": int(mine["customer_type"].nunique())}),),
        finding=_finding(table, level),
    )


def _table(average: pd.DataFrame, gaps: pd.DataFrame, mine: pd.DataFrame, n: int, *, single: bool) -> pd.DataFrame:
    flag = "low_n" if n < LOW_N else "ok"
    start = float(average.sum(axis=1).mean())
    rows = [("average", start, np.nan, np.nan, n, "mean", flag)]
    for pillar in PILLARS:
        gap = gaps[f"points_{pillar}"].to_numpy()
        # points that are no estimate of a group have no interval; an interval of equal numbers is that number
        lo, hi = (np.nan, np.nan) if single else intervals.mean(gap)
        rows.append((pillar, float(gap.mean()), lo, hi, n, "difference" if single else "student_t", flag))
    # the sum of the rows above, so that rounding leaves no gap
    end = start + sum(row[1] for row in rows[1:])
    if single:
        bounds = (min(float(mine["lo"].iloc[0]), end), max(float(mine["hi"].iloc[0]), end))
    else:
        bounds = intervals.mean(mine["score"].to_numpy())
    rows.append(("reached", end, *bounds, n, "sensitivity_draws" if single else "student_t", flag))
    names = ["part", "value", "lo", "hi", "n", "method", "flag"]
    return pd.DataFrame(rows, columns=names).astype({"part": "str", "method": "str", "flag": "str"})


def _finding(table: pd.DataFrame, level: int | None) -> Note:
    parts = table[table["part"].isin(PILLARS)]
    first = parts.iloc[int(parts["value"].abs().to_numpy().argmax())]
    values = {
        "reached": float(table["value"].iloc[-1]), "average": float(table["value"].iloc[0]),
        "pillar": str(first["part"]), "value": float(first["value"]),
    }  # fmt: skip
    if level is None:
        return Note("waterfall_customer", values)
    values |= {"level": f"level_{level}", "n": int(table["n"].iloc[0])}
    return Note("waterfall_level_low_n" if first["flag"] == "low_n" else "waterfall_level", values)
