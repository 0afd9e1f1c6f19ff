"""Movement of the data apart from movement of the cut points: `recut`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from ...stats.ranked import LOW_N, net_of
from . import _rule

__all__ = ["Recut", "recut"]


@dataclass(frozen=True, eq=False, kw_only=True)
class Recut(Result):
    """Movement by its source.

    Attributes
    ----------
    table : DataFrame
        Three lines: source (from_data, from_cuts, from_both), up, down (customers), steps
        (tiers climbed less tiers fallen; the first two add up to the third), value (steps a customer), lo, hi, n,
        method, flag.
    thresholds : dict
        Smallest value of A and of B, old and new: A_old, B_old, A_new, B_new.
    customers : DataFrame
        Index customer_id: tier_before (old cuts), tier_same_cuts (new value, old cuts), tier_after (new cuts).
    """

    thresholds: dict[str, float]
    customers: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {"value": "number2"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n", "up", "down"), hides=("steps", "value", "lo", "hi"))


def recut(
    before: pd.Series,
    after: pd.Series,
    *,
    rule: Mapping[str, Any] | None = None,
    new: Mapping[str, float] | None = None,
) -> Recut:
    """Movement that comes from purchases, and movement that comes from drawing the cut points again.

    Each customer goes from its tier before (old cuts) to the tier of its new value under the old cuts (from_data),
    and from there to the tier of the same value under the new cuts (from_cuts); the steps add up (from_both).

    Parameters
    ----------
    before, after : Series
        Net value by customer_id; customers of both periods are used, the others noted.
    rule : dict, optional
        Old cuts as in `compare`: cuts (found in ``before``) or thresholds.
    new : dict, optional
        New thresholds {"A": .., "B": ..}; without it the cuts of ``rule`` found in ``after``.

    Returns
    -------
    Recut

    Raises
    ------
    DataError
        No customer in both periods; values missing or customers twice.
    SettingError
    """
    read = _rule.read(rule)
    first, second = net_of(before, "before"), net_of(after, "after")
    shared = first.index[first.index.isin(second.index)]
    if len(shared) == 0:
        raise DataError("migration_none_shared", before=len(first), after=len(second))
    old = read.points(first.to_numpy())
    later = _rule.read({"cuts": read.cuts}).points(second.to_numpy()) if new is None else _given(new)
    values = second[shared].to_numpy()
    codes = [
        read.tier(first[shared].to_numpy(), old), read.tier(values, old), read.tier(values, later)
    ]  # fmt: skip
    names = np.array(_rule.TIERS, dtype=object)
    columns = ("tier_before", "tier_same_cuts", "tier_after")
    customers = pd.DataFrame(
        {name: pd.Series(names[code], index=shared, dtype="str") for name, code in zip(columns, codes, strict=True)}
    )
    table = _table(codes)
    away = len(first) + len(second) - 2 * len(shared)
    points = {f"{letter}_{when}": float(v) for when, pair in (("old", old), ("new", later))
              for letter, v in zip("AB", pair, strict=True)}  # fmt: skip
    return Recut(
        table=table,
        settings={**read.settings(), "new_given": new is not None, "n": len(shared)},
        notes=(Note("migration_one_period", {"n": away}),) if away else (),
        finding=_finding(table),
        thresholds=points,
        customers=customers.rename_axis("customer_id"),
    )


def _given(new: Mapping[str, float]) -> np.ndarray:
    checks.columns(pd.DataFrame(columns=list(new)), ["A", "B"], name="new")
    return _rule.read({"thresholds": new}).points(np.empty(0))


def _table(codes: list[np.ndarray]) -> pd.DataFrame:
    rows = []
    pairs = {"from_data": codes[:2], "from_cuts": codes[1:], "from_both": [codes[0], codes[2]]}
    for source, (start, end) in pairs.items():
        steps = (start - end).astype(float)
        low, high = intervals.mean(steps)
        rows.append((source, int((steps > 0).sum()), int((steps < 0).sum()), int(steps.sum()), steps.mean(), low, high))
    frame = pd.DataFrame(rows, columns=["source", "up", "down", "steps", "value", "lo", "hi"])
    n = len(codes[0])
    frame["n"], frame["method"], frame["flag"] = n, "student_t", "low_n" if n < LOW_N else "ok"
    return frame.astype({"source": "str", "method": "str", "flag": "str"})


def _finding(table: pd.DataFrame) -> Note:
    by = table.set_index("source")
    count = (by["up"] + by["down"]).astype(int)
    moved = {"data": int(count["from_data"]), "cuts": int(count["from_cuts"])}
    n = int(table["n"].iloc[0])
    if n < LOW_N:
        return Note("migration_recut_low_n", {"n": n, **moved})
    return Note("migration_recut" if moved["cuts"] else "migration_recut_none", {"n": n, **moved})
