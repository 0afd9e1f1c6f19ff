"""Types within each tier: `cross`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ._classify import Types
from ._shares import TYPES, with_shares

__all__ = ["TypeByTier", "cross"]


@dataclass(frozen=True, eq=False, kw_only=True)
class TypeByTier(Result):
    """Types within each tier.

    Attributes
    ----------
    table : DataFrame
        One row per type and tier: type, tier, n, value (share of the tier's customers), lo, hi, method, flag.
    """

    formats: ClassVar[Mapping[str, str]] = {"value": "percent"}
    disclosure: ClassVar[Disclosure] = Disclosure(within=("tier",), margins=("type",))


def cross(types: Types, tiers: Result | pd.DataFrame | pd.Series) -> TypeByTier:
    """Types within each tier: which valuable customers have fallen silent.

    Parameters
    ----------
    types : Types
        From `classify`.
    tiers : Tiers, DataFrame or Series
        Tier of each customer: a result with ``customers["tier"]``, such a frame, or the column itself.

    Returns
    -------
    TypeByTier
        Rows for every type that occurs and every tier that occurs.

    Raises
    ------
    DataError
        No customer stands in both.
    """
    frame = _tier_of(tiers)
    both = pd.DataFrame({"type": types.customers["type"], "tier": frame.reindex(types.customers.index)}).dropna()
    if both.empty:
        raise DataError("types_no_overlap", types=len(types.customers), tiers=len(frame))
    alone = len(types.customers) - len(both)
    table = _cross_table(both)
    return TypeByTier(
        table=table,
        settings={"n": len(both)},
        notes=(Note("types_without_tier", {"n": alone}),) if alone else (),
        finding=_cross_finding(table),
    )


def _tier_of(tiers: Result | pd.DataFrame | pd.Series) -> pd.Series:
    column = tiers.__dict__["customers"] if isinstance(tiers, Result) else tiers
    if isinstance(column, pd.DataFrame):
        checks.columns(column, ["tier"], name="tiers")
        column = column["tier"]
    checks.unique_index(column, name="tiers")
    return column


def _cross_table(both: pd.DataFrame) -> pd.DataFrame:
    found = set(both["type"])
    kinds = [t for t in TYPES if t in found]
    tiers = sorted(set(both["tier"]), key=_tier_order)
    count = pd.crosstab(both["type"], both["tier"]).reindex(index=kinds, columns=tiers)
    rows = [(kind, tier, int(count.loc[kind, tier])) for tier in tiers for kind in kinds]
    table = pd.DataFrame(rows, columns=["type", "tier", "n"]).astype({"type": "str", "tier": "str"})
    return with_shares(table, table.groupby("tier")["n"].transform("sum").to_numpy())


def _tier_order(tier: str) -> tuple[int, str]:
    """A, B, C …, then zero and negative."""
    return {"zero": 1, "negative": 2}.get(tier, 0), tier


def _cross_finding(table: pd.DataFrame) -> Note:
    # only numbers that stand in the table, so that hiding a row hides them here too
    first = table[table["tier"] == "A"]
    silent = first[first["type"] == "dormant"]
    if silent.empty or not silent["n"].iloc[0] > 0:
        # no number: the only one would be the whole tier, which a hidden type would give back
        return Note("types_cross_none" if first.empty else "types_cross_awake")
    row, size = silent.iloc[0], int(first["n"].sum())
    values = {name: float(row[name]) for name in ("value", "lo", "hi")}
    return Note(
        "types_cross_low_n" if row["flag"] == "low_n" else "types_cross", {"n": int(row["n"]), "size": size, **values}
    )
