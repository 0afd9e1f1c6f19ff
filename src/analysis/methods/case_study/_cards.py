"""The cards of page one: key figures with interval, n and reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core.errors import DataError
from ...core.result import Result
from . import _rows

__all__ = ["Cards", "cards"]

CARDS = 4


@dataclass(frozen=True, eq=False, kw_only=True)
class Cards(Result):
    """Key figures; table: card, value, lo, hi, n, unit, reference, method, flag."""

    layout: ClassVar[str] = "cards"


def cards(results: Mapping[str, Result]) -> Cards:
    """Up to four key figures with interval, n and, where there is one, a reference.

    Parameters
    ----------
    results : mapping of str to Result
        As for `answers`.
    """
    rows: list[dict[str, Any]] = []
    for name, card, pick, unit, reference in _CARDS:
        row = pick(results[name].table) if name in results else None
        if row is None or len(rows) == CARDS:
            continue
        estimate = {c: row.get(c, np.nan) for c in _rows.ESTIMATE}
        rows.append({"card": card, **estimate, "unit": unit, "reference": reference})
    if not rows:
        raise DataError("nothing_to_say", found=sorted(results))
    return Cards(table=pd.DataFrame(rows), settings={"from": sorted(results)})


def _step_four(table: pd.DataFrame) -> pd.Series | None:
    return _rows.first(table, "step", 4)


def _value_a(table: pd.DataFrame) -> pd.Series | None:
    return _rows.first(table, "tier", "A")


def _active(table: pd.DataFrame) -> pd.Series | None:
    return _rows.first(table, "type", "active")


def _satisfied(table: pd.DataFrame) -> pd.Series | None:
    return _rows.first(table[(table["measure"] == "satisfaction_top") & (table["told"] == "current")])


_CARDS: tuple[tuple[str, str, Callable[[pd.DataFrame], pd.Series | None], str, float], ...] = (
    ("value_growth", "card_growth", _rows.every, "+percent1", 0.0),
    ("value_total", "card_worth", _rows.every, "money", np.nan),
    ("value_retention", "card_kept", _rows.kept, "percent", np.nan),
    ("voice_nps", "card_nps", _rows.every, "+score", 0.0),
    ("voice_ladder", "card_ladder", _step_four, "percent", np.nan),
    ("voice_barriers", "card_barrier", _rows.first, "percent", np.nan),
    ("value_repeat", "card_repeat", _rows.every, "percent", np.nan),
    ("customers_tiers", "card_value_a", _value_a, "percent", np.nan),
    ("customers_types", "card_active", _active, "percent", np.nan),
    ("voice_overview", "card_satisfied", _satisfied, "percent", np.nan),
    ("voice_unmet", "card_unmet", _rows.first, "percent", np.nan),
)
