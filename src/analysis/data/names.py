"""Names in place of ids: confirmed aliases and exact names become customer ids, nothing else does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

__all__ = ["resolve"]

#: columns in which exports name a customer by whatever name they know
_NAMED = ("customer_id", "to_customer_id")


def resolve(frames: dict[str, pd.DataFrame], facts: dict[str, dict[str, Any]], aliases: Mapping[str, str]) -> None:
    """Replace names by ids in every table that names customers.

    A name is replaced when an analyst confirmed it (decisions file, or the alias table with
    ``confirmed_by`` or an exact or manual match), or when it is the name of exactly one customer. Similar
    names are never merged here: two hospitals of one name in two cities are two hospitals.

    Parameters
    ----------
    frames : dict of DataFrame
        Changed in place.
    facts : dict
        Takes ``names`` per table: how many rows were ``matched``, how many stay ``unmatched``.
    aliases : mapping
        From the decisions file.
    """
    customers = frames.get("customers")
    if customers is None:
        return
    ids = set(customers["customer_id"])
    known = _unique_names(customers) | _confirmed(frames.get("customer_alias")) | dict(aliases)
    known = {name: target for name, target in known.items() if name not in ids}
    for table, frame in frames.items():
        if table in ("customers", "customer_alias"):
            continue
        for column in [c for c in _NAMED if c in frame.columns]:
            given = frame[column]
            hit = given.isin(list(known))
            if hit.any():
                frames[table] = frame = frame.assign(**{column: given.mask(hit, given.map(known)).astype("str")})
            lost = frame[column].notna() & ~frame[column].isin(ids)
            facts[table].setdefault("names", {})[column] = {"matched": int(hit.sum()), "unmatched": int(lost.sum())}


def _unique_names(customers: pd.DataFrame) -> dict[str, str]:
    if "name" not in customers.columns:
        return {}
    pairs = customers[["name", "customer_id"]].dropna()
    pairs = pairs[~pairs["name"].duplicated(keep=False)]
    return dict(zip(pairs["name"], pairs["customer_id"], strict=True))


def _confirmed(table: pd.DataFrame | None) -> dict[str, str]:
    if table is None:
        return {}
    sure = pd.Series(False, index=table.index)
    if "match_method" in table.columns:
        sure |= table["match_method"].isin(["exact", "manual"])
    if "confirmed_by" in table.columns:
        sure |= table["confirmed_by"].notna()
    pairs = table.loc[sure, ["alias", "customer_id"]].dropna().drop_duplicates()
    # a name confirmed for two customers decides nothing
    pairs = pairs[~pairs["alias"].duplicated(keep=False)]
    return dict(zip(pairs["alias"], pairs["customer_id"], strict=True))
