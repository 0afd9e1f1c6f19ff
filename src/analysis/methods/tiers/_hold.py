"""Fixed cut points with a buffer: a tier changes only when the value is clearly past the cut (`hold`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.result import Disclosure, Note, Result
from ...stats.ranked import net_of
from ._abc import _given, _tier
from ._letters import ASSESS, LETTERS, column_of, positions
from ._shares import with_wilson

__all__ = ["OUTCOMES", "Held", "hold"]

#: what becomes of a customer
OUTCOMES = ("tier_same", "tier_held", "tier_up", "tier_down", "tier_first", "tier_gone")
_WHY = (
    "no_cut_crossed",
    "inside_buffer",
    "past_buffer",
    "two_periods",
    "no_class_before",
    "zero_or_negative",
    "not_in_values",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Held(Result):
    """Tiers under a buffer.

    Attributes
    ----------
    table : DataFrame
        One row per outcome (tier_same, tier_held, tier_up, tier_down; where there are such, tier_first: no class
        before, tier_gone: no value now): outcome, n, value (share of all), lo, hi (Wilson), method, flag.
    customers : DataFrame
        Index customer_id, sorted: tier_before, tier_plain (by the cut points alone), tier, held (bool), why,
        outcome, value.
    counts : DataFrame
        tier, n_before, n_plain, n.
    """

    customers: pd.DataFrame
    counts: pd.DataFrame
    formats: ClassVar[Mapping[str, str]] = {"value": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(counts=("n", "n_before", "n_plain"), within=())


def hold(
    before: Result | pd.DataFrame | pd.Series,
    values: pd.Series,
    *,
    thresholds: Mapping[str, float],
    margin: float = 0.15,
    recent: pd.Series | None = None,
) -> Held:
    """Change a tier only when the value is past the cut by the margin, or was past it two periods in a row.

    A customer goes up as far as ``value >= cut * (1 + margin)`` allows and down as far as
    ``value < cut * (1 - margin)`` demands; with ``recent``, also as far as the values of both periods go. Zero and
    negative are no class to hold or to be held in: who comes from there or goes there changes at once, and so does
    who had no class before.

    Parameters
    ----------
    before : Tiers, Held, DataFrame or Series
        Tier of each customer until now (the held one).
    values : Series
        Net value of the present period on customer_id, currency.
    thresholds : dict
        ``Tiers.thresholds`` of the reference pass.
    margin : float, default 0.15
        From 0 (no buffer) to below 1.
    recent : Series, optional
        Net value of the period before the present one, as long as it.

    Returns
    -------
    Held

    Raises
    ------
    DataError, SettingError
    """
    checks.number(margin, name="margin", low=0, high=0.99)
    points = _given(thresholds)
    was = positions(column_of(before, name="before"), name="before")
    now = net_of(values, "values")
    earlier = None if recent is None else net_of(recent, "recent")
    frame = _joined(was, now, earlier)
    decided = _decide(frame, points, margin)
    customers = _customers(frame, decided)
    outcome = customers["outcome"].map(OUTCOMES.index).to_numpy()
    table = with_wilson(pd.DataFrame({"outcome": pd.Series(OUTCOMES, dtype="str")}), outcome)
    return Held(
        table=table[(table["n"] > 0) | (table.index < 4)].reset_index(drop=True),
        settings={"thresholds": points, "margin": margin, "recent": recent is not None, "n": len(customers)},
        notes=_notes(customers, margin, recent is not None),
        finding=_finding(customers, margin),
        customers=customers,
        counts=_counts(customers),
    )


def _joined(was: pd.Series, now: pd.Series, earlier: pd.Series | None) -> pd.DataFrame:
    columns = {"was": was, "value": now, "recent": earlier}
    told = {n: c.set_axis(c.index.astype(str)) for n, c in columns.items() if c is not None}
    everyone = sorted({*told["was"].index, *told["value"].index})
    frame = pd.DataFrame({n: c.reindex(everyone) for n, c in told.items()})
    return frame.reindex(columns=["was", "value", "recent"]).rename_axis("customer_id")


def _decide(frame: pd.DataFrame, points: Mapping[str, float], margin: float) -> pd.DataFrame:
    """Positions: plain, with the buffer, and final; missing values stand at 5 (gone)."""
    value, was = frame["value"].to_numpy(), frame["was"].to_numpy()
    plain, strict, kind = (_tier(value, _moved(points, by)) for by in (0.0, margin, -margin))
    buffered = np.clip(was, kind, strict)
    recent = frame["recent"].to_numpy()
    twice = np.where(np.isfinite(recent), _tier(recent, points), was)
    # as far as both periods go, in the direction in which both lie
    twice = np.where((plain < was) & (twice < was), np.maximum(plain, twice), twice)
    twice = np.where((plain > was) & (twice > was), np.minimum(plain, twice), twice)
    good = ((plain < was) & (twice < was)) | ((plain > was) & (twice > was))
    further = good & (np.abs(twice - was) > np.abs(buffered - was))
    final = np.where(further, twice, buffered)
    free = ~(was < 3) | (plain >= 3)
    final = np.where(free, plain, final)
    gone = ~np.isfinite(value)
    return pd.DataFrame({"plain": plain, "final": final, "free": free, "gone": gone, "twice": further}, frame.index)


def _moved(points: Mapping[str, float], by: float) -> dict[str, float]:
    return {letter: cut * (1 + by) for letter, cut in points.items()}


def _customers(frame: pd.DataFrame, decided: pd.DataFrame) -> pd.DataFrame:
    was, plain, final = frame["was"].to_numpy(), decided["plain"].to_numpy(), decided["final"].to_numpy()
    gone, new = decided["gone"].to_numpy(), np.isnan(was) & ~decided["gone"].to_numpy()
    outcome = np.select(
        [gone, new, final < was, final > was, plain != was], [5, 4, 2, 3, 1], 0
    )  # fmt: skip
    why = np.select(
        [gone, new, (final == was) & (plain == was), decided["free"], final == was, decided["twice"]],
        [6, 4, 0, 5, 1, 3], 2,
    )  # fmt: skip
    letters = np.array([*LETTERS, ASSESS])
    known = np.where(np.isnan(was), 0, was).astype(int)
    return pd.DataFrame({
        "tier_before": pd.Series(letters[known], frame.index, dtype="str").where(~np.isnan(was)),
        "tier_plain": pd.Series(letters[np.where(gone, 5, plain)], frame.index, dtype="str"),
        "tier": pd.Series(letters[np.where(gone, 5, final).astype(int)], frame.index, dtype="str"),
        "held": (final != plain) & ~gone & ~new,
        "why": pd.Series(np.array(_WHY)[why], frame.index, dtype="str"),
        "outcome": pd.Series(np.array(OUTCOMES)[outcome], frame.index, dtype="str"),
        "value": frame["value"],
    })  # fmt: skip


def _counts(customers: pd.DataFrame) -> pd.DataFrame:
    tiers = [*LETTERS, ASSESS]
    columns = {"n_before": "tier_before", "n_plain": "tier_plain", "n": "tier"}
    return pd.DataFrame({
        "tier": pd.Series(tiers, dtype="str"),
        **{name: customers[column].value_counts().reindex(tiers, fill_value=0).to_numpy()
           for name, column in columns.items()},
    })  # fmt: skip


def _notes(customers: pd.DataFrame, margin: float, recent: bool) -> tuple[Note, ...]:
    notes = [Note("tiers_buffer_two" if recent else "tiers_buffer", {"margin": margin})]
    part = int((customers["held"] & (customers["tier"] != customers["tier_before"])).sum())
    if part:
        notes.append(Note("tiers_part_way", {"n": part}))
    gone = int((customers["outcome"] == "tier_gone").sum())
    if gone:
        notes.append(Note("tiers_gone", {"n": gone}))
    return tuple(notes)


def _finding(customers: pd.DataFrame, margin: float) -> Note:
    both = customers[~customers["outcome"].isin(["tier_first", "tier_gone"])]
    plain = int((both["tier_plain"] != both["tier_before"]).sum())
    held = int((both["outcome"] == "tier_held").sum())
    code = "tiers_hold_none" if plain == 0 else "tiers_hold"
    return Note(code, {"of": len(both), "plain": plain, "held": held, "changed": plain - held, "margin": margin})
