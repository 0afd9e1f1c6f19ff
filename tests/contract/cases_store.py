"""Contract cases of data health."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.methods import health

from ..methods.test_health import META, SURVEYED, frames
from .case import Case

__all__ = ["CASES"]


def backwards(value: Any) -> Any:
    """The same tables with their rows in reverse order; the same record with its entries in reverse order."""
    if isinstance(value, pd.DataFrame):
        return value.iloc[::-1]
    if isinstance(value, dict):
        return {key: backwards(item) for key, item in reversed(value.items())}
    return value


def tables_of(data: dict[str, pd.DataFrame]) -> list[pd.DataFrame]:
    return [data["customers"], data["transactions"]]


CASES: list[Case] = [
    Case(
        name="health.completeness",
        call=lambda: health.completeness(frames()),
        shuffled=lambda: health.completeness(backwards(frames())),
        inputs=lambda: (tables_of(frames()), lambda c, t: health.completeness({"customers": c, "transactions": t})),
        figure="plot_completeness",
    ),
    Case(
        name="health.unread",
        call=lambda: health.unread(SURVEYED),
        shuffled=lambda: health.unread(backwards(SURVEYED)),
    ),
    Case(
        name="health.rejected",
        call=lambda: health.rejected(META),
        shuffled=lambda: health.rejected(backwards(META)),
        figure="plot_rejected",
    ),
    Case(
        name="health.reconciliation",
        call=lambda: health.reconciliation(META),
        shuffled=lambda: health.reconciliation(backwards(META)),
    ),
    Case(
        name="health.defects",
        call=lambda: health.defects(META),
        shuffled=lambda: health.defects(backwards(META)),
    ),
    Case(
        name="health.freshness",
        call=lambda: health.freshness(META),
        shuffled=lambda: health.freshness(backwards(META)),
        figure="plot_freshness",
    ),
    Case(
        name="health.coverage",
        call=lambda: health.coverage(*tables_of(frames())),
        shuffled=lambda: health.coverage(*tables_of(backwards(frames()))),
        inputs=lambda: (tables_of(frames()), health.coverage),
        figure="plot_coverage",
    ),
    Case(
        name="health.gate",
        call=lambda: health.gate(META, frames()),
        shuffled=lambda: health.gate(backwards(META), backwards(frames())),
        inputs=lambda: (tables_of(frames()), lambda c, t: health.gate(META, {"customers": c, "transactions": t})),
    ),
    Case(
        name="health.quality",
        call=lambda: health.quality(META, frames()),
        shuffled=lambda: health.quality(backwards(META), backwards(frames())),
        inputs=lambda: (tables_of(frames()), lambda c, t: health.quality(META, {"customers": c, "transactions": t})),
        figure="plot_quality",
    ),
]
