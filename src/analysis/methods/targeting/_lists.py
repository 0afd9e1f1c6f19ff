"""The two lists of a selection, for work inside the house: `listed` and `left_out`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from ...core.result import Disclosure, Note, Result
from ._select import Targets
from ._told import BEYOND

__all__ = ["LeftOut", "Listed", "left_out", "listed"]

_ROWS = Disclosure(counts=(), hides=(), customers=("customer_id",), row_level="customer")


@dataclass(frozen=True, eq=False, kw_only=True)
class Listed(Result):
    """Selected accounts in order.

    Attributes
    ----------
    table : DataFrame
        rank, customer_id, reasons (main one first), score, kept.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"rank": "count", "score": "number", "kept": "percent"}
    disclosure: ClassVar[Disclosure] = _ROWS


@dataclass(frozen=True, eq=False, kw_only=True)
class LeftOut(Result):
    """Accounts not selected, by why.

    Attributes
    ----------
    table : DataFrame
        customer_id, why, score; those only beyond capacity first, then by score and id.
    """

    layout: ClassVar[str] = "table"
    formats: ClassVar[Mapping[str, str]] = {"score": "number"}
    disclosure: ClassVar[Disclosure] = _ROWS


def listed(targets: Targets) -> Listed:
    """The selected accounts with their reasons.

    Parameters
    ----------
    targets : Targets
    """
    rows = _with_ids(targets.selected)
    code = "targets_listed" if len(rows) else "targets_none"
    return Listed(
        table=rows[["rank", "customer_id", "reasons", "score", "kept"]],
        settings=targets.settings,
        finding=Note(code, {"n": len(rows), "of": targets.n}),
    )


def left_out(targets: Targets) -> LeftOut:
    """The accounts that were not selected, and why.

    Parameters
    ----------
    targets : Targets
    """
    rows = _with_ids(targets.not_selected)
    rows = rows.assign(held=rows["why"] != BEYOND)
    rows = rows.sort_values(["held", "score", "why", "customer_id"], ascending=[True, False, True, True])
    code = "targets_left_out" if len(rows) else "targets_left_out_none"
    return LeftOut(
        table=rows[["customer_id", "why", "score"]].reset_index(drop=True),
        settings=targets.settings,
        finding=Note(code, {"n": len(rows), "of": targets.n}),
    )


def _with_ids(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(customer_id=rows.index.astype("str")).reset_index(drop=True)
