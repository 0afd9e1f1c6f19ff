"""Reliability of all scales of a questionnaire, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...core import checks
from ...core.errors import DataError
from ...core.result import Disclosure, Note, Result
from .reliability import ENOUGH, reliability

__all__ = ["Reliabilities", "reliabilities"]

_UNMEASURED = ("too_few_items", "too_few_rows")
_ITEM_NOTES = ("items_unanswered", "items_constant", "reverse_suspected", "items_oppose")


@dataclass(frozen=True, eq=False, kw_only=True)
class Reliabilities(Result):
    """Cronbach's alpha, omega total and sampling adequacy by scale.

    Attributes
    ----------
    table : DataFrame
        scale; value, lo, hi (alpha, Feldt); omega; kmo; item_count; n, method, flag
        (missing_input: fewer than two items or three complete rows).
    items : DataFrame
        scale and the columns of `Reliability.items`.
    enough : float
        The conventional line between scales that may be one score and others.
    """

    items: pd.DataFrame
    enough: float = ENOUGH
    formats: ClassVar[Mapping[str, str]] = {
        "value": "ratio", "lo": "ratio", "hi": "ratio", "omega": "ratio", "kmo": "ratio", "item_count": "count",
        "n": "count",
    }  # fmt: skip
    disclosure: ClassVar[Disclosure] = Disclosure(hides=("value", "lo", "hi", "omega", "kmo"))


def reliabilities(scales: Mapping[str, pd.DataFrame], *, level: float = 0.95) -> Reliabilities:
    """Measure each scale; one that cannot be measured stays in the table with its reason.

    Parameters
    ----------
    scales : mapping of scale to DataFrame
        Answers to its items by response_id, reversed items already turned.
    level : float, default 0.95

    Raises
    ------
    DataError
        ``empty``, ``not_numeric``.
    """
    checks.not_empty(scales, name="scales")
    rows, parts, notes = [], [], []
    for name in sorted(map(str, scales)):
        row, detail, told = _scale(name, scales[name], level)
        rows.append(row)
        parts.append(detail)
        notes += told
    table = pd.DataFrame(rows)
    if table["omega"].notna().any():
        notes.append(Note("omega_definition"))
    items = pd.concat([p for p in parts if len(p)], ignore_index=True) if any(map(len, parts)) else pd.DataFrame()
    return Reliabilities(
        table=table, settings={"level": level, "scales": len(table)}, notes=tuple(notes), items=items,
        finding=_finding(table),
    )  # fmt: skip


def _scale(name: str, frame: pd.DataFrame, level: float) -> tuple[dict[str, Any], pd.DataFrame, list[Note]]:
    row: dict[str, Any] = {"scale": name}
    try:
        found = reliability(frame, level=level)
    except DataError as error:
        if error.code not in _UNMEASURED:
            raise
        complete = int(frame.notna().all(axis=1).sum())
        nothing = dict.fromkeys(("value", "lo", "hi", "omega", "kmo"), np.nan)
        row |= {**nothing, "item_count": frame.shape[1], "n": complete, "method": "feldt", "flag": "missing_input"}
        return row, pd.DataFrame(), [Note("scale_unmeasured", {"scale": name, "k": frame.shape[1], "n": complete})]
    alpha, omega = found.table.iloc[0], found.table.iloc[2]
    row |= {c: alpha[c] for c in ("value", "lo", "hi")}
    row |= {"omega": omega["value"], "kmo": found.kmo, "item_count": found.settings["items"]}
    row |= {c: alpha[c] for c in ("n", "method", "flag")}
    notes = [Note(f"scale_{n.code}", {"scale": name, **n.values}) for n in found.notes if n.code in _ITEM_NOTES]
    return row, found.items.assign(scale=name), notes


def _finding(table: pd.DataFrame) -> Note:
    told = table[table["value"].notna()]
    if told.empty:
        return Note("scales_none", {"of": len(table)})
    return Note("scales_enough", {"count": int((told["lo"] >= ENOUGH).sum()), "of": len(table), "limit": ENOUGH})
