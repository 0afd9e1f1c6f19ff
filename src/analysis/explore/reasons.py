"""The rules and numbers behind an account's tier, type, segment; its next steps and what is expected of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.errors import RapportError
from ..core.result import Note, Result
from ..runs import clock
from . import history

if TYPE_CHECKING:
    from .run import Run

__all__ = ["Saved", "next_steps", "outlook", "saved", "segment", "tier", "type_of", "why_missing"]

#: words that end a plan; anything else is still open
_CLOSED = frozenset(
    (
        "已完成",
        "完成",
        "已取消",
        "取消",
        "已终止",
        "终止",
        "已关闭",
        "done",
        "completed",
        "closed",
        "cancelled",
        "canceled",
    )
)
_MONTHS_AHEAD = 12
_DISCOUNT = 0.1
_TELLING = 4


@dataclass(frozen=True, eq=False, kw_only=True)
class Saved(Result):
    """What a card reads of a saved result, whichever method made it: loading it imports no method.

    Attributes
    ----------
    customers, names : DataFrame
    thresholds : dict
    limit : float
    """

    customers: pd.DataFrame = field(default_factory=pd.DataFrame)
    names: pd.DataFrame = field(default_factory=pd.DataFrame)
    thresholds: dict[str, float] = field(default_factory=dict)
    limit: float = float("nan")

    def row(self, customer_id: str) -> dict[str, Any]:
        """One customer's row of ``customers``, empty where the customer is not in it."""
        if customer_id not in self.customers.index:
            return {}
        return {str(name): value for name, value in self.customers.loc[customer_id].to_dict().items()}


def saved(folder: Path, name: str) -> Saved | None:
    """A saved result, or None where there is none."""
    path = folder / f"{name}.json"
    return _read(folder, name, path.stat().st_mtime_ns) if path.is_file() else None


@lru_cache(maxsize=64)
def _read(folder: Path, name: str, changed: int) -> Saved:
    """Read once as long as the file stays as it is; nobody changes what it gives."""
    return Saved.load(folder, name)


def why_missing(run: Run, name: str) -> str:
    """Why the region has no such result, in words; empty where it has one."""
    if name in run.results:
        return ""
    try:
        run.results[name]
    except RapportError as error:
        return error.text(run.language)
    return ""


def tier(run: Run, customer_id: str, value: float, frozen: Saved | None) -> pd.DataFrame:
    """Value A/B/C by the region's own cut points and by the frozen ones of all regions.

    Returns
    -------
    DataFrame
        scope (region, national), tier, value_12m, threshold_a, threshold_b, to_next (value still missing for
        the next tier up), share (of the positive value), cumulative_share (value held by accounts that buy
        at least as much).
    """
    out = []
    for scope, found in (("region", saved(run.results_dir, "customers_tiers")), ("national", frozen)):
        mine = found.row(customer_id) if found else {}
        if found is None or not mine:
            continue
        cut = found.thresholds
        out.append({
            "scope": scope, "tier": mine["tier"], "value_12m": mine["value"], "threshold_a": cut["A"],
            "threshold_b": cut["B"], "to_next": _to_next(str(mine["tier"]), value, cut), "share": mine["share"],
            "cumulative_share": mine["cumulative_share"],
        })  # fmt: skip
    heads = ["scope", "tier", "value_12m", "threshold_a", "threshold_b", "to_next", "share", "cumulative_share"]
    return pd.DataFrame(out, columns=heads)


def _to_next(tier_now: str, value: float, cut: dict[str, float]) -> float:
    above = {"B": "A", "C": "B"}.get(tier_now)
    return cut[above] - value if above else np.nan


def type_of(run: Run, customer_id: str, row: pd.Series) -> dict[str, Any]:
    """Type, first day of the type, typical gap, the dates behind it, and the rule that decided as a `Note`."""
    found = saved(run.results_dir, "customers_types")
    mine = found.row(customer_id) if found else {}
    if found is None or not mine:
        return {}
    kind, twice = str(mine["type"]), 2 * float(mine["typical_gap"])
    told = {
        "first_date": row["first_date"], "last_date": row["last_date"], "reactivated_on": row["reactivated_on"],
        "days_since_last": row["days_since_last"], "n_dates": int(row["n_dates"]),
    }  # fmt: skip
    values = told | {"twice": twice, "typical_gap": float(mine["typical_gap"]), "as_of": found.settings["as_of"],
                     "data_start": found.settings["data_start"], "lapsed_months": found.settings["lapsed_months"],
                     "new_months": found.settings["new_months"]}  # fmt: skip
    return {"type": kind, "since": mine["since"], "typical_gap": float(mine["typical_gap"]), **told,
            "rule": Note(f"rule_{kind}", values)}  # fmt: skip


def segment(run: Run, customer_id: str, own: pd.Series) -> dict[str, Any]:
    """Segment, its name, the distance to its centre, and what sets the segment apart.

    Returns
    -------
    dict
        segment (0: fits none), name (the analyst's, else empty), distance, limit (beyond it a customer fits no
        segment), features (DataFrame: feature, own, median, median_all, std_difference; the segment's most
        telling ones first). Empty for accounts that are not grouped.
    """
    found, model = saved(run.results_dir, "customers_segments"), saved(run.home / "reference", "segments_model")
    mine = found.row(customer_id) if found else {}
    if found is None or not mine:
        return {}
    number = int(mine["segment"])
    place = model.row(customer_id) if model else {}
    table = found.table[found.table["segment"] == number]
    table = table.assign(own=table["feature"].map(own), size=table["std_difference"].abs())
    table = table.sort_values("size", ascending=False, kind="stable").head(_TELLING)
    names = found.names.set_index("segment")["name"] if len(found.names) else pd.Series(dtype="str")
    return {
        "segment": number, "name": str(names.get(number, "")), "distance": float(place.get("distance", np.nan)),
        "limit": model.limit if model else np.nan,
        "features": table[["feature", "own", "median", "median_all", "std_difference"]].reset_index(drop=True),
    }  # fmt: skip


def next_steps(run: Run, units: dict[str, str]) -> pd.DataFrame:
    """Plans still open for an account and its departments.

    Parameters
    ----------
    run : Run
    units : dict
        customer_id -> name of the account and its departments.

    Returns
    -------
    DataFrame
        due, unit, objective, tactic, action, owner, status, overdue; earliest due first.
    """
    heads = ["due", "unit", "objective", "tactic", "action", "owner", "status", "overdue"]
    plans = history.rows(run.home / "tables", "plans", "unit_id", units)
    if plans.empty:
        return pd.DataFrame(columns=heads)
    plans = plans.reindex(columns=["plan_id", "unit_id", *heads[:-1]])
    plans = plans[~plans["status"].fillna("").astype("str").str.strip().str.lower().isin(_CLOSED)]
    plans = plans.assign(
        unit=plans["unit_id"].map(units), due=pd.to_datetime(plans["due"]),
        overdue=pd.to_datetime(plans["due"]) < pd.Timestamp(run.as_of),
    )  # fmt: skip
    return plans.sort_values(["due", "plan_id"], na_position="last")[heads].reset_index(drop=True)


def outlook(run: Run, order_lines: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """What the frozen lifetime model expects of one account.

    Returns
    -------
    DataFrame
        measure (p_alive, orders, worth), value, lo, hi (predictive, as wide as the model's level), unit;
        empty without a model or a purchase.
    tuple of Note
        How the model fared on a period it had not seen.
    """
    reference, own = run.home / "reference", history.demand(order_lines)
    nothing = pd.DataFrame(columns=["measure", "value", "lo", "hi", "unit"]), ()
    if not (reference / "lifetime_fit.json").is_file() or not len(own):
        return nothing
    # half a second the first time in a session, hence only when it is asked for
    from ..methods import lifetime

    try:
        time = clock.of(run.meta, run.as_of)
        fit = lifetime.LifetimeFit.load(reference, "lifetime_fit")
        past = lifetime.history_for(fit.family, own.assign(amount=own["value"]), end=run.as_of, unit=time.unit)
    except RapportError:
        return nothing
    ahead = time.periods(_MONTHS_AHEAD)
    seen = lifetime.forecast(fit, past, periods=ahead).iloc[0]
    rows = [("p_alive", seen["p_alive"], np.nan, np.nan, "percent"),
            ("orders", seen["expected"], seen["lo"], seen["hi"], "number")]  # fmt: skip
    worth = saved(run.results_dir, "value_total")
    if (reference / "lifetime_spend.json").is_file():
        told = worth.settings if worth else {}
        money = lifetime.value(
            fit, lifetime.SpendFit.load(reference, "lifetime_spend"), past, periods=ahead, unit=time.unit,
            annual_discount_rate=told.get("annual_discount_rate", _DISCOUNT), margin=told.get("margin", 1.0),
        ).iloc[0]  # fmt: skip
        rows.append(("worth", money["value"], money["lo"], money["hi"], "money"))
    return pd.DataFrame(rows, columns=nothing[0].columns), _tested(run)


def _tested(run: Run) -> tuple[Note, ...]:
    """The errors of the held-out test that stand beside the totals of the same model."""
    orders, worth = saved(run.results_dir, "value_orders"), saved(run.results_dir, "value_total")
    held_out = saved(run.home / "reference", "lifetime_held_out")
    errors = [r.finding.values.get("error") if r and r.finding else None for r in (orders, worth)]
    inside = held_out.table["coverage"].dropna() if held_out is not None else pd.Series(dtype=float)
    notes = []
    if errors[0] is not None:
        notes.append(Note("held_out_orders", {"error": float(errors[0])}))
    if errors[1] is not None:
        notes.append(Note("held_out_worth", {"error": float(errors[1])}))
    if len(inside):
        notes.append(Note("held_out_inside", {"share": float(inside.iloc[0])}))
    return tuple(notes)
