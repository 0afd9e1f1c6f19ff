"""What changed between two dates: `changes`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from ...core.errors import DataError, SettingError
from ...core.result import Disclosure, Note, Result
from ...stats import intervals
from ._measure import LOW_N, Roles

__all__ = ["Changes", "changes"]

DIRECTIONS = ("more_supportive", "no_clear_change", "less_supportive")


@dataclass(frozen=True, eq=False, kw_only=True)
class Changes(Result):
    """Changes of stance between two dates.

    Attributes
    ----------
    table : DataFrame
        One row per direction (more_supportive, no_clear_change, less_supportive, not_comparable): value (share of
        the physicians with a new rating), lo, hi (Wilson 95 %), n (physicians), single_rater (of them by one
        observer at either date), method, flag.
    customers : DataFrame
        Index customer_id of physicians in both results, internal only: role_before, role_after, stance_before,
        stance_after, change (of support), lo, hi, direction, single_rater.
    """

    customers: pd.DataFrame

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"value": "percent", "n": "count", "single_rater": "count"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n", "single_rater"), within=())
    internal_only: ClassVar[bool] = True


def changes(before: Roles, after: Roles) -> Changes:
    """Physicians whose stance moved beyond the noise of ratings, and roles that changed hands.

    A change is called one only where its 95 % interval excludes zero; physicians without a rating since the
    first date are not compared, for their support moves by fading alone. Ratings that count at both dates make
    the interval wider than need be.

    Parameters
    ----------
    before, after : Roles
        The same decision and half-life; ``after`` at a later date.

    Raises
    ------
    SettingError
        ``roles_dates`` when the dates are not in order; ``roles_settings`` when other settings differ.
    DataError
        ``roles_no_overlap`` when no physician stands in both.
    """
    if before.as_of >= after.as_of:
        raise SettingError("roles_dates", before=str(before.as_of.date()), after=str(after.as_of.date()))
    differing = [k for k in ("decision", "half_life") if before.settings[k] != after.settings[k]]
    if differing:
        raise SettingError("roles_settings", name=differing[0])
    ids = before.customers.index.intersection(after.customers.index).sort_values()
    if ids.empty:
        raise DataError("roles_no_overlap", before=len(before.customers), after=len(after.customers))
    old, new = before.customers.loc[ids], after.customers.loc[ids]
    rows = _compared(old, new, before, after)
    moved = rows["role_before"] != rows["role_after"]
    became = int((moved & (rows["role_after"] == "decision_maker")).sum())
    table = _table(rows)
    compared = int(table.loc[table["direction"] != "not_comparable", "n"].sum())
    shown = compared - int(table.loc[table["direction"] == "no_clear_change", "n"].sum())
    settings = {"before": str(before.as_of.date()), "after": str(after.as_of.date())}
    hands = {"became": became, "left": int(moved.sum()) - became}
    code = ("roles_changes" if shown else "roles_changes_steady") if compared else "roles_changes_none"
    return Changes(
        table=table,
        customers=rows,
        settings=settings,
        notes=(Note("roles_moved", hands), Note("roles_changes_single")),
        finding=Note(code, {"n": compared, "shown": shown, **settings}),
    )


def _compared(old: pd.DataFrame, new: pd.DataFrame, before: Roles, after: Roles) -> pd.DataFrame:
    variance = before.observer_sd**2 / old["weight"] + after.observer_sd**2 / new["weight"]
    half = stats.norm.ppf(0.975) * np.sqrt(variance)
    change = new["support"] - old["support"]
    fresh = change.notna() & (new["last_rating"] > before.as_of)
    kinds = [~fresh, change - half > 0, change + half < 0]
    direction = np.select(kinds, ["not_comparable", "more_supportive", "less_supportive"], "no_clear_change")
    return pd.DataFrame(
        {
            "role_before": old["role"].astype("str"), "role_after": new["role"].astype("str"),
            "stance_before": old["stance"], "stance_after": new["stance"], "change": change, "lo": change - half,
            "hi": change + half, "direction": pd.Series(direction, old.index, dtype="str"),
            "single_rater": old["single_rater"] | new["single_rater"],
        }
    )  # fmt: skip


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    names = [*DIRECTIONS, "not_comparable"]
    each = rows.groupby("direction").agg(n=("change", "size"), single_rater=("single_rater", "sum"))
    each = each.reindex(names, fill_value=0).astype("int64")
    compared = int(each.loc[list(DIRECTIONS), "n"].sum())
    asked = (each.index != "not_comparable") & (compared > 0)
    lo, hi = intervals.wilson(np.where(asked, each["n"], 0), np.where(asked, compared, 0))
    share = np.where(asked, each["n"] / max(compared, 1), np.nan)
    flag = np.where(~asked, "missing_input", "low_n" if compared < LOW_N else "ok")
    table = pd.DataFrame({"direction": pd.Series(names, dtype="str"), "value": share, "lo": lo, "hi": hi})
    table["n"], table["single_rater"] = each["n"].to_numpy(), each["single_rater"].to_numpy()
    table["method"] = pd.Series(np.where(asked, "wilson", ""), dtype="str")
    return table.assign(flag=pd.Series(flag, dtype="str"))
