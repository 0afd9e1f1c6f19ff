"""Costs put to customers: which line of the statement, how much falls into the window, what cannot be placed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ...core.result import Note
from ...stats import periods

__all__ = ["LINES", "Placed", "place_costs", "span"]

#: line of the statement by type of cost; other types are no cost of one customer
LINES = {
    "rebate_legal_entity": "rebates", "logistics": "logistics", "credit": "credit", "visit": "visits",
    "cogs": "cost_of_goods",
}  # fmt: skip
_PERIOD = re.compile(r"^(\d{4})(?:[-/]?(?:H([12])|Q([1-4])|(0?[1-9]|1[0-2])))?$")


@dataclass(eq=False)
class Placed:
    """Costs by line and customer, and what the notes must say."""

    lines: dict[str, np.ndarray]
    notes: list[Note] = field(default_factory=list)


def span(period: str) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """First day and the day after the last of a period: 2024, 2024H2, 2024Q3, 2024-07; None if unread."""
    found = _PERIOD.match(str(period).strip().upper())
    if found is None:
        return None
    year, half, quarter, month = (int(part) if part else 0 for part in found.groups())
    first, length = (6 * half - 5, 6) if half else (3 * quarter - 2, 3) if quarter else (month, 1) if month else (1, 12)
    start = pd.Timestamp(year, first, 1)
    return start, start + pd.DateOffset(months=length)


def place_costs(
    costs: pd.DataFrame | None,
    contacts: np.ndarray | None,
    all_contacts: int,
    customers: pd.Index,
    *,
    as_of: pd.Timestamp,
    months: int,
) -> Placed:
    """Costs of the window by line and customer.

    A cost of a customer stands as it is; a cost of visits of anybody else (a region) is shared by contacts,
    customers or not; every other cost is told in a note and charged to nobody. A period that reaches
    beyond the window counts by its days inside.

    Parameters
    ----------
    costs : DataFrame or None
        unit_id, type, amount, period (all may miss but type and amount).
    contacts : array or None
        Contacts of each customer in the window.
    all_contacts : int
        With those of everybody who bought nothing: their part of a shared cost is charged to nobody.
    customers : Index
    as_of : Timestamp
    months : int
    """
    placed = Placed(
        {line: np.zeros(len(customers)) for line in ("rebates", "logistics", "credit", "visits", "cost_of_goods")}
    )
    if costs is None or costs.empty:
        placed.notes.append(Note("costs_none", {}))
        return placed
    table, unread = _in_window(costs, as_of, months)
    if unread:
        placed.notes.append(Note("costs_period_unread", {"n": unread}))
    spot = customers.get_indexer(pd.Index(table["unit_id"].astype(object)))
    line = table["type"].map(LINES)
    amount = table["amount"].to_numpy(dtype=float)
    own = (spot >= 0) & line.notna().to_numpy()
    for name in placed.lines:
        use = own & (line == name).to_numpy()
        placed.lines[name] += np.bincount(spot[use], amount[use], len(customers))
    shared = ~own & (table["type"] == "visit").to_numpy()
    if shared.any() and contacts is not None and all_contacts > 0:
        total = float(amount[shared].sum())
        placed.lines["visits"] += total * contacts / all_contacts
        told = {"total": total, "n": int((contacts > 0).sum()), "share": float(contacts.sum() / all_contacts)}
        placed.notes.append(Note("visits_shared", told))
    else:
        shared = np.zeros(len(own), dtype=bool)
    rest = ~own & ~shared
    if rest.any():
        kinds = sorted(map(str, table.loc[rest, "type"].unique()))
        placed.notes.append(Note("costs_not_placed", {"total": float(amount[rest].sum()), "types": kinds}))
    placed.notes += _partial(table[own | shared], months)
    return placed


def _in_window(costs: pd.DataFrame, as_of: pd.Timestamp, months: int) -> tuple[pd.DataFrame, int]:
    """Costs with the part of their amount that falls into the window; how many periods could not be read."""
    start, stop = periods.months_back(as_of, months) + pd.Timedelta(days=1), as_of + pd.Timedelta(days=1)
    table = costs.assign(unit_id=costs["unit_id"] if "unit_id" in costs.columns else None)
    if "period" not in table.columns:
        return table.assign(months=float(months)), 0
    found = {text: span(text) for text in table["period"].dropna().unique()}
    factor, length = {}, {}
    for text, days in found.items():
        if days is None:
            factor[text] = length[text] = 0.0
            continue
        inside = (min(days[1], stop) - max(days[0], start)).days
        factor[text] = max(inside, 0) / (days[1] - days[0]).days
        length[text] = max(inside, 0) / (365.25 / 12)
    unread = table["period"].map(lambda text: found.get(text) is None)
    kept = table.assign(
        amount=table["amount"] * table["period"].map(factor).fillna(0.0),
        months=table["period"].map(length).fillna(0.0),
    )
    kept = kept[~unread & (kept["months"] > 0)]
    order = [c for c in ("type", "unit_id", "period", "amount") if c in kept.columns]
    return kept.sort_values(order, kind="stable").reset_index(drop=True), int(unread.sum())


def _partial(table: pd.DataFrame, months: int) -> list[Note]:
    """Types of cost that were recorded for a part of the window only."""
    if "period" not in table.columns or table.empty:
        return []
    covered = table.drop_duplicates(["type", "period"]).groupby("type")["months"].sum()
    return [
        Note("costs_partial", {"type": str(kind), "months": round(float(reach)), "of": months})
        for kind, reach in covered.items()
        if reach < 0.95 * months
    ]
