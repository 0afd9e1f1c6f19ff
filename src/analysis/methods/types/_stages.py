"""The life-cycle stage of each customer on a day: `stages`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import SettingError
from ...core.result import Disclosure, Note, Result
from . import _gaps, _slopes, _steady
from ._classify import _FRESH, _LOST, _NEEDED, _checked, _day
from ._shares import with_shares

__all__ = ["STAGES", "Stages", "stages"]

STAGES = (
    "stage_potential", "stage_development", "stage_growth", "stage_mature", "stage_loyal", "stage_decline",
    "stage_lapsed", "stage_unknown",
)  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Stages(Result):
    """Life-cycle stage of each customer.

    Attributes
    ----------
    table : DataFrame
        One row per stage: stage, n, value (share of all customers), lo, hi, method, flag.
    customers : DataFrame
        Index customer_id in the order of the input: stage, stage_since (first day, where dates tell it), reason
        (why), slope, slope_lo, slope_hi (change a month as a share of the customer's own mean month), n_months.
    """

    customers: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {"value": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(within=())


# summary, dates and what a stage is told by come from different tables, hence more than six
def stages(
    summary: pd.DataFrame,
    *,
    as_of: str | dt.date,
    data_start: str | dt.date,
    monthly: pd.DataFrame | None = None,
    share: pd.Series | None = None,
    level: pd.DataFrame | None = None,
    strata: pd.DataFrame | None = None,
    high_share: float = 0.5,
) -> Stages:
    """Give each customer a life-cycle stage on a day.

    The rules, first match counts: never ordered → potential; silent for more than 12 months → lapsed; silent for
    more than two typical gaps → decline; first order within 6 months and at most two order dates → development,
    or unknown where the data begin less than two typical gaps before that order (never new); slope interval
    above 0 → growth, below 0 → decline; it spans 0 → loyal where share is at least ``high_share`` and the
    cooperation level was 1 in the last two periods, mature where share is at least the stratum's median,
    development where it is below. Where share is not known a steady customer is mature and cannot be loyal, and
    the reason says so. A new customer with more orders but too few months for a slope is in development; any
    other without a slope is unknown.

    The slope is Theil-Sen's over the customer's months since its first order, at most 24 and none later than the
    day. It tells a steady change, each customer judged alone: in simulations without change at most 2.4 % of customers
    read as growth and as many as decline where months are independent (lumpy orders: hardly any), up to 6 % each
    where neighbouring months correlate by .3, up to 11 % by .5.

    Parameters
    ----------
    summary : DataFrame
        As for `classify`.
    as_of, data_start : date
        As for `classify`.
    monthly : DataFrame, optional
        customer_id, month, value; missing in a month that was not reported. Months after the last whole month
        before ``as_of`` are not looked at.
    share : Series, optional
        Our share of each customer's needs, 0–1, by customer_id; missing where not known.
    level : DataFrame, optional
        Cooperation level (1–3; 0 or missing: not known) by customer_id, one column per period, oldest first.
    strata : DataFrame, optional
        ``Types.strata`` of the reference pass.
    high_share : float, default 0.5

    Returns
    -------
    Stages

    Raises
    ------
    DataError
        As `classify`; shares outside 0–1; a customer-month twice.
    SettingError

    Notes
    -----
    For the movement between two dates give the two ``customers["stage"]`` columns to ``migration.compare`` with
    ``rule={"states": [..]}``, the stages in the order that counts as up.
    """
    checks.columns(summary, _NEEDED, name="summary")
    checks.not_empty(summary, name="summary")
    checks.unique_index(summary, name="summary")
    checks.number(high_share, name="high_share", low=0, high=1)
    day, start = _day(as_of, "as_of"), _day(data_start, "data_start")
    if start > day:
        raise SettingError("types_window", data_start=str(start.date()), as_of=str(day.date()))
    frame = _checked(summary, day)
    gap = _gaps.typical(frame, _gaps.learn(frame) if strata is None else strata, 3.0, 30.0)
    slopes = _slopes.of_months(frame, monthly, day)
    steady = _steady.reasons(frame, _steady.share_of(share, frame), _steady.is_close(level, frame), high_share)
    reason = _reason(frame, gap, slopes, steady, day, start)
    stage = reason.map(_STAGE_OF).astype("str")
    customers = pd.DataFrame({"stage": stage, "stage_since": _since(frame, reason, gap), "reason": reason, **slopes})
    table = _table(stage)
    return Stages(
        table=table,
        settings={
            "as_of": str(day.date()), "data_start": str(start.date()), "months": _slopes.MONTHS,
            "high_share": high_share, "share_known": int(_steady.share_of(share, frame).notna().sum()),
            "periods_of_level": _steady.periods(level), "strata_given": strata is not None, "n": len(frame),
        },
        notes=_notes(customers, share, level),
        finding=_finding(table),
        customers=customers.rename_axis("customer_id"),
    )  # fmt: skip


#: stage by reason; the order is the order of the rules
_STAGE_OF = {
    "stage_why_never": "stage_potential",
    "stage_why_lapsed": "stage_lapsed",
    "stage_why_silent": "stage_decline",
    "stage_why_start_unknown": "stage_unknown",
    "stage_why_new": "stage_development",
    "stage_why_rising": "stage_growth",
    "stage_why_falling": "stage_decline",
    "stage_why_no_slope": "stage_unknown",
    "stage_why_loyal": "stage_loyal",
    "stage_why_steady": "stage_mature",
    "stage_why_low_share": "stage_development",
    "stage_why_share_unknown": "stage_mature",
}

#: reasons that a slope gave or left open
_BY_SLOPE = tuple(_STAGE_OF)[5:7] + tuple(_STAGE_OF)[8:]
#: share of unchanged customers whose interval leaves zero out
_BY_CHANCE = 0.05


def _reason(
    frame: pd.DataFrame, gap: pd.Series, slopes: Mapping[str, Any], steady: pd.Series, day: pd.Timestamp,
    start: pd.Timestamp,
) -> pd.Series:  # fmt: skip
    silent = (day - frame["last_date"]).dt.days
    fresh = frame["first_date"] >= day - _FRESH
    unseen = (frame["first_date"] - start).dt.days <= 2 * gap
    low, high = (pd.Series(slopes[name], index=frame.index) for name in ("slope_lo", "slope_hi"))
    rules = [
        frame["n"] == 0,
        frame["last_date"] < day - _LOST,
        silent > 2 * gap,
        fresh & unseen & ((frame["n"] <= 2) | low.isna()),
        fresh & ((frame["n"] <= 2) | low.isna()),
        low > 0,
        high < 0,
        low.isna(),
    ]
    names = list(_STAGE_OF)[: len(rules)]
    found = np.select([rule.to_numpy() for rule in rules], names, default=steady.to_numpy())
    return pd.Series(found, index=frame.index, dtype="str")


def _since(frame: pd.DataFrame, reason: pd.Series, gap: pd.Series) -> pd.Series:
    """First day of the stage as far as dates tell it; a trend has none."""
    days = {
        "stage_why_new": frame["first_date"],
        "stage_why_silent": frame["last_date"] + pd.to_timedelta(np.floor(2 * gap) + 1, unit="D"),
        "stage_why_lapsed": frame["last_date"] + _LOST + pd.Timedelta(days=1),
    }
    since = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[ns]")
    for name, when in days.items():
        since = since.where(reason != name, when)
    return since


def _table(stage: pd.Series) -> pd.DataFrame:
    n = stage.value_counts().reindex(list(STAGES), fill_value=0).to_numpy()
    return with_shares(pd.DataFrame({"stage": pd.Series(STAGES, dtype="str"), "n": n}), np.full(len(n), len(stage)))


def _notes(customers: pd.DataFrame, share: pd.Series | None, level: pd.DataFrame | None) -> tuple[Note, ...]:
    why = customers["reason"].value_counts()
    counted = {
        "stages_start_unknown": "stage_why_start_unknown", "stages_no_slope": "stage_why_no_slope",
        "stages_share_unknown": "stage_why_share_unknown",
    }  # fmt: skip
    notes = [Note(code, {"n": int(why[reason])}) for code, reason in counted.items() if why.get(reason, 0)]
    judged = int(customers["reason"].isin(_BY_SLOPE).sum())
    if judged:
        notes.append(Note("stages_by_chance", {"n": judged, "chance": round(_BY_CHANCE * judged)}))
    if share is None or _steady.periods(level) < 2:
        notes.append(Note("stages_no_loyal", {"periods": _steady.periods(level)}))
    return tuple(notes)


def _finding(table: pd.DataFrame) -> Note:
    n = dict(zip(table["stage"], table["n"].tolist(), strict=True))
    if sum(n.values()) == n["stage_potential"]:
        return Note("types_no_orders", {"n": n["stage_potential"]})
    if 2 * n["stage_unknown"] > sum(n.values()) - n["stage_potential"]:
        dim = table[table["stage"] == "stage_unknown"].iloc[0]
        return Note("stages_unknown", {"n": n["stage_unknown"], "value": float(dim["value"])})
    worse = table[table["stage"] == "stage_decline"].iloc[0]
    bounds = {name: float(worse[name]) for name in ("value", "lo", "hi")}
    if worse["flag"] == "low_n":
        return Note("stages_low_n", {"n": n["stage_decline"], "lo": bounds["lo"], "hi": bounds["hi"]})
    return Note("stages", {"n": n["stage_decline"], "growth": n["stage_growth"], **bounds})
