"""What a comparison of two periods says: its finding and its notes."""

from __future__ import annotations

import pandas as pd

from ...core.result import Note
from ...stats.ranked import LOW_N
from ._excess import Chance
from ._inputs import ENTRY, EXIT
from ._rule import Rule

__all__ = ["finding_of", "notes_of", "periods_of"]


def finding_of(summary: pd.DataFrame, n: int) -> Note:
    """One sentence by flag and interval."""
    row = {str(one["movement"]): one for one in summary.to_dict("records")}
    if n == 0:
        return Note("migration_none_both", {})
    moved = {name: float(row["moved"][name]) for name in ("value", "lo", "hi")}
    null, excess = row["null_movement"], row["excess_movement"]
    if n < LOW_N:
        return Note("migration_low_n", {"n": n, "lo": moved["lo"], "hi": moved["hi"]})
    if pd.isna(excess["lo"]):
        return Note("migration_moved", {"moved": moved["value"], "lo": moved["lo"], "hi": moved["hi"]})
    if excess["flag"] == "not_identified":
        return Note("migration_range", {"moved": moved["value"], "lo": float(null["lo"]), "hi": float(null["hi"])})
    values = {"moved": moved["value"], "null": float(null["value"])}
    if excess["lo"] <= 0 <= excess["hi"]:
        return Note("migration_chance", values)
    if excess["hi"] < 0:
        return Note("migration_less", values)
    bounds = {"excess": float(excess["value"]), "lo": float(excess["lo"]), "hi": float(excess["hi"])}
    return Note("migration_excess", {**values, **bounds})


def periods_of(rule: Rule) -> tuple[Note, ...]:
    """First and last month of both periods, where the rule names them."""
    if not rule.periods:
        return ()
    names = ("before_from", "before_to", "after_from", "after_to")
    days = [str(day.date()) for pair in rule.periods for day in pair]
    return (Note("migration_periods", dict(zip(names, days, strict=True))),)


def notes_of(
    customers: pd.DataFrame, priced: pd.DataFrame, stayed: pd.DataFrame, chance: Chance | None
) -> tuple[Note, ...]:
    """Entry and exit apart, customers whose values are not known, and what the noise could not tell."""
    notes = []
    entered, exited = (customers["tier_before"] == ENTRY).sum(), (customers["tier_after"] == EXIT).sum()
    if entered or exited:
        notes.append(Note("migration_apart", {"entered": int(entered), "exited": int(exited)}))
        bought = (stayed[["tier_before", "tier_after"]] != "zero").all(axis=None)
        if chance is not None and bought:
            notes.append(Note("migration_no_zeros", {}))
    if chance is None:
        notes.append(Note("migration_no_values", {}))
    elif len(priced) < len(stayed):
        notes.append(Note("migration_part_valued", {"n": len(priced), "of": len(stayed)}))
    return tuple(notes) + (() if chance is None else chance.notes)
