"""Who a customer is and what it belongs to, from the customer table."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow.parquet as pq

from ..core.errors import SettingError
from . import history

if TYPE_CHECKING:
    from .run import Run

__all__ = ["hospital", "locate", "units"]


def locate(run: Run, customer_id: str) -> dict[str, Any]:
    """The customer's row of the customer table, missing entries left out.

    Raises
    ------
    SettingError
        ``explore_no_customer`` with the closest ids; ``explore_customer_elsewhere`` for a customer of another
        region.
    """
    found = history.rows(run.home / "tables", "customers", "customer_id", [str(customer_id)])
    if found.empty:
        known = pq.read_table(run.home / "tables" / "customers.parquet", columns=["customer_id"])["customer_id"]
        ids = known.to_pylist()
        close = difflib.get_close_matches(str(customer_id), ids, n=3, cutoff=0.6) or ids[:3]
        raise SettingError("explore_no_customer", got=str(customer_id)[:40], close=close, count=len(ids))
    who = {str(k): v for k, v in found.iloc[0].to_dict().items() if not pd.isna(v)}
    if who.get("region", run.region) != run.region:
        raise SettingError("explore_customer_elsewhere", got=str(customer_id), region=who["region"], here=run.region)
    return who


def units(run: Run, customer_id: str) -> dict[str, str]:
    """Departments of an account that stand in the customer table: id -> name."""
    below = history.rows(run.home / "tables", "customers", "parent_id", [customer_id])
    if below.empty or "customer_type" not in below:
        return {}
    own = below[(below["customer_type"] == "department") & (below["region"].fillna("") == run.region)]
    called = own["customer_id"]
    for column in ("specialty", "name"):
        called = own[column].fillna(called) if column in own else called
    return dict(zip(own["customer_id"], called, strict=True))


def hospital(run: Run, parent: Any) -> str | None:
    """Name of the organisation above, at most three levels up."""
    for _ in range(3):
        found = (
            history.rows(run.home / "tables", "customers", "customer_id", [str(parent)]) if parent else pd.DataFrame()
        )
        if found.empty:
            return None
        above = {str(k): v for k, v in found.iloc[0].to_dict().items() if not pd.isna(v)}
        if above.get("customer_type") not in ("department", "physician"):
            return str(above.get("name", above["customer_id"]))
        parent = above.get("parent_id")
    return None
