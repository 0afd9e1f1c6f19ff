"""Other cuts: accounts in value A/B/C again."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core.errors import SettingError
from ...core.result import Disclosure, Note
from ...methods import tiers

__all__ = ["TiersIf", "again"]


@dataclass(frozen=True, eq=False, kw_only=True)
class TiersIf(tiers.Tiers):
    """Value A/B/C with other cuts, beside the present ones.

    Attributes
    ----------
    table : DataFrame
        As of `tiers.Tiers`, with n_before and value_before: accounts and share of net purchases of the
        same tier in the run.
    customers : DataFrame
        As of `tiers.Tiers`, with tier_before.
    """

    formats: ClassVar[Mapping[str, str]] = {**tiers.Tiers.formats, "value_before": "percent"}
    disclosure: ClassVar[Disclosure] = dataclasses.replace(
        tiers.Tiers.disclosure,
        counts=("n", "n_before"),
        hides=(*tiers.Tiers.disclosure.hides, "value_before"),
    )

    @property
    def movers(self) -> pd.DataFrame:
        """Accounts that change their tier: tier_before, tier, value, share; largest first."""
        moved = self.customers[self.customers["tier"] != self.customers["tier_before"]]
        order = np.lexsort((moved.index.to_numpy(dtype=str), -moved["value"].to_numpy()))
        return moved[["tier_before", "tier", "value", "share"]].iloc[order]


def again(before: tiers.Tiers, cuts: Sequence[float], *, notes: tuple[Note, ...] = ()) -> TiersIf:
    """The accounts of a saved result with other cuts, by the same resampling.

    Parameters
    ----------
    before : tiers.Tiers
        Its customers carry the value each was tiered on.
    cuts : (float, float)
    notes : tuple of Note
        Put after those of the method.
    """
    if not isinstance(cuts, Sequence | np.ndarray) or isinstance(cuts, str):
        raise SettingError("tiers_two_cuts", got=cuts)
    drawn = {name: before.settings[name] for name in ("n_boot", "seed") if name in before.settings}
    after = tiers.abc(before.customers["value"], cuts=cuts, **drawn)
    table = after.table.copy()
    # both tables have the five tiers in the same order
    table.insert(2, "n_before", before.table["n"].to_numpy())
    table.insert(list(table.columns).index("value"), "value_before", before.table["value"].to_numpy())
    customers = after.customers.copy()
    customers.insert(0, "tier_before", before.customers["tier"].reindex(customers.index))
    moved = int((customers["tier"] != customers["tier_before"]).sum())
    fields: dict[str, Any] = {f.name: getattr(after, f.name) for f in dataclasses.fields(after)}
    return TiersIf(**(fields | {
        "table": table,
        "customers": customers,
        "settings": after.settings | {"cuts_before": before.settings.get("cuts")},
        "notes": (*after.notes, *notes),
        "finding": _finding(after, cuts, moved),
    }))  # fmt: skip


def _finding(after: tiers.Tiers, cuts: Sequence[float], moved: int) -> Note | None:
    if after.finding is not None and after.finding.code == "tiers_all_zero":
        return after.finding
    told = {"one": float(cuts[0]), "two": float(cuts[1]), "of": len(after.customers)}
    if not moved:
        return Note("what_if_tiers_same", told)
    return Note("what_if_tiers", {**told, "moved": moved})
