"""Accounts behind the change: new, gaining, losing, lost (`sources`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from ...stats import windows
from ._cells import LEVEL, N_BOOT, parts_table, window_notes
from ._decompose import _empty, _same, _unknown

__all__ = ["Sources", "sources"]

#: in the order of the bars
SOURCES = ("lost_accounts", "losing_accounts", "gaining_accounts", "new_accounts", "returns_only")


@dataclass(frozen=True, eq=False, kw_only=True)
class Sources(Result):
    """Change of net sales by what happened to each account.

    Attributes
    ----------
    table : DataFrame
        part ("before", lost_accounts, losing_accounts, gaining_accounts, new_accounts, returns_only, "after"), value
        (money), share, lo, hi, n (accounts), method, flag.
    accounts : DataFrame
        Index customer_id: before, after, change, source (also "unchanged").
    n : int
        Customers with an order in either window.
    """

    accounts: pd.DataFrame
    n: int
    formats: ClassVar[Mapping[str, str]] = {"value": "money", "lo": "money", "hi": "money", "share": "percent1"}
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "share", "lo", "hi"), within=())


def sources(
    orders: pd.DataFrame,
    *,
    as_of: Any,
    months: int = 12,
    unreported: Iterable[Any] | None = None,
    seed: int = 0,
) -> Sources:
    """New and lost accounts, and the gains and losses of those that stayed.

    An account is new when only its later net value is positive, lost when only its earlier one is.

    Parameters
    ----------
    orders : DataFrame
        customer_id, date, amount.
    as_of, months, unreported, seed
        As in `change`.

    Returns
    -------
    Sources

    Raises
    ------
    DataError
        ``no_orders_in_window``.
    """
    checks.whole(months, name="months", low=1)
    window = windows.split(orders, as_of=as_of, months=months, unreported=unreported)
    amount = orders["amount"].to_numpy(dtype=float)
    before, after = (window.total(amount, side) for side in (windows.EARLIER, windows.LATER))
    settings = {"as_of": window.as_of.date(), "months": months, "months_used": window.months_used, "level": LEVEL,
                "n_boot": N_BOOT, "seed": seed}  # fmt: skip
    notes = window_notes(window, months)
    accounts = _accounts(before, after, window.customers)
    if not window.months_used:
        return Sources(
            table=_empty(),
            settings=settings,
            notes=tuple(notes),
            finding=_unknown(months),
            accounts=accounts.iloc[:0],
            n=0,
        )
    if not (window.side != windows.NEITHER).any():
        raise DataError("no_orders_in_window", as_of=str(window.as_of.date()), months=2 * months)
    kind = accounts["source"].to_numpy()
    columns = np.column_stack([np.where(kind == name, after - before, 0.0) for name in SOURCES])
    touched = np.array([(kind == name).sum() for name in SOURCES])
    lines = window.code[window.side != windows.NEITHER]
    present = np.bincount(lines, minlength=len(before)) > 0
    ends = (float(before.sum()), float(after.sum()))
    frame = parts_table(SOURCES, columns, _same, touched=touched, present=present, ends=ends, seed=seed)
    inside = accounts[present]
    return Sources(
        table=frame,
        settings=settings,
        notes=tuple(notes),
        finding=_finding(frame, months),
        accounts=inside,
        n=len(inside),
    )


def _accounts(before: np.ndarray, after: np.ndarray, customers: pd.Index) -> pd.DataFrame:
    had, has, change = before > 0, after > 0, after - before
    kind = np.select(
        [~had & has, had & ~has, had & has & (change > 0), had & has & (change < 0), change == 0],
        ["new_accounts", "lost_accounts", "gaining_accounts", "losing_accounts", "unchanged"],
        "returns_only",
    )
    frame = pd.DataFrame({"before": before, "after": after, "change": change, "source": kind}, index=customers)
    return frame.astype({"source": "str"})


def _finding(frame: pd.DataFrame, months: int) -> Note:
    row = frame.set_index("part")
    told: dict[str, Any] = {"months": months, "change": float(row["value"]["after"] - row["value"]["before"])}
    for name, part in (("new", "new"), ("lost", "lost"), ("gain", "gaining"), ("loss", "losing")):
        told[name] = float(row["value"].get(f"{part}_accounts", 0.0))
    return Note("sources", told)
